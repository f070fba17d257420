"""Disability certificates 残疾人证: one row per certified person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # a certificate carries no date
    form = r"^\d{17}[\dX]\d{2}(?:B\d|\d{2})?$"
    return [
        check.is_known_code("grade", "残疾等级几乎都是一级至四级"),
        check.matches("certificate_number", form, "残疾证号为身份证号加类别和等级(20或22位)", 0.9),
        check.holds("certificate_is_the_holders", "残疾证号的前18位就是本人身份证号", 0.95),
        check.holds("certificate_tells_the_grade", "残疾证号的第20位与残疾等级一致", 0.95),
    ]


suite = Suite(
    "disability",
    checks,
    facts={
        "certificate_is_the_holders": "substr(item.certificate_number, 1, 18) = item.id_number",
        # CDPF's rule on certificates: 18 characters of the ID number, one of the category, one of the grade.
        "certificate_tells_the_grade": "substr(item.certificate_number, 20, 1) = case item.grade "
        "when '一级' then '1' when '二级' then '2' when '三级' then '3' when '四级' then '4' end",
    },
    by_town=("id_number", "certificate_number", "village"),
)
