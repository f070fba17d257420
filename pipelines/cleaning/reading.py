"""How every reader works: plain values by expression, the odd ones once per distinct text by a small function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

#: What a reader of one text answers: the value and the problem; one of them is None.
Reading = tuple[Any, str | None]

#: A cell that is longer than any honest value.
LONGEST_TEXT = 500

#: What a database or a program writes for a cell without a value. Nobody typed it to fill a form: it is a blank.
NULL_MARKS = frozenset({"NULL", "(NULL)", "<NULL>", "[NULL]", "\\N", "NONE", "NAN", "NAT", "<NA>", "NIL"})


def is_null_mark(text: pl.Expr) -> pl.Expr:
    """Whether a delivered text only stands for a blank."""
    return text.str.strip_chars(" '`\"").str.to_uppercase().is_in(NULL_MARKS)


def read_each(
    values: pl.Series,
    read: Callable[[str], Reading],
    dtype: pl.DataType,
    plain: tuple[pl.Expr, pl.Expr] | None = None,
) -> pl.DataFrame:
    """`value` (of `dtype`) and `problem` for each of `values`, in order.

    `plain` is a pair of expressions over the column `text`: which texts need no thought, and their value. All others go
    through `read`, once per distinct text. A null, and a text that stands for one, is null without a problem.
    """
    frame = pl.DataFrame({"text": values.cast(pl.String)})
    is_plain, plain_value = plain or (pl.lit(False), pl.lit(None, dtype=dtype))
    # A text that only looks plain (2024-02-30) has no value and is read with care.
    frame = frame.with_columns(pl.when(is_plain).then(plain_value).cast(dtype).alias("value"))
    is_odd = pl.col("value").is_null() & pl.col("text").is_not_null() & ~is_null_mark(pl.col("text"))
    odd = frame.filter(is_odd)["text"].unique()
    if odd.is_empty():
        return frame.select("value", pl.lit(None, dtype=pl.String).alias("problem"))
    readings = [read(text) if len(text) <= LONGEST_TEXT else (None, "too_long") for text in odd]
    table = pl.DataFrame(
        {
            "text": odd,
            "odd_value": pl.Series([value for value, _ in readings], dtype=dtype),
            "problem": pl.Series([problem for _, problem in readings], dtype=pl.String),
        }
    )
    return frame.join(table, on="text", how="left", maintain_order="left").select(
        pl.coalesce("value", "odd_value").alias("value"), "problem"
    )
