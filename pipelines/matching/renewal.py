"""The persons of a night beside the one before: those that something touched are joined and named anew.

Probabilities are found for all pairs, since every candidate of a row competes with the others. Who is one person is
asked again where a pair that joins or parts has another probability, and of all who are or were joined with such nodes;
everybody else keeps rows, joins and person_id.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import is_among
from pipelines.matching.changes import prepare_again
from pipelines.matching.clustering import cluster, likely_edges
from pipelines.matching.collective import Surroundings, nodes_beside, with_probabilities
from pipelines.matching.comparing import NONE, Tonight, contexts_of
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.engine import (
    Linkage,
    duplicate_candidates,
    named_pairs,
    own_id_numbers,
    pairs_for_review,
    person_links,
    refusals,
)
from pipelines.matching.identity import (
    SUPERSEDED_KEY,
    Identities,
    earlier_persons,
    identify,
    identity_keys,
)
from pipelines.matching.joins import join_steps, name_joins
from pipelines.matching.model import Model
from pipelines.matching.prepare import CONTENT, blank_to_null
from pipelines.matching.shared_numbers import report_shared_numbers
from pipelines.matching.state import PAIR, State
from pipelines.matching.vetoes import veto_names

#: Columns of scored pairs that are found for every pair, whatever changed.
FOUND_FOR_ALL = ("level_companions", "weight_companions", "match_weight", "probability_before", "probability")
LIKELY_COMPANION = COMPARISONS["companions"].index("likely_companion")


def conclude_changed(tonight: Tonight, state: State, model: Model, key: bytes) -> State:
    """The state after the night; its linkage is what a full run would find."""
    pairs = _pairs(tonight, state)
    loose = pl.DataFrame({"node": pl.Series(np.flatnonzero(~tonight.owns), dtype=pl.UInt32)})
    beside = nodes_beside(contexts_of(tonight.rows), loose)
    around = Surroundings(tonight.known, beside, tonight.companions, tonight.population)
    scored = with_probabilities(pairs, around, model)
    asked = _asked(scored, tonight, state, model)
    renewed = _renew(scored, asked.nodes, tonight, state, model, key)
    clusters = np.empty(tonight.owns.size, dtype=np.uint32)
    same = tonight.renumbered != NONE
    clusters[tonight.renumbered[same]] = tonight.renumbered[state.nodes["cluster"].to_numpy()[same]]
    clusters[renewed.numbers] = renewed.numbers[renewed.clusters["cluster"].to_numpy()]
    is_edge = asked.edges
    is_edge[asked.nodes[scored["node_l"].to_numpy()] & asked.nodes[scored["node_r"].to_numpy()]] = False
    is_edge[renewed.edges] = True
    return State(
        made_by=state.made_by,
        rows=tonight.rows,
        nodes=pl.DataFrame({"known": tonight.known, "cluster": clusters}),
        keys=tonight.blocking.keys,
        blocks=tonight.blocking.blocks,
        pairs=pairs.with_columns(is_edge=is_edge).select("node_l", "node_r", *PAIR),
        companions=tonight.companions,
        decisions=tonight.decisions,
        linkage=_linkage(scored, clusters, asked, renewed, tonight, state, model),
    )


def _pairs(tonight: Tonight, state: State) -> pl.DataFrame:
    """All pairs: pair, node_l, node_r, PAIR (is_edge: then), the level and weight of companions before support, and
    was_weight, was_probability: as they were in the end (null: scored anew)."""
    then = state.linkage.scored_pairs.select(
        "level_companions", "weight_companions", was_weight="match_weight", was_probability="probability"
    )
    unknown = (pl.lit(None, dtype=pl.Float64).alias(name) for name in ("was_weight", "was_probability"))
    fresh = tonight.scored.with_columns(*unknown, is_edge=pl.lit(False), rules=pl.lit(0, dtype=pl.UInt32))
    old = state.pairs.select(PAIR).hstack(then)
    pairs = pl.concat([old, fresh.select(old.columns)])[tonight.source]
    supported = pl.col("level_companions") == LIKELY_COMPANION
    bare = (pl.when(~supported.fill_null(False)).then(f"{kind}_companions") for kind in ("level", "weight"))
    ends = {"node_l": tonight.blocking.pairs >> np.uint64(32), "node_r": tonight.blocking.pairs & np.uint64(NONE)}
    return pairs.with_columns(
        *(expression.alias(f"{kind}_companions") for expression, kind in zip(bare, ("level", "weight"), strict=True)),
        *(pl.Series(name, end.astype(np.uint32)) for name, end in ends.items()),
        rules=pl.Series(tonight.blocking.rules, dtype=pl.UInt32),
    ).with_row_index("pair")


@dataclass(frozen=True)
class _Asked:
    """`nodes`: Boolean by node, whose person is found anew. `edges`: Boolean by pair, whether it joins two nodes if all
    were one person who were so then. `gone`: Boolean by old node, whether its person is found anew, or no more.
    """

    nodes: np.ndarray
    edges: np.ndarray
    gone: np.ndarray


def _asked(scored: pl.DataFrame, tonight: Tonight, state: State, model: Model) -> _Asked:
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    probability, is_apart = scored["probability"].to_numpy(), scored["is_apart"].to_numpy()
    same = tonight.renumbered != NONE
    clusters = state.nodes["cluster"].to_numpy()
    person = clusters.size + np.arange(tonight.owns.size)  # by node: the old cluster, or one of its own
    person[tonight.renumbered[same]] = clusters[same]
    may_join = (probability >= model.thresholds["stay"]) & ~scored["needs_review"].to_numpy()
    edges = may_join & ((probability >= model.thresholds["link"]) | (person[left] == person[right]))
    was = {"probability": "was_probability", "match_weight": "was_weight"}
    other = (pl.col(name).ne_missing(pl.col(then)) for name, then in was.items())
    other_score = scored.select(pl.any_horizontal(*other)).to_series().to_numpy()
    other_edge = edges != scored["is_edge"].to_numpy()
    changed = other_edge | (other_score & (may_join | is_apart))
    nodes = tonight.touched.copy()
    nodes[left[changed]] = nodes[right[changed]] = True
    nodes[_parted(tonight, state)] = True
    rows = tonight.rows
    nodes[rows["node"].to_numpy()[is_among(rows["content_link"].to_numpy(), tonight.contents)]] = True
    nodes[_judged(tonight, state)] = True
    judged_l, judged_r = (tonight.decisions[f"node_{side}"].to_numpy() for side in "lr")
    joined = [(left[may_join], right[may_join]), (judged_l, judged_r)]
    persons = np.zeros(clusters.size + tonight.owns.size, dtype=bool)
    persons[clusters[~same]] = True
    while True:
        count = nodes.sum()
        persons[person[nodes]] = True
        nodes |= persons[person]
        for one, end in joined:
            nodes[end[nodes[one]]] = True
            nodes[one[nodes[end]]] = True
        if nodes.sum() == count:
            return _Asked(nodes, edges, persons[clusters])


def _parted(tonight: Tonight, state: State) -> np.ndarray:
    """The ends of old pairs that joined or parted, and are scored anew or no longer there."""
    unused = np.ones(state.pairs.height, dtype=bool)
    unused[tonight.source[tonight.source < state.pairs.height]] = False
    unused &= (state.pairs["is_edge"] | state.pairs["is_apart"]).to_numpy()
    ends = np.concatenate([tonight.renumbered[state.pairs[f"node_{side}"].to_numpy()[unused]] for side in "lr"])
    return ends[ends != NONE]


def _judged(tonight: Tonight, state: State) -> np.ndarray:
    """The nodes of verdicts that are new or no longer there."""
    ends = [f"node_{side}" for side in "lr"]
    old = state.decisions.with_columns(
        pl.Series(end, tonight.renumbered[state.decisions[end].to_numpy()], dtype=pl.UInt32) for end in ends
    )
    columns = [*ends, "verdict"]
    both = pl.concat(
        [old.join(tonight.decisions, on=columns, how="anti"), tonight.decisions.join(old, on=columns, how="anti")]
    )
    nodes = np.concatenate([both[end].to_numpy() for end in ends])
    return nodes[nodes != NONE]


@dataclass(frozen=True)
class _Renewed:
    """The persons found anew: `numbers`, their nodes; `links`: person_link of the rows `of_rows` (Boolean by row);
    `clusters`, by those nodes; `edges`: numbers of pairs; and their parts of the result.
    """

    numbers: np.ndarray
    of_rows: np.ndarray
    clusters: pl.DataFrame
    edges: np.ndarray
    identities: Identities
    links: pl.DataFrame
    id_numbers: pl.DataFrame
    joins: pl.DataFrame
    refusals: pl.DataFrame


def _renew(
    scored: pl.DataFrame, asked: np.ndarray, tonight: Tonight, state: State, model: Model, key: bytes
) -> _Renewed:
    checked, rows = tonight.checked, tonight.rows
    numbers, dense = np.flatnonzero(asked), (np.cumsum(asked) - 1).astype(np.uint32)
    of_rows = asked[rows["node"].to_numpy()]

    def within(frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame whose two nodes are asked, by their numbers among those."""
        ends = [frame[f"node_{side}"].to_numpy() for side in "lr"]
        kept = asked[ends[0]] & asked[ends[1]]
        renumbered = (
            pl.Series(f"node_{side}", dense[end[kept]], dtype=pl.UInt32) for side, end in zip("lr", ends, strict=True)
        )
        return frame.filter(kept).with_columns(*renumbered)

    is_own = pl.col("owns") & (pl.col("key") == pl.col("base_key"))
    assigned = checked.select("id_number").hstack(rows.select("node", "key", "base_key", "owns", "own_probability"))
    assigned = assigned.with_row_index("mention").filter(of_rows)
    assigned = assigned.with_columns(
        own_number=pl.when(is_own).then("id_number"), node=pl.Series(dense[assigned["node"].to_numpy()])
    )
    number = assigned.drop_nulls("own_number").group_by("node").agg(id_number=pl.col("own_number").first())
    frame = pl.DataFrame({"node": pl.Series(np.arange(numbers.size), dtype=pl.UInt32)})
    frame = frame.join(number, on="node", how="left", maintain_order="left")
    keys = _identity_keys(assigned, of_rows, tonight, key)
    previous = state.linkage.identity
    is_old = pl.col("identity_key").str.starts_with(SUPERSEDED_KEY)
    previous = previous.filter(is_old | pl.col("identity_key").is_in(keys["identity_key"].implode()))
    earlier = earlier_persons(keys, previous)
    part, decisions = within(scored), within(tonight.decisions)
    clusters, joins = cluster(part, frame, model, decisions, earlier)
    identities = identify(keys, clusters, previous, _in_use_elsewhere(keys, previous, of_rows, tonight, state))
    first = checked["mention_id"].gather(tonight.first[numbers])
    known = blank_to_null(checked.select("mention_id", "row_id", "role", "id_number_status").filter(of_rows))
    is_nobodys = rows["shared_number"].filter(of_rows) != 0
    known = known.with_columns(
        id_number_status=pl.when(is_nobodys).then(pl.lit("placeholder")).otherwise("id_number_status")
    )
    steps = join_steps(joins, part, clusters, decisions)
    return _Renewed(
        numbers=numbers,
        of_rows=of_rows,
        clusters=clusters,
        edges=likely_edges(part, model, earlier)["pair"].to_numpy(),
        identities=identities,
        links=person_links(known, assigned, clusters, first, identities.ids),
        id_numbers=own_id_numbers(clusters, frame["id_number"], identities.ids),
        joins=name_joins(steps, first, identities.ids),
        refusals=part.select("pair", refusals(part, joins)).drop_nulls(),
    )


