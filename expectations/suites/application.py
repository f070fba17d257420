"""Applications 社会救助家庭经济状况核对申请: one row per declared member."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite
from expectations.suites.dibao import PARTS

HOUSEHOLD = ("programme", "applied_on", "authorised_on", "area_type", "declared_income_per_capita", *PARTS)
ASSETS = ("declared_vehicles", "declared_properties", "declared_deposit")


def checks(as_of: date) -> list[check.Check]:
    return [
        check.is_filled("case_number", "申请编号都有值", 0.99),
        check.is_filled("authorised_on", "授权日期大多有值(没有授权的不得核对)", 0.9),
        check.is_filled("declared_income_per_capita", "家庭人均月收入几乎都是可读的数字", 0.95),
        check.is_filled("declared_deposit", "申报存款几乎都是可读的数字", 0.95),
        check.is_known_code("programme", "申请事项几乎都是已知写法(低保、特困、临时救助)"),
        check.is_known_code("area_type", "城乡类别几乎都是已知写法(城市、农村)"),
        check.lies_between("applied_on", date(2010, 1, 1), as_of, "申请日期不晚于业务日期", 0.99),
        check.lies_between("authorised_on", date(2010, 1, 1), as_of, "授权日期不晚于业务日期", 0.95),
        check.lies_between("declared_income_per_capita", 0, 10_000, "家庭人均月收入在0至10000元之间", 0.98),
        check.lies_between("declared_deposit", 0, 5_000_000, "申报存款在0至500万元之间", 0.99),
        check.lies_between("declared_vehicles", 0, 5, "申报车辆数在0至5辆之间", 0.99),
        check.lies_between("declared_properties", 0, 5, "申报房产数在0至5套之间", 0.99),
        check.is_not_before("authorised_on", "applied_on", "授权日期不早于申请日期", 0.9),
        check.holds("case_agrees", "同一申请各行的事项、日期、收入和申报资产相同", 0.97),
        check.holds("income_is_sum_of_parts", "家庭人均月收入×人数等于四项收入之和(每人相差不超过1元)", 0.95),
        check.holds("has_one_head", "每个申请的申请人相同，且申请人本人在册", 0.9),
    ]


suite = Suite(
    "application",
    checks,
    facts={
        "case_agrees": facts.same_throughout("case_number", [*HOUSEHOLD, *ASSETS]),
        "income_is_sum_of_parts": facts.is_sum_of_parts("declared_income_per_capita", PARTS),
        "has_one_head": facts.has_one_head(),
    },
    by_town=("id_number", "village", "authorised_on", "declared_income_per_capita"),
)
