"""The matching engine in its order: prepare, own numbers, nodes, candidate pairs, scores, vetoes, clusters, ids."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from pipelines.matching.blocking import (
    Candidates,
    Keys,
    as_frame,
    candidate_pairs,
    companions_of,
    key_parts,
    owners,
    pairs_of_keys,
)
from pipelines.matching.clustering import cluster
from pipelines.matching.collective import Surroundings, with_probabilities
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.explain import explain_pair, weights_json
from pipelines.matching.identity import earlier_persons, identify, identity_keys
from pipelines.matching.joins import join_steps, name_joins
from pipelines.matching.measuring import measure_population
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes, assign_nodes, build_nodes, key_nodes, weigh_nodes, with_nodes
from pipelines.matching.ownership import own_numbers
from pipelines.matching.population import Population
from pipelines.matching.prepare import MatchingInputError, prepare
from pipelines.matching.scoring import make_scorer, score_pairs, score_with
from pipelines.matching.shared_numbers import report_shared_numbers
from pipelines.matching.side_by_side import side_by_side
from pipelines.matching.vetoes import apply_vetoes, veto_names

VERDICTS = frozenset({"same", "different", "unsure"})
DUPLICATE_CANDIDATE = {
    "pair_id": pl.String,
    "mention_id_l": pl.String,
    "mention_id_r": pl.String,
    "person_id_l": pl.String,
    "person_id_r": pl.String,
    "probability": pl.Float64,
    "match_weight": pl.Float64,
    "weights": pl.String,
    "explanation": pl.String,
    "conflicts": pl.String,
}


@dataclass(frozen=True)
class Linkage:
    """What matching found; the frames up to `scored_pairs` are files of `matched/` (docs/architecture.md).

    `person_join`: the answer of name_joins. `scored_pairs`: one row per compared pair with levels, weights, vetoes and
    probabilities, named by the first row of each side (`compared_as` of person_link). `blocking_report`: one row per
    blocking rule, with what was left out, and one for the numbers taken for placeholders. `identity`: identity_key ->
    person_id, the `previous` of the next night. `population`: what everything was weighed by.
    """

    person_link: pl.DataFrame
    person_id_number: pl.DataFrame
    person_superseded: pl.DataFrame
    person_split: pl.DataFrame
    duplicate_candidate: pl.DataFrame
    person_join: pl.DataFrame
    scored_pairs: pl.DataFrame
    blocking_report: pl.DataFrame
    identity: pl.DataFrame
    population: Population


def no_decisions() -> pl.DataFrame:
    """No verdicts, in the shape that find_nodes takes."""
    return pl.DataFrame(schema={"mention_l": pl.UInt32, "mention_r": pl.UInt32, "verdict": pl.String})


def decisions_of(verdicts: pl.DataFrame | None, prepared: pl.DataFrame) -> pl.DataFrame:
    """mention_l, mention_r, verdict of the verdicts whose mentions are here; the last verdict on a pair stands."""
    if verdicts is None or verdicts.is_empty():
        return no_decisions()
    if unknown := set(verdicts["verdict"].unique()) - VERDICTS:
        raise MatchingInputError(f"裁定 {sorted(unknown)} 不认识；位置：裁定记录；处理：只用 same、different、unsure")
    numbers = prepared.select("mention", "mention_id")
    joined = verdicts.join(
        numbers.rename({"mention": "one", "mention_id": "mention_id_l"}), on="mention_id_l", maintain_order="left"
    ).join(numbers.rename({"mention": "other", "mention_id": "mention_id_r"}), on="mention_id_r", maintain_order="left")
    pairs = joined.select(
        mention_l=pl.min_horizontal("one", "other"), mention_r=pl.max_horizontal("one", "other"), verdict="verdict"
    )
    return pairs.unique(["mention_l", "mention_r"], keep="last").sort("mention_l", "mention_r")


def apart_mentions(decisions: pl.DataFrame, keyed: pl.DataFrame) -> pl.Series:
    """Mentions that a verdict 'different' takes out of the node in which they would stand together."""
    one = keyed["key"].gather(decisions["mention_l"])
    return decisions.filter((pl.col("verdict") == "different") & (one == keyed["key"].gather(decisions["mention_r"])))[
        "mention_r"
    ]


def node_decisions(decisions: pl.DataFrame, node: pl.Series) -> pl.DataFrame:
    """node_l, node_r, verdict of verdicts on mentions; `node` by mention."""
    ends = (node.gather(decisions[f"mention_{side}"]).alias(f"node_{side}") for side in "lr")
    return decisions.select(*ends, "verdict").filter(pl.col("node_l") != pl.col("node_r"))


def find_nodes(
    prepared: pl.DataFrame, decisions: pl.DataFrame, model: Model, population: Population | None = None
) -> Nodes:
    """The nodes of prepared mentions: owners of numbers, and rows that need the model.

    They are weighed by the population given, or else by their own.
    """
    keyed = key_nodes(prepared, own_numbers(prepared, model))
    nodes = build_nodes(prepared, assign_nodes(prepared, keyed, apart_mentions(decisions, keyed)))
    return weigh_nodes(nodes, measure_population(prepared, nodes) if population is None else population)


def score_candidates(nodes: Nodes, model: Model) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the candidate pairs with levels, weights, vetoes and probabilities; the blocking report)."""
    scorer, (pairs, report), around = side_by_side(
        [
            partial(make_scorer, nodes, model),
            partial(candidate_pairs, nodes, model),
            partial(Surroundings.of, nodes, model),
        ]
    )
    scored = apply_vetoes(score_with(scorer, pairs), nodes)
    del scorer, pairs
    return with_probabilities(scored, around, model), report


