"""From scored pairs to groups of records: average linkage, so that one strong pair does not chain two persons.

Pairs above the linking threshold make components; inside each, all pairs are scored, proposed or not, and records are
joined from the surest down as long as the mean log-odds between the two sides stays above the grouping threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import rustworkx as rx

#: Log-odds count no further than this in a mean: one very sure pair is not a hundred.
LARGEST_ODDS = 12.0
#: Records in a component beyond which it is a chain of namesakes; it is cut at ever higher thresholds first.
LARGEST_COMPONENT = 200


def components(records: int, left: np.ndarray, right: np.ndarray) -> list[list[int]]:
    """Connected components of two records and more, as sorted lists, smallest record first."""
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(records))
    graph.add_edges_from_no_data(list(zip(left.tolist(), right.tolist(), strict=True)))
    found = [sorted(component) for component in rx.connected_components(graph) if len(component) > 1]
    return sorted(found)


def bounded_components(
    records: int, left: np.ndarray, right: np.ndarray, odds: np.ndarray, least: float
) -> list[list[int]]:
    """Components at log-odds `least`; those too large are cut at higher and higher odds until they are small enough."""
    chosen = odds >= least
    found = components(records, left[chosen], right[chosen])
    small = [component for component in found if len(component) <= LARGEST_COMPONENT]
    large = {record for component in found if len(component) > LARGEST_COMPONENT for record in component}
    if large and least < 40:
        inside = np.isin(left, list(large)) & np.isin(right, list(large))
        small += bounded_components(records, left[inside], right[inside], odds[inside], least + 1.0)
    return sorted(small)


def _average_linkage(odds: np.ndarray, least: float) -> list[list[int]]:
    """Groups of 0..n-1 by a symmetric matrix of log-odds; the surest join first, ties by the smaller index."""
    size, groups = np.ones(len(odds)), [[i] for i in range(len(odds))]
    mean = odds.copy()
    np.fill_diagonal(mean, -np.inf)
    while True:
        best = int(np.argmax(mean))
        one, other = divmod(best, len(mean))
        if mean[one, other] < least:
            return [group for group in groups if group]
        total = size[one] + size[other]
        joined = (mean[one] * size[one] + mean[other] * size[other]) / total
        mean[one], mean[:, one] = joined, joined
        mean[one, one] = -np.inf
        mean[other], mean[:, other] = -np.inf, -np.inf
        size[one] = total
        groups[one] += groups[other]
        groups[other] = []


def _within(found: list[list[int]]) -> pl.DataFrame:
    left, right = [], []
    for component in found:
        rows = np.array(component, dtype=np.uint32)
        i, j = np.triu_indices(len(rows), 1)
        left.append(rows[i])
        right.append(rows[j])
    return pl.DataFrame({"left": np.concatenate(left), "right": np.concatenate(right)})


def _batches(found: list[list[int]], pairs: int = 2_000_000) -> Iterator[list[list[int]]]:
    batch: list[list[int]] = []
    total = 0
    for component in found:
        batch.append(component)
        total += len(component) ** 2 // 2
        if total >= pairs:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def group_records(
    records: int, found: list[list[int]], score: Callable[[pl.DataFrame], np.ndarray], least: float
) -> np.ndarray:
    """record -> its group, named by the smallest record. `score` answers the log-odds of pairs (left, right)."""
    group = np.arange(records)
    for batch in _batches(found):
        odds = np.clip(score(_within(batch)), -LARGEST_ODDS, LARGEST_ODDS)
        start = 0
        for component in batch:
            size = len(component)
            matrix = np.zeros((size, size))
            i, j = np.triu_indices(size, 1)
            matrix[i, j] = odds[start : start + i.size]
            matrix[j, i] = matrix[i, j]
            start += i.size
            for members in _average_linkage(matrix, least):
                rows = [component[member] for member in members]
                group[rows] = min(rows)
    return group
