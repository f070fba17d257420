"""Wages 工资薪金与公积金缴存: one row per wage of one person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check


def checks(as_of: date) -> list[check.Check]:
    return [
        check.row_ids_are_unique(),
        check.identity_is_usable(0.5),
        check.is_filled("monthly_amount", "月工资几乎都是可读的数字"),
        # The national monitoring rules 5_16_001 and 5_16_002 doubt a monthly wage below 100 or above 30,000 yuan.
        check.lies_between("monthly_amount", 100, 30_000, "月工资在100至30000元之间", 0.98),
        check.median_lies_between("monthly_amount", 800, 15_000, "月工资中位数在800至15000元之间(否则可能是年度金额)"),
        check.is_filled("employer", "单位名称几乎都有值", 0.9),
        check.is_filled("period", "所属期几乎都可读"),
        check.matches("period", r"^20\d{2}-(?:0[1-9]|1[0-2])$", "所属期为2000年以后的年月", 0.99),
    ]
