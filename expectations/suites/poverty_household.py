"""Poverty lists 脱贫户及防返贫监测对象家庭成员信息: one row per household member; incomes are yuan a year."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite

PARTS = ("wage_income", "business_income", "property_income", "transfer_income")


def checks(as_of: date) -> list[check.Check]:
    del as_of  # the list carries no date
    return [
        check.is_filled("case_number", "户编号都有值", 0.99),
        check.is_filled("income_per_capita", "家庭人均纯收入几乎都是可读的数字", 0.95),
        check.is_known_code("household_type", "户类型几乎都是已知写法"),
        check.is_known_code("is_dibao", "“是否低保”几乎都是已知写法", 0.95),
        check.lies_between("income_per_capita", 500, 200_000, "家庭人均纯收入(年)在500至200000元之间", 0.98),
        check.median_lies_between(
            "income_per_capita", 3000, 60_000, "家庭人均纯收入中位数在3000至60000元之间(否则可能是月度金额)"
        ),
        check.holds("case_agrees", "同一户各行的户类型、风险状态和收入相同", 0.97),
        check.holds("income_is_sum_of_parts", "家庭人均纯收入×人数等于四项收入之和(每人相差不超过1元)", 0.95),
        check.holds("has_one_head", "每户的户主相同，且户主本人在册", 0.9),
        check.holds("risk_is_told", "监测对象都写明风险是否消除", 0.95),
        check.holds("dibao_as_enrolled", "“是否低保”与低保花名册一致", 0.9, "agreement"),
    ]


suite = Suite(
    "poverty_household",
    checks,
    facts={
        "case_agrees": facts.same_throughout(
            "case_number", ["household_type", "risk_cleared", "income_per_capita", *PARTS]
        ),
        "income_is_sum_of_parts": facts.is_sum_of_parts("income_per_capita", PARTS),
        "has_one_head": facts.has_one_head(),
        "risk_is_told": "case when item.household_type != '脱贫户' then item.risk_cleared is not null end",
        "dibao_as_enrolled": "case when item.id_number is not null then (item.is_dibao = '是') = (item.id_number in ("
        "select enrolled.id_number from staging.stg_civil_affairs__dibao as enrolled "
        "where enrolled.disposition = 'accepted' and enrolled.id_number is not null "
        "and enrolled.status in ('在保', '渐退'))) end",
    },
    by_town=("id_number", "village", "income_per_capita"),
)
