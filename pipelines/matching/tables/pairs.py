"""Reads a flat table into comparable values and proposes the pairs worth comparing."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.matching.prepare import MatchingInputError
from pipelines.matching.tables.spec import BlockingKey, TableModel

#: Records under one blocking key beyond which it tells nothing apart and is left out.
BLOCK_RECORDS = 300
VOWELS = "[aeiouyhw]"


def _tidy(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String).str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text.str.len_chars() > 0).then(text)


def read_values(table: pl.DataFrame, model: TableModel) -> pl.DataFrame:
    """One row per record in order: record (UInt32), every column of the model as tidy text, dates as eight digits.

    Raises MatchingInputError when a column is missing or record ids are missing or double.
    """
    table = table.rename({column: column.strip() for column in table.columns})
    if missing := [column for column in (model.record_id, *model.columns) if column not in table.columns]:
        raise MatchingInputError(f"记录表缺少列 {missing}；位置：匹配输入；处理：补上这些列，或在模型文件中改正列名")
    if table[model.record_id].null_count() or table[model.record_id].n_unique() != table.height:
        raise MatchingInputError(f"{model.record_id} 有空值或重复；位置：匹配输入；处理：给每条记录一个不重复的标识")
    frame = table.select(_tidy(column).alias(column) for column in model.columns)
    for name, how in model.derived.items():
        if "join" in how:
            joined = pl.concat_str(how["join"], separator=" ", ignore_nulls=True)
            frame = frame.with_columns(pl.when(joined != "").then(joined).alias(name))
        else:
            column, which = how["word"]
            words = pl.col(column).str.split(" ").list
            frame = frame.with_columns((words.first() if which == "first" else words.last()).alias(name))
    dates = {column for c in model.comparisons if c.kind == "date" for column in c.columns}
    digits = [pl.col(column).str.replace_all(r"\D", "").alias(column) for column in dates]
    frame = frame.with_columns(digits).with_columns(
        pl.when(pl.col(column).str.len_chars() == 8).then(pl.col(column)).alias(column) for column in dates
    )
    return frame.with_row_index("record")


def _cut(key: BlockingKey) -> pl.Expr:
    value = pl.col(key.column)
    if key.cut == "start":
        return value.str.slice(0, key.length)
    if key.cut == "end":
        return value.str.slice(-key.length)
    if key.cut == "year":
        return value.str.slice(0, 4)
    if key.cut == "consonants":
        return value.str.slice(0, 1) + value.str.slice(1).str.replace_all(VOWELS, "").str.slice(0, 3)
    return value


def propose_pairs(values: pl.DataFrame, model: TableModel) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(left, right: distinct pairs, left < right; report: rule, pairs, blocks left out, records left out)."""
    found, report = [], []
    for rule in model.blocking:
        keyed = values.select("record", key=pl.struct(_cut(key).alias(f"{i}") for i, key in enumerate(rule)))
        keyed = keyed.filter(~pl.any_horizontal(pl.col("key").struct.unnest().is_null()))
        keyed = keyed.select("record", key=pl.col("key").hash(seed=7)).with_columns(size=pl.len().over("key"))
        used = keyed.filter(pl.col("size").is_between(2, BLOCK_RECORDS))
        left_out = keyed.filter(pl.col("size") > BLOCK_RECORDS)
        pairs = used.select("key", left="record").join(used.select("key", right="record"), on="key")
        pairs = pairs.filter(pl.col("left") < pl.col("right")).select("left", "right")
        found.append(pairs)
        name = " + ".join(f"{key.column} {key.cut}".removesuffix(" whole") for key in rule)
        report.append((name, pairs.height, left_out["key"].n_unique(), left_out.height))
    schema = {"rule": pl.String, "pairs": pl.Int64, "blocks_left_out": pl.Int64, "rows_left_out": pl.Int64}
    return pl.concat(found).unique().sort("left", "right"), pl.DataFrame(report, schema=schema, orient="row")


def random_pairs(records: int, wanted: int, seed: int) -> pl.DataFrame:
    """left, right of records drawn at random."""
    drawn = np.random.default_rng(seed).integers(0, max(records, 1), size=(wanted, 2), dtype=np.uint32)
    frame = pl.DataFrame({"left": drawn.min(axis=1), "right": drawn.max(axis=1)})
    return frame.filter(pl.col("left") != pl.col("right")).unique().sort("left", "right")
