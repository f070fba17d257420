"""Is the score honest? Of the pairs said to be one person with probability 0.9, nine in ten should be."""

from __future__ import annotations

import polars as pl

#: Pairs less likely than this are nobody's decision and would make any curve look good.
SMALLEST_PROBABILITY = 0.02


def reliability(pairs: pl.DataFrame, bins: int = 10) -> pl.DataFrame:
    """One row per bin of probability: bin (its lower end), pairs, said (mean probability), found (share of true pairs).

    `pairs` has probability and is_same (the truth); those below SMALLEST_PROBABILITY are left out.
    """
    asked = pairs.filter(pl.col("probability") >= SMALLEST_PROBABILITY)
    lower = ((pl.col("probability") * bins).floor().clip(0, bins - 1) / bins).alias("bin")
    grouped = asked.group_by(lower).agg(
        pairs=pl.len(), said=pl.col("probability").mean(), found=pl.col("is_same").cast(pl.Float64).mean()
    )
    return grouped.sort("bin")


def expected_calibration_error(curve: pl.DataFrame) -> float:
    """The mean distance between what was said and what was found, weighted by pairs (Naeini et al. 2015)."""
    distance = ((pl.col("said") - pl.col("found")).abs() * pl.col("pairs")).sum() / pl.col("pairs").sum()
    return float(curve.select(distance).item() or 0.0)
