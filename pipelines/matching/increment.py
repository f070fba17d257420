"""A night beside the one before: only what changed rows touch is prepared, compared and scored again.

Everything that a pair's score rests on is either measured on the population, which is kept, or stands in the rows of
the two and of those who stand together with them. What is cheap is done for all rows and held against the night before;
what is dear (preparing rows, comparing values) is done for the difference. The answer is that of a full run with the
same population, row for row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.matching.arrays import node_flags, pack, unpack
from pipelines.matching.blocking import Keys, as_frame, companions_of, key_parts, owners, pairs_of_keys
from pipelines.matching.changes import Change, among, carried, find_changes, prepare_changed
from pipelines.matching.engine import Compared, Linkage, apart_mentions, compare, conclude, decisions_of
from pipelines.matching.identity import identity_keys
from pipelines.matching.model import Model
from pipelines.matching.nodes import (
    Nodes,
    assign_nodes,
    build_nodes,
    facts_of,
    frame_of,
    key_nodes,
    weigh_nodes,
    with_nodes,
)
from pipelines.matching.ownership import own_numbers
from pipelines.matching.population import Population
from pipelines.matching.prepare import check_mentions, prepare
from pipelines.matching.scoring import score_pairs
from pipelines.matching.state import State, maker, row_digests, with_links
from pipelines.matching.vetoes import apply_vetoes

#: Share of changed rows from which a full run is no dearer.
LARGEST_CHANGE = 0.2
#: Why everything was compared.
NO_STATE, OTHER_VERSIONS = "没有上一晚的状态", "模型、密钥或程序版本与上一晚不同"
MANY_CHANGES, DRIFTED = "变动的行过多", "人数或行数变动较大，重新统计人口"
#: In place of a node that is no longer what it was.
NONE = np.iinfo(np.uint32).max


@dataclass(frozen=True)
class Night:
    """What a night found, what it keeps for the next, and what it took: `changed` rows (all, where there was no state),
    `compared` pairs; `reason`: why everything was compared, or "" when only what the changed rows touch was.
    """

    linkage: Linkage
    state: State
    changed: int
    compared: int
    reason: str


def link_night(
    mentions: pl.DataFrame,
    model: Model,
    *,
    key: bytes,
    previous: pl.DataFrame | None = None,
    verdicts: pl.DataFrame | None = None,
    state: State | None = None,
    version: str = "",
) -> Night:
    """Links the persons named in rows, as link_mentions does, with the population and the scores of the night before.

    Everything is compared anew when there is no state, when it was made under another model, key or version, or when
    more than LARGEST_CHANGE of the rows changed; the population is measured anew when there is none or the county has
    moved (Population.has_drifted). `version`: of the code. Raises MatchingInputError.
    """
    checked = check_mentions(mentions)
    digests, made_by = row_digests(checked), maker(model, key, version)
    changed, anew, reason = checked.height, 0, ""
    if state is None or state.made_by != made_by:
        reason = NO_STATE if state is None else OTHER_VERSIONS
        state, compared = None, _compare_all(checked, verdicts, model, None)
    else:
        change = find_changes(checked, digests, state)
        changed = change.rows
        if changed > LARGEST_CHANGE * checked.height:
            reason, compared = MANY_CHANGES, _compare_all(checked, verdicts, model, state.population)
        else:
            compared, anew = _compare_changed(checked, change, state, verdicts, model)
        if _has_drifted(state.population, compared.nodes):
            reason, compared = DRIFTED, _compare_all(checked, verdicts, model, None)
    rows = with_nodes(compared.prepared, compared.nodes.of_mention)
    keys = identity_keys(rows, key, None if state is None else state.tokens)
    linkage = conclude(compared, model, keys=keys, previous=previous)
    kept = State(
        made_by=made_by,
        mentions=rows.with_columns(digests.alias("digest")),
        parts=compared.parts,
        companions=companions_of(compared.nodes),
        scored=compared.scored,
        tokens=keys.select("hashed", "identity_key"),
        population=compared.nodes.population,
    )
    return Night(linkage, kept, changed, compared.scored.height if reason else anew, reason)


def _compare_all(
    checked: pl.DataFrame, verdicts: pl.DataFrame | None, model: Model, population: Population | None
) -> Compared:
    prepared = prepare(checked, None if population is None else population.aliases)
    return compare(with_links(prepared), verdicts, model, population)


def _has_drifted(population: Population, nodes: Nodes) -> bool:
    numbered = nodes.frame.height - nodes.frame["id_number"].null_count()
    return population.has_drifted(nodes.of_mention.height, nodes.frame.height, numbered)


def _compare_changed(
    checked: pl.DataFrame, change: Change, state: State, verdicts: pl.DataFrame | None, model: Model
) -> tuple[Compared, int]:
    """(what a full run with the state's population would find; how many pairs were compared for it)."""
    prepared, zone = prepare_changed(checked, change, state)
    decisions = decisions_of(verdicts, prepared)
    keyed = _key_changed(prepared, zone, change, state, model)
    assigned = assign_nodes(prepared, keyed, apart_mentions(decisions, keyed))
    rows = with_nodes(prepared, assigned)
    frame, facts, nobody = (
        frame_of(assigned).drop("owned_row"),
        facts_of(prepared, assigned),
        pl.Series(dtype=pl.UInt32),
    )
    nodes = Nodes(frame, assigned, {}, {}, facts, nobody, state.population)
    nodes = replace(nodes, companions=companions_of(nodes))
    touched = _touched(rows, change, state)
    renumbered = _renumbered(rows, touched.nodes, change, state)
    again = touched.beside | _other_companions(nodes, renumbered, state)
    parts = _spliced_parts(rows, nodes, touched.nodes, renumbered, state)
    pairs, report = pairs_of_keys(parts, companions_of(nodes), owners(nodes), model)
    scored, anew = _spliced_scores(pairs, rows, nodes, again, renumbered, state, model)
    return Compared(prepared, decisions, nodes, parts, scored, report), anew


def _key_changed(prepared: pl.DataFrame, zone: np.ndarray, change: Change, state: State, model: Model) -> pl.DataFrame:
    """The answer of key_nodes: found anew for the rows of the zone and those equal to one of them, now or before."""
    numbered = prepared.filter(zone)
    owning = own_numbers(numbered, model)
    contents = [prepared["content_link"].filter(zone), state.mentions["content_link"].filter(_old_rows(zone, change))]
    wider = zone | among(prepared["content_link"], *contents)
    kept = {name: carried(change, state, name) for name in ("owns", "own_probability", "base_key")}
    equal = pl.DataFrame({"mention": prepared["mention"], "id_number": prepared["id_number"], **kept})
    equal = equal.filter(wider & ~zone).drop("base_key").drop_nulls("own_probability")
    found = key_nodes(prepared.filter(wider), pl.concat([owning, equal.select(owning.columns)]).sort("mention"))
    at = np.flatnonzero(wider)
    return pl.DataFrame(
        {
            "mention": prepared["mention"],
            "owns": kept["owns"].scatter(at, found["owns"]),
            "own_probability": kept["own_probability"].scatter(at, found["own_probability"]),
            "key": kept["base_key"].scatter(at, found["key"]),
        }
    )


def _old_rows(zone: np.ndarray, change: Change) -> np.ndarray:
    """Boolean by old row: changed, gone, or prepared again tonight."""
    old = change.gone.copy()
    old[change.before.filter(zone).drop_nulls().to_numpy()] = True
    return old


@dataclass(frozen=True)
class _Touched:
    """Booleans by node: `nodes`, not as they were; `beside`, these and those whose scores rest on them."""

    nodes: np.ndarray
    beside: np.ndarray


def _touched(rows: pl.DataFrame, change: Change, state: State) -> _Touched:
    """A node is as it was when all its rows are, and no row has left it."""
    moved = np.zeros(rows.height, dtype=bool)
    for column in ("prepared_digest", "key"):
        moved |= rows[column].ne_missing(carried(change, state, column)).to_numpy()
    left = np.ones(state.mentions.height, dtype=bool)
    left[change.before.filter(~moved).to_numpy()] = False
    nodes, beside = (np.zeros(rows["node"].n_unique(), dtype=bool) for _ in range(2))
    of_row, old = rows["node"].to_numpy(), state.mentions.filter(left)
    nodes[of_row[among(rows["key"], rows["key"].filter(moved), old["key"])]] = True
    for link in ("row_link", "shared_link", "text_link"):
        beside[of_row[among(rows[link], rows[link].filter(moved), old[link])]] = True
    return _Touched(nodes, beside | nodes)


def _renumbered(rows: pl.DataFrame, touched: np.ndarray, change: Change, state: State) -> np.ndarray:
    """Tonight's number of each old node, NONE of those that are not as they were. Keeps the order."""
    renumbered = np.full(state.mentions["node"].n_unique(), NONE, dtype=np.uint32)
    same = ~touched[rows["node"].to_numpy()]
    old = state.mentions["node"].gather(change.before.filter(same)).to_numpy()
    renumbered[old] = rows["node"].filter(same).to_numpy()
    return renumbered


def _other_companions(nodes: Nodes, renumbered: np.ndarray, state: State) -> np.ndarray:
    """Boolean by node: whether its companions are not those of the night before."""
    companions = companions_of(nodes)
    now = pack(companions["node"].to_numpy(), companions["companion"].to_numpy())
    node, other = (renumbered[state.companions[name].to_numpy()] for name in ("node", "companion"))
    changed, _ = unpack(np.setxor1d(now, pack(node, other)[node != NONE]))
    return node_flags(pl.Series(changed), nodes.frame.height)


def _part(rows: pl.DataFrame, nodes: Nodes, chosen: np.ndarray) -> tuple[Nodes, np.ndarray]:
    """(the chosen nodes, numbered in their order; the number of each among all). Companions are those among them."""
    numbers, dense = np.flatnonzero(chosen), (np.cumsum(chosen) - 1).astype(np.uint32)
    part = rows[np.flatnonzero(chosen[rows["node"].to_numpy()])]
    part = part.with_columns(node=dense[part["node"].to_numpy()])
    assigned = part.select(nodes.of_mention.columns)
    found = weigh_nodes(build_nodes(part.drop(*assigned.drop("mention").columns), assigned), nodes.population)
    companions = companions_of(nodes)
    both = [companions[name].to_numpy() for name in ("node", "companion")]
    inside = chosen[both[0]] & chosen[both[1]]
    among_them = {name: dense[ends[inside]] for name, ends in zip(("node", "companion"), both, strict=True)}
    return replace(found, companions=pl.DataFrame(among_them)), numbers.astype(np.uint32)


def _spliced_parts(
    rows: pl.DataFrame, nodes: Nodes, touched: np.ndarray, renumbered: np.ndarray, state: State
) -> dict[str, Keys]:
    """The keys of all nodes: those of touched nodes are made anew."""
    part, numbers = _part(rows, nodes, touched)
    spliced = {}
    for name, fresh in key_parts(part).items():
        node = renumbered[state.parts[name].nodes]
        kept = node != NONE
        both = np.concatenate([node[kept], numbers[fresh.nodes]])
        keys = np.concatenate([state.parts[name].keys[kept], fresh.keys])
        order = np.argsort(both, kind="stable")
        spliced[name] = Keys(both[order], keys[order])
    return spliced


def _beside_pairs(pairs: np.ndarray, rows: pl.DataFrame, nodes: Nodes) -> np.ndarray:
    """Boolean by node: the nodes of the pairs, and all whose rows a pair's score may look at."""
    ends = np.concatenate(unpack(pairs))
    chosen = node_flags(pl.Series(ends), nodes.frame.height)
    of_row = rows["node"].to_numpy()
    asked = rows.filter(chosen[of_row])
    companions = companions_of(nodes)
    beside = companions["companion"].filter(chosen[companions["node"].to_numpy()]).to_numpy()
    for link in ("row_link", "shared_link", "text_link"):
        chosen[of_row[among(rows[link], asked[link])]] = True
    chosen[beside] = True
    return chosen


def _spliced_scores(
    pairs: np.ndarray,
    rows: pl.DataFrame,
    nodes: Nodes,
    again: np.ndarray,
    renumbered: np.ndarray,
    state: State,
    model: Model,
) -> tuple[pl.DataFrame, int]:
    """(scored pairs, as score_pairs and apply_vetoes give them for all `pairs`; how many were scored anew)."""
    left, right = (renumbered[state.scored[side].to_numpy()] for side in ("node_l", "node_r"))
    as_before = np.flatnonzero((left != NONE) & (right != NONE))
    as_before = as_before[~(again[left[as_before]] | again[right[as_before]])]
    before = pack(left[as_before], right[as_before])
    place = np.searchsorted(pairs, before)
    place[place == pairs.size] = 0
    found = pairs[place] == before if pairs.size else np.zeros(0, dtype=bool)
    fresh = np.ones(pairs.size, dtype=bool)
    fresh[place[found]] = False
    part, numbers = _part(rows, nodes, _beside_pairs(pairs[fresh], rows, nodes))
    within = np.searchsorted(numbers, np.stack(unpack(pairs[fresh])))
    asked = pl.DataFrame({"node_l": within[0], "node_r": within[1]}, schema={"node_l": pl.UInt32, "node_r": pl.UInt32})
    scored = apply_vetoes(score_pairs(asked, part, model), part)
    source = np.empty(pairs.size, dtype=np.int64)
    source[place[found]] = as_before[found]
    source[fresh] = state.scored.height + np.arange(scored.height)
    both = pl.concat([state.scored.select(scored.columns), scored])[source]
    ends = as_frame(pairs)
    return both.with_columns(ends["node_l"], ends["node_r"], pair=pl.int_range(pl.len(), dtype=pl.UInt32)), asked.height
