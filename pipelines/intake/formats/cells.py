"""Cells to text, exactly as delivered. Nothing is cleaned here; only what a number has lost is made visible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.contracts import Column

#: From here on a spreadsheet's number has lost digits (it keeps fifteen).
DIGITS_KEPT = 1e15

#: Types of columns whose values are identifiers: a number that lost digits is written in scientific form there.
IDENTIFIER_TYPES = frozenset({"id_number", "account_number", "certificate_number"})


#: Whole numbers above this have no exact double.
EXACT_UP_TO = 2.0**53


def loses_digits(column: Column, values: Sequence[Any]) -> bool:
    """Whether long numbers of an identifier's column are not what was written.

    ID, account and certificate numbers of sixteen digits and more never are. Case, vessel and like numbers are when a
    program wrote them, which shows in a last digit that is not 0: a spreadsheet keeps fifteen digits.
    """
    if float not in set(map(type, values)):
        return False
    long = [value for value in values if isinstance(value, float) and abs(value) >= DIGITS_KEPT]
    if column.type in IDENTIFIER_TYPES:
        return bool(long)
    if column.type != "text" or not column.name.endswith(("_number", "code")):
        return False
    return any(value > EXACT_UP_TO for value in long) or (bool(long) and all(value % 10 == 0 for value in long))


def number_text(value: float, identifier: bool) -> str:
    """The shortest decimal text of a number; scientific form for an identifier whose last digits are lost."""
    if identifier and abs(value) >= DIGITS_KEPT:
        mantissa, exponent = f"{value:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def month_texts(values: Iterable[Any]) -> tuple[list[str | None], int]:
    """Texts of a column of months, and how many numbers among them may be January or October.

    As a number 2026.10 is 2026.1. Where January is written 2026.01 it is October, and is written out; else nobody
    knows, and like other numbers that lost a digit it is written in scientific form, which is read as no month.
    """
    known = list(values)
    texts = [cell_text(value) for value in known]
    numbers = [isinstance(value, float) and 1900 < value < 2100 for value in known]
    has_zeros = any(
        is_number and re.search(r"\.0[1-9]$", text or "") for is_number, text in zip(numbers, texts, strict=True)
    )
    unclear = 0
    for index, (is_number, text) in enumerate(zip(numbers, texts, strict=True)):
        if is_number and text and text.endswith(".1"):
            texts[index] = f"{text}0" if has_zeros else f"{text[0]}.{text[1:4]}1E+3"
            unclear += not has_zeros
    return texts, unclear


def cell_text(value: Any, identifier: bool = False) -> str | None:
    """A cell as text; None when it is blank. Dates are ISO, a time of day is kept when there is one."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value, identifier)
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def filled_places(cells: Sequence[Any]) -> list[int]:
    """The places of the cells that are not blank; asked of every row, so without a call for each cell."""
    return [
        place
        for place, value in enumerate(cells)
        if value is not None and (type(value) is not str or (value and not value.isspace()))
    ]
