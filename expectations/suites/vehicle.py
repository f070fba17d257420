"""Motor vehicles 机动车登记: one row per vehicle."""

from __future__ import annotations

from datetime import date

from expectations import checks as check


def checks(as_of: date) -> list[check.Check]:
    plate = r"^[一-龥][A-Z][·.\-]?[A-Z0-9]{4,6}[A-Z0-9挂学警港澳]?$"
    return [
        check.row_ids_are_unique(),
        check.identity_is_usable(0.5),
        check.is_filled("plate", "号牌号码几乎都有值"),
        check.matches("plate", plate, "号牌号码形如 省简称+字母+号码", 0.95),
        check.is_filled("vehicle_type", "车辆类型几乎都有值"),
        check.is_known_code("status", "状态几乎都是已知写法(正常、注销)"),
        check.lies_between("registered_on", date(1980, 1, 1), as_of, "初次登记日期不早于1980年、不晚于业务日期", 0.99),
    ]
