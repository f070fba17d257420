"""Headers that no dictionary knows, recognised by their words and by what stands under them together."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number

HEADER = ["死者姓名", "身份证号", "死亡日期"]
DAYS = ["2019-03-05", "2020.6.1", "2021年7月8日"]


def read(header: list[str], rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid(None, 1, [header, *rows]), get_feed(feed))
    return table


def cremated(header: str, values: list[Any]) -> SheetTable:
    people = [["甲", id_number(n), "2019-01-01", value] for n, value in enumerate(values)]
    return read([*HEADER, header], people, "cremation")


def codes(table: SheetTable) -> list[str]:
    return [message.code for message in table.messages]


def test_words_and_content_that_agree_are_enough() -> None:
    assert look_up(get_feed("cremation"), "火化那一日") is None
    table = cremated("火化那一日", DAYS)
    assert table.columns["cremated_on"] == DAYS
    assert codes(table) == ["COLUMN_BY_CONTENT"]
    assert (table.reasons["cremated_on"], table.extra) == ("content", [None] * 3)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("火化那一日", ["甲", "乙", "2020.6.1"]),  # the content is another
        ("火化那一日", ["2020.6.1", "", ""]),  # too little to say
        ("那一日", DAYS),  # no word of the column's own
        ("火化信息录入那一日", DAYS),  # when it was written down
        ("原火化那一日", DAYS),  # the former one
        ("火化机构经办那一日", DAYS),  # somebody else's
    ],
)
def test_one_of_them_alone_is_not(header: str, values: list[Any]) -> None:
    table = cremated(header, values)
    assert codes(table) == ["UNKNOWN_COLUMN"]
    assert "cremated_on" not in table.reasons


def test_two_that_may_be_meant_are_both_left() -> None:
    people = [["甲", id_number(n), "2019-01-01", day, day] for n, day in enumerate(DAYS)]
    table = read([*HEADER, "火化那一日", "火化那个日期号"], people, "cremation")
    assert codes(table) == ["UNKNOWN_COLUMN"] * 2


def test_a_required_column_is_recognised_by_a_word_of_its_kind() -> None:
    assert look_up(get_feed("business"), "持股之人") is None
    header = ["企业名称", "统一社会信用代码", "持股之人", "证件号码", "身份类型", "企业状态"]
    rows = [
        ["某店", "91340590MA2N00000X", name, id_number(n), "股东", "存续"]
        for n, name in enumerate(("张三", "李四", "王五"))
    ]
    table = read(header, rows, "business")
    assert table.columns["name"] == ["张三", "李四", "王五"]
    assert "COLUMN_BY_CONTENT" in codes(table)


@pytest.mark.parametrize(
    ("values", "is_read"),
    [(["已消除", "未消除", "已消除"], True), (["有", "无", "有"], False), (["是", "否", "是"], False)],
)
def test_answers_that_name_what_is_asked_are_plain(values: list[str], is_read: bool) -> None:
    header = ["户编号", "户主姓名", "户主身份证号", "姓名", "身份证号", "与户主关系", "户类型", "返贫致贫\n风险"]
    rows = [
        [f"H{n}", "甲", id_number(n), "甲", id_number(n), "户主", "边缘易致贫户", value]
        for n, value in enumerate(values)
    ]
    assert ("risk_cleared" in read(header, rows, "poverty_household").reasons) == is_read


def test_the_names_of_a_short_list_are_plain() -> None:
    header = ["享受补贴人员", "身份证号", "发放金额", "补贴项目", "发放月份"]
    rows = [["张三", id_number(1), 100, "低保金", "2026-09"], ["制表：李四"]]
    assert read(header, rows, "payment").columns["name"] == ["张三"]


def test_what_a_header_asks_of_a_row_as_a_whole_is_no_column() -> None:
    header = ["姓名", "身份证号", "发放金额", "补贴项目", "发放月份", "发放年月日处理结果"]
    rows = [["甲", id_number(n), 100, "低保金", "2026-09", "2026-09-10"] for n in range(3)]
    assert "paid_on" not in read(header, rows, "payment").reasons
