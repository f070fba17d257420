"""Blocking rules: which pairs are worth comparing. Each rule has a name, a sentence, and the parts of its key.

A block with more rows than the model's limit has no power to tell persons apart; it is left out and reported. Keys are
hashes of 64 bits, kept in sorted arrays: of a large table only the few blocks that hold a row without a number matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from pipelines.matching.arrays import (
    ValueLists,
    distinct_sorted,
    node_flags,
    pack,
    perhaps_among,
    repeat_each,
    repeated,
    starts_of_runs,
    unpack,
)
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.side_by_side import side_by_side

#: Nodes in one household, registration or case beyond which it says nothing about who is who.
LARGEST_CONTEXT = 40


@dataclass(frozen=True)
class BlockingRule:
    """`parts` are names of KEY_PARTS: nodes that agree in all of them meet. `for_owners`: also pairs two owners of
    different numbers."""

    name: str
    sentence: str
    parts: tuple[str, ...]
    for_owners: bool = False


@dataclass(frozen=True)
class Keys:
    """Keys (UInt64) of nodes (UInt32), sorted by node; a node may have several."""

    nodes: np.ndarray
    keys: np.ndarray

    def by_node(self) -> Keys:
        """Sorted by node; a key that follows itself is dropped."""
        order = np.argsort(self.nodes, kind="stable")
        nodes, keys = self.nodes[order], self.keys[order]
        fresh = np.ones(nodes.size, dtype=bool)
        fresh[1:] = (nodes[1:] != nodes[:-1]) | (keys[1:] != keys[:-1])
        return Keys(nodes[fresh], keys[fresh])

    def where(self, chosen: np.ndarray) -> Keys:
        return Keys(self.nodes[chosen], self.keys[chosen])


def _hashed(*values: pl.Expr) -> pl.Expr:
    """One key of several values; null where any of them is."""
    whole = pl.all_horizontal(value.is_not_null() for value in values)
    return pl.when(whole).then((pl.struct(*values) if len(values) > 1 else values[0]).hash(seed=11))


def _keys(frame: pl.DataFrame) -> Keys:
    """From a frame with node, key; sorted by node."""
    return Keys(frame["node"].to_numpy(), frame["key"].to_numpy())


def _part(attribute: str, *columns: str, blank: str | None = None) -> Callable[[Nodes], Keys]:
    """The columns of an attribute's vocabulary as one key; values without any of them have none (`blank`: may lack)."""

    def keys(nodes: Nodes) -> Keys:
        described = nodes.vocabularies[attribute]
        if blank is not None:
            described = described.with_columns(pl.col(blank).fill_null(""))
        return _keys(_of_nodes(nodes, attribute, described.select(key=_hashed(*map(pl.col, columns)))))

    return keys


def _of_nodes(nodes: Nodes, attribute: str, keys: pl.DataFrame) -> pl.DataFrame:
    """node, key from the key of each code of the vocabulary."""
    values = nodes.values[attribute]
    return pl.DataFrame({"node": values["node"], "key": keys["key"].gather(values["code"])}).drop_nulls()


def _birth_part(what: pl.Expr) -> Callable[[Nodes], Keys]:
    """Birth dates of rows, and those that stand in numbers with a wrong digit elsewhere or a lost end."""

    def keys(nodes: Nodes) -> Keys:
        read = pl.col("value").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
        found = [
            _of_nodes(nodes, attribute, nodes.vocabularies[attribute].select(value=date).select(key=_hashed(what)))
            for attribute, date in (("birth_date", pl.col("value")), ("id_text", read), ("id_digits", read))
        ]
        return _keys(pl.concat(found)).by_node()

    return keys


def _cut(attribute: str, start: int, length: int | None, shortest: int = 0) -> Callable[[Nodes], Keys]:
    """Some characters of a number text that has at least so many."""

    def keys(nodes: Nodes) -> Keys:
        text, characters = pl.col("value"), pl.col("value").str.slice(start, length)
        key = _hashed(pl.when(text.str.len_chars() >= shortest).then(characters))
        return _keys(_of_nodes(nodes, attribute, nodes.vocabularies[attribute].select(key=key)))

    return keys


def _heads(nodes: Nodes) -> Keys:
    heads = nodes.facts.filter("is_head").select("node", "case_key").drop_nulls()
    return _keys(heads.select("node", key=_hashed(pl.col("case_key"))).sort("node", "key"))


