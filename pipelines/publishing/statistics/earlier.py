"""What two publications would say together: the difference of two shown figures is a figure too.

The difference of a cell between two publications has its own households behind it: those that are counted in one only,
or with another amount. Where these are fewer than the smallest count, showing the cell again would show them; where the
cell was hidden then, it would show what was hidden. Nobody having changed says nothing of anybody, so that an unchanged
cell is shown again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipelines.publishing.statistics.cells import KEY, PLACE, in_cells


@dataclass(frozen=True)
class Earlier:
    """Another publication: `units` as in Statistics, and `cells` with KEY and is_shown."""

    units: pl.DataFrame
    cells: pl.DataFrame


def compared(units: pl.DataFrame, cells: pl.DataFrame, others: Iterable[Earlier], smallest: float) -> pl.DataFrame:
    """`cells` of one breakdown with is_too_near and is_held_back, beside any of the other publications."""
    breakdown = pl.col("breakdown") == cells["breakdown"][0]
    near = held = pl.Series([False] * cells.height, dtype=pl.Boolean)
    households = pl.col("households").fill_null(0)
    few = households < smallest
    for other in others:
        moved = _moved(units, other.units.filter(breakdown), cells)
        both = (
            cells.select(KEY)
            .join(other.cells.filter(breakdown), on=KEY, how="left", nulls_equal=True, maintain_order="left")
            .join(moved, on=PLACE, how="left", nulls_equal=True, maintain_order="left")
            .select(
                near=(few & (households > 0) & pl.col("is_shown")).fill_null(False),
                held=(few & pl.col("is_guard")).fill_null(False),
            )
        )
        near, held = near | both["near"], held | both["held"]
    return cells.with_columns(near.alias("is_too_near"), held.alias("is_held_back"))


def _moved(now: pl.DataFrame, then: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """For each cell, the households counted at one of two dates only, or with another amount: PLACE, households."""
    unit = [*PLACE, "unit_key"]
    both = now.join(then, on=unit, how="full", coalesce=True, nulls_equal=True, suffix="_then")
    changed = both.filter(
        pl.col("household_key").is_null()
        | pl.col("household_key_then").is_null()
        | (pl.col("amount") != pl.col("amount_then"))
    ).with_columns(household_key=pl.coalesce("household_key", "household_key_then"))
    placed = in_cells(changed.select(*PLACE, "household_key"), cells)
    return placed.group_by(PLACE).agg(pl.col("household_key").n_unique().alias("households"))
