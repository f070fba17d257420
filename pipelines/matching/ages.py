"""How old one is beside others and at events: husband and wife, owners of one dwelling, parent and child, at a wedding.

How a person's year of birth lies to that of the other party, and to the year of the event that a row registers, is
measured on this data's own ID numbers, for each register and role. It tells namesakes apart where a row gives a name
and nothing else: of two men of that name, the husband is the one of about the wife's age who was of age that year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import node_flags
from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.evidence import Evidence
from pipelines.matching.nodes import Nodes
from pipelines.matching.registers import LISTED_ROLES, answer

#: Rows of a register that the independence of the two years counts for.
AGE_ROWS = 30.0
#: Years to each side over which a difference in age, and a year of birth, is smoothed.
GAP_REACH, YEAR_REACH = 1, 2
#: Years of birth that persons in registers have, for the smoothing of rare ones.
YEARS_ALIVE = 100.0
#: Persons under one shared key beyond which it says nothing about who belongs together.
LARGEST_SHARED = 4


def together(nodes: Nodes) -> pl.DataFrame:
    """node, kind, other: who stands beside whom, in one row in two roles or under one shared key."""
    facts = nodes.facts.select("node", "register", "role", "row_id", "shared_key", "is_repeat")
    facts = facts.filter(~pl.col("is_repeat").fill_null(False)).with_columns(pl.col("register").fill_null(""))
    several = facts if facts["role"].n_unique() > 1 else facts.clear()
    in_row = several.join(several, on="row_id", suffix="_other").filter(pl.col("role") != pl.col("role_other"))
    shared = facts.drop_nulls("shared_key").filter(pl.col("node").n_unique().over("shared_key") <= LARGEST_SHARED)
    under_key = shared.join(shared, on="shared_key", suffix="_other").filter(pl.col("row_id") != pl.col("row_id_other"))
    columns = ["node", "register", "role", "role_other", "node_other"]
    both = pl.concat([in_row.select(columns), under_key.select(columns)]).filter(
        (pl.col("node") != pl.col("node_other")) & (pl.col("role") != "head") & (pl.col("role_other") != "head")
    )
    kind = pl.concat_str("register", "role", "role_other", separator="|")
    return both.select("node", kind=kind, other="node_other").unique().sort("node", "kind", "other")


def _births(nodes: Nodes) -> pl.DataFrame:
    """node, year of birth of the owners, as their numbers say."""
    year = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    return nodes.frame.select("node", year=year).drop_nulls()


def _partners(nodes: Nodes) -> pl.DataFrame:
    """node, kind, reference (the year of birth of an owner who stands beside the node), other (that owner)."""
    births = _births(nodes).rename({"node": "other", "year": "reference"})
    return together(nodes).join(births, on="other").select("node", "kind", "reference", "other")


def _events(nodes: Nodes) -> pl.DataFrame:
    """node, kind, reference (the year of the event that a row of the node registers), other (null: nobody)."""
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES) & ~pl.col("is_repeat").fill_null(False))
    kind = pl.concat_str("register", "role", separator="|")
    rows = rows.drop_nulls(["register", "event_year"]).select("node", kind=kind, reference="event_year")
    return rows.unique().with_columns(other=pl.lit(None, dtype=pl.UInt32))


def _spread(counts: pl.DataFrame, value: str, reach: int) -> pl.DataFrame:
    """kind, value, rows: every count shared out evenly over the values within `reach`."""
    steps = pl.DataFrame({"step": list(range(-reach, reach + 1))}, schema={"step": pl.Int32})
    spread = counts.join(steps, how="cross").with_columns(pl.col(value) + pl.col("step"))
    return spread.group_by("kind", value).agg(rows=pl.col("rows").sum() / (2 * reach + 1))


def measure_ages(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(kind, gap, rows, size; kind, year, rows, size) of the owners beside owners and at events."""
    known = (
        pl.concat([_partners(nodes), _events(nodes)])
        .join(_births(nodes), on="node")
        .with_columns(gap=pl.col("year") - pl.col("reference"))
    )
    size = known.group_by("kind").agg(size=pl.len())
    gaps = _spread(known.group_by("kind", "gap").agg(rows=pl.len()), "gap", GAP_REACH)
    years = _spread(known.group_by("kind", "year").agg(rows=pl.len()), "year", YEAR_REACH)
    return gaps.join(size, on="kind"), years.join(size, on="kind")


@dataclass(frozen=True)
class AgeScorer:
    """How usual the year of birth of the owner on the right is for a row of the left node.

    The weight is log P(year | reference) / P(year), both within the register and role; the usual ages of the register
    alone are the comparison `cohort`. `references`: node, kind, reference, other of the nodes without a number.
    `births`: node, year of the owners. `gaps`, `years`: as measured. `asks`: the nodes of `references`.
    """

    comparison: Comparison
    references: pl.DataFrame
    births: pl.DataFrame
    gaps: pl.DataFrame
    years: pl.DataFrame
    asks: np.ndarray

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        chosen = np.flatnonzero(self.asks[left])
        gaps, years = self.gaps, self.years
        asked = (
            pl.DataFrame({"pair": chosen, "node_l": left[chosen], "node_r": right[chosen]})
            .join(self.references.rename({"node": "node_l"}), on="node_l")
            .filter(pl.col("other").is_null() | (pl.col("node_r") != pl.col("other")))
            .join(self.births.rename({"node": "node_r"}), on="node_r")
            .with_columns(gap=pl.col("year") - pl.col("reference"))
            .join(gaps.select("kind", "gap", together="rows"), on=["kind", "gap"], how="left")
            .join(years.select("kind", "year", apart="rows"), on=["kind", "year"], how="left")
            .join(gaps.select("kind", "size").unique(), on="kind")
        )
        size = pl.col("size")
        of_year = (pl.col("apart").fill_null(0.0) + AGE_ROWS / YEARS_ALIVE) / (size + AGE_ROWS)
        of_both = (pl.col("together").fill_null(0.0) + AGE_ROWS * of_year) / (size + AGE_ROWS)
        asked = asked.with_columns(weight=(of_both / of_year).log()).sort("pair", "kind", "reference")
        mean = asked.group_by("pair", maintain_order=True).agg(pl.col("weight").mean())
        return answer(self.comparison, left.size, mean.with_columns(is_usual=pl.col("weight") >= 0))


#: Comparison -> by what the age of the owner is asked: those who stand with the left, the events that it registers.
REFERENCES = {"partner_age": _partners, "event_age": _events}


def age_scorer(name: str, nodes: Nodes) -> AgeScorer | None:
    """The scorer of `partner_age` or `event_age`; None where no row without a number has anything to ask by."""
    loose = nodes.frame.filter(pl.col("id_number").is_null()).select("node")
    references = REFERENCES[name](nodes).join(loose, on="node", how="semi")
    if references.is_empty():
        return None
    asks = node_flags(references["node"], nodes.frame.height)
    population = nodes.population
    return AgeScorer(COMPARISONS[name], references, _births(nodes), population.age_gaps, population.age_years, asks)
