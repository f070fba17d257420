"""The pairs of a night beside the one before: those that changed rows touch are found and scored anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.matching.arrays import is_among, node_flags, pack, unpack
from pipelines.matching.blocking import companions_among, key_parts
from pipelines.matching.blocks import Blocking, keys_of, renewed
from pipelines.matching.changes import Change, prepare_again, rows_tonight
from pipelines.matching.clustering import known_shares
from pipelines.matching.engine import apart_mentions, decisions_of, node_decisions
from pipelines.matching.model import Model
from pipelines.matching.nodes import APART_KEY, Nodes, build_nodes, weigh_nodes
from pipelines.matching.population import Population
from pipelines.matching.scoring import score_pairs
from pipelines.matching.state import State
from pipelines.matching.vetoes import apply_vetoes

#: In place of a node that is no longer what it was.
NONE = np.iinfo(np.uint32).max
#: Rows that share one of these may bear on each other's scores.
BESIDE = ("row_link", "shared_link", "text_link")


@dataclass(frozen=True)
class Tonight:
    """Tonight's rows (as a state keeps them) and nodes beside those of the night before.

    By node: `first` (its first row), `owns` (a number), `touched` (not as it was), `known`. `before`: by row, see
    Change. `renumbered`: tonight's number of each old node, NONE of those that are not as they were; it keeps their
    order. `contents`: content_link of the rows that came, went or moved, now and before. `companions`, `decisions`: by
    nodes. `blocking`: the candidates; `source`: by candidate, its place among the old pairs, or behind them among
    `scored`, those that were scored anew.
    """

    checked: pl.DataFrame
    rows: pl.DataFrame
    population: Population
    first: np.ndarray
    owns: np.ndarray
    touched: np.ndarray
    known: np.ndarray
    before: np.ndarray
    renumbered: np.ndarray
    contents: np.ndarray
    companions: pl.DataFrame
    decisions: pl.DataFrame
    blocking: Blocking
    source: np.ndarray
    scored: pl.DataFrame

    @property
    def compared(self) -> int:
        """How many pairs were scored anew."""
        return self.scored.height

    def part(self, chosen: np.ndarray) -> Part:
        """Of the chosen nodes (Boolean by node)."""
        return part_of(chosen, self.checked, self.rows, self.companions, self.population)


@dataclass(frozen=True)
class Part:
    """Some nodes, numbered in their order: `numbers`, which they are; `dense`, by node, its place among them.
    `prepared`: their rows.
    """

    nodes: Nodes
    numbers: np.ndarray
    dense: np.ndarray
    prepared: pl.DataFrame


def part_of(
    chosen: np.ndarray,
    checked: pl.DataFrame,
    rows: pl.DataFrame,
    companions: pl.DataFrame,
    population: Population,
) -> Part:
    """The nodes chosen (Boolean by node), prepared from their rows; companions are those among them."""
    numbers, dense = np.flatnonzero(chosen).astype(np.uint32), (np.cumsum(chosen) - 1).astype(np.uint32)
    of_rows = chosen[rows["node"].to_numpy()]
    prepared = prepare_again(checked, rows, of_rows, population.aliases)
    kept = rows.select("node", "key", "base_key", "owns", "own_probability").filter(of_rows)
    number, is_own = pl.col("id_number"), pl.col("owns") & (pl.col("key") == pl.col("base_key"))
    assigned = prepared.select("mention", "id_number").hstack(kept)
    assigned = assigned.select(
        "mention",
        *kept.columns,
        own_number=pl.when(is_own).then(number),
        used_number=pl.when(~pl.col("owns")).then(number),
    ).with_columns(node=pl.Series(dense[kept["node"].to_numpy()]))
    nodes = weigh_nodes(build_nodes(prepared, assigned), population)
    ends = [companions[name].to_numpy() for name in ("node", "companion")]
    inside = chosen[ends[0]] & chosen[ends[1]]
    among_them = {name: dense[end[inside]] for name, end in zip(("node", "companion"), ends, strict=True)}
    return Part(replace(nodes, companions=pl.DataFrame(among_them)), numbers, dense, prepared)


def compare_changed(
    checked: pl.DataFrame,
    digests: pl.Series,
    change: Change,
    verdicts: pl.DataFrame | None,
    state: State,
    model: Model,
) -> Tonight:
    """What a full run with the state's population would compare."""
    rows, again = rows_tonight(checked, digests, change, state, model)
    decisions = decisions_of(verdicts, checked.select("mention_id").with_row_index("mention"))
    apart = apart_mentions(decisions, rows)
    rows = rows.with_columns(key=rows["key"].scatter(apart, checked.select(APART_KEY).to_series().gather(apart)))
    moved, left = _moved(rows, change, again, state)
    numbered = _number(rows, moved, left, state)
    rows, touched = rows.with_columns(numbered.node), numbered.touched
    owns = np.zeros(touched.size, dtype=bool)
    owned = rows.filter(pl.col("owns") & (pl.col("key") == pl.col("base_key")))
    owns[owned["node"].to_numpy()] = True
    companions = _companions(rows, owned, owns)
    part = part_of(touched, checked, rows, companions, state.population)
    known = np.empty(touched.size)
    same = numbered.renumbered != NONE
    known[numbered.renumbered[same]] = state.nodes["known"].to_numpy()[same]
    known[touched] = known_shares(part.nodes, model)
    fresh = keys_of(key_parts(part.nodes), part.numbers.size)
    fresh = fresh.with_columns(node=pl.Series(part.numbers[fresh["node"].to_numpy()], dtype=pl.UInt32))
    before, gone = _blocking_before(numbered.renumbered, state)
    blocking = renewed(before, gone, fresh, touched, companions, owns, model)
    beside = touched | _beside(rows, moved, left, state, touched.size)
    beside[_other_companions(companions, numbered.renumbered, state)] = True
    source, asked = _sources(blocking.pairs, numbered.renumbered, beside, state)
    both = (_contents(rows, moved), _contents(state.rows, left))
    tonight = Tonight(
        checked=checked,
        rows=rows,
        population=state.population,
        first=numbered.first,
        owns=owns,
        touched=touched,
        known=known,
        before=change.before,
        renumbered=numbered.renumbered,
        contents=np.concatenate(both),
        companions=companions,
        decisions=node_decisions(decisions, rows["node"]),
        blocking=blocking,
        source=source,
        scored=pl.DataFrame(),
    )
    return replace(tonight, scored=_score(asked, tonight, model))


