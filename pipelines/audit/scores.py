"""What both evaluations need: one spelling of row addresses, and precision, recall and F1 from counts."""

from __future__ import annotations

from typing import Any

import polars as pl


def per_feed_address(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with comparable row addresses: the file without folders, no sheet for csv and parquet."""
    file = pl.col("file").cast(pl.String).str.split("/").list.last()
    flat = file.str.to_lowercase().str.contains(r"\.(csv|parquet)$")
    return frame.with_columns(
        pl.col("feed", "delivery").cast(pl.String),
        file.alias("file"),
        pl.when(~flat).then(pl.col("sheet").cast(pl.String)).alias("sheet"),
        pl.col("row_number").cast(pl.Int64),
    )


def score(hits: int, given: int, true: int) -> dict[str, Any]:
    """Precision, recall and F1 of `hits` among `given` answers and `true` ones; null where nothing was counted."""
    precision = hits / given if given else None
    recall = hits / true if true else None
    f1 = 2 * hits / (given + true) if given + true else None
    return {"precision": precision, "recall": recall, "f1": f1, "hits": hits, "given": given, "true": true}
