"""One function scores batches of pairs in Arrow; how pairs are cut into batches changes nothing."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.matching import load_model
from pipelines.matching.blocking import candidate_pairs
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.engine import find_nodes, no_decisions
from pipelines.matching.evidence import NO_LEVEL, Evidence, strongest
from pipelines.matching.nodes import Nodes
from pipelines.matching.prepare import prepare
from pipelines.matching.scoring import SCORED, make_scorer, score_batch, score_pairs

HOME = {"town": "柳河镇", "village": "塘口村", "address": "柳河镇塘口村3组12号"}
FAMILY = {"case_key": "dibao:A1", **HOME}
ROWS: dict[str, dict[str, Any]] = {
    "head": {"name": "程光明", "id_number": "34059019600101123?", "relation_to_head": "户主", **FAMILY},
    "wife": {"name": "胡桂芳", "id_number": "34059019620303224?", "relation_to_head": "配偶", **FAMILY},
    "again": {"name": "程光明", "role": "head", **FAMILY},
    "husband": {"name": "程光明", "feed": "marriage", "role": "husband", "row_id": "m1"},
    "bride": {"name": "胡桂芳", "feed": "marriage", "role": "wife", "row_id": "m1", "id_number": "34059019620303224?"},
    "slip": {"name": "程光民", "id_number": "340590196001011230", "birth_date": "1960-01-01", "phone": "13900001111"},
    "paid": {"name": "程光明", "feed": "payment", "role": "payee", "account_number": "6217001", **HOME},
    "owner": {"name": "程光明", "id_number": "34059019600101123?", "feed": "payment", "phone": "13900001111"},
    "lunar": {"name": "胡桂方", "birth_date": "1962-01-28", "sex": "女", **HOME},
    "rounded": {"name": "胡桂芳", "id_number": "3.40590196203032E+17"},
}


@pytest.fixture
def nodes(mentions_of: Callable[..., pl.DataFrame]) -> Nodes:
    return find_nodes(prepare(mentions_of(ROWS)), no_decisions(), load_model())


def batches_of(nodes: Nodes, size: int) -> list[pa.RecordBatch]:
    pairs, _ = candidate_pairs(nodes, load_model())
    table = pa.table({side: pairs[side].to_arrow() for side in ("node_l", "node_r")})
    return table.to_batches(max_chunksize=size)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_smaller_batches_give_the_same_scores(nodes: Nodes, size: int) -> None:
    scorer = make_scorer(nodes, load_model())
    whole = [score_batch(batch, scorer) for batch in batches_of(nodes, 1000)]
    parts = [score_batch(batch, scorer) for batch in batches_of(nodes, size)]
    assert len(whole) == 1 < len(parts)
    assert pa.Table.from_batches(parts).equals(pa.Table.from_batches(whole))
    assert pa.Table.from_batches(parts).schema == SCORED


def test_the_rows_here_give_evidence_to_most_comparisons(nodes: Nodes) -> None:
    scored = pl.from_arrow(score_batch(batches_of(nodes, 1000)[0], make_scorer(nodes, load_model())))
    said = {name for name in COMPARISONS if scored[f"level_{name}"].null_count() < scored.height}
    assert said >= {"id_number", "name", "birth_date", "sex", "residence", "companions", "listing", "cohort"}
    weights = scored.select(pl.sum_horizontal(f"weight_{name}" for name in COMPARISONS)).to_series()
    assert (weights - scored["match_weight"]).abs().max() < 1e-12


def test_a_scorer_travels_to_another_process(nodes: Nodes) -> None:
    scorer = make_scorer(nodes, load_model())
    batch = batches_of(nodes, 1000)[0]
    assert score_batch(batch, pickle.loads(pickle.dumps(scorer))).equals(score_batch(batch, scorer))


def test_no_pairs_have_no_scores(nodes: Nodes) -> None:
    scored = score_pairs(pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32}), nodes, load_model())
    assert scored.is_empty()
    assert scored.columns == ["pair", *SCORED.names]


levels = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0, 1, 2, NO_LEVEL]), st.sampled_from([-1.0, 0.5, 2.0])))


@settings(deadline=None, derandomize=True)
@given(said=levels)
def test_the_strongest_value_of_each_pair_counts(said: list[tuple[int, int, float]]) -> None:
    said = sorted(said, key=lambda entry: entry[0])
    pair, level, weight = (np.array([entry[i] for entry in said]) for i in range(3))
    found = strongest(6, pair.astype(np.int64), level.astype(np.uint8), weight.astype(np.float64))
    for number in range(6):
        words = [(-weight, level) for pair, level, weight in said if pair == number and level != NO_LEVEL]
        expected = min(words, default=(float("nan"), NO_LEVEL))
        assert found.levels[number] == expected[1]
        assert found.weights[number] == pytest.approx(-expected[0], nan_ok=True)


def test_evidence_is_null_in_arrow_where_there_is_none() -> None:
    found = Evidence.at(3, np.array([1]), np.array([2], dtype=np.uint8), np.array([1.5]))
    assert [column.to_pylist() for column in found.arrow()] == [[None, 2, None], [None, 1.5, None]]
    assert Evidence.none(3).is_empty()
    assert not found.is_empty()
