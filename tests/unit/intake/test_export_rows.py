"""Rows that a system writes around what it exports: counts, conditions, hints, page totals, answers without a find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Message
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import HOUSEHOLD, head, id_number, write_text_file, write_workbook

ELDERLY = ["姓名", "身份证号", "月津贴金额", "状态"]
CAR = ["皖A12345", "小型轿车", "正常"]


def read(rows: list[list[Any]], feed: str = "elderly_allowance") -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed(feed))
    assert table.rows_read == len(rows)
    return table


def person(number: int) -> list[Any]:
    return [f"甲{number}", id_number(number), 100, "在保"]


def answered(header: str, *answer: Any) -> SheetTable:
    """A register's answer on two persons, of whom the second has a car."""
    headers = ["姓名", "身份证号", header, "号牌号码", "车辆类型", "状态"]
    return read([headers, ["甲", id_number(1), *answer], ["乙", id_number(2), 1, *CAR]], "vehicle")


def codes(table: SheetTable) -> list[str]:
    return [message.code for message in table.messages]


@pytest.mark.parametrize(
    ("foot", "kind"),
    [
        (["记录数：2"], "total"), (["总记录数", 2], "total"), (["记录总数:2"], "total"), (["总条数：2"], "total"),
        (["总笔数 2"], "total"), (["导出条件：乡镇=白鹭镇"], "title"), (["导出时间：2026-10-31 10:00"], "title"),
        (["查询条件：", "在保"], "title"), (["数据来源：救助系统"], "title"), (["打印人：王"], "title"),
        (["统计范围：全县"], "title"),
    ],
)  # fmt: skip
def test_what_a_system_writes_under_its_export_is_no_person(foot: list[Any], kind: str) -> None:
    table = read([ELDERLY, person(1), person(2), foot])
    assert table.columns["name"] == ["甲1", "甲2"]
    assert table.counts == {"title": 0, "header": 1, "total": 0, "blank": 0, "data": 2} | {kind: 1}
    assert table.messages == []


def test_the_foot_of_a_text_file_is_counted(tmp_path: Path) -> None:
    rows = [ELDERLY, person(1), ["记录数：1", "", "", ""], ["导出条件：全部", "", "", ""]]
    path = write_text_file(tmp_path / "导出.csv", rows)
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert frame["name"].to_list() == ["甲1"]
    assert account.counts == {"title": 1, "header": 1, "total": 1, "blank": 0, "data": 1}


@pytest.mark.parametrize(
    "hint",
    [
        ["必填", "必填", "必填", "必填"], ["必填", "", "元", "选填"], ["自动生成", "只读", "可空", "不填"],
        ["必填（2-10字）", "必填", "必填（数字，不带单位）", "非必填"],
        ["必填", "必填，18位", "必填", "必填"], ["栏次", "甲", "甲乙", 1.0], ["计量单位", "—", "元", "—"],
        ["栏次", "1", "2", "3=1×2"], ["—", "—", "元", "—"],
    ],
)  # fmt: skip
def test_a_line_of_hints_under_the_header_is_no_person(hint: list[str]) -> None:
    table = read([ELDERLY, hint, person(1)])
    assert table.columns["name"] == ["甲1"]
    assert table.counts["header"] == 2


def test_a_hint_beside_a_value_is_a_person() -> None:
    table = read([ELDERLY, ["甲1", "必填", 100, "在保"], person(2)])
    assert table.columns["name"] == ["甲1", "甲2"]


@pytest.mark.parametrize("word", ["本页合计", "本页小计", "本 页 合 计"])
def test_a_total_of_a_page_counts_the_rows_of_its_page(word: str) -> None:
    rows = [ELDERLY, person(1), person(2), [word, "", 200], person(3), [word, "", 100], ["合计", "", 300]]
    table = read(rows)
    assert table.counts["total"] == 3
    assert table.messages == []


def test_a_wrong_total_of_a_page_is_told() -> None:
    table = read([ELDERLY, person(1), ["本页合计", "", 100], person(2), ["本页合计", "", 200]])
    (message,) = table.messages
    assert (message.code, message.where) == ("TOTAL_MISMATCH", "工作表“表1”第5行C列")


@pytest.mark.parametrize("header", ["查询结果", "核查情况", "反馈状态", "有无车辆", "是否有登记"])
@pytest.mark.parametrize("answer", [0, "0", "否", "N"])
def test_a_register_answers_by_a_nought_that_it_found_nothing(header: str, answer: Any) -> None:
    table = answered(header, answer, "", "", "")
    assert table.columns["name"] == ["乙"]
    assert table.counts["blank"] == 1
    assert codes(table) == ["UNKNOWN_COLUMN", "NOTHING_FOUND"]


