"""Which registers go together: a person who draws wages draws no pension, who is buried gets no allowance.

How often a person of one register stands in another is measured on this data's own ID numbers and held against what the
ages and sexes of both let expect (that much the comparison `cohort` has said already).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists, distinct_sorted, pack, starts_of_runs, unpack
from pipelines.matching.blocking import owners
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import Evidence
from pipelines.matching.nodes import Nodes
from pipelines.matching.registers import IS_LISTED, LISTED_ROLES, Listings, answer, cohorts_by_node, rows_in

#: Years of birth that make one cohort.
COHORT_YEARS = 10
#: Persons, in and out of both registers, that the independence of two registers counts for.
PROFILE_PERSONS = 10.0


def _standing(nodes: Nodes, others: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """(node, index of `others`): the feeds in which each owner is listed, and the registers that are parts of feeds."""
    owns, index = owners(nodes), pl.DataFrame({"other": others}).with_row_index("index")
    found = []
    for column in ("feed", "register"):
        values, node, code = rows_in(nodes, [column], pl.col("role").is_in(LISTED_ROLES))
        places = values.join(index, left_on=column, right_on="other", how="left", maintain_order="left")["index"]
        place = places.cast(pl.Int64).fill_null(-1).to_numpy()[code]
        kept = owns[node] & (place >= 0)
        found.append(pack(node[kept], place[kept]))
    return unpack(distinct_sorted(np.concatenate(found)))


def _that_say_something(nodes: Nodes) -> pl.DataFrame:
    """register, other: every other feed as a whole, and the other registers of the same feed."""
    registers = nodes.places.select("register", "feed").drop_nulls().unique()
    feeds = registers.select(pl.col("feed").alias("other"), "feed").unique()
    of_feeds = registers.join(feeds, how="cross").filter(pl.col("feed") != pl.col("feed_right"))
    parts = registers.filter(pl.col("register") != pl.col("feed")).rename({"register": "other"})
    of_parts = registers.join(parts, on="feed").filter(pl.col("register") != pl.col("other"))
    return pl.concat([of_feeds.select("register", "other"), of_parts.select("register", "other")])


def _born(nodes: Nodes) -> np.ndarray:
    """By node: the decade of birth and sex of the owner as a code from 0; -1: not an owner."""
    cohorts, cohort = cohorts_by_node(nodes)
    decades = cohorts["year"].to_numpy() // COHORT_YEARS * 2 + cohorts["is_male"].to_numpy()
    return np.append(np.unique(decades, return_inverse=True)[1], -1)[cohort]


def _counted(nodes: Nodes) -> pl.DataFrame:
    """register, other, persons of the register, both (of them stand in the other), expected (of them to stand there,
    by age and sex alone)."""
    born = _born(nodes)
    living = np.bincount(born[born >= 0])
    others = pl.concat([nodes.places["feed"], nodes.places["register"]]).drop_nulls().unique().sort()
    node, other = _standing(nodes, others)
    standing = ValueLists.of(node, other, nodes.frame.height)
    cells = np.bincount(other.astype(np.int64) * living.size + born[node], minlength=others.len() * living.size)
    share = cells.reshape(others.len(), living.size) / living
    registers, node, register = rows_in(nodes, ["register"], IS_LISTED)
    listed, members = unpack(distinct_sorted(pack(register, node)[born[node] >= 0]))
    bounds = np.searchsorted(listed, np.arange(registers.height + 1))
    expected, both = np.zeros((2, registers.height, others.len()))
    for code in range(registers.height):  # one by one: the pairs of all registers at once would fill the memory
        persons = members[bounds[code] : bounds[code + 1]]
        expected[code] = (share * np.bincount(born[persons], minlength=living.size)).sum(axis=1)
        both[code] = np.bincount(standing.of_each(persons)[1], minlength=others.len())
    every = registers.with_columns(persons=np.diff(bounds)).join(pl.DataFrame({"other": others}), how="cross")
    return every.with_columns(expected=expected.ravel(), both=both.ravel())


def measure_affinities(nodes: Nodes) -> pl.DataFrame:
    """register, other (another feed, or another part of the same), present, absent: log of observed over expected
    persons of the register who do, who do not stand in the other; expected from age and sex alone."""
    counted = _counted(nodes).filter(pl.col("expected") > 0)
    counted = counted.join(_that_say_something(nodes), on=["register", "other"], how="semi")
    observed, expected = pl.col("both") + PROFILE_PERSONS, pl.col("expected") + PROFILE_PERSONS
    persons = pl.col("persons") + 2 * PROFILE_PERSONS
    return counted.select(
        "register",
        "other",
        present=(observed / expected).log(),
        absent=((persons - observed) / (persons - expected)).log(),
    )


@dataclass(frozen=True)
class ProfileScorer:
    """How well the registers of the owner on the right go with those of the row on the left.

    Registers say much the same of a person, so only the strongest word for and the strongest against are counted.
    `stands`: by feed and node, whether the node is an owner listed there. `present`, `absent`: by feed and register,
    what standing there and not standing there weigh (NaN: nothing is known).
    """

    listings: Listings
    stands: np.ndarray
    present: np.ndarray
    absent: np.ndarray

    @classmethod
    def of(cls, listings: Listings, nodes: Nodes) -> ProfileScorer:
        affinities = nodes.population.affinities.join(listings.registers.with_row_index("code"), on="register")
        feeds = affinities.select("other").unique().sort("other").with_row_index("feed")
        node, feed = _standing(nodes, feeds["other"])
        stands = np.zeros((feeds.height, nodes.frame.height), dtype=bool)
        stands[feed, node] = True
        weights = affinities.join(feeds, on="other")
        tables = np.full((2, feeds.height, listings.registers.height), np.nan)
        for table, column in zip(tables, ("present", "absent"), strict=True):
            table[weights["feed"].to_numpy(), weights["code"].to_numpy()] = weights[column].to_numpy()
        return cls(listings, stands, *tables)

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, register = self.listings.asked(left, right, self.listings.in_registers)
        owner = right[pair]
        best, worst = np.full(pair.size, np.nan), np.full(pair.size, np.nan)
        for stands, present, absent in zip(self.stands, self.present, self.absent, strict=True):
            weight = np.where(stands[owner], present[register], absent[register])
            best, worst = np.fmax(best, weight), np.fmin(worst, weight)
        pair, best, worst = (values[~np.isnan(best)] for values in (pair, best, worst))
        starts = starts_of_runs(pair)
        if not starts.size:
            return Evidence.none(left.size)
        weight = np.maximum(np.maximum.reduceat(best, starts), 0) + np.minimum(np.minimum.reduceat(worst, starts), 0)
        found = pl.DataFrame({"pair": pair[starts], "weight": weight, "is_usual": weight >= 0})
        return answer(COMPARISONS["profile"], left.size, found)
