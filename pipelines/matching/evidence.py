"""What a comparison says of many pairs at once: the level and the weight of each, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.matching.arrays import arrow, starts_of_runs

#: Level of a pair on which a comparison has no evidence; its weight is NaN.
NO_LEVEL = 255


@dataclass(frozen=True)
class Evidence:
    """`levels` (uint8, NO_LEVEL: none) and `weights` (nats, float64), one of each per pair of a batch."""

    levels: np.ndarray
    weights: np.ndarray

    @classmethod
    def none(cls, pairs: int) -> Evidence:
        return cls(np.full(pairs, NO_LEVEL, dtype=np.uint8), np.full(pairs, np.nan))

    @classmethod
    def at(cls, pairs: int, where: np.ndarray, levels: np.ndarray, weights: np.ndarray) -> Evidence:
        """Evidence on the pairs `where` alone."""
        every = cls.none(pairs)
        every.levels[where], every.weights[where] = levels, weights
        return every

    @classmethod
    def of_frame(cls, pairs: int, found: pl.DataFrame) -> Evidence:
        """From a frame with pair, level, weight."""
        return cls.at(pairs, *(found[column].to_numpy() for column in ("pair", "level", "weight")))

    def is_empty(self) -> bool:
        return bool((self.levels == NO_LEVEL).all())

    def arrow(self) -> tuple[pa.Array, pa.Array]:
        """Levels and weights as Arrow arrays, null where there is no evidence."""
        known = self.levels != NO_LEVEL
        return arrow(self.levels, known), arrow(self.weights, known)


def strongest(pairs: int, pair: np.ndarray, levels: np.ndarray, weights: np.ndarray) -> Evidence:
    """Of several values compared per pair the one with the largest weight, and of those the better level.

    `pair` is ascending; values at NO_LEVEL say nothing.
    """
    said = levels != NO_LEVEL
    if not said.all():
        pair, levels, weights = pair[said], levels[said], weights[said]
    starts = starts_of_runs(pair)
    if starts.size == pair.size:
        return Evidence.at(pairs, pair, levels, weights)
    best = np.maximum.reduceat(weights, starts)
    is_best = weights == np.repeat(best, np.diff(starts, append=pair.size))
    level = np.minimum.reduceat(np.where(is_best, levels, NO_LEVEL).astype(np.uint8), starts)
    return Evidence.at(pairs, pair[starts], level, best)
