"""The same list twice beside each other in a sheet (集中供养人员 | 分散供养人员, or one list printed in two columns).

Each is read as a sheet of its own, which keeps the numbers of its rows and the letters of its columns.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import fits, is_ordinal
from pipelines.intake.headers.header_rows import find_header, header_text
from pipelines.intake.messages import column_letter

#: A row's address names its sheet by number: the further lists of a sheet have numbers that no sheet has.
_FURTHER = 1_000_000
#: So many headers make a list.
_FEWEST = 3


def sides(grid: Grid, feed: Feed) -> list[Grid]:
    """The sheet's lists from left to right; the grid itself where it holds one.

    Headers that repeat (姓名 of the husband and of the wife) make no second list: the whole header is there twice, and
    once says all that the feed asks for, or all that it can ask of its one person.
    """
    header = find_header(grid, feed)
    if header is None:
        return [grid]
    texts = [header_text(value) for value in grid.rows[header.last_row]]
    starts = _starts(texts)
    if len(starts) < 2 or not (len(feed.mentions) == 1 or fits(feed, tuple(("", text) for text in texts[: starts[1]]))):
        return [grid]
    bounds = [0, *starts[1:], max(len(row) for row in grid.rows)]
    return [_side(grid, header.last_row, nth, start, end) for nth, (start, end) in enumerate(pairwise(bounds))]


def _starts(texts: list[str]) -> list[int]:
    """The places at which a header begins anew, where all that stand between them are equal."""
    first = next((text for text in texts if text), "")
    starts = [index for index, text in enumerate(texts) if first and text == first]
    bounds = zip(starts, [*starts[1:], len(texts)], strict=True)
    lists = {tuple(text for text in texts[start:end] if text) for start, end in bounds}
    named = [text for text in next(iter(lists), ()) if not is_ordinal(text)]
    return starts if len(lists) == 1 and len(named) >= _FEWEST else []


def _side(grid: Grid, last_header_row: int, nth: int, start: int, end: int) -> Grid:
    """A list with what stands above it; a line above the header that speaks once speaks of every list."""
    rows = [
        row if at < last_header_row and len(filled_places(row)) == 1 else _within(row, start, end)
        for at, row in enumerate(grid.rows)
    ]
    merged = [area for area in grid.merged if start <= area[0][1] < end]
    errors = {cell: text for cell, text in grid.errors.items() if start <= cell[1] < end}
    name = grid.name if nth == 0 else f"{grid.name or ''}（第{column_letter(start)}列起）"
    return replace(grid, name=name, number=grid.number + nth * _FURTHER, rows=rows, merged=merged, errors=errors)


def _within(row: list[Any], start: int, end: int) -> list[Any]:
    return [value if start <= index < end else None for index, value in enumerate(row)]
