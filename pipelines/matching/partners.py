"""The ages of those who stand together: husband and wife of one registration, owners of one dwelling, parent and child.

How the years of birth of two persons in one row (or under one shared key) lie to each other is measured on this data's
own ID numbers, for each register and pair of roles. It tells namesakes apart where a row gives a name and nothing else:
of two men of that name, the husband is the one of about the wife's age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import node_flags
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import Evidence
from pipelines.matching.nodes import Nodes
from pipelines.matching.registers import answer

#: Pairs of a register that the independence of the two ages counts for.
PARTNER_ROWS = 30.0
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


def _spread(counts: pl.DataFrame, value: str, reach: int) -> pl.DataFrame:
    """kind, value, rows: every count shared out evenly over the values within `reach`."""
    steps = pl.DataFrame({"step": list(range(-reach, reach + 1))}, schema={"step": pl.Int32})
    spread = counts.join(steps, how="cross").with_columns(pl.col(value) + pl.col("step"))
    return spread.group_by("kind", value).agg(rows=pl.col("rows").sum() / (2 * reach + 1))


def _births(nodes: Nodes) -> pl.DataFrame:
    """node, year of birth of the owners, as their numbers say."""
    year = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    return nodes.frame.select("node", year=year).drop_nulls()


def measure_partners(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(kind, gap, rows, size; kind, year, rows, size) of the pairs of owners who stand together."""
    beside, births = together(nodes), _births(nodes)
    known = beside.join(births, on="node").join(births.rename({"node": "other", "year": "year_other"}), on="other")
    known = known.with_columns(gap=pl.col("year") - pl.col("year_other"))
    size = known.group_by("kind").agg(size=pl.len())
    gaps = _spread(known.group_by("kind", "gap").agg(rows=pl.len()), "gap", GAP_REACH)
    years = _spread(known.group_by("kind", "year").agg(rows=pl.len()), "year", YEAR_REACH)
    return gaps.join(size, on="kind"), years.join(size, on="kind")


@dataclass(frozen=True)
class PartnerAgeScorer:
    """How usual the age of the owner on the right is beside those who stand with the left row.

    The weight is log P(year | year of the other) / P(year), both within the register and pair of roles; the usual ages
    of the register alone are the comparison `cohort`. `beside`: node, kind, year_other of those who stand together with
    an owner, `other`. `births`: node, year of the owners. `gaps`, `years`: as measured. `asks`: the nodes without a
    number in `beside`.
    """

    beside: pl.DataFrame
    births: pl.DataFrame
    gaps: pl.DataFrame
    years: pl.DataFrame
    asks: np.ndarray

    @classmethod
    def of(cls, nodes: Nodes) -> PartnerAgeScorer | None:
        """None where nobody stands beside anybody."""
        births, loose = _births(nodes), nodes.frame.filter(pl.col("id_number").is_null()).select("node")
        beside = together(nodes).join(loose, on="node", how="semi")
        beside = beside.join(births.rename({"node": "other", "year": "year_other"}), on="other")
        if beside.is_empty():
            return None
        asks = node_flags(beside["node"], nodes.frame.height)
        return cls(beside, births, nodes.population.partner_gaps, nodes.population.partner_years, asks)

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        chosen = np.flatnonzero(self.asks[left])
        asked = (
            pl.DataFrame({"pair": chosen, "node_l": left[chosen], "node_r": right[chosen]})
            .join(self.births.rename({"node": "node_r"}), on="node_r")
            .join(self.beside.rename({"node": "node_l"}), on="node_l")
            .filter(pl.col("node_r") != pl.col("other"))
            .with_columns(gap=pl.col("year") - pl.col("year_other"))
        )
        gaps, years = self.gaps, self.years
        asked = asked.join(gaps.select("kind", "gap", together="rows"), on=["kind", "gap"], how="left").join(
            years.select("kind", "year", apart="rows"), on=["kind", "year"], how="left"
        )
        asked = asked.join(gaps.select("kind", "size").unique(), on="kind")
        size = pl.col("size")
        of_year = (pl.col("apart").fill_null(0.0) + PARTNER_ROWS / YEARS_ALIVE) / (size + PARTNER_ROWS)
        of_both = (pl.col("together").fill_null(0.0) + PARTNER_ROWS * of_year) / (size + PARTNER_ROWS)
        asked = asked.with_columns(weight=(of_both / of_year).log()).sort("pair", "kind", "other")
        mean = asked.group_by("pair", maintain_order=True).agg(pl.col("weight").mean())
        usual = mean.with_columns(is_usual=pl.col("weight") >= 0)
        return answer(COMPARISONS["partner_age"], left.size, usual)