def _identity_keys(assigned: pl.DataFrame, of_rows: np.ndarray, tonight: Tonight, key: bytes) -> pl.DataFrame:
    """identity_keys of the rows asked; those of equal content are counted wherever they stand."""
    rows = tonight.rows
    loose = ~(rows["owns"] & (rows["key"] == rows["base_key"])).to_numpy()
    content = rows["content_link"].to_numpy()
    alike = loose & is_among(content, content[loose & of_rows])
    prepared = prepare_again(tonight.checked, rows, alike, tonight.population.aliases)
    place = np.full(rows.height, NONE, dtype=np.uint32)
    place[of_rows] = assigned["node"].to_numpy()
    contents = prepared.select("mention", *CONTENT).with_columns(node=pl.Series(place[alike]))
    owned = assigned.select("mention", "node", "own_number").drop_nulls()
    keys = identity_keys(pl.concat([owned, contents], how="diagonal"), key)
    return keys.filter(pl.col("node") != NONE)


def _in_use_elsewhere(
    keys: pl.DataFrame, previous: pl.DataFrame, of_rows: np.ndarray, tonight: Tonight, state: State
) -> pl.Series:
    """Of the ids that matter here, those of persons who keep theirs."""
    matter = pl.concat(
        [keys["identity_key"], previous["person_id"], previous["identity_key"].str.strip_prefix(SUPERSEDED_KEY)]
    )
    stay = state.linkage.person_link["person_id"].gather(tonight.before[~of_rows])
    return stay.filter(stay.is_in(matter.implode())).unique()


