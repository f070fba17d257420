"""Tables in sections: a line 一、集中供养(7人) or 青山村 over the rows it is about gives them its value, where the
table has no column for it."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed, code_lists
from pipelines.intake.messages import Message, place
from pipelines.intake.spelling import fold
from pipelines.intake.supplied import TOWN, VILLAGE

_COUNT = re.compile(r"\([^()]*\)|[,，]?(?:共|计)?\d+[人户笔]$|[:：]$")
_NO_SECTIONS = ("sex", "yes_no")


def section_values(
    feed: Feed, found: set[str], headings: dict[int, str], rows: list[int]
) -> dict[str, list[str | None]]:
    """Column -> the value of each of the data `rows`, from the lines over them; `headings` are row -> text."""
    meant = [(row, hit) for row, text in sorted(headings.items()) if (hit := _meaning(feed, found, text))]
    values: dict[str, list[str | None]] = {}
    for name in {name for _, (name, _) in meant}:
        current: list[str | None] = []
        for data_row in rows:
            above = [value for row, (column, value) in meant if column == name and row < data_row]
            current.append(above[-1] if above else None)
        if any(current):
            values[name] = current
    return values


def _meaning(feed: Feed, found: set[str], text: str) -> tuple[str, str] | None:
    """The one column that a heading is a value of, with the value."""
    bare = _COUNT.sub("", fold(text))
    hits = [column.name for column in feed.columns if column.name not in found and _is_value(column, bare)]
    return (hits[0], bare) if len(hits) == 1 else None


def _is_value(column: Column, text: str) -> bool:
    if column.name in ("town", "village"):
        return bool((TOWN if column.name == "town" else VILLAGE).match(text))
    if column.codes is None or column.codes in _NO_SECTIONS or len(text) < 2:
        return False
    return any(fold(spelling) == text for spelling in code_lists()[column.codes])


def told_of_sections(column: Column, sheet: str | None) -> Message:
    what = f"没有“{column.header}”列，已按各段的标题行填入"
    return Message("VALUE_FROM_TITLE", place(sheet), what, f"请核对；今后请逐行填写“{column.header}”")
