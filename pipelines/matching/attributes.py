"""Compares the values of two nodes: the level at which they agree and what that weighs (Fellegi and Sunter 1969)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.matching.agreement import Description, Rates, ValuePairs
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

    def weigh(self, levels: np.ndarray, rates: Callable[[np.ndarray], Rates] | None = None) -> np.ndarray:
        """The weights of levels; `rates` answers the frequency and the expected frequency of chosen ones.

        The frequency of the value stands for u where it is larger; both it and what the value's parts let expect are
        drawn towards u.
        """
        weights = _by_level(np.log(self.m / self.u), np.nan)[levels]
        chosen = np.flatnonzero(_by_level(self.by_term, False)[levels])
        if rates is None or not chosen.size:
            return weights
        frequency, expected = rates(chosen)
        known = ~np.isnan(frequency)
        chosen, frequency, expected = chosen[known], frequency[known], expected[known]
        level, u = levels[chosen], self.u[levels[chosen]]
        rate = self._drawn(frequency, u)
        prior = self._drawn(expected, u)
        named = (rate * self.persons + prior * self.prior_names) / (self.persons + self.prior_names)
        rate = np.where(np.isnan(named), rate, named)
        weights[chosen] = np.log(self.m[level] / np.maximum(u, rate))
        return weights

    def _drawn(self, share: np.ndarray, u: np.ndarray) -> np.ndarray:
        return (share * self.persons + u * self.prior_persons) / (self.persons + self.prior_persons)


def _by_level(values: np.ndarray, none: float | bool) -> np.ndarray:
    """The values of levels, to be looked up by level: `none` stands for what is no level."""
    return np.append(values, np.full(NO_LEVEL + 1 - values.size, none))


@dataclass(frozen=True)
class AttributeScorer:
    """One comparison of an attribute of nodes: the best agreement among all values of both."""

    comparison: Comparison
    values: ValueLists
    described: Description
    weights: LevelWeights

    @classmethod
    def of(cls, comparison: Comparison, nodes: Nodes, model: Model) -> AttributeScorer:
        values = nodes.values[comparison.attribute]
        lists = ValueLists.of(values["node"].to_numpy(), values["code"].to_numpy(), nodes.frame.height)
        described = comparison.reading.describe(nodes.vocabularies[comparison.attribute])
        return cls(comparison, lists, described, LevelWeights.of(comparison, model, nodes.population.persons))

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, one, other = self.values.meet(left, right)
        if not pair.size:
            return Evidence.none(left.size)
        values, rate = ValuePairs(self.described, one, other), self.comparison.reading.rate
        levels = self.comparison.compare(values)
        weights = self.weights.weigh(levels, None if rate is None else lambda chosen: rate(values.where(chosen)))
        return strongest(left.size, pair, levels, weights)


def attribute_scorers(nodes: Nodes, model: Model) -> dict[str, AttributeScorer]:
    """comparison -> its scorer, for the comparisons of attributes that any node has."""
    return {
        comparison.name: AttributeScorer.of(comparison, nodes, model)
        for comparison in COMPARISONS.values()
        if comparison.attribute and nodes.values[comparison.attribute].height
    }
