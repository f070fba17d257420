# ruff: noqa: E501 - sheets are written as they look
"""What a sheet says once for many rows: lines over sections, its name, its title; and households written as blocks."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Refused
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number

TEKUN = ["姓名", "身份证号", "供养证号", "月供养金额", "状态"]


def read(rows: list[list[Any]], feed: str, name: str = "Sheet1", **more: Any) -> SheetTable:
    (table,) = read_sheet(Grid(name, 1, rows, **more), get_feed(feed))
    return table


def person(number: int) -> list[Any]:
    return [f"甲{number}", id_number(number), f"TK{number}", 1000, "在保"]


def test_lines_over_sections_give_their_value_and_their_place() -> None:
    rows = [
        TEKUN, ["一、集中供养（2人）"], ["白鹭镇"], person(1), ["双堰乡"], person(2), ["二、分散供养"], person(3), ["合计", "3人"],
    ]  # fmt: skip
    table = read(rows, "tekun")
    assert table.columns["support_mode"] == ["集中供养", "集中供养", "分散供养"]
    assert table.columns["town"] == ["白鹭镇", "双堰乡", "双堰乡"]
    assert table.counts["title"] == 4
    assert table.rows_read == len(rows)
    assert [message.code for message in table.messages] == ["VALUE_FROM_TITLE", "VALUE_FROM_TITLE"]


def test_a_column_of_the_table_goes_before_the_lines_over_it() -> None:
    table = read([[*TEKUN, "供养方式"], ["一、集中供养"], [*person(1), "分散"]], "tekun")
    assert table.columns["support_mode"] == ["分散"]
    assert table.messages == []


@pytest.mark.parametrize(
    ("feed", "sheet", "title", "header", "row", "column", "value"),
    [
        ("marriage", "离婚", "婚姻登记一览表", ["男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期"],
         ["甲", id_number(1), "乙", id_number(2), "2026-01-02"], "event", "离婚"),
        ("marriage", "Sheet1", "婚姻登记一览表（结婚登记）", ["男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期"],
         ["甲", id_number(1), "乙", id_number(2), "2026-01-02"], "event", "结婚登记"),
        ("deposit", "徽商银行", "存款查询回执", ["姓名", "身份证号", "余额"], ["甲", id_number(1), 10], "institution", "徽商银行"),
        ("deposit", "Sheet1", "数据截止时间：2026年9月30日", ["姓名", "身份证号", "余额"], ["甲", id_number(1), 10],
         "as_of", "2026年9月30日"),
        ("deposit", "Sheet1", "查询时点：2026年9月30日", ["姓名", "身份证号", "余额"], ["甲", id_number(1), 10], "as_of", "2026年9月30日"),
        ("deposit", "Sheet1", "查询单位：中国邮政储蓄银行 币种：人民币", ["姓名", "身份证号", "余额"], ["甲", id_number(1), 10],
         "institution", "中国邮政储蓄银行"),
        ("social_insurance", "机关事业养老", "领取人员名册", ["姓名", "身份证号", "月养老金"], ["甲", id_number(1), 10],
         "insurance_type", "机关事业养老"),
    ],
)  # fmt: skip
def test_a_sheets_name_and_title_give_what_it_has_no_column_for(
    feed: str, sheet: str, title: str, header: list[str], row: list[Any], column: str, value: str
) -> None:
    table = read([[title], header, row], feed, sheet)
    assert table.columns[column] == [value]
    assert [message.code for message in table.messages] == ["VALUE_FROM_TITLE"]


@pytest.mark.parametrize("title", ["婚姻登记一览表（结婚、离婚）", "婚姻登记一览表"])
def test_a_title_that_names_several_values_or_none_gives_none(title: str) -> None:
    header = ["男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期"]
    with pytest.raises(Refused) as verdict:
        read([[title], header, ["甲", id_number(1), "乙", id_number(2), "2026-01-02"]], "marriage")
    assert "登记类型" in verdict.value.message.what


HOUSEHOLD = ["低保证号", "户主姓名", "户主身份证号", "姓名", "身份证号", "与户主关系", "月保障金额", "状态"]


def household(case: str, *relations: str, filled: bool = False) -> list[list[Any]]:
    head = [case, f"主{case}", id_number(int(case))]
    return [
        [*(head if n == 0 or filled else ["", "", ""]), f"员{case}{n}", id_number(int(case) + n), relation,
         500 if n == 0 else "", "在保"]
        for n, relation in enumerate(relations)
    ]  # fmt: skip


def test_households_written_in_their_first_row_alone_are_held() -> None:
    rows = [HOUSEHOLD, *household("10", "户主", "配偶", "子"), *household("20", "户主"), *household("30", "本人", "孙")]
    with pytest.raises(Refused) as verdict:
        read(rows, "dibao")
    assert verdict.value.disposition == "held"
    assert verdict.value.message.code == "HOUSEHOLD_BLANKS"
    assert "其下3行空白" in verdict.value.message.what


def test_the_same_households_merged_or_filled_are_read() -> None:
    rows = [HOUSEHOLD, *household("10", "户主", "配偶", "子"), *household("20", "户主")]
    merged = read(rows, "dibao", merged=[((1, column), (3, column)) for column in range(3)])
    filled = read([HOUSEHOLD, *household("10", "户主", "配偶", "子", filled=True), *household("20", "户主")], "dibao")
    assert merged.columns["case_number"] == filled.columns["case_number"] == ["10", "10", "10", "20"]


def test_a_case_number_that_is_missing_here_and_there_holds_nothing() -> None:
    rows = [HOUSEHOLD, *(row for n in range(10, 16) for row in household(str(n), "户主"))]
    rows.append(["", "主9", id_number(9), "员", id_number(8), "配偶", 500, "在保"])
    assert read(rows, "dibao").columns["case_number"][-1] is None


def test_a_total_may_stand_over_its_rows_and_count_a_merged_amount_once() -> None:
    rows = [["低保证号", "姓名", "身份证号", "月保障金额", "状态"], ["合计", "3人", "", 1000, ""]]
    rows += [["1", f"甲{n}", id_number(n), 500 if n in (1, 3) else "", "在保"] for n in (1, 2, 3)]
    table = read(rows, "dibao", merged=[((2, 3), (3, 3))])
    assert [message.code for message in table.messages] == ["FILLED_DOWN"]
    wrong = read([rows[0], ["合计", "3人", "", 1001, ""], *rows[2:]], "dibao", merged=[((2, 3), (3, 3))])
    assert "TOTAL_MISMATCH" in [message.code for message in wrong.messages]


def test_a_line_with_a_village_and_its_count_gives_town_and_village() -> None:
    header = ["姓名", "身份证号", "月津贴金额", "状态"]
    rows = [
        header,
        ["双堰乡北湾村（2人，200元）"],
        ["甲", id_number(1), 100, "在享"],
        ["双堰乡柳村（1人）"],
        ["乙", id_number(2), 100, "在享"],
    ]
    table = read(rows, "elderly_allowance")
    assert table.columns["town"] == ["双堰乡", "双堰乡"]
    assert table.columns["village"] == ["北湾村", "柳村"]


def test_days_without_a_year_are_of_the_year_in_the_title() -> None:
    header = ["姓名", "身份证号", "救助金额", "救助日期", "出生日期"]
    rows = [["临江县2026年1月临时救助发放台账"], header, ["甲", id_number(1), 800, "1月10日", "6月1日"]]
    table = read(rows, "temporary_assistance")
    assert table.columns["granted_on"] == ["2026年1月10日"]
    assert table.columns["birth_date"] == ["6月1日"]
    assert "YEAR_FROM_TITLE" in [message.code for message in table.messages]
