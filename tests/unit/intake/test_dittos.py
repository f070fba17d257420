"""Cells that say 同上: never copied, always told; and states that are written only for those who stopped."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Refused
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import HOUSEHOLD, id_number

ELDERLY = ["姓名", "身份证号", "乡镇", "月津贴金额", "状态", "备注"]


def read(rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid("Sheet1", 1, rows), get_feed(feed))
    return table


def person(number: int, status: str = "", remark: str = "", town: str = "白鹭镇") -> list[Any]:
    return [f"张三{number}", id_number(number), town, 100, status, remark]


@pytest.mark.parametrize("mark", ["〃", "同上", "″", '"'])
def test_ditto_marks_are_told_and_not_copied(mark: str) -> None:
    table = read(
        [ELDERLY, person(1, "在享"), person(2, "在享", town=mark), person(3, "在享", town=mark)], "elderly_allowance"
    )
    assert table.columns["town"] == ["白鹭镇", mark, mark]
    message = table.messages[-1]
    assert message.code == "DITTO_MARKS"
    assert message.what == "列“乡镇”有2行只写“同上”或“〃”，不能照抄上一行"


def test_a_list_whose_case_numbers_are_ditto_marks_is_held() -> None:
    rows = [
        list(HOUSEHOLD),
        ["D1", "甲", "甲", id_number(1), "户主", 500, "在保"],
        ["〃", "甲", "乙", id_number(2), "妻", "", "在保"],
    ]
    with pytest.raises(Refused) as verdict:
        read(rows, "dibao")
    assert (verdict.value.message.code, verdict.value.disposition) == ("DITTO_MARKS", "held")


def test_a_blank_state_means_paid_where_only_those_who_stopped_have_one() -> None:
    table = read([ELDERLY, person(1), person(2, "停发"), person(3), person(4)], "elderly_allowance")
    assert table.columns["status"] == ["在保", "停发", "在保", "在保"]
    message = table.messages[-1]
    assert message.code == "VALUE_ASSUMED"
    assert "3行空白" in message.what


@pytest.mark.parametrize(
    "rows",
    [
        [person(1), person(2, "在享"), person(3)],
        [person(1), person(2, "待定事项"), person(3)],
        [person(1, "停发"), person(2, "停发"), person(3)],
    ],
    ids=["somebody is said to be paid", "an unknown state", "most have one"],
)
def test_a_blank_state_stays_blank_otherwise(rows: list[list[Any]]) -> None:
    table = read([ELDERLY, *rows], "elderly_allowance")
    assert [status or "" for status in table.columns["status"]] == [row[4] for row in rows]
    assert "VALUE_ASSUMED" not in [message.code for message in table.messages]


def test_a_remark_or_a_line_on_those_who_stopped_keeps_their_state_open() -> None:
    rows = [ELDERLY, person(1), person(2, remark="2026年5月去世"), person(3), ["以下人员2026年5月起停发"], person(4)]
    assert [bool(status) for status in read(rows, "elderly_allowance").columns["status"]] == [True, False, True, False]
