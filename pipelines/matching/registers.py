"""What the registers themselves say: most name a person once, and each has its own ages and sexes.

Both are measured on this data's own ID numbers, register by register, and drawn to the model where there are few rows.
They tell namesakes apart where a row gives a name and nothing else: a pension is not paid to the grandson.
"""

from __future__ import annotations

import polars as pl

from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population

#: Roles in which a register lists a person (a head or guardian is named beside others).
LISTED_ROLES = ("self", "payee", "child", "husband", "wife")
#: Rows of a register that the model's shares count for.
REGISTER_ROWS = 100.0
#: Nats beyond which a register says no more: somebody may always be listed twice, or against all custom.
LARGEST_REGISTER_WEIGHT = 4.0
#: Years of birth that make one cohort.
COHORT_YEARS = 10


def asked_pairs(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """The pairs of a row without a number (left) and an owner (right), once for each register and role of the row."""
    owned = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node")
    loose = pairs.join(owned, left_on="node_r", right_on="node", how="semi").join(
        owned, left_on="node_l", right_on="node", how="anti"
    )
    listed = listings_of(nodes).rename({"node": "node_l"})
    return loose.select("pair", "node_l", "node_r").join(listed, on="node_l")


def listings_of(nodes: Nodes) -> pl.DataFrame:
    """node, register, role: where each node is listed."""
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES))
    return rows.select("node", "register", "role").drop_nulls().unique()


def answer(comparison: Comparison, weighed: pl.DataFrame) -> pl.DataFrame:
    """pair -> level_<name>, weight_<name> of a frame with pair, weight and the flag that the comparison reads."""
    name, level = comparison.name, comparison.compare(weighed)["level"]
    bounded = pl.col("weight").clip(-LARGEST_REGISTER_WEIGHT, LARGEST_REGISTER_WEIGHT)
    return weighed.select("pair", level.alias(f"level_{name}"), bounded.alias(f"weight_{name}"))


def measure_listings(nodes: Nodes) -> pl.DataFrame:
    """register: persons, rows, again: the owners listed there, their rows, and the rows of those who have several."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES)).join(owners.select("node"), on="node", how="semi")
    each = rows.drop_nulls("register").group_by("register", "node").agg(rows=pl.len())
    return each.group_by("register").agg(
        persons=pl.len(), rows=pl.col("rows").sum(), again=pl.col("rows").filter(pl.col("rows") > 1).sum()
    )


def _listed_shares(population: Population, model: Model) -> pl.DataFrame:
    """register -> listed_m, listed_u: how often a row's owner has another there, and how often any owner has one."""
    levels, weight = model.levels["listing"], REGISTER_ROWS
    return population.listings.select(
        "register",
        listed_m=(pl.col("again") + levels["listed"].m * weight) / (pl.col("rows") + weight),
        listed_u=(pl.col("persons") + levels["listed"].u * weight) / (population.owners + weight),
    )


def score_listings(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """pair -> level, weight: whether the owner on the right already stands in the registers of the rows on the left."""
    asked = asked_pairs(pairs, nodes).select("pair", "node_r", "register").unique()
    present = listings_of(nodes).select("register", node_r="node", is_listed=pl.lit(True)).unique()
    asked = asked.join(_listed_shares(nodes.population, model), on="register").join(
        present, on=["node_r", "register"], how="left"
    )
    asked = asked.with_columns(pl.col("is_listed").fill_null(False)).sort("pair", "register")
    here, absent = pl.col("listed_m") / pl.col("listed_u"), (1 - pl.col("listed_m")) / (1 - pl.col("listed_u"))
    asked = asked.with_columns(weight=pl.when("is_listed").then(here).otherwise(absent).log())
    summed = asked.group_by("pair", maintain_order=True).agg(pl.col("is_listed").any(), pl.col("weight").sum())
    return answer(COMPARISONS["listing"], summed)


def cohorts_of(nodes: Nodes) -> pl.DataFrame:
    """node, decade, is_male of the owners, as their numbers say."""
    year = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    digit = pl.col("id_number").str.slice(16, 1).cast(pl.Int32, strict=False)
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    return owners.select("node", decade=year // COHORT_YEARS, is_male=digit % 2 == 1).drop_nulls()


def measure_cohorts(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(decade, is_male: persons; register, role, decade, is_male: persons) of the owners of numbers."""
    cohorts, cohort = cohorts_of(nodes), ["decade", "is_male"]
    listed = listings_of(nodes).join(cohorts, on="node")
    return (
        cohorts.group_by(cohort).agg(persons=pl.len()),
        listed.group_by("register", "role", *cohort).agg(persons=pl.len()),
    )


def score_cohorts(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """pair -> level, weight: how usual the owner's age and sex are in the registers of the rows on the left."""
    cohort, measured = ["decade", "is_male"], nodes.population.cohorts
    usual = measured.select(*cohort, share=pl.col("persons") / max(int(measured["persons"].sum()), 1))
    here = nodes.population.listed_cohorts
    size = here.group_by("register", "role").agg(size=pl.col("persons").sum())
    asked = asked_pairs(pairs, nodes).join(cohorts_of(nodes).rename({"node": "node_r"}), on="node_r")
    asked = asked.join(usual, on=cohort).join(size, on=["register", "role"])
    asked = asked.join(here, on=["register", "role", *cohort], how="left")
    drawn = pl.col("persons").fill_null(0) + REGISTER_ROWS * pl.col("share")
    rate = drawn / (pl.col("size") + REGISTER_ROWS) / pl.col("share")
    asked = asked.with_columns(weight=rate.log()).sort("pair", "register", "role")
    summed = asked.group_by("pair", maintain_order=True).agg(pl.col("weight").mean())
    return answer(COMPARISONS["cohort"], summed.with_columns(is_usual=pl.col("weight") >= 0))
