"""Several tables one below the other in a sheet, each with its own header: 一、集中供养 … 二、分散供养 with other
columns, or 附：减少人员名单. Each is read as a sheet of its own, which keeps the numbers of its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import cell_text, filled_places, is_blank
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header, find_header, header_text
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.messages import Message, place

#: So many headers of the first table stand in the header of a further one.
_SHARED = 3
#: Above a header may stand a title and a line for the unit or the office.
_LINES_ABOVE = 3
#: A further table of so small a share of the sheet's rows is an appendix.
_APPENDIX = 0.2


def parted(grid: Grid, feed: Feed) -> list[Grid]:
    """The sheet's tables from top to bottom; the grid itself where it holds one."""
    header = find_header(grid, feed)
    starts = _starts(grid, header) if header else []
    if not starts:
        return [grid]
    first = _between(grid, 0, starts[0], grid.name)
    spans = zip(starts, [*starts[1:], len(grid.rows)], strict=True)
    return [first, *(_between(grid, top, end, f"{grid.name or ''}（第{top + 1}行起）") for top, end in spans)]


def _between(grid: Grid, start: int, end: int, name: str | None) -> Grid:
    rows: list[list[Any]] = [[] for _ in range(start)] + grid.rows[start:end]
    merged = [area for area in grid.merged if start <= area[0][0] < end]
    errors = {cell: text for cell, text in grid.errors.items() if start <= cell[0] < end}
    return replace(grid, name=name, rows=rows, merged=merged, errors=errors, first_row=start, part_of=(grid.sheet,))


def _starts(grid: Grid, header: Header) -> list[int]:
    """The rows in which further tables begin, with the lines above their headers."""
    lines = [_places(cells) for cells in grid.rows[header.row : header.last_row + 1]]
    known = frozenset(text for line in lines for text in line)
    starts: list[int] = []
    for row in range(header.last_row + 1, len(grid.rows)):
        cells = grid.rows[row]
        if known.isdisjoint(cells) or not _is_other_header(cells, lines):  # most rows share no cell with a header
            continue
        starts.append(_with_lines_above(grid, row, starts[-1] + 1 if starts else header.last_row + 1))
        lines = [_places(cells)]
    return starts


def _places(cells: list[Any]) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for index in filled_places(cells):
        places.setdefault(header_text(cells[index]), set()).add(index)
    return places


def _is_other_header(cells: list[Any], lines: list[dict[str, set[int]]]) -> bool:
    """Whether a row heads other columns, or the same ones in other places; the same header once more does not."""
    texts = _places(cells)
    line = max(lines, key=lambda line: len(texts.keys() & line.keys()))
    shared = texts.keys() & line.keys()
    if len(shared) < _SHARED or 2 * len(shared) < len(texts) or any(map(is_id_number, texts)):
        return False
    is_moved = any(texts[text] != line[text] for text in shared)
    return is_moved or len(shared) < 0.8 * len(line) or len(texts) - len(shared) > 0.2 * len(line)


def _with_lines_above(grid: Grid, row: int, earliest: int) -> int:
    start, lines = row, 0
    while start > earliest and lines < _LINES_ABOVE:
        filled = filled_places(grid.rows[start - 1])
        if len(filled) > 1 or (filled and _closes(grid.rows[start - 1])):
            break
        start, lines = start - 1, lines + bool(filled)
    while start < row and not any(not is_blank(value) for value in grid.rows[start]):
        start += 1  # blank lines belong to the table above
    return start


def _closes(cells: list[Any]) -> bool:
    """Whether a line ends the table above it: 制表人：…, 合计, 注：…"""
    text = "".join((cell_text(value) or "").strip() for value in cells)
    return text.startswith(("制表", "审核", "填表", "合计", "总计", "小计", "注", "备注", "说明", "共"))


def is_appendix(rows: int, of: int) -> bool:
    """Whether a further table that cannot be read, of so many rows, may be left out of a sheet of so many."""
    return rows <= max(3, _APPENDIX * of)


def left_out(grid: Grid, rows: int) -> Message:
    what = f"其下{rows}行是另一张小表，列不齐，未使用"
    remedy = "如其中有应报送的人员，请另放一个工作表并补齐列后重新报送"
    return Message("SIDE_TABLE", place(grid.name), what, remedy)