def _contents(rows: pl.DataFrame, chosen: np.ndarray) -> np.ndarray:
    return rows["content_link"].to_numpy()[chosen]


def _moved(rows: pl.DataFrame, change: Change, again: np.ndarray, state: State) -> tuple[np.ndarray, np.ndarray]:
    """(Boolean by row: not as it was; Boolean by old row: likewise, or gone)."""
    moved = change.before < 0
    kept = np.flatnonzero(~moved)
    before = change.before[kept]
    moved[kept] = rows["key"].to_numpy()[kept] != state.rows["key"].to_numpy()[before]
    again = np.flatnonzero(again & (change.before >= 0))
    now, then = rows[again], state.rows[change.before[again]]
    for column in ("prepared_digest", "own_probability"):
        moved[again] |= now[column].ne_missing(then[column]).to_numpy()
    left = np.ones(state.rows.height, dtype=bool)
    left[change.before[~moved]] = False
    return moved, left


@dataclass(frozen=True)
class _Numbered:
    """`node` by row; `first` and `touched` by node; `renumbered` by old node (see Tonight)."""

    node: pl.Series
    first: np.ndarray
    touched: np.ndarray
    renumbered: np.ndarray


def _number(rows: pl.DataFrame, moved: np.ndarray, left: np.ndarray, state: State) -> _Numbered:
    """Numbers the nodes by their first rows. A node is as it was when all its rows are and none has left."""
    key, old = rows["key"].to_numpy(), state.rows["key"].to_numpy()
    touched = is_among(key, key[moved], old[left])
    count = state.nodes.height
    node = rows["node"].to_numpy().astype(np.int64)
    node[touched] = count + np.unique(key[touched], return_inverse=True)[1]
    first = np.full(count + int(touched.sum()), -1, dtype=np.int64)
    first[node[::-1]] = np.arange(node.size)[::-1]
    firsts = np.sort(first[first >= 0])
    number = np.zeros(node.size, dtype=np.uint32)
    number[firsts] = np.arange(firsts.size, dtype=np.uint32)
    tonight = number[first[node]]
    renumbered = np.full(count, NONE, dtype=np.uint32)
    renumbered[node[~touched]] = tonight[~touched]
    of_node = np.zeros(firsts.size, dtype=bool)
    of_node[tonight[touched]] = True
    return _Numbered(pl.Series("node", tonight, dtype=pl.UInt32), firsts, of_node, renumbered)


