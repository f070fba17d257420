"""The collective step: rows without a number that stand together support each other's candidates.

A registration names a husband and a wife and gives neither a number. Each alone may be any of several namesakes; that
one man and one woman of those names already stand in one household speaks for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.blocking import LARGEST_CONTEXT, companions_of
from pipelines.matching.clustering import add_probabilities, known_shares
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population

#: Candidates less likely than this support nobody.
SMALLEST_SUPPORT = 0.01


@dataclass(frozen=True)
class Surroundings:
    """What the probability of a pair rests on besides its weight.

    `known`: by node (known_shares). `beside`: node, other (nodes_beside). `companions`: node, companion.
    """

    known: np.ndarray
    beside: pl.DataFrame
    companions: pl.DataFrame
    population: Population

    @classmethod
    def of(cls, nodes: Nodes, model: Model) -> Surroundings:
        loose = nodes.frame.filter(pl.col("id_number").is_null()).select("node")
        beside = nodes_beside(nodes.facts.select("context", "node"), loose)
        return cls(known_shares(nodes, model), beside, companions_of(nodes), nodes.population)


def nodes_beside(contexts: pl.DataFrame, loose: pl.DataFrame) -> pl.DataFrame:
    """node, other: of the nodes without a number (`loose`) those of one context. `contexts`: context, node of rows."""
    members = contexts.drop_nulls().unique()
    members = members.filter(pl.len().over("context") <= LARGEST_CONTEXT).join(loose, on="node", how="semi")
    both = members.join(members.rename({"node": "other"}), on="context").filter(pl.col("node") != pl.col("other"))
    return both.select("node", "other").unique()


def with_probabilities(scored: pl.DataFrame, around: Surroundings, model: Model) -> pl.DataFrame:
    """The collective step: probabilities, and again where rows that stand together support each other."""
    scored = add_probabilities(scored, around.known, around.population, model)
    support = supports(scored, around.beside, around.companions)
    if support.is_empty():
        return scored
    return add_probabilities(add_support(scored, support, model), around.known, around.population, model)


def supports(scored: pl.DataFrame, beside: pl.DataFrame, companions: pl.DataFrame) -> pl.DataFrame:
    """pair -> support: how likely a neighbour of the row on the left is a known companion of the owner on the right.

    `scored` has pair, node_l, node_r, owns_r, probability, is_apart. Pairs with a known companion need none.
    """
    if beside.is_empty():
        return pl.DataFrame(schema={"pair": pl.UInt32, "support": pl.Float64})
    to_owner = scored.filter(pl.col("owns_r") & ~pl.col("is_apart"))
    asked = to_owner.filter(pl.col("level_companions").is_null()).select("pair", node="node_l", candidate="node_r")
    likely = to_owner.filter(pl.col("probability") >= SMALLEST_SUPPORT).select(
        other="node_l", companion="node_r", probability="probability"
    )
    known = companions.rename({"node": "candidate"})
    through = asked.join(beside, on="node").join(likely, on="other")
    found = through.join(known, on=["candidate", "companion"], how="semi").sort("pair", "other", "companion")
    each = found.group_by("pair", "other", maintain_order=True).agg(pl.col("probability").sum())
    return each.group_by("pair").agg(support=pl.col("probability").max().clip(0.0, 1.0))


def add_support(scored: pl.DataFrame, support: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The scored pairs with the weight of likely companions in `companions` and `match_weight`.

    `support` is the answer of `supports`. With support s the weight is log(1 + s (m/u - 1)): log(m/u) when the
    neighbour is the companion for certain.
    """
    level = COMPARISONS["companions"].index("likely_companion")
    entry = model.levels["companions"]["likely_companion"]
    weight = (1 + pl.col("support") * (entry.m / entry.u - 1)).log()
    joined = scored.join(support, on="pair", how="left", maintain_order="left")
    supported = pl.col("support").is_not_null()
    return joined.with_columns(
        level_companions=pl.when(supported).then(pl.lit(level, dtype=pl.UInt8)).otherwise("level_companions"),
        weight_companions=pl.when(supported).then(weight).otherwise("weight_companions"),
        match_weight=pl.col("match_weight") + pl.when(supported).then(weight).otherwise(0.0),
    ).drop("support")
