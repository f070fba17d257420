"""Delivered texts made comparable: two spellings of one date or number are the same, and so are two of one word that
differ in blanks, width or an apostrophe. For comparing deliveries only; no value that goes further is made here.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.contracts import Column

_SEPARATED = r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日号月]?$"
_DIGITS = r"^((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)?$"
#: Days that a spreadsheet counts from here; what it can mean in a register lies between 1927 and 2064.
_EPOCH, _SERIAL = date(1899, 12, 30), r"^([1-5]\d{4})$"
_AMOUNT_SIGNS = r"[,¥元]|/[月年]$"


def comparable(column: Column) -> pl.Expr:
    """The column's text as it is compared; null when it is blank. Dates are ISO, months `YYYY-MM`."""
    text = pl.col(column.name).str.normalize("NFKC").str.replace_all(r"[\s'`]", "")
    text = pl.when(text != "").then(text)
    if column.type == "year_month":
        return _iso(text).str.replace(r"^(\d{4}-\d{2})-\d{2}$", "$1")
    if column.type == "date":
        return _iso(text)
    if column.type in ("amount", "number", "count"):
        number = text.str.replace_all(_AMOUNT_SIGNS, "").cast(pl.Float64, strict=False)
        return pl.coalesce(number.cast(pl.String), text)
    return text


def _iso(text: pl.Expr) -> pl.Expr:
    serial = pl.lit(_EPOCH) + pl.duration(days=text.str.extract(_SERIAL).cast(pl.Int64))
    return pl.coalesce(_parts(text, _SEPARATED), _parts(text, _DIGITS), serial.cast(pl.String), text)


def _parts(text: pl.Expr, pattern: str) -> pl.Expr:
    """Year, month and, where there is one, day; null for a text of another form."""
    year, month, day = (text.str.extract(pattern, group).str.pad_start(2, "0") for group in (1, 2, 3))
    return pl.when(year.is_not_null()).then(pl.concat_str([year, month, day], separator="-", ignore_nulls=True))
