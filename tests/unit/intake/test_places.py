"""Town, village and group written in one cell."""

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
from tests.delivery_factory import id_number, write_text_file

ELDERLY = ["姓名", "身份证号", "月津贴金额", "状态"]


def roll(headers: list[str], *places: list[str]) -> list[list[Any]]:
    persons = ([f"甲{n}", id_number(n), 100, "在保", *cells] for n, cells in enumerate(places, start=1))
    return [[*ELDERLY, *headers], *persons]


def read(headers: list[str], *places: list[str]) -> SheetTable:
    rows = roll(headers, *places)
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed("elderly_allowance"))
    assert table.rows_read == len(rows)
    return table


def levels(table: SheetTable, row: int = 0) -> list[str | None]:
    return [table.columns[name][row] if name in table.columns else None for name in ("town", "village", "group_no")]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("乡镇", "城关镇/东门社区", ["城关镇", "东门社区", None]),
        ("乡镇/村", "城关镇东门社区居委会", ["城关镇", "东门社区居委会", None]),
        ("乡镇、村、组", "双堰乡-松岗村-三组", ["双堰乡", "松岗村", "三组"]),
        ("所在乡镇、所在村", "双堰乡松岗村", ["双堰乡", "松岗村", None]),
        ("镇（街道）、村（社区）", "双堰乡松岗村", ["双堰乡", "松岗村", None]),
        ("乡村组", "双堰乡松岗村三组", ["双堰乡", "松岗村", "三组"]),
        ("所属区划", "临江县双堰乡松岗村", ["双堰乡", "松岗村", None]),
        ("行政区划", "江淮省大江市临江县双堰乡松岗村第12村民小组", ["双堰乡", "松岗村", "第12村民小组"]),
        ("区划名称", "340590101|东门街道新华社区", ["东门街道", "新华社区", None]),
        ("村(社区)", "双堰乡松岗村", ["双堰乡", "松岗村", None]),
        ("村(社区)", "松岗村三组", [None, "松岗村", "三组"]),
        ("村组", "松岗村三组", [None, "松岗村", "三组"]),
    ],
)  # fmt: skip
def test_the_levels_of_a_place_are_told_apart(header: str, cell: str, expected: list[str | None]) -> None:
    table = read([header], [cell], [cell], [""])
    assert levels(table) == levels(table, 1) == expected
    assert levels(table, 2) == [None, None, None]


def test_the_office_is_told_what_became_of_its_column() -> None:
    table = read(["乡镇"], ["城关镇/东门社区"])
    (message,) = table.messages
    assert (message.code, message.where) == ("COLUMN_SPLIT", "工作表“表1”")
    assert message.what == "列“乡镇”中写有几级地名，已拆为“乡镇”“村(社区)”"
    assert (table.reasons["town"], table.reasons["village"]) == ("header", "content")


def test_a_village_with_its_group_is_parted_beside_a_town() -> None:
    table = read(["乡镇", "村(社区)"], ["双堰乡", "松岗村三组"], ["双堰乡", "青山村第4村民小组"])
    assert levels(table) == ["双堰乡", "松岗村", "三组"]
    assert levels(table, 1) == ["双堰乡", "青山村", "第4村民小组"]


def test_a_cell_that_is_no_such_place_stays_as_it_is() -> None:
    table = read(["乡镇"], ["城关镇东门社区"], ["城关镇西门社区"], ["驻外人员"])
    assert table.columns["town"] == ["城关镇", "城关镇", "驻外人员"]
    assert table.columns["village"] == ["东门社区", "西门社区", None]


def test_a_column_is_not_parted_for_a_few_of_its_cells() -> None:
    table = read(["乡镇"], ["城关镇东门社区"], ["城关镇"], ["双堰乡"])
    assert table.columns["town"] == ["城关镇东门社区", "城关镇", "双堰乡"]
    assert "village" not in table.columns
    assert table.messages == []


def test_a_sheet_with_a_column_for_each_level_is_left_alone() -> None:
    table = read(["乡镇", "村(社区)", "组"], ["双堰乡松岗村三组", "松岗村", "三组"])
    assert levels(table) == ["双堰乡松岗村三组", "松岗村", "三组"]
    assert table.messages == []


@pytest.mark.parametrize("town", ["杨村镇", "中村乡", "东门街道办事处", "开发区", "七里组镇"])
def test_a_town_whose_name_looks_like_more_is_one(town: str) -> None:
    table = read(["乡镇"], [town])
    assert levels(table) == [town, None, None]


def test_places_of_a_text_file_are_parted_and_no_row_is_lost(tmp_path: Path) -> None:
    rows = roll(["乡镇村"], ["双堰乡松岗村"], ["白鹭镇/三里村"])
    frame, account = parse_file(write_text_file(tmp_path / "名册.csv", rows), get_feed("elderly_allowance"), Limits())
    assert frame.select("town", "village").rows() == [("双堰乡", "松岗村"), ("白鹭镇", "三里村")]
    assert (account.verdict, account.rows_read) == ("accepted", len(rows))


@pytest.mark.parametrize(
    ("cell", "town", "village"),
    [("红旗镇东风村", "红旗镇", "东风村"), ("红旗街道新华社区", "红旗街道", "新华社区"),
     ("白沙州镇新村", "白沙州镇", "新村"), ("临江县红旗镇东风村", "红旗镇", "东风村")],
)  # fmt: skip
def test_a_town_that_is_called_like_a_county_is_a_town(cell: str, town: str, village: str) -> None:
    header = ["姓名", "身份证号", "月津贴金额", "状态", "乡镇村"]
    grid = Grid("表1", 1, [header, ["甲", id_number(1), 100, "在享", cell]])
    (table,) = read_sheet(grid, get_feed("elderly_allowance"))
    assert (table.columns["town"], table.columns["village"]) == ([town], [village])
