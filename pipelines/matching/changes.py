"""What changed since the night before: which rows, and which others must be prepared again with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import is_among
from pipelines.matching.model import Model
from pipelines.matching.nodes import key_nodes
from pipelines.matching.ownership import own_numbers
from pipelines.matching.prepare import NUMBER_LINKS, prepare
from pipelines.matching.state import NAMED_LINKS, TEXT_LINKS, State, links_of, rows_of

#: By these hashes rows bear on each other when they are prepared, or when the owners of numbers are found.
NUMBERS = (*TEXT_LINKS, *NAMED_LINKS)
#: By these it is known which rows must be prepared together.
PREPARED_BY = (*NUMBER_LINKS, "row_link")


@dataclass(frozen=True)
class Change:
    """Rows of tonight (sorted by mention_id) beside those of the night before.

    `before`: the old row that each is, -1: new or not as it was. `gone`: Boolean by old row, changed or not there.
    """

    before: np.ndarray
    gone: np.ndarray

    @property
    def rows(self) -> int:
        """How many rows are new, changed or gone."""
        return max(int((self.before < 0).sum()), int(self.gone.sum()))


def find_changes(digests: pl.Series, state: State) -> Change:
    """`digests`: of tonight's rows. As a row's id is among its values, no two rows have one digest."""
    old = state.rows["digest"]
    if old.equals(digests):
        before = np.arange(old.len())
    else:
        known = pl.DataFrame({"digest": old}).with_row_index("before")
        met = pl.DataFrame({"digest": digests}).join(known, on="digest", how="left", maintain_order="left")
        before = met["before"].cast(pl.Int64).fill_null(-1).to_numpy()
    gone = np.ones(old.len(), dtype=bool)
    gone[before[before >= 0]] = False
    return Change(before, gone)


def closed(
    rows: pl.DataFrame, chosen: np.ndarray, links: tuple[str, ...], beside: pl.DataFrame | None = None
) -> np.ndarray:
    """The rows chosen, all that share one of the links with them or with those `beside`, and so on.

    First digits in common count where one of the numbers may have been rounded.
    """
    tables = [rows] if beside is None else [rows, beside]
    rounded = [table["rounded_link"].to_numpy() for table in tables]

    def hashes_of(table: pl.DataFrame) -> list[np.ndarray]:
        head = table["head_link"].to_numpy()
        heads = np.where(is_among(head, *rounded), head, 0).astype(np.uint64)
        return [heads if name == "head_link" else table[name].to_numpy() for name in links]

    hashes, *others = map(hashes_of, tables)
    found, shared = chosen, [*(values[chosen] for values in hashes), *(values for other in others for values in other)]
    while True:
        fresh = np.logical_or.reduce([is_among(values, *shared) for values in hashes]) & ~found
        if not fresh.any():
            return found
        found, shared = found | fresh, [values[fresh] for values in hashes]


def prepare_again(checked: pl.DataFrame, rows: pl.DataFrame, chosen: np.ndarray, aliases: pl.DataFrame) -> pl.DataFrame:
    """The chosen mentions as the whole table would have them prepared; `mention` is their place in it.

    `rows`: those of a state, for all of `checked`. Rows of one number are prepared together, and with their row mates.
    """
    whole = closed(rows, chosen, TEXT_LINKS)
    mates = whole | is_among(rows["row_link"].to_numpy(), rows["row_link"].to_numpy()[whole])
    prepared = prepare(checked.filter(mates), aliases).filter(chosen[mates])
    return prepared.with_columns(mention=pl.Series(np.flatnonzero(chosen), dtype=pl.UInt32))


def rows_tonight(
    checked: pl.DataFrame, digests: pl.Series, change: Change, state: State, model: Model
) -> tuple[pl.DataFrame, np.ndarray]:
    """(tonight's rows, as a state keeps them, without verdicts; Boolean by row: found again). Nodes are the old ones.

    With a changed row those are found again that stand in one row with it, whose number is or was the same or one that
    a spreadsheet would round to the same digits, that are numbered and have its name and account, phone or household
    (these are closed groups: no row outside is like one inside), and the rows of the same content.
    """
    aliases, fresh, old = state.population.aliases, change.before < 0, state.rows
    read = links_of(prepare(checked.filter(fresh), aliases))
    place = np.where(fresh, old.height + np.cumsum(fresh) - 1, change.before)

    def tonight(chosen: np.ndarray) -> np.ndarray:
        """Boolean by row of tonight, from one by old row: the fresh rows and those chosen."""
        return fresh | np.append(chosen, np.ones(fresh.sum(), dtype=bool))[place]

    mates = is_among(old["row_link"].to_numpy(), old["row_link"].to_numpy()[change.gone], read["row_link"].to_numpy())
    zone = closed(old, change.gone | mates, NUMBERS, read)
    linked = pl.concat([table.select(PREPARED_BY) for table in (old, read)])[place]
    numbered = prepare_again(checked, linked, tonight(zone), aliases)
    content = old["content_link"].to_numpy()
    contents = (links_of(numbered)["content_link"].to_numpy(), content[zone])
    equal = tonight(zone | is_among(content, *contents)) & ~tonight(zone)
    others = prepare_again(checked, linked, equal, aliases)
    found = pl.concat([numbered, others]).sort("mention")
    again = tonight(zone) | equal
    kept = old.select("owns", "own_probability")[change.before[equal]]
    kept = others.select("mention", "id_number").hstack(kept).drop_nulls("own_probability")
    keyed = key_nodes(found, pl.concat([own_numbers(numbered, model), kept]))
    made = rows_of(found, digests.filter(again), keyed.drop("mention"))
    node = old["node"].gather(pl.Series(change.before[again]).replace(-1, None)).fill_null(0)
    made = made.with_columns(node).select(old.columns)
    place = np.where(again, old.height + np.cumsum(again) - 1, change.before)
    return pl.concat([old.with_columns(key="base_key"), made])[place], again
