"""Every blocking rule brings its pair together, says so in a sentence, and bounds a block that is too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.matching import load_model
from pipelines.matching.blocking import COMPANIONS_SENTENCE, KEY_PARTS, RULES, BlockingRule, candidate_pairs, rule_keys
from pipelines.matching.engine import find_nodes
from pipelines.matching.nodes import Nodes
from pipelines.matching.prepare import prepare
from pipelines.matching.shared_numbers import SENTENCE as SHARED_NUMBER_SENTENCE

PERSON = {"name": "何永胜", "id_number": "34059019680817235?", "sex": "男"}
DECISIONS = pl.DataFrame(schema={"mention_l": pl.UInt32, "mention_r": pl.UInt32, "verdict": pl.String})
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "name_and_birth_date": (PERSON, {"name": "何永胜", "birth_date": "1968-08-17"}),
    "sound_and_birth_date": (PERSON, {"name": "何勇胜", "birth_date": "1968-08-17"}),
    "sound_and_village": ({**PERSON, "village": "塘口村"}, {"name": "何勇胜", "village": "塘口村委会"}),
    "birth_date_and_sex": (PERSON, {"name": "何", "sex": "男", "birth_date": "1968-08-17"}),
    "birth_date_and_surname": (PERSON, {"name": "何大", "birth_date": "1968-08-17"}),
    "name_town_and_birth_year": (
        {**PERSON, "town": "柳河镇"},
        {"name": "何永胜", "town": "柳河镇", "birth_date": "1968-01-01"},
    ),
    "whole_name": (PERSON, {"name": "何永胜"}),
    "head_of_number": (PERSON, {"name": "无关", "id_number": "340590196808123456"}),
    "tail_of_number": (
        {"name": "甲", "id_number": "340590196808172359"},
        {"name": "乙", "id_number": "340599196801172359"},
    ),
    "rounded_number": (PERSON, {"name": "无关", "id_number": "3.40590196808172E+17"}),
    "same_phone": ({**PERSON, "phone": "13900001111"}, {"name": "无关", "phone": "13900001111"}),
    "same_account": ({**PERSON, "account_number": "6217001"}, {"name": "无关", "account_number": "6217001"}),
    "name_and_account": ({**PERSON, "account_number": "6217001"}, {"name": "何永胜", "account_number": "6217001"}),
    "same_certificate": ({**PERSON, "certificate_number": "C1"}, {"name": "无关", "certificate_number": "C1"}),
    "same_house": (
        {**PERSON, "address": "柳河镇塘口村3组12号"},
        {"name": "无关", "address": "临江县柳河镇塘口村三组12号"},
    ),
    "vessel_and_surname": ({**PERSON, "vessel_number": "V1"}, {"name": "何大", "vessel_number": "V1"}),
    "same_head": (
        {**PERSON, "case_key": "dibao:A1", "relation_to_head": "户主"},
        {"name": "无关", "role": "head", "case_key": "dibao:A1"},
    ),
}


def blocks_of(rule: BlockingRule, nodes: Nodes) -> list[set[int]]:
    """The nodes of every key that two nodes have."""
    found = rule_keys(rule, {part: KEY_PARTS[part](nodes) for part in rule.parts}, nodes.frame.height)
    blocks: dict[int, set[int]] = {}
    for node, key in zip(found.nodes.tolist(), found.keys.tolist(), strict=True):
        blocks.setdefault(key, set()).add(node)
    return [block for block in blocks.values() if len(block) > 1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_brings_its_pair_together(rule: Any, mentions_of: Callable[..., pl.DataFrame]) -> None:
    left, right = PAIRS[rule.name]
    nodes = find_nodes(prepare(mentions_of({"a": left, "b": right})), DECISIONS, load_model())
    assert len(blocks_of(rule, nodes)) == 1


def test_every_rule_has_a_case_here() -> None:
    assert set(PAIRS) == {rule.name for rule in RULES}


def test_every_rule_has_a_sentence_of_its_own() -> None:
    sentences = [*(rule.sentence for rule in RULES), COMPANIONS_SENTENCE, SHARED_NUMBER_SENTENCE]
    assert all(sentences)
    assert len(sentences) == len(set(sentences))


def test_a_block_beyond_the_limit_is_left_out_and_reported(mentions_of: Callable[..., pl.DataFrame]) -> None:
    model = replace(load_model(), limits={**load_model().limits, "block_rows": 5})
    mentions = mentions_of({f"m{i:02}": {"name": "王伟", "phone": "13900001111"} for i in range(12)})
    pairs, report = candidate_pairs(find_nodes(prepare(mentions), DECISIONS, model), model)
    assert pairs.is_empty()
    left_out = dict(report.select("rule", "rows_left_out").iter_rows())
    assert left_out["whole_name"] == left_out["same_phone"] == 12


def test_owners_of_two_numbers_meet_by_name_and_birth_date_only(mentions_of: Callable[..., pl.DataFrame]) -> None:
    rows = {
        "a": {"name": "何永胜", "id_number": "34059019680817235?", "phone": "13900001111"},
        "b": {"name": "何永胜", "id_number": "34059019680817639?"},
        "c": {"name": "何永利", "id_number": "34059019680817831?", "phone": "13900001111"},
    }
    pairs, _ = candidate_pairs(find_nodes(prepare(mentions_of(rows)), DECISIONS, load_model()), load_model())
    assert pairs.rows() == [(0, 1)]


row = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["王建国", "王健国", "陈佳欣", None]),
        "id_number": st.sampled_from(["34059019680817235?", "34059019680817639?", "340590196808172390", None]),
        "birth_date": st.sampled_from(["1968-08-17", "1968-01-01", None]),
        "sex": st.sampled_from(["男", None]),
        "phone": st.sampled_from(["13900001111", "13900002222", None]),
        "town": st.sampled_from(["柳河镇", None]),
        "village": st.sampled_from(["塘口村", "东桥村", None]),
    }
)


#: The same examples every time; how fast a loaded machine draws them is no property of the code.
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=UNHURRIED)
@given(rows=st.lists(row, min_size=1, max_size=12))
def test_pairs_are_those_of_a_plain_walk_through_the_blocks(
    rows: list[dict[str, Any]], mentions_of: Callable[..., pl.DataFrame]
) -> None:
    mentions = mentions_of({f"m{i:02}": dict(values) for i, values in enumerate(rows)})
    nodes = find_nodes(prepare(mentions), DECISIONS, load_model())
    loose = set(nodes.frame.filter(pl.col("id_number").is_null())["node"].to_list())
    expected = {
        (left, right)
        for rule in RULES
        for block in blocks_of(rule, nodes)
        for left, right in combinations(sorted(block, key=lambda node: (node not in loose, node)), 2)
        if rule.for_owners or left in loose
    }
    pairs, report = candidate_pairs(nodes, load_model())
    assert pairs.rows() == sorted(expected)
    assert report["blocks_left_out"].sum() == 0


@pytest.mark.parametrize("part", KEY_PARTS)
def test_the_keys_of_a_part_are_sorted_by_node(part: str, mentions_of: Callable[..., pl.DataFrame]) -> None:
    rows = {
        f"{name}{side}": dict(values) for name, both in PAIRS.items() for side, values in zip("lr", both, strict=True)
    }
    found = KEY_PARTS[part](find_nodes(prepare(mentions_of(rows)), DECISIONS, load_model()))
    assert found.nodes.size > 1
    assert (found.nodes[1:] >= found.nodes[:-1]).all()
