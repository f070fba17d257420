"""A disability certificate's number begins with the ID number of its holder: a register that lists the one alone holds
both."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, place

_CERTIFICATE = re.compile(r"\s*(\d{17}[\dXx])\s*\d{2}(?:[Bb]\d)?\s*")
#: So many of the filled cells have that form.
_MOST = 0.6


def held_in_certificates(grid: Grid, feed: Feed, header: Header) -> dict[str, str]:
    """Column of ID numbers that the sheet lacks -> the column whose values begin with them."""
    if "id_number" not in feed.by_name or "id_number" in header.found:
        return {}
    for index, column in header.columns.items():
        if column.type != "certificate_number":
            continue
        rows = grid.rows[header.last_row + 1 :]
        filled = [text for row in rows if index < len(row) and (text := cell_text(row[index]))]
        if filled and sum(holder_of(text) is not None for text in filled) >= _MOST * len(filled):
            return {"id_number": column.name}
    return {}


def holder_of(text: str | None) -> str | None:
    """The ID number of a certificate's holder."""
    found = _CERTIFICATE.fullmatch(text or "")
    return found[1] if found else None


def told_of_holders(column: Column, source: Column, sheet: str | None) -> Message:
    what = f"没有“{column.header}”列，已按“{source.header}”的前18位填入"
    return Message("COLUMN_SPLIT", place(sheet), what, f"请核对；今后请填写“{column.header}”")
