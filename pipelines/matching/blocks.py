"""Blocking beside the night before: only blocks that changed, and the nodes in them, meet anew.

A node that is not as it was brings other keys. The blocks of its keys, then and now, are counted again; a block that
crossed a limit since then is taken or left for all of its nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import GOLDEN, is_among, node_flags, repeat_each, starts_of_runs, unpack
from pipelines.matching.blocking import (
    BLOCKS,
    RULES,
    Keys,
    oriented,
    pairs_of_companions,
    report_blocks,
    rule_keys,
    within_limits,
)
from pipelines.matching.model import Model

#: Bits of `rules`: by which rules, and last by companions, a pair is compared.
BITS = np.uint32(1) << np.arange(len(RULES) + 1, dtype=np.uint32)
OF_COMPANIONS = BITS[-1]
FOR_OWNERS = np.array([rule.for_owners for rule in RULES])
#: So that no two rules have a key in common.
_SALTS = np.arange(1, len(RULES) + 1, dtype=np.uint64) * GOLDEN


@dataclass(frozen=True)
class Blocking:
    """`keys`: rule, node, key (salted) of all nodes; `blocks`: BLOCKS, with salted keys; `pairs` (packed, distinct,
    sorted): what they and `companions` (how many there are) propose, and `rules`: BITS of each.
    """

    keys: pl.DataFrame
    blocks: pl.DataFrame
    pairs: np.ndarray
    rules: np.ndarray
    companions: int

    def report(self) -> pl.DataFrame:
        """See blocking.REPORT."""
        counts = [int(np.count_nonzero(self.rules & bit)) for bit in BITS]
        return report_blocks(self.blocks, counts, self.companions)


def salted(rule: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Keys of rules as they are kept; salted again they are those of the rule."""
    return np.asarray(key ^ _SALTS[rule])


def keys_of(parts: Mapping[str, Keys], nodes: int) -> pl.DataFrame:
    """rule, node, key (salted) of the keys of nodes by the names of KEY_PARTS."""
    tables = []
    for number, rule in enumerate(RULES):
        found = rule_keys(rule, parts, nodes)
        numbers = np.full(found.nodes.size, number, dtype=np.uint8)
        columns = {"rule": numbers, "node": found.nodes, "key": salted(numbers, found.keys)}
        tables.append(pl.DataFrame(columns, schema={"rule": pl.UInt8, "node": pl.UInt32, "key": pl.UInt64}))
    return pl.concat(tables)


def _members(keys: pl.DataFrame, wanted: np.ndarray) -> pl.DataFrame:
    """rule, key, node: who has one of the keys, sorted by key and distinct."""
    found = keys.filter(is_among(keys["key"].to_numpy(), wanted))
    order = np.lexsort((found["node"].to_numpy(), found["key"].to_numpy()))
    found = found.select("rule", "key", "node")[order]
    key, node = found["key"].to_numpy(), found["node"].to_numpy()
    return found.filter(np.append(True, (key[1:] != key[:-1]) | (node[1:] != node[:-1]))[: key.size])


def _count(members: pl.DataFrame, owns: np.ndarray) -> pl.DataFrame:
    """BLOCKS, without `within`, of the blocks in which there is somebody to meet."""
    starts = starts_of_runs(members["key"].to_numpy())
    firsts = members[starts]
    rows = np.diff(starts, append=members.height)
    leads = FOR_OWNERS[members["rule"].to_numpy()] | ~owns[members["node"].to_numpy()]
    led = np.add.reduceat(leads, starts, dtype=np.int64) if starts.size else rows
    counted = firsts.select("rule", "key").with_columns(
        rows=pl.Series(rows, dtype=pl.UInt32), pairs=pl.Series(rows * led, dtype=pl.UInt64)
    )
    return counted.filter((pl.col("rows") > 1) & (pl.col("pairs") > 0))


