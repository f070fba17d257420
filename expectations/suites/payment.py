"""Payments 惠民惠农财政补贴一卡通发放明细: one row per payment."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # the facts know it
    return [
        check.is_filled("amount", "发放金额几乎都是可读的数字"),
        check.is_filled("paid_month", "发放月份几乎都可读"),
        check.is_known_code("programme", "补贴项目大多是已知写法", 0.9),
        check.lies_between("amount", 1, 50_000, "发放金额在1至50000元之间", 0.99),
        check.median_lies_between("amount", 30, 5000, "发放金额中位数在30至5000元之间(否则单位可能有误)"),
        check.holds("paid_in_the_past", "发放月份不晚于业务月份", 0.99),
        check.holds("account_of_few", "一个账号在同一月份不为三人以上发放", 0.98),
    ]


suite = Suite(
    "payment",
    checks,
    facts={
        "paid_in_the_past": facts.month_not_after("paid_month"),
        "account_of_few": "case when item.account_number is not null then "
        "count(distinct coalesce(item.id_number, item.name)) "
        "over (partition by item.account_number, item.paid_month) <= 3 end",
    },
    by_town=("id_number", "account_number", "amount"),
)
