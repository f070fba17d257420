"""Numbers that are nobody's: what an office types, whole or broken, for everybody whose own number it does not have.

Such a number is no evidence and would join strangers; it is taken for a placeholder, and reported beside the blocks.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.matching.arrays import starts_of_runs

#: Spellings of one name, and the members of a household who were given its head's number, stay far below this.
MOST_NAMES = 30
#: Fewest digits of a rounded number that are a person's rather than an area's.
SHORTEST_DIGITS = 14
SENTENCE = f"同一身份证号填在 {MOST_NAMES} 个以上不同姓名上的，当作占位号码，不作依据"


def _frequent(values: pl.Series) -> pl.Series:
    """Whether a value (or one with its hash) stands in more than MOST_NAMES rows."""
    hashes = values.hash().to_numpy()
    ordered = np.sort(hashes)
    starts = starts_of_runs(ordered)
    often = ordered[starts[np.diff(starts, append=ordered.size) > MOST_NAMES]]
    return pl.Series(np.isin(hashes, often))


def _nobodys(frame: pl.DataFrame, column: str) -> pl.Series:
    """Values of a column that stand beside more than MOST_NAMES names."""
    values = frame.filter(_frequent(frame[column])).select(column, "name_key").drop_nulls()
    values = values.filter(pl.col(column).str.len_chars() >= SHORTEST_DIGITS)
    names = values.group_by(column).agg(pl.col("name_key").n_unique())
    return names.filter(pl.col("name_key") > MOST_NAMES)[column].sort()


def drop_shared_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without numbers that are nobody's: id_number, id_text, id_digits null, id_number_status placeholder.

    Adds shared_number: the value that was taken for a placeholder.
    """
    texts, digits = (_nobodys(frame, column) for column in ("id_text", "id_digits"))
    if texts.is_empty() and digits.is_empty():
        return frame.with_columns(shared_number=pl.lit(None, dtype=pl.String))
    shared = (
        pl.when(pl.col("id_text").is_in(texts.implode()))
        .then("id_text")
        .when(pl.col("id_digits").is_in(digits.implode()))
        .then("id_digits")
    )
    marked = frame.with_columns(shared_number=shared)
    kept = pl.when(pl.col("shared_number").is_null())
    return marked.with_columns(
        *(kept.then(column).alias(column) for column in ("id_number", "id_text", "id_digits")),
        id_number_status=kept.then("id_number_status").otherwise(pl.lit("placeholder")),
    )


def report_shared_numbers(numbers: pl.Series) -> pl.DataFrame:
    """One row in the shape of the blocking report: how many numbers were left out, on how many rows.

    `numbers`: the shared_number of every row, or hashes of it.
    """
    known = numbers.drop_nulls()
    count = known.n_unique()
    counts = {"blocks": count, "pairs": 0, "blocks_left_out": count, "rows_left_out": known.len()}
    return pl.DataFrame({"rule": ["shared_number"], **counts}).with_columns(pl.col(list(counts)).cast(pl.UInt32))