def _limited(blocks: pl.DataFrame, model: Model) -> pl.DataFrame:
    """BLOCKS from blocks without `within`."""
    of_rules = []
    for number in range(len(RULES)):
        rule = blocks.filter(pl.col("rule") == number)
        plain = rule.with_columns(key=salted(rule["rule"].to_numpy(), rule["key"].to_numpy()))
        of_rules.append(rule.with_columns(within=pl.Series(within_limits(plain, model), dtype=pl.Boolean)))
    return pl.concat(of_rules).select(*BLOCKS)


def _meet(members: pl.DataFrame, asked: np.ndarray, owns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(packed pairs, bit of the rule): everybody asked (by node) with everybody else of the block."""
    rule, node = members["rule"].to_numpy(), members["node"].to_numpy()
    starts = starts_of_runs(members["key"].to_numpy())
    sizes = np.diff(starts, append=node.size)
    block = np.repeat(np.arange(starts.size), sizes)
    one = np.flatnonzero(asked[node])
    row, nth = repeat_each(sizes[block[one]])
    left, right = one[row], starts[block[one[row]]] + nth
    leads = FOR_OWNERS[rule] | ~owns[node]
    met = (leads[left] | leads[right]) & (left != right)
    left, right = left[met], right[met]
    return oriented(node[left], node[right], owns), BITS[rule[left]]


def _together(pairs: np.ndarray, rules: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct pairs, sorted, each with the bits of all its rules."""
    order = np.argsort(pairs, kind="stable")
    pairs, rules = pairs[order], rules[order]
    starts = starts_of_runs(pairs)
    return pairs[starts], np.bitwise_or.reduceat(rules, starts) if starts.size else rules


def made(keys: pl.DataFrame, blocks: pl.DataFrame, of_rules: tuple[np.ndarray, ...], companions: int) -> Blocking:
    """From all keys and what blocking.pairs_of_keys found."""
    bits = np.repeat(BITS, [pairs.size for pairs in of_rules])
    rule = blocks["rule"].to_numpy()
    blocks = blocks.with_columns(key=salted(rule, blocks["key"].to_numpy()))
    return Blocking(keys, blocks, *_together(np.concatenate(of_rules), bits), companions)


def renewed(
    before: Blocking,
    left: np.ndarray,
    fresh: pl.DataFrame,
    touched: np.ndarray,
    companions: pl.DataFrame,
    owns: np.ndarray,
    model: Model,
) -> Blocking:
    """Tonight's blocking.

    `before`: the keys and pairs of nodes that are as they were, by tonight's numbers; `left`: the keys of the others;
    `fresh`: rule, node, key of the nodes `touched` (Boolean by node). `owns`: by node.
    """
    keys = pl.concat([before.keys, fresh])
    changed = [left, fresh["key"].to_numpy()]
    members = _members(keys, np.concatenate(changed))
    same = before.blocks.filter(~is_among(before.blocks["key"].to_numpy(), *changed))
    blocks = _limited(pl.concat([same.drop("within"), _count(members, owns)]), model)
    was = before.blocks.select("key", was="within")
    crossed = blocks.join(was, on="key").filter(pl.col("within") != pl.col("was"))["key"].to_numpy()
    asked = touched
    if crossed.size:
        asked = touched | node_flags(_members(keys, crossed)["node"], owns.size)
        theirs = keys.filter(asked[keys["node"].to_numpy()])["key"].to_numpy()
        members = _members(keys, theirs)
    members = members.join(blocks.filter("within").select("key"), on="key", how="semi", maintain_order="left")
    found, bits = _meet(members, asked, owns)
    one, other = unpack(before.pairs)
    stays = ~(asked[one] | asked[other])
    rules = before.rules[stays] & ~OF_COMPANIONS
    beside = pairs_of_companions(companions, owns)
    every = np.concatenate([before.pairs[stays], found, beside])
    pairs, rules = _together(every, np.concatenate([rules, bits, np.full(beside.size, OF_COMPANIONS)]))
    proposed = rules != 0
    return Blocking(keys, blocks, pairs[proposed], rules[proposed], companions["companion"].n_unique())