def _companions(rows: pl.DataFrame, owned: pl.DataFrame, owns: np.ndarray) -> pl.DataFrame:
    used = rows.select("node", "used").filter(pl.col("used") != 0).unique()
    owners = owned.select(used="key", companion="node").filter(pl.col("used").is_in(used["used"].implode())).unique()
    misused = used.join(owners, on="used").select("node", "companion")
    every = pl.DataFrame({"node": pl.Series(np.flatnonzero(owns), dtype=pl.UInt32)})
    return companions_among(contexts_of(rows), every, misused)


def contexts_of(rows: pl.DataFrame) -> pl.DataFrame:
    """context, node of the rows that stand in a household, registration or case."""
    return rows.select("context", "node").filter(pl.col("context") != 0)


def _beside(rows: pl.DataFrame, moved: np.ndarray, left: np.ndarray, state: State, count: int) -> np.ndarray:
    """Boolean by node: whether a row of it may bear on the scores of a row that moved or left, then or now."""
    node, beside = rows["node"], np.zeros(rows.height, dtype=bool)
    for link in BESIDE:
        now = rows[link].to_numpy()
        beside |= is_among(now, now[moved], state.rows[link].to_numpy()[left])
    return node_flags(node.filter(beside), count)


def _other_companions(companions: pl.DataFrame, renumbered: np.ndarray, state: State) -> np.ndarray:
    """The nodes whose companions are not those of the night before."""
    now = pack(companions["node"].to_numpy(), companions["companion"].to_numpy())
    node, other = (renumbered[state.companions[name].to_numpy()] for name in ("node", "companion"))
    changed, _ = unpack(np.setxor1d(now, pack(node, other)[node != NONE]))
    return changed


def _blocking_before(renumbered: np.ndarray, state: State) -> tuple[Blocking, np.ndarray]:
    """(the old blocking of the nodes that are as they were, by their new numbers; the keys of the others)."""
    node = renumbered[state.keys["node"].to_numpy()]
    same = node != NONE
    keys = state.keys.with_columns(node=pl.Series(node)).filter(same)
    left, right = (renumbered[state.pairs[side].to_numpy()] for side in ("node_l", "node_r"))
    stays = (left != NONE) & (right != NONE)
    pairs, rules = pack(left[stays], right[stays]), state.pairs["rules"].to_numpy()[stays]
    return Blocking(keys, state.blocks, pairs, rules, 0), state.keys["key"].to_numpy()[~same]


def _sources(
    pairs: np.ndarray, renumbered: np.ndarray, beside: np.ndarray, state: State
) -> tuple[np.ndarray, np.ndarray]:
    """(by pair, its place among the old pairs, or behind them among those that are scored anew; the latter)."""
    left, right = (renumbered[state.pairs[side].to_numpy()] for side in ("node_l", "node_r"))
    as_before = np.flatnonzero((left != NONE) & (right != NONE))
    as_before = as_before[~(beside[left[as_before]] | beside[right[as_before]])]
    before = pack(left[as_before], right[as_before])
    place = np.searchsorted(pairs, before)
    place[place == pairs.size] = 0
    found = pairs[place] == before if pairs.size else np.zeros(0, dtype=bool)
    fresh = np.ones(pairs.size, dtype=bool)
    fresh[place[found]] = False
    source = np.empty(pairs.size, dtype=np.int64)
    source[place[found]] = as_before[found]
    source[fresh] = state.pairs.height + np.arange(fresh.sum())
    return source, pairs[fresh]


def _score(pairs: np.ndarray, tonight: Tonight, model: Model) -> pl.DataFrame:
    """The packed pairs as score_pairs and apply_vetoes give them."""
    part = tonight.part(_bear_on(unpack(pairs), tonight))
    ends = {f"node_{side}": part.dense[end] for side, end in zip("lr", unpack(pairs), strict=True)}
    asked = pl.DataFrame(ends, schema={"node_l": pl.UInt32, "node_r": pl.UInt32})
    scored = apply_vetoes(score_pairs(asked, part.nodes, model), part.nodes)
    return scored.with_columns(pl.Series(f"node_{side}", end) for side, end in zip("lr", unpack(pairs), strict=True))


def _bear_on(ends: Sequence[np.ndarray], tonight: Tonight) -> np.ndarray:
    """Boolean by node: the ends of pairs, and all whose rows a pair's score may look at."""
    chosen = np.zeros(tonight.owns.size, dtype=bool)
    for end in ends:
        chosen[end] = True
    of_row = tonight.rows["node"].to_numpy()
    asked = chosen[of_row]
    companions = tonight.companions
    beside = companions["companion"].to_numpy()[chosen[companions["node"].to_numpy()]]
    for link in BESIDE:
        values = tonight.rows[link].to_numpy()
        chosen[of_row[is_among(values, values[asked])]] = True
    chosen[beside] = True
    return chosen
