"""Finds the header of a sheet: its rows, and the text and the parent of each column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text, filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import (
    is_ordinal,
    look_up,
    names_a_person,
    value_in_header,
    value_under,
)
from pipelines.intake.headers.profile import is_id_number

#: The header stands in one of so many first rows.
SEARCHED_ROWS = 60

#: A row with fewer known headers is no header: one word may stand anywhere.
FEWEST_HITS = 2

#: A header has so many rows at most.
HIGHEST = 3

#: Headers of how and where one is registered, which need not be how and where one lives.
REGISTERED = re.compile(r"户籍|户口|籍贯")

#: The number of a part of a list.
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


@dataclass
class Header:
    """The header of a sheet: its first row and number of rows (0-based row numbers), and the meaning of each column.

    `cells` are (parent, header) per column of the sheet; `columns` maps the sheet's column to the contract's; `extra`
    maps the sheet's other columns to the name under which they are kept; `spare` are those of them whose header means
    a column that another one is already taken for, `composites` those that hold several columns' values in one cell.
    Of a wide table `passed_over` are its columns of amounts and `supplied` what the header over one of them says.
    `joins`: the places of the further parts of a whole (逝者名), by the place of its first part (逝者姓).
    `remarks` and `stopping`: the places of remarks that tell the state, and of the question whether it has ended.
    `reasons` say, by the contract's column, why it was recognised.
    """

    row: int
    height: int
    cells: list[tuple[str, str]]
    columns: dict[int, Column] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)
    ordinals: set[int] = field(default_factory=set)
    spare: dict[int, Column] = field(default_factory=dict)
    composites: dict[int, list[Column]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    passed_over: frozenset[int] = frozenset()
    supplied: frozenset[str] = frozenset()
    joins: dict[int, list[int]] = field(default_factory=dict)
    remarks: int | None = None
    stopping: int | None = None

    @property
    def last_row(self) -> int:
        return self.row + self.height - 1

    def full_name(self, index: int) -> str:
        """A header with the one above it: 持卡人信息/姓名."""
        parent, text = self.cells[index]
        return f"{parent}/{text}" if parent and parent != text else text

    @property
    def parts(self) -> set[int]:
        """The places of columns whose cells are read with another's."""
        return {index for others in self.joins.values() for index in others}

    @property
    def found(self) -> set[str]:
        """The names of the contract's columns that the sheet has."""
        parts = {column.name for columns in self.composites.values() for column in columns}
        return parts | {column.name for column in self.columns.values()} | self.supplied

    @property
    def seen(self) -> list[str]:
        return [header for _, header in self.cells if header]


def header_text(value: Any) -> str:
    """A cell of a header as text."""
    return (cell_text(value) or "").strip()


def _spread(grid: Grid, row: int, below: list[str]) -> tuple[list[str], set[int]]:
    """The texts of a header's upper row, spread over horizontally merged cells; and the columns merged down."""
    width = len(below)
    texts = [header_text(value) for value in grid.rows[row][:width]] + [""] * (width - len(grid.rows[row]))
    merged_down: set[int] = set()
    merges = [area for area in grid.merged if area[0][0] == row]
    for (_, left), (bottom, right) in merges:
        texts[left : right + 1] = [texts[left]] * (min(right + 1, width) - left)
        if bottom > row:
            merged_down.update(range(left, right + 1))
    if not merges:  # a text file has lost its merges: a blank above a header belongs to what stands left of it
        for index in range(1, width):
            if not texts[index] and below[index]:
                texts[index] = texts[index - 1]
    return texts, merged_down


def _cells(grid: Grid, row: int, height: int) -> list[tuple[str, str]]:
    """(parent, header) of each column for a header of `height` rows; the parent is the nearest one, or, of several, the
    nearest that names a person."""
    width = max(len(grid.rows[line]) for line in range(row, row + height))
    last = grid.rows[row + height - 1]
    cells = [("", header_text(value)) for value in last] + [("", "")] * (width - len(last))
    for line in range(row + height - 2, row - 1, -1):
        uppers, merged_down = _spread(grid, line, [header for _, header in cells])
        cells = [
            ("", upper) if index in merged_down or not header else (_parent(upper, parent), header)
            for index, (upper, (parent, header)) in enumerate(zip(uppers, cells, strict=True))
        ]
    return cells


def _parent(upper: str, lower: str) -> str:
    return upper if upper and (not lower or (names_a_person(upper) and not names_a_person(lower))) else lower


def _score(feed: Feed, cells: list[tuple[str, str]]) -> int:
    """The number of columns that the headers mean; one whose values stand below its header to be ticked is one too, and
    so is one whose values are the headers of a wide table."""
    found = {hit[0].name for parent, header in cells if header and (hit := look_up(feed, header, parent))}
    ticked = {column.name for parent, header in cells if (column := value_under(feed, parent, header))}
    spread = {
        name
        for name in (feed.wide or ())[1:]
        if sum(value_in_header(feed.by_name[name], header) is not None for _, header in cells if header) > 1
    }
    return len(found | ticked | spread)


