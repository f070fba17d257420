"""Columns that are parts of one: surname and given name, year and month and day."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.tables.sheet import read_continued, read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number


def read(rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid(None, 1, rows), get_feed(feed))
    return table


def test_surname_and_given_name_are_one_name_and_three_numbers_a_day() -> None:
    rows: list[list[Any]] = [
        ["序号", "逝者姓", "逝者名", "身份证号", "死亡年", "死亡月", "死亡日"],
        ["1", "张", "三", id_number(1), "2026", 3, "5"],
        ["2", "欧阳", "小丽", id_number(2), "2026年", "12月", "31日"],
        ["3", "李", "", id_number(3), "2026", 2, ""],
    ]
    table = read(rows, "cremation")
    assert table.columns["name"] == ["张三", "欧阳小丽", "李"]
    assert table.columns["died_on"] == [
        "2026年3月5日",
        "2026年12月31日",
        "2026",
    ]  # a part that is missing is not made up
    assert [message.code for message in table.messages] == ["COLUMNS_JOINED"] * 2
    assert "逝者姓”“逝者名" in table.messages[0].what
    assert (table.letters["name"], table.letters["died_on"]) == ("B", "E")
    assert [extra and "逝者名" in extra for extra in table.extra] == [True, True, False]


@pytest.mark.parametrize(
    ("feed", "headers", "column"),
    [
        ("elderly_allowance", ["姓名", "身份证号", "月津贴金额", "状态", "开始享受年", "开始享受月"], "start_month"),
        ("elderly_allowance", ["姓名", "身份证号", "月津贴金额", "状态", "起领年份", "起领月份"], "start_month"),
        ("payment", ["姓名", "身份证号", "发放金额", "补贴项目", "发放年", "发放月"], "paid_month"),
        ("payment", ["姓名", "身份证号", "发放金额", "补贴项目", "年度", "月份"], "paid_month"),
    ],
)
def test_year_and_month_are_one_month(feed: str, headers: list[str], column: str) -> None:
    state = "低保金" if feed == "payment" else "在享"
    table = read(
        [headers, ["甲", id_number(1), 100, state, 2019, 8], ["乙", id_number(2), 100, state, "2020年", "10月"]], feed
    )
    assert table.columns[column] == ["2019年8月", "2020年10月"]


def test_the_year_and_month_of_a_roll_are_nobodys_first_month() -> None:
    table = read(
        [["姓名", "身份证号", "月津贴金额", "状态", "年", "月"], ["甲", id_number(1), 100, "在享", 2026, 10]],
        "elderly_allowance",
    )
    assert "start_month" not in table.columns
    assert {message.code for message in table.messages} == {"UNKNOWN_COLUMN"}


def test_parts_of_other_things_stay_apart() -> None:
    headers = ["姓名", "姓", "名", "身份证号", "死亡日期", "火化年", "火化月"]
    table = read([headers, ["张三", "张", "三", id_number(1), "2026-03-05", 2026, 3]], "cremation")
    assert (table.columns["name"], table.columns["died_on"]) == (["张三"], ["2026-03-05"])
    assert "cremated_on" not in table.columns or table.columns["cremated_on"] == [None]


def test_a_sheet_that_goes_on_is_joined_as_the_one_before() -> None:
    first = Grid("一", 1, [["逝者姓", "逝者名", "身份证号", "死亡日期"], ["张", "三", id_number(1), "2026-03-05"]])
    (table,) = read_sheet(first, get_feed("cremation"))
    assert table.header is not None
    table.header.row, table.header.height = 0, 0
    continued = read_continued(
        Grid("二", 2, [["李", "四", id_number(2), "2026-03-06"]]), get_feed("cremation"), table.header
    )
    assert continued.columns["name"] == ["李四"]
