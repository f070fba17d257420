"""Sheets that name several persons a row: who the row is about, and who holds the card or signs."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number

MONEY = ["补贴项目", "发放月份", "发放金额"]


def read(rows: list[list[Any]], feed: str = "payment", **more: Any) -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows, **more), get_feed(feed))
    return table


def row(*persons: str) -> list[Any]:
    return [*persons, "高龄津贴", "2026-09", 100]


@pytest.mark.parametrize(
    "headers",
    [
        ["补贴对象", "补贴对象身份证号", "持卡人", "持卡人身份证号"],
        ["享受对象", "身份证号", "领款人", "领款人身份证号"],
        ["受益人姓名", "受益人证件号码", "户名", "开户人身份证号"],
    ],
)
def test_name_and_number_are_of_whom_the_money_is_for(headers: list[str]) -> None:
    persons = ["甲一", id_number(1), "乙二", id_number(2)]
    for order in ((0, 1, 2, 3), (2, 3, 0, 1), (3, 0, 2, 1)):
        table = read([[*(headers[i] for i in order), *MONEY], row(*(persons[i] for i in order))])
        assert (table.columns["name"], table.columns["id_number"]) == (["甲一"], [id_number(1)])


def test_where_one_person_has_a_number_the_name_is_that_persons() -> None:
    table = read([["姓名", "持卡人", "持卡人身份证号", *MONEY], row("甲一", "乙二", id_number(2))])
    assert (table.columns["name"], table.columns["id_number"]) == (["乙二"], [id_number(2)])


def test_group_headings_tell_the_persons_apart() -> None:
    rows = [
        ["补贴对象信息", "", "持卡人信息", "", "补贴信息", "", ""],
        ["姓名", "身份证号码", "姓名", "身份证号码", *MONEY],
        row("甲一", id_number(1), "乙二", id_number(2)),
    ]
    table = read(rows, merged=[((0, 0), (0, 1)), ((0, 2), (0, 3)), ((0, 4), (0, 6))])
    assert (table.columns["name"], table.columns["id_number"]) == (["甲一"], [id_number(1)])
    (first, second) = [message for message in table.messages if message.code == "SECOND_SPELLING"]
    assert "“持卡人信息/姓名”" in first.what
    assert "“补贴对象信息/姓名”" in first.what
    assert "“持卡人信息/身份证号码”" in second.what


def test_a_column_to_sign_in_is_no_name() -> None:
    header = ["受助人", "受助人身份证号码", "救助日期", "救助金额", "领款人（签字按印）"]
    table = read([header, ["甲一", id_number(1), "2026-09-01", 500, ""]], "temporary_assistance")
    assert table.columns["name"] == ["甲一"]


def test_the_disabled_persons_number_is_not_the_certificates() -> None:
    feed = get_feed("disability")
    meant = {text: look_up(feed, text) for text in ("残疾人身份证号", "残疾人证件号")}
    assert {text: hit and hit[0].name for text, hit in meant.items()} == {
        "残疾人身份证号": "id_number",
        "残疾人证件号": "certificate_number",
    }


FISHERS = [
    ["持证渔民", "", "家庭成员", "", "", "渔船编号"],
    ["姓名", "身份证号", "姓名", "身份证号", "与户主关系", ""],
    ["甲一", id_number(1), "甲一", id_number(1), "户主", "皖渔001"],
    ["甲一", id_number(1), "乙二", id_number(2), "配偶", "皖渔001"],
]
PARTED = [((0, 0), (0, 1)), ((0, 2), (0, 4)), ((0, 5), (1, 5))]


def test_beside_the_members_of_a_household_the_other_person_is_its_head() -> None:
    table = read(FISHERS, "fisher", merged=PARTED)
    assert table.columns["name"] == ["甲一", "乙二"]
    assert table.columns["id_number"] == [id_number(1), id_number(2)]
    assert table.columns["head_name"] == ["甲一", "甲一"]
    assert table.columns["head_id_number"] == [id_number(1), id_number(1)]
    told = [message.what for message in table.messages if message.code == "COMPOUND_HEADER"]
    assert told[0] == "列“持证渔民/姓名”已按“户主姓名”读取"


def test_where_the_head_has_a_column_of_its_own_nobody_else_is_the_head() -> None:
    rows = [[*line, head] for line, head in zip(FISHERS, ["户主姓名", "", "丙三", "丙三"], strict=True)]
    table = read(rows, "fisher", merged=[*PARTED, ((0, 6), (1, 6))])
    assert table.columns["head_name"] == ["丙三", "丙三"]
