"""One thing in several columns beside each other: 逝者姓 and 逝者名, 发放年 and 发放月, 死亡年 and 死亡月 and
死亡日. They are read as the one column that the contract knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.spelling import fold, without_unit
from pipelines.intake.messages import Message, place

#: The endings of headers for the parts of a whole, each with the form of its cells and what is written behind them.
_NAME = ((r"姓氏?", r"[\u3400-\u9fff]{1,2}", ""), (r"(?<!姓)(?:名字?)", r"[\u3400-\u9fff·]{1,10}", ""))
_DAY = (
    (r"年[度份]?", r"(?:(?:19|20)\d\d|\d\d)年?", "年"),
    (r"月份?", r"(?:0?[1-9]|1[0-2])月?", "月"),
    (r"[日号]", r"(?:0?[1-9]|[12]\d|3[01])[日号]?", "日"),
)
#: What the whole may be called behind the words that the parts share, by the types of the contract's columns.
_WHOLES = {("person_name",): ("姓名",), ("year_month", "date"): ("年月", "日期", "时间", "月份", "")}
#: So many of the filled cells look like their part.
_FITTING = 0.9
_LOOKED_AT = 400


def find_joins(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Sets the header's `joins`, and the joined header in the place of the first part; tells what was joined."""
    messages = []
    for types, parts in ((("person_name",), _NAME), (("year_month", "date"), _DAY)):
        for first in range(len(header.cells)):
            places = _places(grid, header, first, parts)
            hit = _whole(feed, header, places, types) if places else None
            if hit is None:
                continue
            names = "”“".join(header.full_name(index) for index in places)
            what = f"列“{names}”是一项内容的几部分，已合起来按“{hit.header}”读取"
            where = place(grid.name, header.last_row + 1, first)
            messages.append(Message("COLUMNS_JOINED", where, what, "请核对；今后请填在一列里"))
            header.cells[first] = ("", hit.header)
            header.joins[first] = places[1:]
    return messages


def join_rows(grid: Grid, header: Header) -> Grid:
    """The sheet with the joined cells in the place of each first part; the other parts stay as they are."""
    if not header.joins:
        return grid
    rows = [*grid.rows]
    for row in range(header.row + header.height, len(rows)):
        for first, others in header.joins.items():
            cells = [_cell(rows[row], index) for index in (first, *others)]
            if (whole := _joined(cells)) is not None:
                rows[row] = [*rows[row]]
                rows[row][first] = whole
    return replace(grid, rows=rows)


def _places(grid: Grid, header: Header, first: int, parts: Sequence[tuple[str, str, str]]) -> list[int]:
    """The places of the parts from `first` on, side by side, where headers and cells look like it; else none."""
    stems: list[str] = []
    places: list[int] = []
    for nth, (ending, form, _) in enumerate(parts):
        index = first + nth
        stem = _stem(header, index, ending)
        if stem is None or not _fit(grid, header, index, form):
            break
        stems.append(stem)
        places.append(index)
    share_words = all(stem in ("", stems[0]) for stem in stems)
    return places if len(places) > 1 and share_words else []


def _stem(header: Header, index: int, ending: str) -> str | None:
    """What stands before the ending of a part; what stands above it, where the ending is all. None for no part."""
    if index >= len(header.cells) or index in header.joins:
        return None
    parent, text = header.cells[index]
    found = re.fullmatch(rf"(.*?)(?:{ending})", without_unit(fold(text)))
    return None if found is None else found[1] or without_unit(fold(parent))


def _fit(grid: Grid, header: Header, index: int, form: str) -> bool:
    rows = grid.rows[header.last_row + 1 : header.last_row + 1 + _LOOKED_AT]
    filled = [text for row in rows if (text := _cell(row, index))]
    return bool(filled) and sum(bool(re.fullmatch(form, text)) for text in filled) >= _FITTING * len(filled)


def _whole(feed: Feed, header: Header, places: list[int], types: tuple[str, ...]) -> Column | None:
    """The contract's column that the parts make together, where no other header of the sheet means it."""
    stem = _stem(header, places[0], (_NAME if types == ("person_name",) else _DAY)[0][0]) or ""
    words = [stem.removesuffix(tail) + tail for tail in _WHOLES[types]] + [stem]
    hits = (look_up(feed, word) for word in words if word)
    column = next((hit[0] for hit in hits if hit and hit[0].type in types), None)
    others = (cell for index, cell in enumerate(header.cells) if index not in places and cell[1])
    meant = {hit[0].name for parent, text in others if (hit := look_up(feed, text, parent))}
    if column is None or column.name in meant or (column.type == "date" and len(places) < len(_DAY)):
        return None
    return column if stem or column.required else None  # 年 and 月 alone are a roll's own month


def _joined(cells: list[str]) -> str | None:
    """The whole of a row's parts; None where one of them is missing or no part (a total, a remark)."""
    for parts in (_NAME, _DAY):
        if all(re.fullmatch(form, cell) for cell, (_, form, _) in zip(cells, parts, strict=False)):
            return "".join(cell.rstrip(mark) + mark for cell, (_, _, mark) in zip(cells, parts, strict=False))
    return None


def _cell(row: list[Any], index: int) -> str:
    text = unicodedata.normalize("NFKC", header_text(row[index])) if index < len(row) else ""
    return re.sub(r"\s", "", text)
