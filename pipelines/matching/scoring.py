"""Scores pairs of nodes: the level of each comparison, its weight log(m/u), and their sum (Fellegi and Sunter 1969).

One function scores a batch of pairs in Arrow, whatever engine brings the batches: everything it needs to know of the
nodes is gathered once, before, and does not change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.matching.ages import age_scorer
from pipelines.matching.arrays import arrow
from pipelines.matching.attributes import attribute_scorers
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import NO_LEVEL, Evidence
from pipelines.matching.households import CompanionScorer
from pipelines.matching.model import Model
from pipelines.matching.namesakes import VillageNamesakes
from pipelines.matching.nodes import Nodes
from pipelines.matching.profiles import ProfileScorer
from pipelines.matching.registers import CohortScorer, Listings, ListingScorer, Standing
from pipelines.matching.sameness import fitted
from pipelines.matching.side_by_side import side_by_side

#: Pairs scored at a time: what is held in memory for them is a few hundred bytes each.
BATCH_PAIRS = 250_000


@dataclass(frozen=True)
class Scorer:
    """What batches of pairs are scored with, made once from all nodes (an engine of several machines broadcasts it).

    `comparisons`: comparison -> function of the nodes on the left and on the right; comparisons on which no node of the
    table has evidence are not among them. `namesakes` corrects the weight of the name by village.
    """

    model: Model
    comparisons: Mapping[str, Callable[[np.ndarray, np.ndarray], Evidence]]
    namesakes: VillageNamesakes


def make_scorer(nodes: Nodes, model: Model) -> Scorer:
    """The scorer of the pairs of these nodes; m is the model's, drawn to what the population's numbers show."""
    model = fitted(model, nodes.population)
    listings = Listings.of(nodes)
    standing = Standing.of(listings, nodes)
    known: dict[str, Callable[[np.ndarray, np.ndarray], Evidence] | None] = {
        **attribute_scorers(nodes, model),
        "companions": CompanionScorer.of(nodes, model),
        "listing": ListingScorer.of(listings, standing, nodes, model),
        "cohort": CohortScorer(listings, standing),
        "profile": ProfileScorer.of(listings, nodes),
        "partner_age": age_scorer("partner_age", nodes),
        "event_age": age_scorer("event_age", nodes),
    }
    comparisons = {name: score for name in COMPARISONS if (score := known.get(name)) is not None}
    return Scorer(model, comparisons, VillageNamesakes.of(nodes))


def _schema() -> pa.Schema:
    fields = [pa.field("node_l", pa.uint32()), pa.field("node_r", pa.uint32())]
    for name in COMPARISONS:
        fields += [pa.field(f"level_{name}", pa.uint8()), pa.field(f"weight_{name}", pa.float64())]
    return pa.schema([*fields, pa.field("match_weight", pa.float64())])


#: The columns of a scored batch: levels are null where a comparison has no evidence; weights are in nats.
SCORED = _schema()


def score_batch(pairs: pa.RecordBatch, scorer: Scorer) -> pa.RecordBatch:
    """Scores pairs (node_l, node_r: uint32); answers the columns SCORED, in the order of the pairs.

    The answer for a pair does not depend on the other pairs of the batch.
    """
    left, right = (pl.Series(pairs.column(side)).to_numpy() for side in ("node_l", "node_r"))
    found = {name: score(left, right) for name, score in scorer.comparisons.items()}
    found = {name: evidence for name, evidence in found.items() if not evidence.is_empty()}
    found |= {name: _dependent(name, found, scorer.model) for name in found}
    if "name" in found and "residence" in found:
        weights = found["name"].weights + scorer.namesakes(left, right, found["name"], found["residence"])
        found["name"] = Evidence(found["name"].levels, weights)
    total = np.zeros(left.size)
    nothing = pa.nulls(left.size, pa.uint8()), pa.nulls(left.size, pa.float64())
    columns = [pairs.column("node_l"), pairs.column("node_r")]
    for name in COMPARISONS:
        if name in found:
            total += np.nan_to_num(found[name].weights)
        columns += found[name].arrow() if name in found else nothing
    return pa.RecordBatch.from_arrays([*columns, arrow(total)], schema=SCORED)


def _dependent(name: str, found: Mapping[str, Evidence], model: Model) -> Evidence:
    """A comparison with the u that holds where the one it depends on agrees; never above its own weight."""
    levels, weights = found[name].levels, found[name].weights.copy()
    for index, entry in enumerate(model.levels[name].values()):
        for given in entry.given:
            if given.comparison in found:
                other = COMPARISONS[given.comparison]
                holds = np.zeros(NO_LEVEL + 1, dtype=bool)
                holds[[other.index(level) for level in given.levels]] = True
                chosen = np.flatnonzero((levels == index) & holds[found[other.name].levels])
                weights[chosen] = np.minimum(weights[chosen], math.log(entry.m / given.u))
    return Evidence(levels, weights)


def score_pairs(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """One row per pair (node_l, node_r): pair (its number, UInt32) and the columns SCORED."""
    return score_with(make_scorer(nodes, model), pairs)


def score_with(scorer: Scorer, pairs: pl.DataFrame) -> pl.DataFrame:
    """The answer of score_pairs."""
    table = pa.table({side: pairs[side].to_arrow() for side in ("node_l", "node_r")})
    batches = side_by_side(partial(score_batch, batch, scorer) for batch in table.to_batches(max_chunksize=BATCH_PAIRS))
    scored = pl.from_arrow(pa.Table.from_batches(batches, schema=SCORED), rechunk=False)
    assert isinstance(scored, pl.DataFrame)
    return scored.with_row_index("pair")
