"""Numbers for values: every distinct value, or row of values, gets a code, so that work on texts is done once for each.

Values are told apart by 64-bit hashes, far faster than by texts; that no two values share one is checked, not assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import polars as pl

from pipelines.matching.arrays import numbered

SEED = 23


def code_rows(frame: pl.DataFrame) -> tuple[np.ndarray, pl.DataFrame]:
    """(code of each row as UInt32, the distinct rows by code, in the order in which they first occur). A null is a
    value like any other.
    """
    for seed in count(SEED):
        hashes = frame.hash_rows(seed=seed).to_numpy()
        codes, firsts = numbered(hashes)
        distinct = frame[firsts]
        if all(distinct[column].gather(codes).eq_missing(frame[column]).all() for column in frame.columns):
            return codes, distinct
    raise AssertionError("unreachable")


def code_values(values: pl.Series) -> tuple[np.ndarray, pl.Series]:
    """(code of each value as UInt32, the distinct values by code). A null is a value like any other."""
    codes, distinct = code_rows(values.to_frame())
    return codes, distinct.to_series()


def by_distinct(values: pl.Series, fold: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `fold` makes of distinct values (a null among them), given back to every value of the series."""
    codes, distinct = code_values(values)
    return fold(distinct).gather(codes)


def each_distinct(values: pl.Series, fold: Callable[[str], str | None]) -> pl.Series:
    """A function of one text, applied once to each distinct text of a series."""

    def fold_all(texts: pl.Series) -> pl.Series:
        return pl.Series([None if text is None else fold(text) for text in texts], dtype=pl.String)

    return by_distinct(values, fold_all)