def find_header(grid: Grid, feed: Feed) -> Header | None:
    """The rows, three at most, with the most known headers; the fewest of equals. None when no row has two."""
    best: tuple[tuple[int, int], Header] | None = None
    for row in range(grid.first_row, min(grid.first_row + SEARCHED_ROWS, len(grid.rows))):
        is_person = any(is_id_number(header_text(value)) for value in grid.rows[row])
        if is_person or _is_note(feed, grid.rows[row]) or _is_heading(grid, row):
            continue
        score = _score(feed, _cells(grid, row, 1))
        header = Header(row, 1, _cells(grid, row, 1))
        if score or grid.merged:
            drawn = _drawn_height(grid, row)
            for height in range(2, min(HIGHEST, len(grid.rows) - row) + 1):
                taller = Header(row, height, _cells(grid, row, height))
                more = _score(feed, taller.cells)
                if (more > score and _adds_headers(grid, feed, taller)) or (height == drawn and more >= FEWEST_HITS):
                    score, header = more, taller
        worth = (score, -header.height)
        if score >= FEWEST_HITS and (best is None or worth > best[0]):
            best = (worth, header)
    return _from_the_top(grid, feed, best[1]) if best else None


def _is_note(feed: Feed, cells: list[Any]) -> bool:
    """Whether a line begins as those above a table do: 填报单位:…, 截止时间:…"""
    first = next((text for value in cells if (text := header_text(value))), "")
    bare = _IN_BRACKETS.sub("", first)
    return bool(re.search(r"[:：].", bare)) and look_up(feed, first) is None


def _is_heading(grid: Grid, row: int) -> bool:
    """Whether a line holds one text alone, across the sheet or with a number before it: a title, or 一、城市低保 over a
    part of the table."""
    filled = filled_places(grid.rows[row])
    if len(filled) != 1 or filled[0]:
        return False
    width = max(len(grid.rows[row]), len(grid.rows[row + 1]) if row + 1 < len(grid.rows) else 0)
    across = any(area[0] == (row, 0) and 2 * (area[1][1] + 1) > width > 1 for area in grid.merged)
    return across or bool(_NUMBERED.match(header_text(grid.rows[row][0])))


def _drawn_height(grid: Grid, row: int) -> int:
    """The rows of a header that is drawn with merged cells: some headers reach down over the row in which others are
    parted, though nothing in that row may be known (供养方式 over 集中 and 分散). 1 for any other row."""
    down = [bottom - top + 1 for (top, left), (bottom, right) in grid.merged if top == row < bottom and left == right]
    is_parted = any(top == row == bottom and left < right for (top, left), (bottom, right) in grid.merged)
    return max(down) if len(down) >= FEWEST_HITS and is_parted else 1


def _from_the_top(grid: Grid, feed: Feed, header: Header) -> Header:
    """The header with the rows above from which something reaches down into it: a merged cell (序号 over two rows), or,
    where a text file has lost its merges, an ordinal over a blank; and with the row that tells headers of one name
    apart. They add no known header, but head their column."""
    top = min((top for (top, _), (bottom, _) in grid.merged if top < header.row <= bottom), default=header.row)
    if header.row and not grid.merged:
        above = grid.rows[header.row - 1]
        blank = (index for index, (_, text) in enumerate(header.cells) if not text)
        top -= any(index < len(above) and is_ordinal(header_text(above[index])) for index in blank)
    if top == header.row and _is_parted_above(grid, feed, header):
        top -= 1
    height = header.last_row - top + 1
    if top == header.row or height > HIGHEST:
        return header
    taller = Header(top, height, _cells(grid, top, height))
    return taller if _score(feed, taller.cells) >= _score(feed, header.cells) else header


def _is_parted_above(grid: Grid, feed: Feed, header: Header) -> bool:
    """Whether headers of one name stand under different texts: 补贴对象信息 and 持卡人信息 over 姓名."""
    named = [cell for cell in header.cells if cell[1]]
    repeated = len(named) - len(set(named))
    if not repeated or not header.row or _is_note(feed, grid.rows[header.row - 1]):
        return False
    parted = [cell for cell in _cells(grid, header.row - 1, header.height + 1) if cell[1]]
    return len(parted) - len(set(parted)) < repeated


def _adds_headers(grid: Grid, feed: Feed, header: Header) -> bool:
    """Whether the last row is a header's last row, not the first data row.

    It is when headers stand in it that the dictionary knows, and the rows together say more than the last one alone (a
    title above a header adds nothing).
    """
    below = _cells(grid, header.last_row, 1)
    children = [
        (parent, child) for (parent, child), (_, own) in zip(header.cells, below, strict=False) if own and parent
    ]
    known = sum(1 for parent, child in children if look_up(feed, child, parent))
    together = _score(feed, header.cells)
    return known >= 1 and known * 2 >= len(children) and together > _score(feed, below)
