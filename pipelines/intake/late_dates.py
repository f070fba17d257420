"""Single dates and months that lie after the day of their delivery: used as they stand, and told cell by cell.

A column that is late as a whole holds its delivery (see plausibility); what is left here is a slip of the pen, which
the rules treat as an event whose day is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from pipelines.contracts import Column, Feed
from pipelines.intake.comparable import comparable
from pipelines.intake.messages import Message, place

#: So many rows of a column are named; the others are counted.
NAMED = 10

#: A comparable text that is a date or a month.
ISO = r"^\d{4}-\d{2}(?:-\d{2})?$"


def late_columns(feed: Feed) -> list[Column]:
    """The columns that tell of what has happened: none of their dates can lie after the delivery."""
    return [column for column in feed.columns_of_type("date", "year_month") if not column.may_lie_ahead]


def is_late(column: Column, day: pl.Expr) -> pl.Expr:
    """Whether the comparable texts in the column named `text` lie after `day` (ISO text), to the month for months."""
    text, until = pl.col("text"), day
    if column.type == "year_month":
        text, until = text.str.slice(0, 7), day.str.slice(0, 7)
    return pl.col("text").str.contains(ISO) & (text > until)


def late_dates(
    feed: Feed, rows: pl.DataFrame, day_of: Callable[[str], date | None]
) -> Iterable[tuple[str, str, Message]]:
    """(delivery, file, message) for every column and sheet of the raw rows with a late date.

    `day_of` tells a delivery's day from its folder's name.
    """
    days = {name: f"{day_of(name)}" for name in rows["_delivery"].unique()}
    for column in late_columns(feed):
        distinct = rows.select(pl.col(column.name).drop_nulls().unique())
        read = distinct.with_columns(text=comparable(column)).filter(pl.col("text").str.contains(ISO))
        day = pl.col("_delivery").replace_strict(days, return_dtype=pl.String)
        late = rows.join(read, on=column.name).filter(is_late(column, day))
        for (delivery, file, sheet), found in late.group_by("_delivery", "_file", "_sheet", maintain_order=True):
            numbers = sorted(found["_row"])
            named = "、".join(map(str, numbers[:NAMED])) + ("等" if len(numbers) > NAMED else "")
            what = f"“{column.header}”有{len(numbers)}行晚于报送日期{days[delivery]}(第{named}行)"
            where = f"{place(sheet)}“{column.header}”列"
            yield delivery, file, Message("LATE_DATES", where, what, "请按原始凭证核对；有误的更正后重新报送")