@pytest.mark.parametrize("answer", ["查询成功，无记录", "核查完成，名下无车", "经比对后，无登记"])
def test_a_register_says_how_it_asked_before_it_says_no(answer: str) -> None:
    table = answered("说明", answer, "", "", "")
    assert table.columns["name"] == ["乙"]
    assert table.counts["blank"] == 1


@pytest.mark.parametrize(
    ("header", "answer"),
    [("查询结果", [0, *CAR]), ("查询结果", [1, "", "", ""]), ("查询结果", ["", "", "", ""]), ("备注", [0, "", "", ""])],
)
def test_a_row_with_a_car_or_without_such_an_answer_stays(header: str, answer: list[Any]) -> None:
    table = answered(header, *answer)
    assert table.columns["name"] == ["甲", "乙"]
    assert "NOTHING_FOUND" not in codes(table)


UNNAMED = ["月津贴金额", "状态", "对象", "证号"]


def rejection(path: Path) -> Message:
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert (frame.height, account.verdict) == (0, "rejected")
    return account.messages[-1]


@pytest.mark.parametrize("before", [{}, {"表一": [ELDERLY, person(1)]}])
def test_a_sheet_of_persons_is_told_which_columns_its_header_lacks(tmp_path: Path, before: dict[str, Any]) -> None:
    sheets = {**before, "表二": [UNNAMED, [100, "在保", "甲2", id_number(2)]]}
    message = rejection(write_workbook(tmp_path / "名册.xlsx", sheets))
    assert (message.code, message.where) == ("MISSING_COLUMN", "工作表“表二”第1行")
    assert message.what.startswith("缺少必需的列“姓名”“身份证号”")
    assert "“身份证号”最接近的列名是“证号”" in message.remedy


def test_a_sheet_of_persons_without_any_header_is_told_that(tmp_path: Path) -> None:
    sheets = {"表一": [ELDERLY, person(1)], "表二": [[100, "在保", "甲2", id_number(2)]]}
    assert rejection(write_workbook(tmp_path / "名册.xlsx", sheets)).code == "SHEET_WITHOUT_HEADER"


@pytest.mark.parametrize(
    "line",
    [
        ["", "联系人", "马晓梅", "13912345678"],
        ["承上页", "", 100, ""],
        ["临江县民政局（印章）", "2026年10月28日", "", ""],
    ],
    ids=["a label beside what it labels", "carried over", "a stamp with its date"],
)
def test_what_stands_under_a_table_is_no_person(line: list[Any]) -> None:
    table = read([ELDERLY, person(1), line])
    assert table.columns["name"] == ["甲1"]
    assert table.counts["title"] == 1


def test_a_sheet_with_a_header_in_other_words_is_not_read_as_the_rest_of_the_one_before(tmp_path: Path) -> None:
    sheets = {"一": [ELDERLY, person(1)], "二": [["低保户", "证件", "每回", "咋样"], person(2)]}
    frame, account = parse_file(write_workbook(tmp_path / "名册.xlsx", sheets), get_feed("elderly_allowance"), Limits())
    assert frame.is_empty()
    assert account.messages[-1].code == "NO_HEADER"
    assert "低保户、证件、每回、咋样" in account.messages[-1].what


def test_a_page_repeats_the_lines_under_the_header_too() -> None:
    numbers = ["栏次", "甲", "1", "乙"]
    table = read([ELDERLY, numbers, person(1), ELDERLY, numbers, person(2), ELDERLY, ["1", "2", "3", "4"], person(3)])
    assert table.columns["name"] == ["甲1", "甲2", "甲3"]
    assert table.counts["header"] == 6


def test_a_part_of_a_total_is_no_person() -> None:
    rows = [ELDERLY, person(1), ["合计", "1人", 100, ""], ["其中：80-89周岁", "1人", 100, ""]]
    table = read(rows)
    assert table.columns["name"] == ["甲1"]
    assert codes(table) == []


@pytest.mark.parametrize("part", ["一、城市", "（二）农村", "其中：女性"])
def test_the_figures_of_a_part_are_no_household(part: str) -> None:
    rows = [
        [*HOUSEHOLD[:5], "月保障金额", "状态"],
        *(head(n) for n in range(1, 4)),
        [part, "", "1人", "", "", "500", ""],
    ]
    table = read(rows, "dibao")
    assert len(table.columns["case_number"]) == 3
