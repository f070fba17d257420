"""Blocking rules: which pairs are worth comparing. Each rule has a name, a sentence, and a key per node.

A block with more rows than the model's limit has no power to tell persons apart; it is left out and reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes

#: Nodes in one household, registration or case beyond which it says nothing about who is who.
LARGEST_CONTEXT = 40


@dataclass(frozen=True)
class BlockingRule:
    """`keys` answers node (UInt32), key (UInt64). `for_owners`: also pairs two owners of different numbers."""

    name: str
    sentence: str
    keys: Callable[[Nodes], pl.DataFrame]
    for_owners: bool = False


def _values(nodes: Nodes, attribute: str, *columns: str) -> pl.DataFrame:
    chosen = columns or ("value",)
    return nodes.values[attribute].join(nodes.vocabularies[attribute].select("code", *chosen), on="code").drop("code")


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """Hashes every column but node to one key; rows without a value have none."""
    columns = [column for column in frame.columns if column != "node"]
    return frame.drop_nulls().select("node", key=pl.struct(columns).hash(seed=11)).unique()


def _villages(nodes: Nodes) -> pl.DataFrame:
    return (
        _values(nodes, "residence", "town", "village").with_columns(pl.col("town").fill_null("")).drop_nulls().unique()
    )


def _births(nodes: Nodes) -> pl.DataFrame:
    """Birth dates of rows, and those that stand in numbers with a wrong digit elsewhere or a lost end."""
    texts = [_values(nodes, attribute) for attribute in ("id_text", "id_digits")]
    read = pl.concat(texts).with_columns(value=pl.col("value").str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    return pl.concat([_values(nodes, "birth_date"), read]).drop_nulls().unique()


def _sound_and_birth_date(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "name", "pinyin").join(_births(nodes), on="node"))


def _name_and_birth_date(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "name").join(_values(nodes, "birth_date"), on="node", suffix="_birth"))


def _sound_and_village(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "name", "pinyin").join(_villages(nodes), on="node"))


def _birth_date_and_sex(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_births(nodes).join(_values(nodes, "sex"), on="node", suffix="_sex"))


def _birth_date_and_surname(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_births(nodes).join(_values(nodes, "name", "surname"), on="node"))


def _name_town_and_birth_year(nodes: Nodes) -> pl.DataFrame:
    towns = _values(nodes, "residence", "town").drop_nulls().unique()
    years = _births(nodes).select("node", year=pl.col("value").dt.year()).unique()
    return _keyed(_values(nodes, "name").join(towns, on="node").join(years, on="node"))


def _whole_name(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "name"))


def _head_of_number(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "id_text").select("node", head=pl.col("value").str.slice(0, 12)))


def _tail_of_number(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "id_text").select("node", tail=pl.col("value").str.slice(-6)))


def _rounded_number(nodes: Nodes) -> pl.DataFrame:
    digits = _values(nodes, "id_digits").filter(pl.col("value").str.len_chars() >= 14)
    return _keyed(digits.select("node", head=pl.col("value").str.slice(0, 14)))


def _same_phone(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "phone"))


def _same_account(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "account_number"))


def _name_and_account(nodes: Nodes) -> pl.DataFrame:
    accounts = _values(nodes, "account_number").rename({"value": "account"})
    return _keyed(_values(nodes, "name").join(accounts, on="node"))


def _same_certificate(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "certificate_number"))


def _same_house(nodes: Nodes) -> pl.DataFrame:
    houses = _values(nodes, "residence", "village", "group_no", "house").filter(pl.col("house").is_not_null())
    return _keyed(houses.with_columns(pl.col("group_no").fill_null("")))


def _vessel_and_surname(nodes: Nodes) -> pl.DataFrame:
    return _keyed(_values(nodes, "vessel_number").join(_values(nodes, "name", "surname"), on="node"))


def _same_head(nodes: Nodes) -> pl.DataFrame:
    return _keyed(nodes.facts.filter("is_head").select("node", "case_key"))


RULES: tuple[BlockingRule, ...] = (
    BlockingRule("name_and_birth_date", "姓名和出生日期都相同的记录互相比较", _name_and_birth_date, for_owners=True),
    BlockingRule("sound_and_birth_date", "姓名同音且出生日期相同的记录互相比较", _sound_and_birth_date),
    BlockingRule("sound_and_village", "姓名同音且同村（社区）的记录互相比较", _sound_and_village),
    BlockingRule("birth_date_and_sex", "出生日期和性别都相同的记录互相比较", _birth_date_and_sex),
    BlockingRule("birth_date_and_surname", "出生日期和姓都相同的记录互相比较", _birth_date_and_surname),
    BlockingRule("name_town_and_birth_year", "同乡镇、同出生年份的同名记录互相比较", _name_town_and_birth_year),
    BlockingRule("whole_name", "同名的记录互相比较（常见姓名除外）", _whole_name),
    BlockingRule("head_of_number", "身份证号前十二位相同的记录互相比较", _head_of_number),
    BlockingRule("tail_of_number", "身份证号后六位相同的记录互相比较", _tail_of_number),
    BlockingRule("rounded_number", "末位丢失的身份证号与前十四位相同的号码互相比较", _rounded_number),
    BlockingRule("same_phone", "联系电话相同的记录互相比较", _same_phone),
    BlockingRule("same_account", "银行账号相同的记录互相比较", _same_account),
    BlockingRule("name_and_account", "姓名和银行账号都相同的记录互相比较", _name_and_account, for_owners=True),
    BlockingRule("same_certificate", "证件编号相同的记录互相比较", _same_certificate),
    BlockingRule("same_house", "同一门牌的记录互相比较", _same_house),
    BlockingRule("vessel_and_surname", "同一渔船的同姓记录互相比较", _vessel_and_surname),
    BlockingRule("same_head", "同一户的户主记录互相比较", _same_head),
)
COMPANIONS_SENTENCE = "家庭成员、登记对象或误用号码的主人相同的记录互相比较"

REPORT = {
    "rule": pl.String,
    "blocks": pl.UInt32,
    "pairs": pl.UInt32,
    "blocks_left_out": pl.UInt32,
    "rows_left_out": pl.UInt32,
}


def companions_of(nodes: Nodes) -> pl.DataFrame:
    """node, companion: owners of numbers in the same household, registration or case, or whose number the node used."""
    members = nodes.facts.select("context", "node").drop_nulls().unique()
    members = members.filter(pl.len().over("context") <= LARGEST_CONTEXT)
    owners = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node", "id_number")
    core = members.join(owners.select("node"), on="node", how="semi").rename({"node": "companion"})
    beside = members.join(core, on="context").select("node", "companion")
    used = nodes.facts.select("node", "used_number").drop_nulls().unique()
    misused = used.join(owners.rename({"node": "companion"}), left_on="used_number", right_on="id_number").select(
        "node", "companion"
    )
    both = pl.concat([beside, misused]).filter(pl.col("node") != pl.col("companion")).unique()
    return both.filter(pl.len().over("companion") <= LARGEST_CONTEXT).sort("node", "companion")


def _oriented(pairs: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Each unordered pair once; the node without a number stands left, else the smaller one."""
    marked = pairs.join(owners.select(node_l="node", own_l=pl.lit(True)), on="node_l", how="left").join(
        owners.select(node_r="node", own_r=pl.lit(True)), on="node_r", how="left"
    )
    own_l, own_r = pl.col("own_l").fill_null(False), pl.col("own_r").fill_null(False)
    turn = (own_l & ~own_r) | ((own_l == own_r) & (pl.col("node_l") > pl.col("node_r")))
    left, right = pl.col("node_l"), pl.col("node_r")
    return marked.select(
        node_l=pl.when(turn).then(right).otherwise(left), node_r=pl.when(turn).then(left).otherwise(right)
    ).unique()