#: What the keys of rules are made of.
KEY_PARTS: dict[str, Callable[[Nodes], Keys]] = {
    "name": _part("name", "bare"),
    "sound": _part("name", "pinyin"),
    "surname": _part("name", "surname"),
    "written_birth_date": _part("birth_date", "value"),
    "birth_date": _birth_part(pl.col("value")),
    "birth_year": _birth_part(pl.col("value").dt.year()),
    "sex": _part("sex", "value"),
    "town": _part("residence", "town"),
    "village": _part("residence", "town", "village", blank="town"),
    "house": _part("residence", "village", "group_no", "house", blank="group_no"),
    "number_head": _cut("id_text", 0, 12),
    "number_tail": _cut("id_text", -6, None),
    "rounded_head": _cut("id_digits", 0, 14, shortest=14),
    "phone": _part("phone", "value"),
    "account": _part("account_number", "value"),
    "certificate": _part("certificate_number", "value"),
    "vessel": _part("vessel_number", "value"),
    "household_of_head": _heads,
}

RULES: tuple[BlockingRule, ...] = (
    BlockingRule(
        "name_and_birth_date", "姓名和出生日期都相同的记录互相比较", ("name", "written_birth_date"), for_owners=True
    ),
    BlockingRule("sound_and_birth_date", "姓名同音且出生日期相同的记录互相比较", ("sound", "birth_date")),
    BlockingRule("sound_and_village", "姓名同音且同村（社区）的记录互相比较", ("sound", "village")),
    BlockingRule("birth_date_and_sex", "出生日期和性别都相同的记录互相比较", ("birth_date", "sex")),
    BlockingRule("birth_date_and_surname", "出生日期和姓都相同的记录互相比较", ("birth_date", "surname")),
    BlockingRule("name_town_and_birth_year", "同乡镇、同出生年份的同名记录互相比较", ("name", "town", "birth_year")),
    BlockingRule("whole_name", "同名的记录互相比较（常见姓名除外）", ("name",)),
    BlockingRule("head_of_number", "身份证号前十二位相同的记录互相比较", ("number_head",)),
    BlockingRule("tail_of_number", "身份证号后六位相同的记录互相比较", ("number_tail",)),
    BlockingRule("rounded_number", "末位丢失的身份证号与前十四位相同的号码互相比较", ("rounded_head",)),
    BlockingRule("same_phone", "联系电话相同的记录互相比较", ("phone",)),
    BlockingRule("same_account", "银行账号相同的记录互相比较", ("account",)),
    BlockingRule("name_and_account", "姓名和银行账号都相同的记录互相比较", ("name", "account"), for_owners=True),
    BlockingRule("same_certificate", "证件编号相同的记录互相比较", ("certificate",)),
    BlockingRule("same_house", "同一门牌的记录互相比较", ("house",)),
    BlockingRule("vessel_and_surname", "同一渔船的同姓记录互相比较", ("vessel", "surname")),
    BlockingRule("same_head", "同一户的户主记录互相比较", ("household_of_head",)),
)
COMPANIONS_SENTENCE = "家庭成员、登记对象或误用号码的主人相同的记录互相比较"

REPORT = {
    "rule": pl.String,
    "blocks": pl.UInt32,
    "pairs": pl.UInt32,
    "blocks_left_out": pl.UInt32,
    "rows_left_out": pl.UInt32,
}
#: One row per block of two nodes or more of which one is compared with all: number of the rule, key, nodes, pairs, and
#: whether it is within the limits.
BLOCKS = {"rule": pl.UInt8, "key": pl.UInt64, "rows": pl.UInt32, "pairs": pl.UInt64, "within": pl.Boolean}


