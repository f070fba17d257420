"""Households that number their members (1, 1-1, 1-2; 2, 2-1): what stands in the head's row alone is the household's,
and the number says which rows those are. Without it nobody can say, and blocks.check_blocks holds the sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text, is_blank
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, place

_NUMBER = re.compile(r"(\d{1,5})(?:[-—–－_、./]\d{1,3}|[(（]\d{1,3}[)）])?")
#: Of the household are these columns, and all that are nobody's own.
_OF_HOUSEHOLD = frozenset({"head_name", "head_id_number"})
#: What each member has himself.
_OF_MEMBER = frozenset({"town", "village", "group", "relation", "text"})


def fill_households(
    grid: Grid, feed: Feed, header: Header, data: Sequence[int], texts: dict[int, list[str | None]]
) -> list[Message]:
    """Gives the blank cells of members what stands in their head's row, in the columns of the household that no member
    fills; says so. Nothing where the case numbers stand in every row, or where the rows are not numbered so."""
    case = next((index for index, column in header.columns.items() if column.name == feed.case_column), None)
    if case is None or "relation_to_head" not in feed.by_name:
        return []
    blank = {at for at, text in enumerate(texts[case]) if not (text or "").strip()}
    numbered = ((index, _heads(grid, data, index, blank)) for index in _places(header)) if blank else ()
    numbering, heads = next(((index, heads) for index, heads in numbered if heads), (0, {}))
    if not heads:
        return []
    filled = [index for index, column in header.columns.items() if _is_households(feed, column)]
    filled = [index for index in filled if not any((texts[index][at] or "").strip() for at in heads)]
    for index in filled:
        texts[index] = [texts[index][heads.get(at, at)] for at in range(len(texts[index]))]
    what = f"“{header.cells[numbering][1]}”列写明各行属于哪一户（如1-1属于1），户主行的内容已填入同户{len(heads)}行"
    return [Message("HOUSEHOLDS_NUMBERED", place(grid.name, None, numbering), what, "请核对；今后请逐行填写")]


def _places(header: Header) -> list[int]:
    """The columns that may number the rows."""
    return sorted(header.ordinals | {index for index in header.extra if re.search("序|号", header.cells[index][1])})


def _heads(grid: Grid, data: Sequence[int], index: int, blank: set[int]) -> dict[int, int]:
    """Member's place among the data rows -> its head's, by the numbers in a column; empty where these do not say it of
    exactly the rows without a case number: a head has a number of its own, and its members follow it."""
    heads: dict[int, int] = {}
    last: tuple[str, int] | None = None
    for at, row in enumerate(data):
        number = _number(grid.rows[row][index] if index < len(grid.rows[row]) else None)
        if number is None:
            return {}
        household, is_member = number
        if not is_member:
            last = (household, at)
        elif last is None or last[0] != household:
            return {}
        else:
            heads[at] = last[1]
    return heads if heads.keys() == blank else {}


def _number(value: Any) -> tuple[str, bool] | None:
    """(number of the household, whether it is a member's); a spreadsheet has made a day of 2-1."""
    if isinstance(value, date):
        return str(value.month), True
    text = "" if is_blank(value) else unicodedata.normalize("NFKC", cell_text(value) or "").strip()
    found = _NUMBER.fullmatch(text)
    return (found[1], found[0] != found[1]) if found else None


def _is_households(feed: Feed, column: Column) -> bool:
    if column.name in _OF_HOUSEHOLD or column.name == feed.case_column:
        return True
    return not column.personal and column.type not in _OF_MEMBER and column.name != "bank"
