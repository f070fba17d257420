"""Uncontested edges are joined in one go: the same persons as a union edge by edge, whatever else is contested."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import rustworkx as rx
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.matching import load_model
from pipelines.matching.clustering import cluster, competition

NODES = 9
numbers = st.lists(st.booleans(), min_size=NODES, max_size=NODES)
probabilities = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda ends: ends[0] < ends[1]),
    st.tuples(st.sampled_from([0.3, 0.7, 0.91, 0.95, 0.99]), st.booleans(), st.booleans()),
    max_size=14,
)
verdicts = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda ends: ends[0] < ends[1]),
    st.sampled_from(["same", "different", "unsure"]),
    max_size=3,
)


def scored_of(pairs: dict[tuple[int, int], tuple[float, bool, bool]], owned: list[bool]) -> pl.DataFrame:
    rows = [
        (left, right, 0.0 if apart else probability, probability * 10, apart, review, owned[left], owned[right])
        for (left, right), (probability, apart, review) in sorted(pairs.items())
    ]
    schema: dict[str, Any] = {"node_l": pl.UInt32, "node_r": pl.UInt32, "probability": pl.Float64}
    schema |= {"match_weight": pl.Float64, "is_apart": pl.Boolean, "needs_review": pl.Boolean}
    return pl.DataFrame(rows, schema=schema | {"owns_l": pl.Boolean, "owns_r": pl.Boolean}, orient="row")


def plain_clusters(
    scored: pl.DataFrame, owned: list[bool], decided: dict[tuple[int, int], str], limit: int
) -> tuple[list[int], list[tuple[int, int]]]:
    """The cluster of every node and the refused pairs, by sets and loops alone."""
    groups = [{node} for node in range(NODES)]
    enemies = {ends for ends, verdict in decided.items() if verdict == "different"}
    refused = []

    def group(node: int) -> set[int]:
        return next(members for members in groups if node in members)

    def hostile(one: set[int], other: set[int]) -> bool:
        return any((min(a, b), max(a, b)) in enemies for a in one for b in other)

    def join(one: set[int], other: set[int]) -> None:
        groups.remove(other)
        one |= other

    for (left, right), verdict in sorted(decided.items()):
        one, other = group(left), group(right)
        both_owned = any(owned[n] for n in one) and any(owned[n] for n in other)
        if verdict == "same" and one is not other and (both_owned or not hostile(one, other)):
            join(one, other)
    enemies |= {
        (left, right)
        for left, right in scored.filter("is_apart").select("node_l", "node_r").iter_rows()
        if group(left) is not group(right)
    }
    edges = scored.filter((pl.col("probability") >= 0.9) & ~pl.col("needs_review"))
    edges = edges.sort("probability", "node_l", "node_r", descending=[True, False, False])
    for left, right in edges.select("node_l", "node_r").iter_rows():
        one, other = group(left), group(right)
        if one is other:
            continue
        if decided.get((left, right)) == "unsure" or (any(owned[n] for n in one) and any(owned[n] for n in other)):
            refused.append((left, right))
        elif not hostile(one, other):
            if len(one) + len(other) > limit:
                refused.append((left, right))
            else:
                join(one, other)
    return [min(group(node)) for node in range(NODES)], refused


@settings(max_examples=300, deadline=None)
@given(owned=numbers, pairs=probabilities, decided=verdicts, limit=st.sampled_from([2, 3, 60]))
def test_clusters_are_those_of_a_plain_union(
    owned: list[bool],
    pairs: dict[tuple[int, int], tuple[float, bool, bool]],
    decided: dict[tuple[int, int], str],
    limit: int,
) -> None:
    model = load_model()
    model = replace(model, limits={**model.limits, "cluster_nodes": limit})
    scored = scored_of(pairs, owned)
    frame = pl.DataFrame(
        {
            "node": pl.Series(range(NODES), dtype=pl.UInt32),
            "id_number": [str(i) if o else None for i, o in enumerate(owned)],
        }
    )
    schema = {"node_l": pl.UInt32, "node_r": pl.UInt32, "verdict": pl.String}
    decisions = pl.DataFrame([(*ends, verdict) for ends, verdict in decided.items()], schema=schema, orient="row")
    clusters, joins = cluster(scored, frame, model, decisions)
    refused = joins.filter(pl.col("refusal").is_not_null())
    expected, expected_refused = plain_clusters(scored, owned, decided, limit)
    assert clusters["cluster"].to_list() == expected
    assert sorted(refused.select("node_l", "node_r").rows()) == sorted(expected_refused)
    graph = rx.PyGraph()
    graph.add_nodes_from(range(NODES))
    graph.add_edges_from_no_data(joins.filter(pl.col("refusal").is_null()).select("node_l", "node_r").rows())
    together = {node: min(part) for part in rx.connected_components(graph) for node in part}
    assert [together[node] for node in range(NODES)] == expected
    assert graph.num_edges() == NODES - len(set(expected))
    joined_by_edge = clusters.filter(pl.len().over("cluster") == 1)
    assert (joined_by_edge["probability"] == 1.0).all()


def test_the_row_without_a_number_takes_the_probability_of_its_edge() -> None:
    scored = scored_of({(0, 1): (0.95, False, False), (2, 3): (0.91, False, False)}, [True, False, False, True])
    frame = pl.DataFrame({"node": pl.Series(range(4), dtype=pl.UInt32), "id_number": ["a", None, None, "b"]})
    clusters, _ = cluster(scored, frame, load_model())
    assert clusters["cluster"].to_list() == [0, 0, 2, 2]
    assert clusters["probability"].to_list() == [1.0, 0.95, 0.91, 1.0]


def test_a_row_that_is_surely_its_owner_leaves_no_less_doubt_than_one_whom_nobody_knows() -> None:
    """Odds beyond 2**53 swallow the one that stands for nobody, if they are added to it and taken off again."""
    left, odds = np.array([0, 1, 1, 2], dtype=np.uint32), np.array([1e20, 1e20, 3.0, 0.0])
    competing, doubt = competition(left, odds, 4)
    assert doubt.tolist() == [1.0, 4.0, 1.0, 1.0]
    assert competing.tolist() == [1e20, 1e20 + 3.0, 0.0, 0.0]
