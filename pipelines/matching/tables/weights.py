"""Levels and weights of pairs: distinct values are compared once; u from random pairs, m by EM on the table itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.tables.levels import KINDS, first_of
from pipelines.matching.tables.pairs import random_pairs
from pipelines.matching.tables.spec import TableComparison, TableModel

#: Level of a pair in which a side has no value: no evidence.
ABSENT = 255
RANDOM_PAIRS, PRIOR_PAIRS, MAX_ROUNDS, TOLERANCE = 500_000, 100.0, 60, 1e-4
SMALLEST, LARGEST_PRIOR = 1e-7, 0.5


@dataclass(frozen=True)
class Compared:
    """`levels`: pairs x comparisons (UInt8). `frequency`: share of the other records with the agreed value, NaN where
    none is agreed.
    """

    left: np.ndarray
    right: np.ndarray
    levels: np.ndarray
    frequency: np.ndarray


@dataclass(frozen=True)
class Weights:
    """log(m/u) per comparison and level, with m, u; `prior`: share of all pairs of records that are one entity."""

    m: tuple[np.ndarray, ...]
    u: tuple[np.ndarray, ...]
    prior: float

    def of(self, compared: Compared, model: TableModel) -> np.ndarray:
        """Pairs x comparisons: the weight in nats; the same value weighs by how many records have it."""
        columns = []
        for index, comparison in enumerate(model.comparisons):
            m, u = self.m[index], self.u[index]
            table = np.append(np.log(m / u), 0.0)
            level = compared.levels[:, index]
            weight = table[np.where(level == ABSENT, len(m), level)]
            if comparison.term_frequency:
                rate = compared.frequency[:, index]
                weight = np.where((level == 0) & ~np.isnan(rate), np.log(m[0] / np.fmax(rate, SMALLEST)), weight)
            columns.append(weight)
        return np.column_stack(columns)


def _one_column(values: pl.Series, left: np.ndarray, right: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """(levels, frequencies) of one column for the pairs."""
    distinct = values.drop_nulls().unique().sort()
    codes = pl.DataFrame({"value": values}).join(
        pl.DataFrame({"value": distinct}).with_row_index("code"), on="value", how="left", maintain_order="left"
    )["code"]
    code = codes.fill_null(distinct.len()).to_numpy().astype(np.int64)
    counts = np.append(np.bincount(code, minlength=distinct.len() + 1)[: distinct.len()], 0)
    one, other = np.minimum(code[left], code[right]), np.maximum(code[left], code[right])
    present = other < distinct.len()
    keys, back = np.unique(one[present] * (distinct.len() + 1) + other[present], return_inverse=True)
    texts = np.array(distinct.to_list(), dtype=object)
    pairs_l, pairs_r = keys // (distinct.len() + 1), keys % (distinct.len() + 1)
    found = KINDS[kind].find(list(texts[pairs_l]), list(texts[pairs_r])) if keys.size else np.zeros(0, np.uint8)
    levels = np.full(left.size, ABSENT, dtype=np.uint8)
    levels[present] = found[back]
    same = present & (code[left] == code[right])
    frequency = np.full(left.size, np.nan)
    frequency[same] = (counts[code[left][same]] - 1) / max(int(counts.sum()) - 1, 1)
    return levels, frequency


def _two_columns(values: pl.DataFrame, comparison: TableComparison, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whether the two names stand the other way round; no evidence where one of the four is absent."""
    first, second = (values[column] for column in comparison.columns)
    sides = [(series[left], series[right]) for series in (first, second)]
    (first_l, first_r), (second_l, second_r) = sides
    swapped = ((first_l == second_r) & (second_l == first_r) & (first_l != second_l)).fill_null(False).to_numpy()
    known = (first_l.is_not_null() & first_r.is_not_null() & second_l.is_not_null() & second_r.is_not_null()).to_numpy()
    return np.where(known, first_of(swapped), ABSENT).astype(np.uint8)


def compare(values: pl.DataFrame, pairs: pl.DataFrame, model: TableModel) -> Compared:
    """The levels of all comparisons for pairs (left, right)."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    levels, frequencies = [], []
    for comparison in model.comparisons:
        if len(comparison.columns) == 2:
            level, rate = _two_columns(values, comparison, left, right), np.full(left.size, np.nan)
        else:
            level, rate = _one_column(values[comparison.columns[0]], left, right, comparison.kind)
        levels.append(level)
        frequencies.append(rate)
    compared = Compared(left, right, np.column_stack(levels), np.column_stack(frequencies))
    _forgive_swapped(compared, model)
    return compared


def _forgive_swapped(compared: Compared, model: TableModel) -> None:
    """Where two names stand the other way round, neither is held against the pair."""
    names = [comparison.columns[0] if len(comparison.columns) == 1 else "" for comparison in model.comparisons]
    for index, comparison in enumerate(model.comparisons):
        if len(comparison.columns) == 2:
            swapped = compared.levels[:, index] == 0
            for column in comparison.columns:
                if column in names:
                    compared.levels[swapped, names.index(column)] = ABSENT


def _shares(levels: np.ndarray, weights: np.ndarray, prior: np.ndarray, mass: float) -> np.ndarray:
    counted = levels != ABSENT
    counts = np.bincount(levels[counted], weights=weights[counted], minlength=len(prior))[: len(prior)]
    return np.clip((counts + prior * mass) / (counts.sum() + prior.sum() * mass), SMALLEST, 1.0)


def estimate_weights(values: pl.DataFrame, compared: Compared, model: TableModel, seed: int = 1) -> Weights:
    """u as shares of random pairs, then m and the share of true pairs by EM over the candidate pairs."""
    chance = compare(values, random_pairs(values.height, RANDOM_PAIRS, seed), model)
    flat = [np.full(len(c.m), 1 / len(c.m)) for c in model.comparisons]
    ones = np.ones(chance.left.size)
    shares = [_shares(chance.levels[:, i], ones, flat[i], 1.0) for i in range(len(flat))]
    start = tuple(np.array(comparison.m) / sum(comparison.m) for comparison in model.comparisons)
    all_pairs = max(values.height * (values.height - 1) / 2, 1.0)
    found = Weights(start, tuple(shares), min(values.height / all_pairs, LARGEST_PRIOR) or SMALLEST)
    for _ in range(MAX_ROUNDS):
        probability = probabilities(found.of(compared, model).sum(axis=1), found.prior)
        m = tuple(_shares(compared.levels[:, i], probability, start[i], PRIOR_PAIRS) for i in range(len(start)))
        moved = max(float(np.abs(new - old).max()) for new, old in zip(m, found.m, strict=True))
        prior = float(np.clip(probability.sum() / all_pairs, 1e-12, LARGEST_PRIOR))
        u = tuple(_without_matches(share, new, prior) for share, new in zip(shares, m, strict=True))
        found = Weights(m, u, prior)
        if moved < TOLERANCE:
            break
    return found


def _without_matches(share: np.ndarray, m: np.ndarray, prior: float) -> np.ndarray:
    """u of random pairs less the true pairs among them, which a small table full of duplicates has many of.

    No level loses more than nine tenths: what is left of a small share after so much is chance.
    """
    return np.asarray(np.maximum((share - prior * m) / (1 - prior), share / 10))


def probabilities(weight: np.ndarray, prior: float) -> np.ndarray:
    """Posterior probability of weights in nats under the prior share of true pairs."""
    return np.asarray(1 / (1 + np.exp(-np.clip(weight + np.log(prior / (1 - prior)), -60, 60))))