def misused_numbers(nodes: Nodes) -> pl.DataFrame:
    """node, companion: the owner of the number that a row bears without being him."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null()).select("id_number", companion="node")
    used = nodes.facts.select("node", "used_number").drop_nulls().unique()
    return used.join(owners, left_on="used_number", right_on="id_number").select("node", "companion")


def companions_of(nodes: Nodes) -> pl.DataFrame:
    """node, companion: owners of numbers in the same household, registration or case, or whose number the node used."""
    if nodes.companions is not None:
        return nodes.companions
    owners = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node")
    return companions_among(nodes.facts.select("context", "node"), owners, misused_numbers(nodes))


def companions_among(contexts: pl.DataFrame, owners: pl.DataFrame, misused: pl.DataFrame) -> pl.DataFrame:
    """`companions_of` from context, node of rows, the nodes that own a number, and `misused_numbers`."""
    members = contexts.drop_nulls().unique()
    members = members.filter(pl.len().over("context") <= LARGEST_CONTEXT)
    core = members.join(owners, on="node", how="semi").rename({"node": "companion"})
    beside = members.join(core, on="context").select("node", "companion")
    both = pl.concat([beside, misused]).filter(pl.col("node") != pl.col("companion")).unique()
    return both.filter(pl.len().over("companion") <= LARGEST_CONTEXT).sort("node", "companion")


def rule_keys(rule: BlockingRule, parts: Mapping[str, Keys], nodes: int) -> Keys:
    """Every combination of a node's parts, hashed to one key."""
    found = parts[rule.parts[0]]
    for name in rule.parts[1:]:
        other = parts[name]
        row, value = ValueLists.of(other.nodes, other.keys, nodes).of_each(found.nodes)
        both = pl.DataFrame({"one": found.keys[row], "other": value}).select(_hashed(pl.col("one"), pl.col("other")))
        found = Keys(found.nodes[row], both.to_series().to_numpy())
    return found


@dataclass(frozen=True)
class _Blocks:
    """`nodes` sorted by key, each once in a block; `starts`, `rows` and `pairs` of each block, and whether a member
    leads (is compared with the whole block).
    """

    nodes: np.ndarray
    starts: np.ndarray
    rows: np.ndarray
    leads: np.ndarray
    pairs: np.ndarray
    keys: np.ndarray


def _blocks(found: Keys, leading: np.ndarray) -> _Blocks:
    order = np.argsort(found.keys, kind="stable")
    keys, members = found.keys[order], found.nodes[order]
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (members[1:] != members[:-1])
    keys, members = keys[fresh], members[fresh]
    starts = starts_of_runs(keys)
    rows = np.diff(starts, append=keys.size)
    leads = leading[members]
    led = np.add.reduceat(leads, starts, dtype=np.int64) if starts.size else rows
    return _Blocks(members, starts, rows, leads, rows * led, keys[starts])


def within_limits(blocks: pl.DataFrame, model: Model) -> np.ndarray:
    """Boolean by block of one rule (key, rows, pairs): they are taken from the smallest up, as far as the limits go."""
    keys, rows, pairs = (blocks[column].to_numpy() for column in ("key", "rows", "pairs"))
    order = np.lexsort((keys, rows))
    within = np.empty(blocks.height, dtype=bool)
    within[order] = (rows[order] <= model.limits["block_rows"]) & (
        np.cumsum(pairs[order]) <= model.limits["block_pairs"]
    )
    return within


def _pairs_of_rule(
    number: int, parts: Mapping[str, Keys], owns: np.ndarray, model: Model
) -> tuple[np.ndarray, pl.DataFrame]:
    """(packed pairs, sorted and distinct; BLOCKS) of a rule by its number."""
    rule = RULES[number]
    leading = np.ones_like(owns) if rule.for_owners else ~owns
    found = rule_keys(rule, parts, owns.size)
    if not rule.for_owners:
        found = found.where(perhaps_among(found.keys, found.keys[leading[found.nodes]]))
    blocks = _blocks(found.where(perhaps_among(found.keys, repeated(found.keys))), leading)
    meeting = np.flatnonzero((blocks.rows > 1) & (blocks.pairs > 0))
    columns = {"key": blocks.keys[meeting], "rows": blocks.rows[meeting], "pairs": blocks.pairs[meeting]}
    met = pl.DataFrame({"rule": np.full(meeting.size, number), **columns}, schema_overrides=BLOCKS)
    met = met.with_columns(within=within_limits(met, model))
    kept = meeting[met["within"].to_numpy()]
    block, nth = repeat_each(blocks.rows[kept])
    member = blocks.starts[kept][block] + nth
    block, member = block[blocks.leads[member]], member[blocks.leads[member]]
    row, nth = repeat_each(blocks.rows[kept][block])
    left, right = blocks.nodes[member[row]], blocks.nodes[blocks.starts[kept][block[row]] + nth]
    return distinct_sorted(oriented(left, right, owns)), met


