"""Pensions 养老保险待遇发放: one row per pension of one person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # this register carries no date
    return [
        check.is_known_code("insurance_type", "险种几乎都是已知写法(城镇职工、城乡居民、机关事业养老)"),
        check.is_filled("monthly_amount", "月待遇几乎都是可读的数字"),
        check.lies_between("monthly_amount", 30, 30_000, "月待遇在30至30000元之间", 0.995),
        check.median_lies_between("monthly_amount", 80, 10_000, "月待遇中位数在80至10000元之间(否则可能是年度金额)"),
        check.holds("is_of_age", "领取人已满45周岁(最早的法定退休年龄)", 0.98),
        check.holds("is_alive", "领取人没有早于业务月份的火化登记", 0.98, "agreement"),
    ]


suite = Suite(
    "social_insurance",
    checks,
    facts={
        # 国发〔1978〕104号: from 45 for women in unhealthy work.
        "is_of_age": f"{facts.age_on('$as_of')} >= 45",
        "is_alive": facts.lived_then("strftime($as_of, '%Y-%m')"),
    },
    by_town=("id_number", "insurance_type"),
)
