"""What a delivery changed, row by row, against the one that it takes the place of: rows added, changed and removed.

Another spelling of a date, an amount or a word is no difference. A row is the same row when its key (the contract's)
is; where the key itself was corrected, when every other cell is the same; where an amount or a date is part of the key
(an account's balance), when the rest of the key is. Neither the order of rows nor that of files
or columns makes a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.contracts import Feed
from pipelines.intake.comparable import comparable

#: A re-delivery under the same date corrects itself; any other replaces the delivery that was in use before.
CORRECTION, PREVIOUS = "correction", "previous"

KINDS = ("added", "changed", "removed")

_ADDRESS = {"file": "_file", "sheet": "_sheet", "row_number": "_row"}
_CHANGE = pl.List(pl.Struct({"column_name": pl.String, "before": pl.String, "after": pl.String}))

#: One row per row that differs. `row_key` says which row it is, without ID, account or telephone numbers.
DIFFERENCE_SCHEMA: dict[str, Any] = {
    "feed": pl.String, "delivery": pl.String, "basis": pl.String, "kind": pl.String, "file": pl.String,
    "sheet": pl.String, "row_number": pl.Int64, "file_before": pl.String, "sheet_before": pl.String,
    "row_number_before": pl.Int64, "row_key": pl.String, "changes": _CHANGE,
}  # fmt: skip

#: Types of columns that are left out of `row_key`.
_NUMBERS = frozenset({"id_number", "account_number", "phone", "certificate_number"})
#: Types of key columns that tell what a row says of its thing rather than which thing it is.
_SAID = frozenset({"amount", "number", "count", "date", "year_month"})
_END = "\x1f"


@dataclass(frozen=True)
class Difference:
    """How `delivery` differs from `before` (a delivery's name); `rows` are as in DIFFERENCE_SCHEMA."""

    delivery: str
    basis: str
    before: str
    rows: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Rows by kind: added, changed, removed."""
        return {kind: self.rows.filter(pl.col("kind") == kind).height for kind in KINDS}


def difference(feed: Feed, delivery: str, basis: str, before: str, old: pl.DataFrame, new: pl.DataFrame) -> Difference:
    """Compares the raw rows of two deliveries."""
    old, new = _comparable(feed, old), _comparable(feed, new)
    removed, added = _unequal(old, new), _unequal(new, old)
    pairs = []
    for signature in (feed.key, *_all_but_one(feed), *_key_but_one(feed)):
        found = _paired(removed, added, signature, only_unique=signature is not feed.key)
        pairs.append(found)
        removed = removed.join(found, left_on="_number", right_on="_number_before", how="anti")
        added = added.join(found, on="_number", how="anti")
    changed = _changed(feed, old, new, pl.concat(pairs))
    one_sided = (_one_sided("added", added, ""), _one_sided("removed", removed, "_before"))
    rows = pl.concat([changed, *one_sided], how="diagonal")
    named = rows.with_columns(feed=pl.lit(feed.name), delivery=pl.lit(delivery), basis=pl.lit(basis))
    return Difference(delivery, basis, before, named.select(list(DIFFERENCE_SCHEMA)))


def _all_but_one(feed: Feed) -> list[list[str]]:
    """Every column but one of the key: what stays the same when only that one was corrected."""
    return [[column.name for column in feed.columns if column.name != left_out] for left_out in feed.key]


def _key_but_one(feed: Feed) -> list[list[str]]:
    """The key without one amount or date in it: what stays the same when that one and others moved on."""
    said = [name for name in feed.key if feed.by_name[name].type in _SAID]
    return [[name for name in feed.key if name != left_out] for left_out in said]


def _comparable(feed: Feed, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of their addresses, numbered by `_number`; each column's comparable text as `~name`, all of
    them together as `_all`, and how manieth of its kind a row is as `_nth`."""
    texts = [comparable(column).fill_null("").alias(f"~{column.name}") for column in feed.columns]
    named = [pl.col(name) for name in feed.key if feed.by_name[name].type not in _NUMBERS]
    return (
        rows.sort("_file", "_sheet", "_row", nulls_last=False)
        .with_columns(*texts, _number=pl.int_range(pl.len(), dtype=pl.Int64))
        .with_columns(_all=_together([column.name for column in feed.columns]), row_key=_joined(named))
        .with_columns(_nth=pl.int_range(pl.len()).over("_all"))
    )


def _joined(columns: Sequence[pl.Expr]) -> pl.Expr:
    return pl.concat_str([column.str.strip_chars() for column in columns], separator=" · ", ignore_nulls=True)


def _together(columns: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(f"~{name}") for name in columns], separator=_END)


def _unequal(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that the other side lacks, each counted as often as it stands there."""
    return rows.join(others, on=["_all", "_nth"], how="anti").drop("_nth")


def _paired(old: pl.DataFrame, new: pl.DataFrame, columns: Sequence[str], only_unique: bool) -> pl.DataFrame:
    """`_number_before, _number` of rows that agree in the columns; a row with nothing in them agrees with none."""
    sides = []
    for rows in (old, new):
        keyed = rows.select("_number", "_all", _key=_together(columns))
        keyed = keyed.filter(pl.col("_key").str.contains(f"[^{_END}]"))
        if only_unique:
            keyed = keyed.filter(pl.len().over("_key") == 1)
        keyed = keyed.sort("_key", "_all", "_number")
        sides.append(keyed.with_columns(_nth=pl.int_range(pl.len()).over("_key")))
    before, after = sides
    joined = before.join(after, on=["_key", "_nth"], how="inner", suffix="_after")
    return joined.select(_number_before="_number", _number="_number_after")


def _address(suffix: str = "", columns: str = "") -> list[pl.Expr]:
    """The address of a row; `suffix` ends the names it gets, `columns` those of the columns it comes from."""
    return [pl.col(f"{raw}{columns}").alias(f"{name}{suffix}") for name, raw in _ADDRESS.items()]


def _one_sided(kind: str, rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    """Rows that only one side has, with an address on that side (`suffix`: "" or "_before")."""
    other = "" if suffix else "_before"
    nowhere = [pl.lit(None, DIFFERENCE_SCHEMA[f"{name}{other}"]).alias(f"{name}{other}") for name in _ADDRESS]
    return rows.select(pl.lit(kind).alias("kind"), *_address(suffix), *nowhere, "row_key", changes=pl.lit([], _CHANGE))


def _changed(feed: Feed, old: pl.DataFrame, new: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    before = old.select(pl.all().name.suffix("|old"))
    both = pairs.sort("_number").join(new, on="_number").join(before, left_on="_number_before", right_on="_number|old")
    cells = [
        pl.when(pl.col(f"~{name}") != pl.col(f"~{name}|old")).then(
            pl.struct(
                pl.lit(name).alias("column_name"), pl.col(f"{name}|old").alias("before"), pl.col(name).alias("after")
            )
        )
        for name in feed.by_name
    ]
    changes = pl.concat_list(cells).list.drop_nulls().cast(_CHANGE).alias("changes")
    return both.select(pl.lit("changed").alias("kind"), *_address(), *_address("_before", "|old"), "row_key", changes)
