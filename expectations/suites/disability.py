"""Disability certificates 残疾人证: one row per certified person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check


def checks(as_of: date) -> list[check.Check]:
    return [
        check.row_ids_are_unique(),
        check.identity_is_usable(0.5),
        check.is_known_code("grade", "残疾等级几乎都是一级至四级"),
        check.matches(
            "certificate_number", r"^\d{17}[\dX]\d{2}(?:B\d|\d{2})?$", "残疾证号为身份证号加类别和等级(20或22位)", 0.9
        ),
        check.lies_between("birth_date", date(1900, 1, 2), as_of, "出生日期不晚于业务日期", 0.99),
    ]
