"""Real estate 不动产登记: one row per owner of one unit."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    return [
        check.is_filled("unit_number", "不动产单元号几乎都有值"),
        check.is_known_code("use", "用途几乎都是已知写法(住宅、商铺、车位)", 0.9),
        check.is_known_code("status", "状态几乎都是已知写法(现势、历史)"),
        check.lies_between("area_m2", 3, 2000, "面积在3至2000平方米之间", 0.98),
        check.median_lies_between("area_m2", 20, 300, "面积中位数在20至300平方米之间(否则单位可能有误)"),
        check.lies_between("registered_on", date(1949, 10, 1), as_of, "登记日期不晚于业务日期", 0.99),
        check.holds("unit_agrees", "同一不动产单元号各行的坐落、用途和面积相同", 0.97),
        check.holds("registered_in_a_lifetime", "登记日期不早于权利人出生", 0.99),
    ]


suite = Suite(
    "real_estate",
    checks,
    facts={
        "unit_agrees": facts.same_throughout("unit_number", ["location", "use", "area_m2"]),
        "registered_in_a_lifetime": f"{facts.age_on('item.registered_on')} >= 0 and "
        "strftime(item.registered_on, '%Y%m%d') >= substr(item.id_number, 7, 8)",
    },
    by_town=("id_number", "unit_number", "area_m2"),
)
