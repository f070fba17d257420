"""What changed since the night before: which rows, and which others must be prepared again with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.prepare import prepare
from pipelines.matching.state import NAMED_LINKS, State, with_links

#: By these hashes rows bear on each other when they are prepared, or when the owners of numbers are found.
NUMBERS = ("text_link", "digits_link", *NAMED_LINKS)


@dataclass(frozen=True)
class Change:
    """Rows of tonight (sorted by mention_id) beside those of the night before.

    `before`: the old row of each (null: none). `fresh`: Boolean by row, new or not as it was. `gone`: Boolean by old
    row, changed or no longer there.
    """

    before: pl.Series
    fresh: np.ndarray
    gone: np.ndarray

    @property
    def rows(self) -> int:
        """How many rows are new, changed or gone."""
        return max(int(self.fresh.sum()), int(self.gone.sum()))


def find_changes(checked: pl.DataFrame, digests: pl.Series, state: State) -> Change:
    """`digests`: of the rows of `checked`."""
    old = state.mentions.select("mention_id", "digest").with_row_index("before")
    if old["mention_id"].equals(checked["mention_id"]):
        before = old["before"]
    else:
        before = checked.select("mention_id").join(old, on="mention_id", how="left", maintain_order="left")["before"]
    same = (old["digest"].gather(before) == digests).fill_null(False).to_numpy()
    gone = np.ones(old.height, dtype=bool)
    gone[before.to_numpy()[same].astype(np.int64)] = False
    return Change(before, ~same, gone)


def carried(change: Change, state: State, column: str) -> pl.Series:
    """A column of the night before, by the rows of tonight (null where there is none)."""
    return state.mentions[column].gather(change.before)


def among(values: pl.Series, *wanted: pl.Series) -> np.ndarray:
    """Boolean by row: whether the value is one of those wanted; null is none."""
    known = pl.concat([series.cast(values.dtype) for series in wanted]).drop_nulls().unique()
    return values.is_in(known.implode()).fill_null(False).to_numpy()


def prepare_changed(checked: pl.DataFrame, change: Change, state: State) -> tuple[pl.DataFrame, np.ndarray]:
    """(tonight's prepared rows with links, as the whole table would give them; which of them were prepared again).

    With a changed row are prepared those of the same delivered row, those whose number is or was the same or one that a
    spreadsheet would round to the same digits, and numbered rows of the same name and account, phone or household.
    These are closed groups: no row outside is like one inside.
    """
    aliases = state.population.aliases
    read = with_links(prepare(checked.filter(change.fresh), aliases))
    links = {
        name: carried(change, state, name).scatter(np.flatnonzero(change.fresh), read[name])
        for name in (*NUMBERS, "row_link")
    }
    old = state.mentions.filter(change.gone)
    zone = change.fresh | among(links["row_link"], old["row_link"], links["row_link"].filter(change.fresh))
    while True:
        numbers = [links[name].filter(zone) for name in NUMBERS] + [old[name] for name in NUMBERS]
        wider = zone | np.logical_or.reduce([among(links[name], *numbers) for name in NUMBERS])
        if wider.sum() == zone.sum():
            break
        zone = wider
    beside = zone | among(links["row_link"], links["row_link"].filter(zone))
    again = with_links(prepare(checked.filter(beside), aliases)).filter(zone[beside])
    place = change.before.fill_null(0).to_numpy().copy()
    place[zone] = state.mentions.height + np.arange(again.height)
    rows = pl.concat([state.mentions.select(again.columns), again])[place]
    return rows.with_columns(mention=pl.int_range(pl.len(), dtype=pl.UInt32)), zone
