"""Pensions 养老保险待遇发放: one row per pension of one person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check


def checks(as_of: date) -> list[check.Check]:
    del as_of  # this register carries no date
    return [
        check.row_ids_are_unique(),
        check.identity_is_usable(0.5),
        check.is_known_code("insurance_type", "险种几乎都是已知写法(城镇职工、城乡居民、机关事业养老)"),
        check.is_filled("monthly_amount", "月待遇几乎都是可读的数字"),
        check.lies_between("monthly_amount", 30, 30_000, "月待遇在30至30000元之间", 0.995),
        check.median_lies_between("monthly_amount", 80, 10_000, "月待遇中位数在80至10000元之间(否则可能是年度金额)"),
    ]
