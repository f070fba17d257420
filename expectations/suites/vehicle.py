"""Motor vehicles 机动车登记: one row per vehicle."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    plate = r"^[一-龥][A-Z][·.\-]?[A-Z0-9]{4,6}[A-Z0-9挂学警港澳]?$"
    return [
        check.is_filled("plate", "号牌号码几乎都有值"),
        check.matches("plate", plate, "号牌号码形如 省简称+字母+号码", 0.95),
        check.is_filled("vehicle_type", "车辆类型几乎都有值"),
        check.is_known_code("status", "状态几乎都是已知写法(正常、注销)"),
        check.lies_between("registered_on", date(1980, 1, 1), as_of, "初次登记日期不早于1980年、不晚于业务日期", 0.99),
        check.holds("has_one_owner", "一个正常状态的号牌只登记在一人名下", 0.98),
        check.holds("owner_is_of_age", "初次登记时所有人已满16周岁", 0.95),
    ]


suite = Suite(
    "vehicle",
    checks,
    facts={
        "has_one_owner": "case when item.plate is not null and item.status = '正常' "
        "then count(*) over (partition by item.plate, item.status) = 1 end",
        "owner_is_of_age": f"{facts.age_on('item.registered_on')} >= 16",
    },
    by_town=("id_number", "plate", "vehicle_type", "status"),
)
