"""What two models make of the same rows: who is joined and parted, who comes before a person, and why."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.matching import Linkage, Model, link_mentions, load_model
from pipelines.matching.contrast import (
    APART,
    JOINED,
    OWN_NUMBER,
    REVIEW,
    THRESHOLD,
    Contrast,
    contrast,
    explained,
    sample,
)
from pipelines.matching.model import SHIPPED, parse_model

KEY = b"a key for tests only, 32 bytes!!"
DATA: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
NO_VERDICTS = pl.DataFrame(schema=dict.fromkeys(("mention_id_l", "mention_id_r", "verdict"), pl.String))
PHONE = {"phone": "13900001111"}
#: One person with a number, and a row without one: joined by name and phone.
ROWS = {
    "a": {"name": "王建国", "id_number": "34059019560311121?", "village": "塘口村", "town": "柳河镇", **PHONE},
    "b": {"name": "王建国", "feed": "payment", **PHONE},
}


def model(**changes: float) -> Model:
    """The shipped model with thresholds changed, or `<comparison>__<level>__m` (or u)."""
    data = copy.deepcopy(DATA)
    for name, value in changes.items():
        if name in data["thresholds"]:
            data["thresholds"][name]["value"] = value
        else:
            comparison, level, kind = name.split("__")
            data["comparisons"][comparison][level][kind] = value
    return parse_model(data, "file")


def linked(mentions: pl.DataFrame, chosen: Model, **options: Any) -> Linkage:
    return link_mentions(mentions, chosen, key=KEY, **options)


def compared(
    mentions: pl.DataFrame, other: Model, *, previous: pl.DataFrame | None = None, verdicts: pl.DataFrame = NO_VERDICTS
) -> Contrast:
    models = load_model(), other
    sides = (linked(mentions, each, previous=previous, verdicts=verdicts) for each in models)
    return contrast(*sides, models, verdicts, remembering=previous is not None)


@pytest.fixture
def mentions(mentions_of: Callable[..., pl.DataFrame]) -> pl.DataFrame:
    return mentions_of(copy.deepcopy(ROWS))


@pytest.fixture
def likely(mentions: pl.DataFrame) -> float:
    """How likely the two rows are one person by the shipped model."""
    (probability,) = linked(mentions, load_model()).scored_pairs["probability"]
    assert load_model().thresholds["link"] < probability < 0.9999
    return float(probability)


def test_one_model_twice_differs_in_nothing(mentions: pl.DataFrame) -> None:
    found = compared(mentions, load_model())
    assert found.pairs.is_empty()
    assert (found.persons_before, found.persons_after, found.merged, found.split, found.rows) == (1, 1, 0, 0, 0)


def test_a_higher_threshold_parts_two_rows_and_says_that_it_is_the_threshold(
    mentions: pl.DataFrame, likely: float
) -> None:
    found = compared(mentions, model(link=(likely + 1) / 2))
    (pair,) = found.pairs.iter_rows(named=True)
    assert (pair["zone_before"], pair["zone_after"], pair["reason"]) == (JOINED, REVIEW, THRESHOLD)
    assert pair["probability_before"] == pair["probability_after"] == likely
    assert found.reasons.rows() == [(THRESHOLD, 0, 1, 0, 0)]
    assert (found.persons_before, found.persons_after, found.split, found.rows) == (1, 2, 1, 2)
    assert (found.review_before, found.review_after) == (0, 1)
    assert explained(found.pairs)["explanation"].str.contains("联系电话相同").all()


def test_who_was_one_person_in_the_release_before_is_held_and_counted(mentions: pl.DataFrame, likely: float) -> None:
    before = linked(mentions, load_model())
    found = compared(mentions, model(link=(likely + 1) / 2), previous=before.identity)
    assert found.pairs.is_empty()
    assert (found.held_before, found.held_after) == (0, 1)


def test_a_lower_review_threshold_brings_a_pair_before_a_person(mentions: pl.DataFrame, likely: float) -> None:
    above = (likely + 1) / 2
    models = model(link=above + 1e-5, stay=above, review=(likely + above) / 2), model(link=above + 1e-5, stay=above)
    before, after = (linked(mentions, each) for each in models)
    found = contrast(before, after, models, NO_VERDICTS, remembering=False)
    assert found.moves.rows() == [(APART, REVIEW, 1)]
    assert found.reasons.rows() == [(THRESHOLD, 0, 0, 1, 0)]


#: The same phone speaks against: nobody would train this, and nothing else changes.
AGAINST = {"phone__same__m": 0.001, "phone__same__u": 0.9}


def test_a_changed_weight_is_named_by_its_comparison_and_level(mentions: pl.DataFrame) -> None:
    other = model(**AGAINST)
    found = compared(mentions, other)
    (pair,) = found.pairs.iter_rows(named=True)
    assert (pair["zone_before"], pair["zone_after"]) == (JOINED, APART)
    assert pair["reason"] == "联系电话：联系电话相同"
    assert explained(found.pairs)["weights"].to_list() == ["联系电话 +10.3→-9.8"]
    sides = (linked(mentions, each) for each in (other, load_model()))
    back = contrast(*sides, (other, load_model()), NO_VERDICTS, remembering=False)
    assert back.reasons.rows() == [("联系电话：联系电话相同", 1, 0, 0, 0)]
    assert (back.merged, back.split) == (1, 0)


def test_whose_a_number_is_decides_who_stands_together(mentions_of: Callable[..., pl.DataFrame]) -> None:
    number = "34059019560311121?"
    names = {"a": "王建国", "b": "王建国", "c": "王建", "d": "李建国"}
    rows = {key: {"name": name, "id_number": number, "feed": f"feed_{key}"} for key, name in names.items()}
    found = compared(mentions_of(rows), model(own_number=0.1))
    (pair,) = found.pairs.iter_rows(named=True)
    assert (pair["mention_id_r"], pair["zone_after"], pair["reason"]) == ("d", JOINED, OWN_NUMBER)
    assert pair["probability_after"] is None, "they are one row of comparison, so that there is no pair"
    assert found.merged == 1


def test_a_verdict_stands_and_what_the_model_by_itself_would_say_is_told(mentions: pl.DataFrame, likely: float) -> None:
    verdicts = pl.DataFrame({"mention_id_l": ["b"], "mention_id_r": ["a"], "verdict": ["different"]})
    found = compared(mentions, model(link=(likely + 1) / 2), verdicts=verdicts)
    assert found.pairs.is_empty(), "the verdict decides under either model"
    (decided,) = found.verdicts.iter_rows(named=True)
    assert (decided["says_before"], decided["says_after"]) == (JOINED, REVIEW)
    assert (decided["contradicted_before"], decided["contradicted_after"]) == (True, False)


def test_a_pair_that_a_caseworker_joined_and_the_new_model_would_part_contradicts_it(mentions: pl.DataFrame) -> None:
    verdicts = pl.DataFrame({"mention_id_l": ["a"], "mention_id_r": ["b"], "verdict": ["same"]})
    found = compared(mentions, model(**AGAINST), verdicts=verdicts)
    (decided,) = found.verdicts.iter_rows(named=True)
    assert (decided["says_after"], decided["contradicted_before"], decided["contradicted_after"]) == (
        APART, False, True,
    )  # fmt: skip


def test_a_sample_holds_so_many_of_each_reason_whatever_the_order() -> None:
    pairs = pl.DataFrame({"pair_id": [f"{i:03}" for i in range(30)], "reason": ["甲"] * 20 + ["乙"] * 10})
    chosen = sample(pairs.sample(fraction=1, shuffle=True, seed=2), 12)
    assert chosen.group_by("reason").len().sort("len").rows() == [("乙", 10), ("甲", 12)]
    assert chosen.equals(sample(pairs, 12))


NUMBERS = ["34059019680817235?", "34059019680817639?", "340590196808172390", "3.40590196808172E+17", None]
row = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["王建国", "王健国", "陈佳欣", "陈佳怡"]),
        "id_number": st.sampled_from(NUMBERS),
        "birth_date": st.sampled_from(["1968-08-17", "1968-01-01", None]),
        "sex": st.sampled_from(["男", "女", None]),
        "phone": st.sampled_from(["13900001111", None]),
        "feed": st.sampled_from(["dibao", "payment"]),
        "village": st.sampled_from(["塘口村", "东桥村"]),
    }
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(row, min_size=2, max_size=10), seed=st.integers(0, 10**6))
def test_every_person_that_differs_is_shown_by_a_pair_in_any_order_of_rows(
    rows: list[dict[str, Any]], seed: int, mentions_of: Callable[..., pl.DataFrame]
) -> None:
    mentions = mentions_of({f"m{i}": dict(values) for i, values in enumerate(rows)})
    other = model(own_number=0.9, link=0.6, stay=0.5, review=0.05, phone__same__u=0.01, name__same_sound__u=0.01)
    found = compared(mentions, other)
    assert (found.pairs["zone_before"] != found.pairs["zone_after"]).all()
    assert found.pairs["reason"].null_count() == 0
    assert (found.merged > 0) == (found.pairs["zone_after"] == JOINED).any()
    assert (found.split > 0) == (found.pairs["zone_before"] == JOINED).any()
    assert (found.rows > 0) == (found.merged + found.split > 0)
    shuffled = compared(mentions[random.Random(seed).sample(range(len(rows)), len(rows))], other)
    assert shuffled.pairs.equals(found.pairs)
