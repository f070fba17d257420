"""Financial assets 金融资产余额: one row per account."""

from __future__ import annotations

from datetime import date, timedelta

from expectations import checks as check
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    year_before, quarter_before = as_of - timedelta(days=366), as_of - timedelta(days=92)
    return [
        check.is_filled("balance", "余额几乎都是可读的数字"),
        check.lies_between("balance", 0, 50_000_000, "余额在0至5000万元之间", 0.999),
        check.median_lies_between("balance", 10, 1_000_000, "余额中位数在10元至100万元之间(否则单位可能是万元)"),
        check.is_known_code("asset_type", "资产类型几乎都是已知写法(存款、理财、证券)"),
        check.is_filled("institution", "金融机构几乎都有值"),
        check.lies_between("as_of", year_before, as_of, "余额截止日期在业务日期前一年之内", 0.99),
        check.is_recent("as_of", quarter_before, "余额截止日期大多在三个月之内", 0.9),
    ]


suite = Suite("deposit", checks, by_town=("id_number", "institution"))
