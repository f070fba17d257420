"""Support for the destitute 特困人员救助供养花名册: one row per person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # the facts know it
    return [
        check.is_filled("case_number", "供养证号都有值", 0.99),
        check.is_filled("monthly_amount", "月供养金额几乎都是可读的数字"),
        check.is_known_code("status", "状态几乎都是已知写法(在保、渐退、停保)"),
        check.is_known_code("support_mode", "供养方式几乎都是已知写法(集中、分散)", 0.95),
        check.is_known_code("self_care", "自理能力几乎都是已知写法(全自理、半护理、全护理)", 0.95),
        check.lies_between("monthly_amount", 100, 6000, "月供养金额在100至6000元之间", 0.99),
        check.median_lies_between("monthly_amount", 300, 4000, "月供养金额中位数在300至4000元之间(否则可能是年度金额)"),
        check.holds("institution_is_named", "集中供养的都写明供养机构", 0.95),
        check.holds("starts_in_the_past", "起始年月不晚于业务月份", 0.99),
    ]


suite = Suite(
    "tekun",
    checks,
    facts={
        "institution_is_named": "case when item.support_mode = '集中' then item.institution is not null end",
        "starts_in_the_past": facts.month_not_after("start_month"),
    },
    by_town=("id_number", "village", "account_number", "monthly_amount"),
)
