"""Real estate 不动产登记: one row per owner of one unit."""

from __future__ import annotations

from datetime import date

from expectations import checks as check


def checks(as_of: date) -> list[check.Check]:
    return [
        check.row_ids_are_unique(),
        check.identity_is_usable(0.5),
        check.is_filled("unit_number", "不动产单元号几乎都有值"),
        check.is_known_code("use", "用途几乎都是已知写法(住宅、商铺、车位)", 0.9),
        check.is_known_code("status", "状态几乎都是已知写法(现势、历史)"),
        check.lies_between("area_m2", 3, 2000, "面积在3至2000平方米之间", 0.98),
        check.median_lies_between("area_m2", 20, 300, "面积中位数在20至300平方米之间(否则单位可能有误)"),
        check.lies_between("registered_on", date(1949, 10, 1), as_of, "登记日期不晚于业务日期", 0.99),
    ]
