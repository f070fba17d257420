"""Compares the values of two nodes: the level at which they agree and what that weighs (Fellegi and Sunter 1969)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists
from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.evidence import NO_LEVEL, Evidence, strongest
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes


@dataclass(frozen=True)
class LevelWeights:
    """m, u and whether the term's frequency counts, by level; and by what small numbers of persons are drawn."""

    m: np.ndarray
    u: np.ndarray
    by_term: np.ndarray
    persons: float
    prior_persons: float
    prior_names: float

    @classmethod
    def of(cls, comparison: Comparison, model: Model, persons: int) -> LevelWeights:
        entries = list(model.levels[comparison.name].values())
        m, u = (np.array([getattr(entry, name) for entry in entries]) for name in "mu")
        by_term = np.array([entry.term_frequency for entry in entries])
        return cls(m, u, by_term, persons, model.prior_persons, model.prior_names)

    def weigh(self, found: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """(levels, weights) of a frame with level, frequency and expected: what a comparison answers.

        The frequency of the value stands for u where it is larger; both it and what the value's parts let expect are
        drawn towards u.
        """
        levels = found["level"].fill_null(NO_LEVEL).to_numpy()
        weights = np.append(np.log(self.m / self.u), np.full(NO_LEVEL + 1 - self.m.size, np.nan))[levels]
        if found["frequency"].null_count() == found.height:
            return levels, weights
        by_term = np.append(self.by_term, np.zeros(NO_LEVEL + 1 - self.m.size, dtype=bool))
        chosen = np.flatnonzero(by_term[levels] & found["frequency"].is_not_null().to_numpy())
        level, u = levels[chosen], self.u[levels[chosen]]
        frequency, expected = (found[column].gather(chosen).to_numpy() for column in ("frequency", "expected"))
        rate = self._drawn(frequency, u)
        prior = self._drawn(expected, u)
        named = (rate * self.persons + prior * self.prior_names) / (self.persons + self.prior_names)
        rate = np.where(np.isnan(named), rate, named)
        weights[chosen] = np.log(self.m[level] / np.maximum(u, rate))
        return levels, weights

    def _drawn(self, share: np.ndarray, u: np.ndarray) -> np.ndarray:
        return (share * self.persons + u * self.prior_persons) / (self.persons + self.prior_persons)


@dataclass(frozen=True)
class AttributeScorer:
    """One comparison of an attribute of nodes: the best agreement among all values of both."""

    comparison: Comparison
    values: ValueLists
    vocabulary: pl.DataFrame
    weights: LevelWeights

    @classmethod
    def of(cls, comparison: Comparison, nodes: Nodes, model: Model) -> AttributeScorer:
        values = nodes.values[comparison.attribute]
        lists = ValueLists.of(values["node"].to_numpy(), values["code"].to_numpy(), nodes.frame.height)
        vocabulary = nodes.vocabularies[comparison.attribute].select(comparison.reads)
        return cls(comparison, lists, vocabulary, LevelWeights.of(comparison, model, nodes.population.persons))

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, one, other = self.values.meet(left, right)
        if not pair.size:
            return Evidence.none(left.size)
        sides = [
            self.vocabulary[pl.Series(codes)].rename(f"{{}}_{side}".format)
            for side, codes in (("l", one), ("r", other))
        ]
        levels, weights = self.weights.weigh(self.comparison.compare(pl.concat(sides, how="horizontal")))
        return strongest(left.size, pair, levels, weights)


def attribute_scorers(nodes: Nodes, model: Model) -> dict[str, AttributeScorer]:
    """comparison -> its scorer, for the comparisons of attributes that any node has."""
    return {
        comparison.name: AttributeScorer.of(comparison, nodes, model)
        for comparison in COMPARISONS.values()
        if comparison.attribute and nodes.values[comparison.attribute].height
    }
