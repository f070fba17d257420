"""Lists beside each other in a sheet: none is lost, and a header that repeats for another person makes no list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.tables.beside import sides
from tests.delivery_factory import Office, id_number, write_workbook

HEADER = ["供养证号", "姓名", "身份证号", "月供养金额", "状态"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def delivered(office: Office, feed: str, *rows: list[Any]) -> Any:
    write_workbook(office.place(feed, "名册.xlsx"), {"十月": list(rows)})
    return office.intake(feed)


def person(number: int) -> list[Any]:
    return [f"TK{number}", f"甲{number}", id_number(number), 1000, "在供"]


HEADINGS = ["集中供养人员", *[None] * 5, "分散供养人员"]


@pytest.mark.parametrize("above", [[["特困人员花名册"], HEADINGS], []])
def test_both_lists_are_read_with_their_rows_and_letters(office: Office, above: list[list[Any]]) -> None:
    rows = [*above, [*HEADER, None, *HEADER], [*person(1), None, *person(3)], [*person(2), None, *person(4)], person(5)]
    taken = delivered(office, "tekun", *rows)
    first = len(above) + 2
    assert sorted(taken.frame.select("name", "_row", "_sheet").rows()) == [
        ("甲1", first, "十月"), ("甲2", first + 1, "十月"), ("甲3", first, "十月（第G列起）"),
        ("甲4", first + 1, "十月（第G列起）"), ("甲5", first + 2, "十月"),
    ]  # fmt: skip
    assert taken.frame["_row_id"].n_unique() == 5
    account = taken.receipts[0].account
    assert account.column_mapping["十月（第G列起）"]["letters"]["name"] == "H"
    assert {sum(counts.values()) for counts in account.sheet_rows.values()} == {len(rows)}
    if above:
        assert sorted(taken.frame.select("name", "support_mode").rows())[2:4] == [
            ("甲3", "分散供养"), ("甲4", "分散供养"),
        ]  # fmt: skip


def test_a_list_whose_month_stands_in_the_title_is_read_on_both_sides(office: Office) -> None:
    header = ["姓名", "身份证号", "金额"]
    rows = [
        ["2026年9月高龄津贴发放表"],
        [*header, None, *header],
        ["甲", id_number(1), 50, None, "乙", id_number(2), 60],
    ]
    assert delivered(office, "payment", *rows).frame["amount"].to_list() == ["50", "60"]


def test_what_stands_before_the_first_list_is_not_lost(office: Office) -> None:
    rows = [[None, *HEADER, *HEADER], ["补", *person(1), *person(2)], [None, *person(3), *person(4)]]
    taken = delivered(office, "tekun", *rows)
    assert taken.frame.filter(name="甲1")["_extra"].to_list() == ['{"第1列": "补"}']


def test_husband_and_wife_are_no_two_lists() -> None:
    header = ["姓名", "身份证号", "出生日期"]
    rows = [["男方", None, None, "女方"], [*header, *header], ["甲", id_number(1), "1990-01-01"] * 2]
    grid = Grid("表", 1, rows, merged=[((0, 0), (0, 2)), ((0, 3), (0, 5))])
    assert sides(grid, get_feed("marriage")) == [grid]
