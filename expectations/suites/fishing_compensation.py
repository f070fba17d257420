"""Fishing-ban compensation 禁捕退捕补偿资金发放表: one row per payment."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    return [
        check.is_filled("amount", "金额几乎都是可读的数字"),
        check.is_known_code("fund_type", "资金类型几乎都是已知写法"),
        check.is_filled("vessel_number", "渔船编号几乎都有值", 0.9),
        # The ten-year ban began in 2020 and 2021; some waters were closed and paid for from 2018.
        check.lies_between("paid_on", date(2018, 1, 1), as_of, "发放日期在2018年以后、业务日期以前", 0.99),
        check.lies_between("amount", 10, 1_000_000, "金额在10至100万元之间", 0.99),
        check.median_lies_between("amount", 100, 200_000, "金额中位数在100至20万元之间(否则单位可能是万元)"),
        check.holds("vessel_is_registered", "渔船编号在退捕渔民建档立卡信息中", 0.9, "agreement"),
    ]


suite = Suite(
    "fishing_compensation",
    checks,
    facts={
        "vessel_is_registered": "case when item.vessel_number is not null then item.vessel_number in ("
        "select fisher.vessel_number from staging.stg_fishing_ban__fisher as fisher "
        "where fisher.disposition = 'accepted' and fisher.vessel_number is not null) end",
    },
    by_town=("id_number", "vessel_number", "account_number"),
)
