"""Looks at the values under the headers: values of another column mean a wrong name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from pipelines.contracts import Column
from pipelines.intake.messages import Message, Refused, place

_ID_NUMBER = re.compile(r"^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]$")

_LENGTH = 18
_MARKS = re.compile(r"[\s'`=\"]")

#: Fewer values say nothing about a column.
FEWEST_VALUES = 3


def is_id_number(text: str | None) -> bool:
    """Whether a delivered text has the form of an 18-character ID number; the check digit plays no part."""
    if not text:
        return False
    if text.isascii():  # most cells: nothing to fold, and marks around a number only make it longer
        if len(text) <= _LENGTH:
            return len(text) == _LENGTH and _ID_NUMBER.match(text) is not None
    else:
        text = unicodedata.normalize("NFKC", text)
    return _ID_NUMBER.match(_MARKS.sub("", text)) is not None


def _share(values: list[str | None]) -> float | None:
    """The share of values that have the form of an ID number; None when there are too few values."""
    counted = Counter(values)
    filled = sum(rows for value, rows in counted.items() if value and not value.isspace())
    if filled < FEWEST_VALUES:
        return None
    return sum(rows for value, rows in counted.items() if is_id_number(value)) / filled


def check_swapped(columns: dict[int, Column], values: dict[int, list[str | None]], sheet: str | None) -> None:
    """Refused with COLUMNS_SWAPPED when ID numbers stand under another header and not under their own.

    `values` holds the delivered texts by column of the sheet.
    """
    for index, column in columns.items():
        own = _share(values[index]) if column.type == "id_number" else None
        if own is None or own > 0.2:
            continue
        for other, wrong in columns.items():
            if wrong.type not in ("id_number", "certificate_number") and (_share(values[other]) or 0.0) >= 0.6:
                what = f"“{column.header}”与“{wrong.header}”两列的内容像是对调了"
                raise Refused(Message("COLUMNS_SWAPPED", place(sheet, None, index), what, "请核对两列后重新报送"))
