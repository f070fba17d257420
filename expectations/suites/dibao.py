"""Subsistence allowance 最低生活保障对象花名册: one row per covered member."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite

PARTS = ("declared_wage_income", "declared_business_income", "declared_property_income", "declared_transfer_income")


def checks(as_of: date) -> list[check.Check]:
    del as_of  # the facts know it
    return [
        check.is_filled("case_number", "低保证号都有值", 0.99),
        check.is_filled("monthly_amount", "月保障金额几乎都是可读的数字"),
        check.is_filled("declared_income_per_capita", "家庭人均月收入几乎都是可读的数字", 0.95),
        check.is_known_code("status", "状态几乎都是已知写法(在保、渐退、停保)"),
        check.is_known_code("area_type", "城乡类别几乎都是已知写法(城市、农村)"),
        check.is_known_code("benefit_class", "保障类别几乎都是已知写法(A、B、C)", 0.95),
        check.lies_between("monthly_amount", 10, 20_000, "月保障金额(户)在10至20000元之间", 0.99),
        check.median_lies_between("monthly_amount", 100, 6000, "月保障金额中位数在100至6000元之间(否则可能是年度金额)"),
        check.lies_between("declared_income_per_capita", 0, 5000, "家庭人均月收入在0至5000元之间", 0.98),
        check.lies_between("covered_count", 1, 12, "保障人数在1至12人之间", 0.99),
        check.holds("case_agrees", "同一低保证各行的金额、保障人数、城乡类别和收入相同", 0.97),
        check.holds("covered_as_counted", "保障人数等于该证在册(在保、渐退)的人数", 0.9),
        check.holds("income_is_sum_of_parts", "家庭人均月收入×人数等于四项收入之和(每人相差不超过1元)", 0.95),
        check.holds("has_one_head", "每个低保证的户主相同，且户主本人在册", 0.9),
        check.holds("starts_in_the_past", "起始年月不晚于业务月份", 0.99),
        check.holds("starts_in_a_lifetime", "起始年月不早于本人出生年月", 0.97),
    ]


suite = Suite(
    "dibao",
    checks,
    facts={
        "case_agrees": facts.same_throughout(
            "case_number", ["monthly_amount", "covered_count", "area_type", "declared_income_per_capita", *PARTS]
        ),
        "covered_as_counted": "case when item.case_number is not null and item.status in ('在保', '渐退') then "
        "item.covered_count = count(*) filter (where item.status in ('在保', '渐退')) "
        "over (partition by item.case_number) end",
        "income_is_sum_of_parts": facts.is_sum_of_parts("declared_income_per_capita", PARTS),
        "has_one_head": facts.has_one_head(),
        "starts_in_the_past": facts.month_not_after("start_month"),
        "starts_in_a_lifetime": "replace(item.start_month, '-', '') >= substr(item.id_number, 7, 6)",
    },
    by_town=("id_number", "village", "account_number", "monthly_amount", "declared_income_per_capita"),
)
