"""Scores of a linkage against its truth, from group sizes and cumulative counts; pairs are never enumerated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Score:
    """Pairs that the groups imply, held against the true ones."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _pairs(frame: pl.DataFrame, *keys: str) -> int:
    sizes = frame.group_by(*keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _score(right: int, found: int, true: int) -> Score:
    return Score(right / found if found else 1.0, right / true if true else 1.0)


def group_score(links: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """`links`: record_id, person_id. `truth`: record_id, entity."""
    joined = truth.join(links, on="record_id", how="left")
    joined = joined.with_columns(pl.coalesce("person_id", pl.concat_str(pl.lit("alone "), "record_id")))
    return _score(_pairs(joined, "entity", "person_id"), _pairs(joined, "person_id"), _pairs(joined, "entity"))


def fuzzy_score(links: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """The same over the pairs that need more than one readable ID number (`truth` has norm_id)."""
    joined = truth.join(links, on="record_id", how="left")
    numbered = joined.drop_nulls("norm_id")
    counts = [
        _pairs(joined, *keys) - _pairs(numbered, *keys, "norm_id")
        for keys in (("entity", "person_id"), ("person_id",), ("entity",))
    ]
    return _score(*counts)


def with_answers(pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs (record_id_l, record_id_r) with is_same."""
    entity = truth.select("record_id", "entity")
    joined = pairs.join(entity.rename({"record_id": "record_id_l", "entity": "l"}), on="record_id_l")
    joined = joined.join(entity.rename({"record_id": "record_id_r", "entity": "r"}), on="record_id_r")
    return joined.with_columns(is_same=pl.col("l") == pl.col("r")).drop("l", "r")


def best_pair_f1(pairs: pl.DataFrame, truth: pl.DataFrame) -> float:
    """The best F1 of the scored pairs over all thresholds: `pairs` has record_id_l, record_id_r, match_weight."""
    ordered = with_answers(pairs, truth).sort("match_weight", descending=True)
    right = ordered["is_same"].to_numpy()
    weight = ordered["match_weight"].to_numpy()
    cumulated, found = np.cumsum(right), np.arange(1, right.size + 1)
    last_of_tie = np.append(weight[1:] != weight[:-1], True) if right.size else np.zeros(0, dtype=bool)
    f1 = 2 * cumulated / (found + _pairs(truth, "entity"))
    return float(f1[last_of_tie].max()) if right.size else 0.0
