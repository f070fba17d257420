"""Registers that answer for every person they were asked about, also that nothing was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.formats.grid import Grid
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number, write_workbook

VEHICLE = ["姓名", "身份证号", "核查情况", "号牌号码", "车辆类型", "状态"]
CAR = ["有", "皖A12345", "小型轿车", "正常"]


def read(rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed(feed))
    return table


@pytest.mark.parametrize(
    "answer",
    [
        ["名下无车", "", "", ""],
        ["无", "无", "无", "无"],
        ["未查询到登记信息", "-", "/", ""],
        ["经查询，无登记", "", "", ""],
    ],
)
def test_a_row_that_says_that_nothing_was_found_is_no_vehicle(answer: list[str]) -> None:
    table = read([VEHICLE, ["甲一", id_number(1), *answer], ["乙二", id_number(2), *CAR]], "vehicle")
    assert table.columns["name"] == ["乙二"]
    assert table.counts["blank"] == 1
    assert table.rows_read == 3
    (message,) = [message for message in table.messages if message.code == "NOTHING_FOUND"]
    assert message.what.startswith("有1行写明没有查到登记")


@pytest.mark.parametrize(
    "answer", [["", "", "", ""], ["有", "皖A12345", "", ""], ["无", "皖A12345", "小型轿车", "正常"]]
)
def test_a_row_that_says_no_such_thing_stays_a_row(answer: list[str]) -> None:
    table = read([VEHICLE, ["甲一", id_number(1), *answer], ["乙二", id_number(2), *CAR]], "vehicle")
    assert table.columns["name"] == ["甲一", "乙二"]


def test_nobody_is_left_out_of_a_list_of_persons_in_need() -> None:
    header = ["姓名", "身份证号", "月津贴金额", "状态", "备注"]
    table = read([header, ["甲一", id_number(1), "无", "无", "无"]], "elderly_allowance")
    assert table.columns["name"] == ["甲一"]


def test_a_sheet_of_persons_without_a_register_does_not_refuse_the_file(tmp_path: Path) -> None:
    found = [["姓名", "身份证号", "险种", "月养老金"], ["甲一", id_number(1), "城乡居民养老", 220]]
    nobody = [["姓名", "身份证号", "查询结果"], *([f"乙{n}", id_number(n), "未查询到"] for n in range(2, 6))]
    path = write_workbook(tmp_path / "养老.xlsx", {"表一": found, "表二": nobody})
    frame, account = parse_file(path, get_feed("social_insurance"), Limits())
    assert account.verdict == "accepted"
    assert frame["name"].to_list() == ["甲一"]
    assert [(message.code, message.where) for message in account.messages] == [("NOTHING_FOUND", "工作表“表二”")]


def test_a_sheet_with_answers_but_without_a_column_still_refuses_the_file(tmp_path: Path) -> None:
    found = [["姓名", "身份证号", "险种", "月养老金"], ["甲一", id_number(1), "城乡居民养老", 220]]
    mixed = [
        ["姓名", "身份证号", "查询结果"],
        ["乙二", id_number(2), "未查询到"],
        ["丙三", id_number(3), "每月领取226元"],
    ]
    path = write_workbook(tmp_path / "养老.xlsx", {"表一": found, "表二": mixed})
    _, account = parse_file(path, get_feed("social_insurance"), Limits())
    assert account.verdict == "rejected"
    assert account.messages[-1].code == "MISSING_COLUMN"
