"""Every veto holds where it should, keeps the score before, and says why in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipelines.matching import vetoes
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.vetoes import VETOES

HERE = {"town": "柳河镇", "village": "塘口村", "address": "柳河镇塘口村3组12号", "phone": "13900001111"}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "two_numbers": (
        {**HERE, "name": "何永胜", "id_number": "34059019680817235?"},
        {**HERE, "name": "何永胜", "id_number": "34059119680817235?"},
    ),
    "spouses": (
        {"name": "程光明", "role": "husband", "row_id": "r1", "id_number": "34059019600101123?"},
        {"name": "程光明", "role": "wife", "row_id": "r1"},
    ),
    "two_roles": (
        {"name": "程小雨", "role": "adopter", "row_id": "r1", "id_number": "34059019800101122?"},
        {"name": "程小雨", "role": "child", "row_id": "r1"},
    ),
    "head_and_member": (
        {"name": "程光明", "case_key": "dibao:A1", "relation_to_head": "02-户主", "id_number": "34059019600101123?"},
        {"name": "程光明", "case_key": "dibao:A1", "relation_to_head": "子"},
    ),
    "two_members": (
        {"name": "程小龙", "case_key": "dibao:A1", "relation_to_head": "子", "id_number": "34059019900505123?"},
        {"name": "程小龙", "case_key": "dibao:A1", "relation_to_head": "子"},
    ),
    "listed_twice": (
        {"name": "程小龙", "case_key": "dibao:A1", "relation_to_head": "子", "id_number": "34059019900505125?"},
        {"name": "程小龙", "case_key": "dibao:A1", "relation_to_head": "子", "id_number": "340590199005051525"},
    ),
    "sex_and_birth": (
        {**HERE, "name": "李华", "id_number": "34059019600115123?"},
        {**HERE, "name": "李华", "sex": "女", "birth_date": "1988-10-20"},
    ),
    "sex_and_name": (
        {**HERE, "name": "王宇连", "id_number": "34059020230727775?"},
        {**HERE, "name": "王宇娇", "sex": "女", "birth_date": "2023-07-27"},
    ),
    "unlike_name": ({**HERE, "name": "李华", "id_number": "34059019600115123?"}, {**HERE, "name": "张三丰"}),
    "generation": (
        {**HERE, "name": "黄明", "id_number": "34059019550610121?"},
        {**HERE, "name": "黄亮", "sex": "男", "birth_date": "1982-03-04"},
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_veto_holds_and_keeps_the_score_before(name: str, link: Callable[..., Any]) -> None:
    left, right = CASES[name]
    linkage = link({"a": left, "b": right})
    pair = linkage.scored_pairs.row(0, named=True)
    assert name in pair["vetoes"]
    assert pair["probability_before"] > 0
    effect = {veto.name: veto.effect for veto in VETOES}[name]
    assert pair["probability"] == 0 if effect == "apart" else pair["probability"] > 0 or len(pair["vetoes"]) > 1
    assert linkage.person_link["person_id"].n_unique() == 2


def test_twins_are_kept_apart(mentions_of: Callable[..., pl.DataFrame], link: Callable[..., Any]) -> None:
    """Owners meet through equal names alone, so the twins here differ in a later spelling that one row shares."""
    born = {"birth_date": "2012-05-06", "sex": "女"}
    rows = {
        "a": {"name": "陈佳欣", "id_number": "34059020120506122?", **born},
        "b": {"name": "陈佳怡", "id_number": "34059020120506124?", **born},
        "c": {"name": "陈佳欣", "id_number": "34059020120506124?", "feed": "payment", **born},
    }
    linkage = link(rows)
    twins = linkage.scored_pairs.filter(pl.col("vetoes").list.contains("two_numbers"))
    assert twins.height == 1
    level = COMPARISONS["id_number"].levels[twins["level_id_number"].item()]
    assert level.name == "other_sequence"
    assert linkage.person_link["person_id"].n_unique() == 2


def test_pairs_are_judged_alike_in_slices(link: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [{**end, "phone": None} for case in ("two_numbers", "sex_and_birth", "generation") for end in CASES[case]]
    rows = {f"{nth}": end for nth, end in enumerate(ends)}
    judged = link(rows).scored_pairs
    assert judged["vetoes"].list.len().max() > 0
    assert judged.height > 1
    monkeypatch.setattr(vetoes, "PAIRS_AT_A_TIME", 1)
    assert link(rows).scored_pairs.equals(judged)


def test_every_veto_has_a_case_here() -> None:
    assert set(CASES) | {"twins", "born_together"} == {veto.name for veto in VETOES}


def test_every_veto_has_a_sentence_of_its_own_and_a_known_effect() -> None:
    sentences = [veto.sentence for veto in VETOES]
    assert all(sentences)
    assert len(sentences) == len(set(sentences))
    assert {veto.effect for veto in VETOES} == {"apart", "review"}


def test_two_valid_numbers_go_to_review_with_the_conflict_first(link: Callable[..., Any]) -> None:
    left, right = CASES["two_numbers"]
    candidates = link(
        {"a": {**left, "birth_date": "1968-08-17"}, "b": {**right, "birth_date": "1968-08-17"}}
    ).duplicate_candidate
    row = candidates.row(0, named=True)
    assert row["conflicts"].startswith("双方各有一个有效且不同的身份证号")
    assert row["explanation"].startswith("不一致：双方各有一个有效且不同的身份证号")
