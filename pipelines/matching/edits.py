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
