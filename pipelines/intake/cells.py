"""Cells to text, exactly as delivered. Nothing is cleaned here; only what a number has lost is made visible."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

#: From here on a spreadsheet's number has lost digits (it keeps fifteen).
DIGITS_KEPT = 1e15

#: Types of columns whose values are identifiers: a number that lost digits is written in scientific form there.
IDENTIFIER_TYPES = frozenset({"id_number", "account_number", "certificate_number"})


def number_text(value: float, identifier: bool) -> str:
    """The shortest decimal text of a number; scientific form for an identifier whose last digits are lost."""
    if identifier and abs(value) >= DIGITS_KEPT:
        mantissa, exponent = f"{value:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


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
