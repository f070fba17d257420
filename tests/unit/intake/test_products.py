"""Which amount a roll means, where its own figures prove it."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number


def read(rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid("Sheet1", 1, rows), get_feed(feed))
    return table


def households(*figures: tuple[int, int, int]) -> list[list[Any]]:
    header = ["低保证号", "姓名", "身份证号", "补助标准", "保障人数", "每户领", "状态"]
    rows = [[f"D{n}", f"甲{n}", id_number(n), *line, "在保"] for n, line in enumerate(figures)]
    return [header, *rows]


def test_where_standard_times_persons_is_the_total_the_household_is_paid_the_total() -> None:
    table = read(households((500, 1, 500), (505, 3, 1515), (500, 2, 1000)), "dibao")
    assert table.columns["monthly_amount"] == ["500", "1515", "1000"]
    assert table.letters["monthly_amount"] == "F"
    (message,) = [message for message in table.messages if message.code == "AMOUNT_PROVED"]
    assert message.what == "列“补助标准”是每人的标准，“月保障金额”采用列“每户领”"


@pytest.mark.parametrize(
    "figures",
    [[(500, 1, 500), (500, 1, 500)], [(500, 1, 500), (500, 2, 1000)], [(500, 2, 900), (500, 2, 1000), (500, 3, 1500)]],
    ids=["one person each", "one household is no proof", "a third does not fit"],
)
def test_without_proof_the_header_speaks(figures: list[tuple[int, int, int]]) -> None:
    table = read(households(*figures), "dibao")
    assert table.columns["monthly_amount"] == [str(line[0]) for line in figures]


def test_where_standard_times_months_is_paid_the_month_is_paid_the_standard() -> None:
    header = ["姓名", "身份证号", "标准额度", "月数", "发放金额", "状态"]
    rows = [[f"甲{n}", id_number(n), 100, 3, 300, "在享"] for n in range(3)]
    table = read([header, *rows], "elderly_allowance")
    assert table.columns["monthly_amount"] == ["100", "100", "100"]
    assert "AMOUNT_PROVED" in [message.code for message in table.messages]