def _linkage(
    scored: pl.DataFrame,
    clusters: np.ndarray,
    asked: _Asked,
    renewed: _Renewed,
    tonight: Tonight,
    state: State,
    model: Model,
) -> Linkage:
    old, of_rows = state.linkage, renewed.of_rows
    place = np.where(of_rows, old.person_link.height + np.cumsum(of_rows) - 1, tonight.before)
    links = pl.concat([old.person_link, renewed.links])[place]
    gone = old.person_link["person_id"].filter(asked.gone[state.rows["node"].to_numpy()]).unique().implode()
    stays, is_old = ~pl.col("person_id").is_in(gone), pl.col("identity_key").str.starts_with(SUPERSEDED_KEY)
    first = tonight.checked["mention_id"].gather(tonight.first)
    pairs = _scored_pairs(scored, asked, renewed, first, tonight, state)
    likely = (scored["probability"] >= model.thresholds["review"]).to_numpy()
    ends = scored.select("node_l", "node_r", "vetoes").filter(likely)
    by_node = pl.DataFrame({"cluster": clusters})
    review = pairs_for_review(pairs.filter(likely).with_columns(ends), by_node, tonight.decisions, model)
    named = pl.concat([review["cluster_l"], review["cluster_r"]]).unique()
    ids = pl.DataFrame({"cluster": named, "person_id": links["person_id"].gather(tonight.first[named.to_numpy()])})
    shared = tonight.rows["shared_number"]
    return Linkage(
        person_link=links,
        person_id_number=old.person_id_number.filter(stays).merge_sorted(renewed.id_numbers, "person_id"),
        person_superseded=renewed.identities.superseded,
        person_split=renewed.identities.splits,
        duplicate_candidate=duplicate_candidates(review, first, ids),
        person_join=old.person_join.filter(~pl.col("person_id_l").is_in(gone)).merge_sorted(
            renewed.joins, "person_id_l"
        ),
        scored_pairs=pairs,
        blocking_report=pl.concat([tonight.blocking.report(), report_shared_numbers(shared.filter(shared != 0))]),
        identity=old.identity.filter(stays & ~is_old).merge_sorted(renewed.identities.kept, "identity_key"),
        population=tonight.population,
    )


def _scored_pairs(
    scored: pl.DataFrame, asked: _Asked, renewed: _Renewed, first: pl.Series, tonight: Tonight, state: State
) -> pl.DataFrame:
    old = state.linkage.scored_pairs
    carried = [name for name in old.columns if name not in (*FOUND_FOR_ALL, "vetoes")]
    unknown = (pl.lit(None, dtype=old.schema[name]).alias(name) for name in (*FOUND_FOR_ALL, "refusal"))
    fresh = named_pairs(tonight.scored.with_columns(*unknown), first)
    pairs = pl.concat([old.select(carried), fresh.select(carried)])[tonight.source]
    anew = pl.Series(asked.nodes[scored["node_l"].to_numpy()] | asked.nodes[scored["node_r"].to_numpy()])
    refusal = pl.select(pl.when(~anew).then(pairs["refusal"]).alias("refusal")).to_series()
    refusal = refusal.scatter(renewed.refusals["pair"], renewed.refusals["refusal"])
    found = (scored[name] for name in FOUND_FOR_ALL)
    return pairs.with_columns(refusal, *found, veto_names(scored["vetoes"])).select(old.columns)
