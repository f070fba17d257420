"""How few slips make one text of another, by character: a character wrong, missing, added, or swapped with its
neighbour (optimal string alignment)."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist


def distances(left: pl.Series, right: pl.Series, cutoff: int) -> np.ndarray:
    """The slips between each pair of texts (uint8); more than `cutoff` count as one more than it."""
    if left.is_empty():
        return np.zeros(0, dtype=np.uint8)
    return np.asarray(cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=cutoff, dtype=np.uint8))


def are_one_slip_apart(left: pl.Series, right: pl.Series) -> np.ndarray:
    """Whether each pair of texts is one slip apart; few pairs need to be aligned to see it."""
    both = pl.DataFrame({"left": left, "right": right}).with_row_index("row")
    close = both.filter(_may_be_one_slip(pl.col("left"), pl.col("right")))
    slips = np.zeros(len(left), dtype=bool)
    slips[close["row"].to_numpy()] = distances(close["left"], close["right"], 1) == 1
    return slips


def _may_be_one_slip(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """A slip leaves the first or the last character where it was, unless it swaps the only two or is the only one."""
    same_end = (left.str.head(1) == right.str.head(1)) | (left.str.tail(1) == right.str.tail(1))
    swapped = left.str.head(1) == right.str.tail(1)
    single = pl.max_horizontal(left.str.len_bytes(), right.str.len_bytes()) <= 4
    return (left != right) & (same_end | swapped | single)