def link_methods(rows: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """One row per mention: mention, cluster, match_probability, link_method, owns_id_number.

    `rows`: mention, node, own_number, own_probability; `clusters` by node.
    """
    of_node = clusters.select("cluster", "probability", "by_decision")[rows["node"]]
    owned = pl.col("own_number").is_not_null()
    method = (
        pl.when("by_decision")
        .then(pl.lit("decision"))
        .when(owned)
        .then(pl.lit("id_number"))
        .when(pl.len().over("cluster") == 1)
        .then(pl.lit("single"))
        .otherwise(pl.lit("model"))
    )
    sure = pl.when(owned).then(pl.min_horizontal("own_probability", "probability")).otherwise("probability")
    return rows.hstack(of_node).select(
        "mention", "cluster", match_probability=sure, link_method=method, owns_id_number=owned
    )


def person_links(
    prepared: pl.DataFrame, assigned: pl.DataFrame, clusters: pl.DataFrame, first: pl.Series, ids: pl.DataFrame
) -> pl.DataFrame:
    """The person_link of prepared mentions, in their order; `assigned`: what assign_nodes says of each."""
    rows = prepared.select("mention_id", "row_id", "role", "id_number_status")
    rows = rows.hstack(link_methods(assigned, clusters)).with_columns(compared_as=first.gather(assigned["node"]))
    return rows.join(ids, on="cluster", maintain_order="left").select(
        *("mention_id", "row_id", "role", "person_id", "match_probability", "link_method"),
        *("id_number_status", "owns_id_number", "compared_as"),
    )


def pairs_for_review(
    scored: pl.DataFrame, clusters: pl.DataFrame, decisions: pl.DataFrame, model: Model
) -> pl.DataFrame:
    """Scored pairs of two persons in the review zone, without those that a verdict has settled."""
    likely = scored.filter(pl.col("probability") >= model.thresholds["review"])
    pairs = likely.with_columns(
        clusters["cluster"].gather(likely[f"node_{side}"]).alias(f"cluster_{side}") for side in "lr"
    )
    settled = decisions.filter(pl.col("verdict") != "unsure").select("node_l", "node_r")
    settled = pl.concat([settled, settled.select(node_l="node_r", node_r="node_l")])
    pairs = pairs.filter(pl.col("cluster_l") != pl.col("cluster_r"))
    pairs = pairs.join(settled, on=["node_l", "node_r"], how="anti")
    pairs = pairs.with_columns(veto_names(pairs["vetoes"]))
    ordered = pairs.sort("probability", "match_weight", "node_l", "node_r", descending=[True, True, False, False])
    low, high = pl.min_horizontal("cluster_l", "cluster_r"), pl.max_horizontal("cluster_l", "cluster_r")
    return ordered.with_columns(low=low, high=high).unique(["low", "high"], keep="first", maintain_order=True)


def pair_id(one: str, other: str) -> str:
    """The id of two rows: the same from either side."""
    return hashlib.sha256("\x1f".join(sorted([one, other])).encode()).hexdigest()[:16]


def duplicate_candidates(pairs: pl.DataFrame, first: pl.Series, ids: pl.DataFrame) -> pl.DataFrame:
    named = pairs.with_columns(first.gather(pairs[f"node_{side}"]).alias(f"mention_id_{side}") for side in "lr")
    for side in "lr":
        person = ids.select(pl.col("cluster", "person_id").name.suffix(f"_{side}"))
        named = named.join(person, on=f"cluster_{side}", how="left", maintain_order="left")
    rows = []
    for row in named.iter_rows(named=True):
        steps, conflicts, sentence = explain_pair(row)
        rows.append(
            {
                **{
                    column: row[column]
                    for column in ("mention_id_l", "mention_id_r", "person_id_l", "person_id_r", "probability")
                },
                "pair_id": pair_id(row["mention_id_l"], row["mention_id_r"]),
                "match_weight": sum(step.weight for step in steps),
                "weights": weights_json(steps),
                "explanation": sentence,
                "conflicts": "；".join(conflicts),
            }
        )
    return pl.DataFrame(rows, schema=DUPLICATE_CANDIDATE).sort("pair_id")


def link_mentions(
    mentions: pl.DataFrame,
    model: Model,
    *,
    key: bytes,
    previous: pl.DataFrame | None = None,
    verdicts: pl.DataFrame | None = None,
    population: Population | None = None,
) -> Linkage:
    """Links the persons named in rows. Same input in any row order, same output.

    `mentions`: see docs/architecture.md, "staging → matching". `key`: the county's secret key. `previous`: the
    `identity` frame of the release before (identity_key, person_id). `verdicts`: mention_id_l, mention_id_r, verdict
    (same, different, unsure), oldest first. `population`: measured on an earlier night, to be weighed by; by default
    it is measured on these mentions. Raises MatchingInputError.
    """
    prepared = prepare(mentions, None if population is None else population.aliases)
    compared = compare(prepared, verdicts, model, population)
    keys = identity_keys(with_nodes(prepared, compared.nodes.of_mention), key)
    return conclude(compared, model, keys=keys, previous=previous).linkage


@dataclass(frozen=True)
class Compared:
    """Everything that is found before persons are made of it: prepared mentions, verdicts on them (decisions_of), their
    nodes (with companions), the blocking keys of nodes by the names of KEY_PARTS, the candidates that they made, and
    those pairs scored, with vetoes.
    """

    prepared: pl.DataFrame
    decisions: pl.DataFrame
    nodes: Nodes
    parts: Mapping[str, Keys]
    candidates: Candidates
    scored: pl.DataFrame


def compare(
    prepared: pl.DataFrame, verdicts: pl.DataFrame | None, model: Model, population: Population | None = None
) -> Compared:
    """Compares all pairs of nodes that share a blocking key."""
    decisions = decisions_of(verdicts, prepared)
    nodes = find_nodes(prepared, decisions, model, population)
    nodes = replace(nodes, companions=companions_of(nodes))
    parts = key_parts(nodes)
    candidates = pairs_of_keys(parts, companions_of(nodes), owners(nodes), model)
    scored = apply_vetoes(score_pairs(as_frame(candidates.pairs), nodes, model), nodes)
    return Compared(prepared, decisions, nodes, parts, candidates, scored)


@dataclass(frozen=True)
class Concluded:
    """The linkage, and what it was made of, by node: what probabilities rest on, verdicts (node_decisions), who was
    whom in the release before (earlier_persons), pairs with probabilities, clusters.
    """

    linkage: Linkage
    around: Surroundings
    decisions: pl.DataFrame
    earlier: pl.DataFrame
    scored: pl.DataFrame
    clusters: pl.DataFrame


def conclude(compared: Compared, model: Model, *, keys: pl.DataFrame, previous: pl.DataFrame | None) -> Concluded:
    """From compared pairs to persons. `keys` is the answer of identity_keys."""
    prepared, nodes = compared.prepared, compared.nodes
    around, earlier = Surroundings.of(nodes, model), earlier_persons(keys, previous)
    scored = with_probabilities(compared.scored, around, model)
    settled = node_decisions(compared.decisions, nodes.of_mention["node"])
    clusters, joins = cluster(scored, nodes.frame, model, settled, earlier)
    scored = scored.with_columns(refusals(scored, joins))
    identities = identify(keys, clusters, previous)
    ids = identities.ids
    first = prepared["mention_id"].gather(nodes.frame["first_mention"])
    review = pairs_for_review(scored, clusters, settled, model)
    linkage = Linkage(
        person_link=person_links(prepared, nodes.of_mention, clusters, first, ids),
        person_id_number=own_id_numbers(clusters, nodes.frame["id_number"], ids),
        person_superseded=identities.superseded,
        person_split=identities.splits,
        duplicate_candidate=duplicate_candidates(review, first, ids),
        person_join=name_joins(join_steps(joins, scored, clusters, settled), first, ids),
        scored_pairs=named_pairs(scored, first),
        blocking_report=pl.concat([compared.candidates.report(), report_shared_numbers(prepared["shared_number"])]),
        identity=identities.kept,
        population=nodes.population,
    )
    return Concluded(linkage, around, settled, earlier, scored, clusters)


def own_id_numbers(clusters: pl.DataFrame, numbers: pl.Series, ids: pl.DataFrame) -> pl.DataFrame:
    """person_id, id_number of the clusters with a number; `numbers` by the rows of `clusters`."""
    numbered = clusters.select("cluster", numbers.alias("id_number")).drop_nulls().join(ids, on="cluster")
    return numbered.group_by("person_id").agg(pl.col("id_number").min()).sort("person_id")


def refusals(scored: pl.DataFrame, joins: pl.DataFrame) -> pl.Series:
    """By pair: why its two sides were not joined though they are likely one person (null: no reason)."""
    ends, refused = scored.select("node_l", "node_r"), joins.filter(pl.col("refusal").is_not_null())
    return ends.join(refused, on=ends.columns, how="left", maintain_order="left")["refusal"]


def named_pairs(scored: pl.DataFrame, first: pl.Series) -> pl.DataFrame:
    """Scored pairs named by the first mention of each node: sorted by them, as nodes are numbered in their order."""
    kept = [f"{kind}_{name}" for name in COMPARISONS for kind in ("level", "weight")]
    return scored.select(
        first.gather(scored["node_l"]).alias("mention_id_l"),
        first.gather(scored["node_r"]).alias("mention_id_r"),
        *kept,
        "match_weight",
        veto_names(scored["vetoes"]),
        "refusal",
        "probability_before",
        "probability",
    )
