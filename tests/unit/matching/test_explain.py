"""Explanations add up, name conflicts first and read as Chinese sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import log
from typing import Any

import pytest

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.explain import REFUSALS, conflicts_of, explain_pair, sentence_of, waterfall

PAIR = {
    "level_name": 0,
    "weight_name": 9.0,
    "level_sex": 1,
    "weight_sex": -4.6,
    "level_birth_date": COMPARISONS["birth_date"].index("different"),
    "weight_birth_date": -5.3,
    "vetoes": ["sex_and_birth"],
    "refusal": None,
    "probability": 0.0,
}


def test_the_waterfall_adds_up_to_the_match_weight_in_bits() -> None:
    steps, _, _ = explain_pair(PAIR)
    assert steps[-1].running == pytest.approx((9.0 - 4.6 - 5.3) / log(2))
    assert [step.comparison for step in steps] == ["name", "birth_date", "sex"]


def test_conflicts_come_first_and_the_veto_before_all() -> None:
    _, conflicts, sentence = explain_pair(PAIR)
    assert conflicts == ["性别不同，出生日期也不同，是两个人", "出生日期不同", "性别不同"]
    assert (
        sentence
        == "不一致：性别不同，出生日期也不同，是两个人、出生日期不同、性别不同；一致：姓名相同；同一人的可能性 0%。"
    )


def test_without_conflicts_the_sentence_begins_with_what_agrees() -> None:
    steps = waterfall({"name": 0, "phone": 0}, {"name": 9.0, "phone": 11.0})
    assert sentence_of(steps, conflicts_of(steps), 0.97) == "一致：联系电话相同、姓名相同；同一人的可能性 97%。"


@pytest.mark.parametrize("refusal", sorted(REFUSALS))
def test_a_refused_join_says_why(refusal: str) -> None:
    assert explain_pair({**PAIR, "vetoes": [], "refusal": refusal})[1][0] == REFUSALS[refusal]


def test_candidates_for_review_carry_weights_and_sentence(link: Callable[..., Any]) -> None:
    rows = {
        "a": {"name": "王建国", "id_number": "34059019560311121?"},
        "b": {"name": "王建国", "id_number": "34059019710902331?"},
        "c": {"name": "王建国", "feed": "vehicle"},
    }
    candidates = link(rows).duplicate_candidate
    assert candidates.height == 2
    assert candidates["pair_id"].n_unique() == 2
    for row in candidates.iter_rows(named=True):
        weights = json.loads(row["weights"])
        assert sum(weights.values()) == pytest.approx(row["match_weight"], abs=0.05)
        assert "姓名相同" in row["explanation"]
        assert row["explanation"].endswith("%。")
