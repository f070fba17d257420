"""What a header says beside its name: what the column's codes stand for, whose value it is, how it is filled in."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipelines.cleaning import read_codes
from pipelines.contracts import code_lists, get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up, unit_of
from pipelines.intake.headers.spelling import legend
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import HOUSEHOLD, head, id_number


def read(header: str, *values: Any) -> SheetTable:
    """A roll of the elderly with the values under one more header."""
    columns = ["姓名", "身份证号", "月津贴金额", *([] if "状态" in header else ["状态"])]
    persons = [["甲", id_number(n), 100, "在保"][: len(columns)] for n in range(len(values))]
    return read_rows([[*columns, header], *([*row, value] for row, value in zip(persons, values, strict=True))])


def read_rows(rows: list[list[Any]], feed: str = "elderly_allowance") -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed(feed))
    assert table.rows_read == len(rows)
    return table


def meant(table: SheetTable, feed: str, column: str) -> list[str | None]:
    codes = get_feed(feed).by_name[column].codes
    assert codes is not None
    return read_codes(pl.Series(table.columns[column], dtype=pl.String), code_lists()[codes])["value"].to_list()


@pytest.mark.parametrize(
    "header",
    [
        "城乡类别（1-农村；2-城市）", "城乡类别(1:农村,2:城市)", "城乡类别（1农村 2城市）",
        "城乡类别（1=农村、2=城市）", "城乡类别（1.农村/2.城市）", "城乡类别（01-农村；02-城市）",
    ],
)  # fmt: skip
def test_codes_are_read_by_the_legend_against_the_house_table(header: str) -> None:
    assert (code_lists()["area_type"]["1"], code_lists()["area_type"]["2"]) == ("城市", "农村")
    table = read_rows([[*HOUSEHOLD, header], [*head(1), 1], [*head(2), "2"], [*head(3), "农村"]], "dibao")
    assert meant(table, "dibao", "area_type") == ["农村", "城市", "农村"]


def test_a_legend_that_turns_the_states_round_wins() -> None:
    assert code_lists()["benefit_status"]["1"] == "在保"
    table = read("保障状态（0-在保，1-停保）", 0, "1", "", None)
    assert table.columns["status"] == ["0在保", "1停保", None, None]
    assert meant(table, "elderly_allowance", "status") == ["在保", "停保", None, None]
    (message,) = table.messages
    assert (message.code, message.where) == ("CODES_FROM_HEADER", "工作表“表1”D列")
    assert message.what == "列“保障状态（0-在保，1-停保）”的代码已按列名中的说明读取（0=在保、1=停保）"


def test_codes_with_and_without_leading_zeros_are_the_same() -> None:
    table = read("性别（01-女；02-男）", "01", 2, "1", "02")
    assert meant(table, "elderly_allowance", "sex") == ["女", "男", "女", "男"]


def test_words_under_a_legend_are_left_as_they_are() -> None:
    table = read("保障状态（0-在保，1-停保）", "在保", "停保")
    assert table.columns["status"] == ["在保", "停保"]
    assert table.messages == []


def test_a_code_that_the_legend_does_not_name_is_left_as_it_is() -> None:
    table = read("性别（1-女；2-男）", "1", "9")
    assert table.columns["sex"] == ["1女", "9"]


def test_a_legend_for_a_column_without_a_closed_list_writes_nothing() -> None:
    table = read("组（1-东组；2-西组）", "1", "2")
    assert table.columns["group_no"] == ["1", "2"]
    assert [message.code for message in table.messages if message.code == "CODES_FROM_HEADER"] == []


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("性别(01-男;02-女)", {"01": "男", "02": "女"}), ("是否(1:是 0:否)", {"1": "是", "0": "否"}),
        ("状态（A-正常，B-停）", {"A": "正常", "B": "停"}), ("状态（１－在保，２－停保）", {"1": "在保", "2": "停保"}),
        ("性别（男/女）", {}), ("月津贴金额（元/月）", {}), ("身份证号（18位）", {}), ("状态（1-在保）", {}),
        ("状态（1-在保，2-停保，其余为其他）", {}), ("状态1-在保2-停保", {}), ("状态", {}),
    ],
)  # fmt: skip
def test_a_legend_is_a_list_of_codes_with_their_words(header: str, words: dict[str, str]) -> None:
    assert legend(header) == words


@pytest.mark.parametrize(
    ("feed", "header", "column"),
    [
        ("elderly_allowance", "性别（1-男；2-女）", "sex"),
        ("elderly_allowance", "出生日期（格式：年-月-日）", "birth_date"),
        ("elderly_allowance", "联系电话（请填写新号码）", "phone"),
        ("elderly_allowance", "其中：月津贴金额", "monthly_amount"),
        ("elderly_allowance", "人员ID", None),
        ("elderly_allowance", "姓名ID", None),
        ("elderly_allowance", "月津贴金额（累计）", None),
        ("marriage", "当事人1（男）姓名", "husband_name"),
        ("marriage", "当事人2（女）身份证号", "wife_id_number"),
        ("marriage", "一方（女方）证件号", "wife_id_number"),
    ],
)  # fmt: skip
def test_a_note_that_explains_a_header_does_not_hide_it(feed: str, header: str, column: str | None) -> None:
    hit = look_up(get_feed(feed), header)
    assert (hit[0].name if hit else None) == column


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("申报月收入（元，含奖金）", "元"), ("申报年收入（万元/年；含奖金）", "万元/年"),
        ("月工资（单位：元，税后）", "元"), ("月工资（分，税前）", "分"), ("月工资（税前，不含奖金）", None),
    ],
)  # fmt: skip
def test_a_unit_is_read_before_what_else_its_brackets_say(header: str, unit: str | None) -> None:
    assert unit_of(header) == unit


@pytest.mark.parametrize("value", ["1", "1.0", "１", "01", 1.0])
def test_a_code_is_the_same_however_a_spreadsheet_wrote_it(value: Any) -> None:
    table = read("保障状态（0-在保，1-停保）", value)
    assert meant(table, "elderly_allowance", "status") == ["停保"]


def test_a_legend_may_stand_in_any_brackets() -> None:
    assert legend("城乡类别【1-农村；2-城市】") == legend("城乡类别[1-农村；2-城市]") == {"1": "农村", "2": "城市"}


@pytest.mark.parametrize(
    "header", ["月津贴金额（累计，含上年）", "姓名（请填写监护人姓名）", "身份证号（如无，填写监护人）", "系统ID"]
)
def test_a_note_that_speaks_of_something_else_is_no_explanation(header: str) -> None:
    assert look_up(get_feed("elderly_allowance"), header) is None