def oriented(left: np.ndarray, right: np.ndarray, owns: np.ndarray) -> np.ndarray:
    """Packed pairs of two nodes; the node without a number stands left, else the smaller one."""
    own_l, own_r = owns[left], owns[right]
    turn = (own_l & ~own_r) | ((own_l == own_r) & (left > right))
    pairs = pack(np.where(turn, right, left), np.where(turn, left, right))
    return pairs[left != right]


def pairs_of_companions(companions: pl.DataFrame, owns: np.ndarray) -> np.ndarray:
    """Packed pairs, sorted and distinct, of a node without a number and any other that has a companion in common."""
    loose = companions.filter(pl.Series(~owns[companions["node"].to_numpy()])).select("companion", node_l="node")
    shared = loose.join(companions.rename({"node": "node_r"}), on="companion")
    return distinct_sorted(oriented(shared["node_l"].to_numpy(), shared["node_r"].to_numpy(), owns))


@dataclass(frozen=True)
class Candidates:
    """`pairs`: packed, distinct and sorted; `of_rules`: those of each rule, and of companions last. `blocks`: BLOCKS of
    the blocks whose members meet. `companions`: how many companions there are.
    """

    pairs: np.ndarray
    of_rules: tuple[np.ndarray, ...]
    blocks: pl.DataFrame
    companions: int

    def report(self) -> pl.DataFrame:
        """See REPORT."""
        return report_blocks(self.blocks, [pairs.size for pairs in self.of_rules], self.companions)


def report_blocks(blocks: pl.DataFrame, pairs: Sequence[int], companions: int) -> pl.DataFrame:
    """See REPORT; `pairs`: how many each rule, and companions, proposed."""
    rule, rows, out = blocks["rule"].to_numpy(), blocks["rows"].to_numpy(), ~blocks["within"].to_numpy()
    count = len(RULES)
    counted = {
        "blocks": np.append(np.bincount(rule, minlength=count), companions),
        "pairs": pairs,
        "blocks_left_out": np.append(np.bincount(rule[out], minlength=count), 0),
        "rows_left_out": np.append(np.bincount(rule[out], rows[out], count), 0).astype(np.int64),
    }
    return pl.DataFrame({"rule": [rule.name for rule in RULES] + ["companions"], **counted}, schema_overrides=REPORT)


def key_parts(nodes: Nodes) -> dict[str, Keys]:
    """Every key of every part, by the names of KEY_PARTS."""
    return dict(zip(KEY_PARTS, side_by_side(partial(keys, nodes) for keys in KEY_PARTS.values()), strict=True))


def pairs_of_keys(parts: Mapping[str, Keys], companions: pl.DataFrame, owns: np.ndarray, model: Model) -> Candidates:
    """The candidates by the keys and companions of all nodes; `owns` by node: a number."""
    shared = {name: part.where(perhaps_among(part.keys, part.keys[~owns[part.nodes]])) for name, part in parts.items()}
    found = side_by_side(
        partial(_pairs_of_rule, number, parts if rule.for_owners else shared, owns, model)
        for number, rule in enumerate(RULES)
    )
    of_rules = (*(pairs for pairs, _ in found), pairs_of_companions(companions, owns))
    blocks = pl.concat([met for _, met in found])
    return Candidates(distinct_sorted(np.concatenate(of_rules)), of_rules, blocks, companions["companion"].n_unique())


def owners(nodes: Nodes) -> np.ndarray:
    """Boolean array by node: whether it has a number of its own."""
    return node_flags(nodes.frame.filter(pl.col("id_number").is_not_null())["node"], nodes.frame.height)


def candidate_pairs(nodes: Nodes, model: Model) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(pairs: node_l, node_r, distinct and sorted; report: one row per blocking rule, see REPORT)."""
    found = pairs_of_keys(key_parts(nodes), companions_of(nodes), owners(nodes), model)
    return as_frame(found.pairs), found.report()


def as_frame(pairs: np.ndarray) -> pl.DataFrame:
    """node_l, node_r of packed pairs."""
    left, right = unpack(pairs)
    return pl.DataFrame({"node_l": left, "node_r": right})
