"""Wages 工资薪金与公积金缴存: one row per wage of one person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # the facts know it
    return [
        check.is_filled("monthly_amount", "月工资几乎都是可读的数字"),
        # The national monitoring rules 5_16_001 and 5_16_002 doubt a monthly wage below 100 or above 30,000 yuan.
        check.lies_between("monthly_amount", 100, 30_000, "月工资在100至30000元之间", 0.98),
        check.median_lies_between("monthly_amount", 800, 15_000, "月工资中位数在800至15000元之间(否则可能是年度金额)"),
        check.is_filled("employer", "单位名称几乎都有值", 0.9),
        check.is_filled("period", "所属期几乎都可读"),
        check.matches("period", r"^20\d{2}-(?:0[1-9]|1[0-2])$", "所属期为2000年以后的年月", 0.99),
        check.holds("period_is_past", "所属期不晚于业务月份", 0.99),
        check.holds("period_is_recent", "所属期大多在三个月之内", 0.9, "freshness"),
        check.holds("is_of_age", "职工已满16周岁", 0.99),
        check.holds("is_alive", "职工没有早于所属期的火化登记", 0.98, "agreement"),
    ]


suite = Suite(
    "wage",
    checks,
    facts={
        "period_is_past": facts.month_not_after("period"),
        "period_is_recent": "item.period >= strftime($as_of - interval 3 month, '%Y-%m')",
        "is_of_age": f"{facts.age_on('$as_of')} >= 16",
        "is_alive": facts.lived_then("item.period"),
    },
    by_town=("id_number", "employer", "period"),
)
