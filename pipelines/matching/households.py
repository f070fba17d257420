"""The household context of a pair: companions that both sides have, the same head, a number borrowed in the family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import node_flags
from pipelines.matching.attributes import LevelWeights
from pipelines.matching.blocking import companions_of, misused_numbers
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import Evidence
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes


@dataclass(frozen=True)
class CompanionScorer:
    """`companions` and `misused`: node, companion. `heads`: node, case_key. `in_context`: the nodes of either."""

    companions: pl.DataFrame
    misused: pl.DataFrame
    heads: pl.DataFrame
    in_context: np.ndarray
    weights: LevelWeights

    @classmethod
    def of(cls, nodes: Nodes, model: Model) -> CompanionScorer | None:
        """None where no row has a household, or the number of somebody else."""
        companions, count = companions_of(nodes), nodes.frame.height
        heads = nodes.facts.filter("is_head").select("node", "case_key").drop_nulls().unique()
        if companions.is_empty() and heads.is_empty():
            return None
        in_context = node_flags(companions["node"], count) | node_flags(heads["node"], count)
        weights = LevelWeights.of(COMPARISONS["companions"], model, nodes.population.persons)
        return cls(companions, misused_numbers(nodes), heads, in_context, weights)

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        chosen = np.flatnonzero(self.in_context[left] & self.in_context[right])
        pairs = pl.DataFrame({"pair": chosen, "node_l": left[chosen], "node_r": right[chosen]})
        shared = pairs.join(self.companions.rename({"node": "node_l"}), on="node_l").join(
            self.companions.rename({"node": "node_r"}), on=["node_r", "companion"], how="semi"
        )
        borrowed = [
            shared.join(self.misused.rename({"node": side}), on=[side, "companion"]) for side in ("node_l", "node_r")
        ]
        by_number = pl.concat(borrowed).select("pair").unique()
        counts = shared.group_by("pair").agg(shared_companions=pl.len())
        counts = counts.join(by_number.with_columns(borrowed_number=pl.lit(True)), on="pair", how="left")
        same = pairs.join(self.heads.rename({"node": "node_l"}), on="node_l").join(
            self.heads.rename({"node": "node_r"}), on=["node_r", "case_key"], how="semi"
        )
        same = same.select("pair", same_head=pl.lit(True)).unique()
        evidence = counts.join(same, on="pair", how="full", coalesce=True).with_columns(
            pl.col("same_head", "borrowed_number").fill_null(False), pl.col("shared_companions").fill_null(0)
        )
        levels = COMPARISONS["companions"].compare(evidence)
        return Evidence.at(left.size, evidence["pair"].to_numpy(), levels, self.weights.weigh(levels))
