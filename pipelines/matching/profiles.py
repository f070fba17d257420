"""Which registers go together: a person who draws wages draws no pension, who is buried gets no allowance.

How often a person of one register stands in another is measured on this data's own ID numbers and held against what the
ages and sexes of both let expect (that much the comparison `cohort` has said already).
"""

from __future__ import annotations

import polars as pl

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.registers import LISTED_ROLES, answer, asked_pairs, cohorts_of, listings_of

#: Persons, in and out of both registers, that the independence of two registers counts for.
PROFILE_PERSONS = 10.0


def _standing(nodes: Nodes) -> pl.DataFrame:
    """node, other: the feeds in which each owner is listed."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node")
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES)).join(owners, on="node", how="semi")
    return rows.select("node", other="feed").drop_nulls().unique()


def measure_affinities(nodes: Nodes) -> pl.DataFrame:
    """register, other (another feed), present, absent: log of observed over expected persons of the register who do,
    who do not stand in the other feed; expected from age and sex alone."""
    cohorts, cohort = cohorts_of(nodes), ["decade", "is_male"]
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
    own_feed = nodes.facts.select("register", other="feed").unique()
    joined = joined.join(own_feed, on=["register", "other"], how="anti")
    observed, drawn = pl.col("both").fill_null(0), PROFILE_PERSONS
    return joined.select(
        "register",
        "other",
        present=((observed + drawn) / (pl.col("expected") + drawn)).log(),
        absent=((pl.col("persons") - observed + drawn) / (pl.col("persons") - pl.col("expected") + drawn)).log(),
    )


def score_profiles(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """pair -> level, weight: how well the registers of the owner on the right go with those of the row on the left.

    Registers say much the same of a person, so only the strongest word for and the strongest against are counted.
    """
    asked = asked_pairs(pairs, nodes).select("pair", "node_r", "register").unique()
    standing = _standing(nodes).rename({"node": "node_r"}).with_columns(stands=pl.lit(True))
    asked = asked.join(nodes.population.affinities, on="register").join(standing, on=["node_r", "other"], how="left")
    asked = asked.with_columns(weight=pl.when(pl.col("stands").fill_null(False)).then("present").otherwise("absent"))
    strongest = asked.group_by("pair").agg(
        weight=pl.col("weight").max().clip(lower_bound=0.0) + pl.col("weight").min().clip(upper_bound=0.0)
    )
    return answer(COMPARISONS["profile"], strongest.sort("pair").with_columns(is_usual=pl.col("weight") >= 0))
