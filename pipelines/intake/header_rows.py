"""Finds the header of a sheet and says which column of the sheet is which column of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.cells import cell_text, is_blank
from pipelines.intake.grid import Grid
from pipelines.intake.headers import is_ordinal, look_up, nearest_header
from pipelines.intake.messages import Message, Refused, place

#: The header stands in one of so many first rows.
SEARCHED_ROWS = 60

#: A row with fewer known headers is no header: one word may stand anywhere.
FEWEST_HITS = 2


@dataclass
class Header:
    """The header of a sheet: its first row and number of rows (0-based row numbers), and the meaning of each column.

    `cells` are (parent, header) per column of the sheet; `columns` maps the sheet's column to the contract's; `extra`
    maps the sheet's other columns to the name under which they are kept.
    """

    row: int
    height: int
    cells: list[tuple[str, str]]
    columns: dict[int, Column] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)
    ordinals: set[int] = field(default_factory=set)

    @property
    def last_row(self) -> int:
        return self.row + self.height - 1

    @property
    def seen(self) -> list[str]:
        return [header for _, header in self.cells if header]


def _text(value: Any) -> str:
    return (cell_text(value) or "").strip()


def _parents(grid: Grid, row: int, width: int) -> tuple[list[str], set[int]]:
    """The texts of a header's upper row, spread over horizontally merged cells; and the columns merged down."""
    texts = [_text(value) for value in grid.rows[row]] + [""] * (width - len(grid.rows[row]))
    merged_down: set[int] = set()
    merges = [area for area in grid.merged if area[0][0] == row]
    for (_, left), (bottom, right) in merges:
        texts[left : right + 1] = [texts[left]] * (min(right + 1, width) - left)
        if bottom > row:
            merged_down.update(range(left, right + 1))
    if not merges:  # a text file has lost its merges: a blank above a header belongs to what stands left of it
        below = [_text(value) for value in grid.rows[row + 1]] + [""] * width
        for index in range(1, width):
            if not texts[index] and below[index]:
                texts[index] = texts[index - 1]
    return texts, merged_down


def _one_row(grid: Grid, row: int) -> list[tuple[str, str]]:
    return [("", _text(value)) for value in grid.rows[row]]


def _two_rows(grid: Grid, row: int) -> list[tuple[str, str]]:
    width = max(len(grid.rows[row]), len(grid.rows[row + 1]))
    parents, merged_down = _parents(grid, row, width)
    below = [_text(value) for value in grid.rows[row + 1]] + [""] * (width - len(grid.rows[row + 1]))
    return [
        (parent, child) if child and index not in merged_down else ("", parent)
        for index, (parent, child) in enumerate(zip(parents, below, strict=True))
    ]


def _score(feed: Feed, cells: list[tuple[str, str]]) -> int:
    found = {hit[0].name for parent, header in cells if header and (hit := look_up(feed, header, parent))}
    return len(found)


def find_header(grid: Grid, feed: Feed) -> Header | None:
    """The row, or two rows, with the most known headers; the first one of equals. None when no row has two."""
    best: tuple[int, Header] | None = None
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        single = _one_row(grid, row)
        candidates = [Header(row, 1, single)]
        alone = _score(feed, single)
        if row + 1 < len(grid.rows) and (alone or grid.merged):
            candidates.append(Header(row, 2, _two_rows(grid, row)))
        for header in candidates:
            score = alone if header.height == 1 else _score(feed, header.cells)
            if header.height == 2 and not _adds_headers(grid, feed, header, alone):
                continue
            if score >= FEWEST_HITS and (best is None or score > best[0]):
                best = (score, header)
    return best[1] if best else None


def _adds_headers(grid: Grid, feed: Feed, header: Header, alone: int) -> bool:
    """Whether the second row is a header's second row, not the first data row.

    It is when headers stand in it that the dictionary knows, and the two rows together say more than either alone (a
    title above a header adds nothing).
    """
    children = [(parent, child) for parent, child in header.cells if parent and child]
    known = sum(1 for parent, child in children if look_up(feed, child, parent))
    below = _score(feed, _one_row(grid, header.row + 1))
    return known >= 1 and known * 2 >= len(children) and _score(feed, header.cells) > max(alone, below)


def map_columns(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Fills the header's `columns`, `extra` and `ordinals`; returns warnings. Refused for an ambiguous header."""
    warnings: list[Message] = []
    ranked: dict[str, list[tuple[int, int]]] = {}
    taken: set[str] = set()
    for index, (parent, text) in enumerate(header.cells):
        if not text:
            continue
        if is_ordinal(text):
            header.ordinals.add(index)
        elif hit := look_up(feed, text, parent):
            ranked.setdefault(hit[0].name, []).append((hit[1], index))
        else:
            name = _free_name(f"{parent}/{text}" if parent and parent != text else text, taken)
            header.extra[index] = name
            warnings.append(_unknown(grid, feed, header, index, text))
    for name, places in ranked.items():
        (_, chosen), *others = sorted(places)
        header.columns[chosen] = feed.by_name[name]
        for _, index in others:
            warnings.append(_second(grid, header, chosen, index))
            header.extra[index] = _free_name(header.cells[index][1], taken)
    return warnings


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}({number})", number + 1
    taken.add(free)
    return free


def _unknown(grid: Grid, feed: Feed, header: Header, index: int, text: str) -> Message:
    near = nearest_header(feed, text)
    remedy = f"如指“{near.header}”,请改用该列名" if near else "如有用途,请告知管理员补充列名"
    where = place(grid.name, header.last_row + 1, index)
    return Message("UNKNOWN_COLUMN", where, f"列“{text}”不在约定之内,原样保留,不参与核对", remedy)


def _second(grid: Grid, header: Header, chosen: int, index: int) -> Message:
    first, second = header.cells[chosen][1], header.cells[index][1]
    where = place(grid.name, header.last_row + 1, index)
    if first == second:
        what = f"列名“{second}”重复出现,无法分辨"
        raise Refused(Message("DUPLICATE_HEADER", where, what, "请改为不同的列名,或补上上级表头后重新报送"))
    what = f"列“{second}”与列“{first}”含义相同,采用“{first}”,另一列原样保留"
    return Message("SECOND_SPELLING", where, what, "请只保留一列")


def name_unheaded(grid: Grid, header: Header, data_rows: list[int]) -> list[Message]:
    """Columns with data but without a header: kept when they hold a note here and there, Refused when they are full."""
    warnings: list[Message] = []
    width = max((len(grid.rows[row]) for row in data_rows), default=0)
    for index in range(width):
        if index < len(header.cells) and header.cells[index][1]:
            continue
        filled = [row for row in data_rows if index < len(grid.rows[row]) and not is_blank(grid.rows[row][index])]
        if not filled:
            continue
        if len(filled) * 2 > len(data_rows) and len(filled) > 2:
            where = place(grid.name, header.last_row + 1, index)
            raise Refused(Message("BLANK_HEADER", where, "该列有数据,却没有列名", "请补上列名,或删除该列后重新报送"))
        header.extra[index] = f"第{index + 1}列"
        where = place(grid.name, filled[0] + 1, index)
        what = "没有列名的列中有内容,原样保留,不参与核对"
        warnings.append(Message("UNKNOWN_COLUMN", where, what, "请补上列名,或删除该列"))
    return warnings
