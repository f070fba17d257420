"""Members numbered under their household, and rolls that ask whether somebody is no longer paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Refused
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number

HEADER = ["序号", "姓名", "身份证号", "与户主关系", "低保证号", "保障人数", "月保障金额", "状态", "乡镇"]


def read(rows: list[list[Any]], feed: str = "dibao") -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed(feed))
    return table


def household(*numbers: Any, case: str = "D1") -> list[list[Any]]:
    """A head and its members; what is the household's stands in the head's row alone."""
    head, *members = numbers
    rows = [[head, f"户{case}", id_number(1), "户主", case, len(numbers), 500, "在保", "甲镇"]]
    return rows + [[n, f"员{case}", id_number(2), "之子", "", "", None, "在保", ""] for n in members]


@pytest.mark.parametrize(
    ("first", "second"),
    [(("1", "1-1", "1-2"), ("2", "2-1")), ((1, "1.1", "1.2"), (2, "2.1")), (("1", "1（1）", "1（2）"), (2.0, "2（1）")),
     (("1", datetime(2026, 1, 1), datetime(2026, 1, 2)), ("2", datetime(2026, 2, 1)))],
)  # fmt: skip
def test_the_number_of_a_member_says_whose_it_is(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    table = read([HEADER, *household(*first), *household(*second, case="D2")])
    assert table.columns["case_number"] == ["D1", "D1", "D1", "D2", "D2"]
    assert table.columns["monthly_amount"] == ["500"] * 5
    assert table.columns["covered_count"] == ["3"] * 3 + ["2"] * 2
    assert table.columns["town"] == ["甲镇", None, None, "甲镇", None]  # where each of them lives, nobody says
    (told,) = [message for message in table.messages if message.code == "HOUSEHOLDS_NUMBERED"]
    assert (told.where, "3行" in told.what) == ("工作表“表1”A列", True)


def test_numbers_that_begin_anew_in_every_village_say_it_too() -> None:
    table = read([HEADER, *household("1", "1-1"), *household("1", "1-1", case="D2")])
    assert table.columns["case_number"] == ["D1", "D1", "D2", "D2"]


@pytest.mark.parametrize(
    "numbers", [("1", "2", "3"), ("1", "2-1", "1-2"), ("1", "", ""), ("1", "1-1", "另")]
)  # fmt: skip
def test_other_numbers_say_nothing(numbers: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as verdict:
        read([HEADER, *household(*numbers)])
    assert (verdict.value.message.code, verdict.value.disposition) == ("HOUSEHOLD_BLANKS", "held")


def test_what_members_have_of_their_own_is_left() -> None:
    rows = [HEADER, *household("1", "1-1")]
    rows[2][6] = 120
    assert read(rows).columns["monthly_amount"] == ["500", "120"]


ROLL = ["姓名", "身份证号", "月津贴金额", "是否停发"]


def roll(*answers: Any, header: str = "是否停发") -> SheetTable:
    people = [[f"甲{n}", id_number(n), 100, answer] for n, answer in enumerate(answers)]
    return read([[*ROLL[:3], header], *people], "elderly_allowance")


@pytest.mark.parametrize("header", ["是否停发", "是否已停发", "是否停止发放", "是否停保（必填）", "是否退出"])
def test_a_roll_may_ask_who_is_no_longer_paid(header: str) -> None:
    table = roll("否", "是", "", "×", "√", header=header)
    assert table.columns["status"] == ["在保", "停发", "在保", "在保", "停发"]
    (told,) = table.messages
    assert told.code == "COLUMN_BY_CONTENT"
    assert "反过来问" in told.what


def test_an_answer_that_nobody_can_read_leaves_it_unread() -> None:
    with pytest.raises(Refused) as verdict:
        roll("否", "待定")
    assert verdict.value.message.code == "MISSING_COLUMN"


def test_beside_a_state_the_question_is_only_kept() -> None:
    people = [[*HEADER_OF_STATE], ["甲", id_number(1), 100, "在保", "是"]]
    table = read(people, "elderly_allowance")
    assert table.columns["status"] == ["在保"]
    assert table.extra == ['{"是否停发": "是"}']


HEADER_OF_STATE = ["姓名", "身份证号", "月津贴金额", "状态", "是否停发"]


def test_a_parent_with_a_note_in_brackets_is_the_person_before_it() -> None:
    rows: list[list[Any]] = [
        ["序号", "被收养儿童", "", "", "收养人（父/母）", "", "准予登记日期"],
        ["", "姓名", "出生日期", "身份证号", "姓名", "身份证号", ""],
        [1, "甲", "2011/11/06", id_number(1), "乙", id_number(2), "2026年10月8日"],
    ]
    merged = [((0, 1), (0, 3)), ((0, 4), (0, 5)), ((0, 6), (1, 6)), ((0, 0), (1, 0))]
    (table,) = read_sheet(Grid("表1", 1, rows, merged=merged), get_feed("adoption"))
    assert (table.columns["adopter_name"], table.columns["adopter_id_number"]) == (["乙"], [id_number(2)])
    assert (table.columns["child_name"], table.columns["child_id_number"]) == (["甲"], [id_number(1)])
