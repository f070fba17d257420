"""Which registers go together: a person who draws wages draws no pension, who is buried gets no allowance.

How often a person of one register stands in another is measured on this data's own ID numbers and held against what the
ages and sexes of both let expect (that much the comparison `cohort` has said already).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import starts_of_runs
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import Evidence
from pipelines.matching.nodes import Nodes
from pipelines.matching.registers import LISTED_ROLES, Listings, answer, cohorts_of, listings_of

#: Years of birth that make one cohort.
COHORT_YEARS = 10
#: Persons, in and out of both registers, that the independence of two registers counts for.
PROFILE_PERSONS = 10.0


def _standing(nodes: Nodes) -> pl.DataFrame:
    """node, other: the feeds in which each owner is listed, and the registers that are parts of feeds."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node")
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES)).join(owners, on="node", how="semi")
    return pl.concat([rows.select("node", other=column) for column in ("feed", "register")]).drop_nulls().unique()


def _that_say_something(nodes: Nodes) -> pl.DataFrame:
    """register, other: every other feed as a whole, and the other registers of the same feed."""
    registers = nodes.facts.select("register", "feed").drop_nulls().unique()
    feeds = registers.select(pl.col("feed").alias("other"), "feed").unique()
    of_feeds = registers.join(feeds, how="cross").filter(pl.col("feed") != pl.col("feed_right"))
    parts = registers.filter(pl.col("register") != pl.col("feed")).rename({"register": "other"})
    of_parts = registers.join(parts, on="feed").filter(pl.col("register") != pl.col("other"))
    return pl.concat([of_feeds.select("register", "other"), of_parts.select("register", "other")])


def measure_affinities(nodes: Nodes) -> pl.DataFrame:
    """register, other (another feed, or another part of the same), present, absent: log of observed over expected
    persons of the register who do, who do not stand in the other; expected from age and sex alone."""
    cohorts = cohorts_of(nodes).with_columns(decade=pl.col("year") // COHORT_YEARS)
    cohort = ["decade", "is_male"]
    here = listings_of(nodes).select("node", "register").unique().join(cohorts, on="node")
    there = _standing(nodes).join(cohorts, on="node")
    size = cohorts.group_by(cohort).agg(size=pl.len())
    expected = (
        here.group_by("register", *cohort)
        .agg(here=pl.len())
        .join(there.group_by("other", *cohort).agg(there=pl.len()), on=cohort)
        .join(size, on=cohort)
        .sort("register", "other", *cohort)
        .group_by("register", "other", maintain_order=True)
        .agg(expected=(pl.col("here") * pl.col("there") / pl.col("size")).sum())
    )
    both = here.join(there.select("node", "other"), on="node").group_by("register", "other").agg(both=pl.len())
    persons = here.group_by("register").agg(persons=pl.len())
    joined = expected.join(both, on=["register", "other"], how="left").join(persons, on="register")
    joined = joined.join(_that_say_something(nodes), on=["register", "other"], how="semi")
    observed, drawn = pl.col("both").fill_null(0), PROFILE_PERSONS
    return joined.select(
        "register",
        "other",
        present=((observed + drawn) / (pl.col("expected") + drawn)).log(),
        absent=((pl.col("persons") - observed + drawn) / (pl.col("persons") - pl.col("expected") + drawn)).log(),
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
        standing = _standing(nodes).join(feeds, on="other")
        stands = np.zeros((feeds.height, nodes.frame.height), dtype=bool)
        stands[standing["feed"].to_numpy(), standing["node"].to_numpy()] = True
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
