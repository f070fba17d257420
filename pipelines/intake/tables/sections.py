"""Tables in sections: a line 一、集中供养(7人) or 青山村 over the rows it is about gives them its value, where the
table has no column for it."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed, code_lists
from pipelines.intake.formats.cells import cell_text, filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, place
from pipelines.intake.tables.supplied import OF_PERSONS, TOWN, VILLAGE

_COUNT = re.compile(r"\([^()]*\)|[,，]?(?:共|计)?\d+[人户笔]$|[:：]$")
_NO_SECTIONS = ("sex", "yes_no")


def sections(grid: Grid, feed: Feed, header: Header, headings: dict[int, str]) -> dict[str, list[tuple[int, str]]]:
    """Column -> the (row, value) of the lines over parts of a table; `headings` are the lines below its header, row
    (1-based) -> text. The line right above the header is one too, where others follow."""
    meant: dict[str, list[tuple[int, str]]] = {}
    for row, text in sorted(headings.items()):
        if hit := _meaning(feed, header.found, text):
            meant.setdefault(hit[0], []).append((row, hit[1]))
    above = next((cells for cells in reversed(grid.rows[: header.row]) if filled_places(cells)), [])
    texts = [cell_text(above[index]) or "" for index in filled_places(above)]
    first = _meaning(feed, header.found, texts[0]) if len(texts) == 1 else None
    if first and first[0] in meant:
        meant[first[0]].insert(0, (header.row, first[1]))
    return meant


def section_values(headings: list[tuple[int, str]], rows: list[int], otherwise: str | None) -> list[str | None]:
    """The value of each of the data `rows` (1-based) from the last line over it."""
    values: list[str | None] = []
    for data_row in rows:
        above = [value for row, value in headings if row < data_row]
        values.append(above[-1] if above else otherwise)
    return values


def _meaning(feed: Feed, found: set[str], text: str) -> tuple[str, str] | None:
    """The one column that a heading is a value of, with the value."""
    bare = _COUNT.sub("", fold(text))
    for value in dict.fromkeys((bare, OF_PERSONS.sub("", bare))):
        hits = [column.name for column in feed.columns if column.name not in found and _is_value(column, value)]
        if hits:
            return (hits[0], value) if len(hits) == 1 else None
    return None


def _is_value(column: Column, text: str) -> bool:
    if column.name in ("town", "village"):
        return bool((TOWN if column.name == "town" else VILLAGE).match(text))
    if column.codes is None or column.codes in _NO_SECTIONS or len(text) < 2:
        return False
    return any(fold(spelling) == text for spelling in code_lists()[column.codes])


def told_of_sections(column: Column, sheet: str | None) -> Message:
    what = f"没有“{column.header}”列，已按各段的标题行填入"
    return Message("VALUE_FROM_TITLE", place(sheet), what, f"请核对；今后请逐行填写“{column.header}”")