def _pairs_of_rule(rule: BlockingRule, nodes: Nodes, model: Model) -> tuple[pl.DataFrame, dict[str, object]]:
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    keys = rule.keys(nodes).with_columns(rows=pl.len().over("key")).filter(pl.col("rows") > 1)
    loose = keys if rule.for_owners else keys.join(owners, on="node", how="anti")
    blocks = (
        keys.group_by("key")
        .agg(rows=pl.len())
        .join(loose.group_by("key").agg(loose=pl.len()), on="key")
        .with_columns(pairs=pl.col("rows").cast(pl.UInt64) * pl.col("loose"))
    )
    blocks = blocks.sort("rows", "key").with_columns(total=pl.col("pairs").cum_sum())
    kept = blocks.filter(
        (pl.col("rows") <= model.limits["block_rows"]) & (pl.col("total") <= model.limits["block_pairs"])
    )
    left = loose.join(kept, on="key", how="semi").select("key", node_l="node")
    pairs = left.join(keys.select("key", node_r="node"), on="key").filter(pl.col("node_l") != pl.col("node_r"))
    found = _oriented(pairs.select("node_l", "node_r").unique(), owners)
    report = {
        "rule": rule.name,
        "blocks": blocks.height,
        "pairs": found.height,
        "blocks_left_out": blocks.height - kept.height,
        "rows_left_out": int(blocks["rows"].sum()) - int(kept["rows"].sum()),
    }
    return found, report


def candidate_pairs(nodes: Nodes, model: Model) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(pairs: node_l, node_r, distinct and sorted; report: one row per blocking rule, see REPORT)."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    found = [_pairs_of_rule(rule, nodes, model) for rule in RULES]
    companions = companions_of(nodes)
    loose = companions.join(owners, on="node", how="anti").select("companion", node_l="node")
    shared = loose.join(companions.rename({"node": "node_r"}), on="companion").filter(
        pl.col("node_l") != pl.col("node_r")
    )
    shared = _oriented(shared.select("node_l", "node_r").unique(), owners)
    report = [line for _, line in found]
    report.append(
        {
            "rule": "companions",
            "blocks": companions["companion"].n_unique(),
            "pairs": shared.height,
            "blocks_left_out": 0,
            "rows_left_out": 0,
        }
    )
    pairs = pl.concat([*(frame for frame, _ in found), shared]).unique().sort("node_l", "node_r")
    return pairs, pl.DataFrame(report, schema=REPORT)
