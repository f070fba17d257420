"""Every comparison, level by level, and the sentence of each level."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.matching.agreement import ValuePairs
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import NO_LEVEL
from pipelines.matching.names import fold_reading, name_vocabulary, split_surname


def level_of(comparison: str, left: dict[str, Any], right: dict[str, Any]) -> str | None:
    chosen = COMPARISONS[comparison]
    vocabulary = pl.DataFrame([left] if left == right else [left, right], infer_schema_length=None)
    ends = np.array([0]), np.array([vocabulary.height - 1])
    (found,) = chosen.compare(ValuePairs(chosen.reading.describe(vocabulary), *ends))
    return None if found == NO_LEVEL else chosen.levels[found].name


def described(name: str) -> dict[str, Any]:
    row = name_vocabulary(pl.Series([name])).row(0, named=True)
    return {**row, "frequency": 0.001, "sound_frequency": 0.002, "expected": 0.001}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("王建国", "王建国", "exact"),
        ("王建国", "王健国", "same_sound"),
        ("刘玲", "柳琳", "same_sound"),
        ("单雄信", "山雄信", "same_sound"),
        ("买买提·艾力", "买买提", "short_form"),
        ("陈国志", "陈志国", "swapped"),
        ("李晓云", "李晓", "missing_character"),
        ("胡秀云", "胡秀去", "one_character"),
        ("欧阳娜", "欧阳丽", "one_character"),
        ("李晴晴", "李晴睛", "similar_shape"),
        ("王玉珍", "王玉玲", "similar_shape"),
        ("何永洁", "何永浩", "similar_shape"),
        ("陈梅", "陈海", "similar_shape"),
        ("刘芳", "列芳", "similar_shape"),
        ("艾未·买买提", "艾末·买买提", "similar_shape"),
        ("李四（", "李四", "other_name"),
        ("李四（", "李似", "other_name"),
        ("李四（", "李五", None),
        ("李四（", "李四（", None),
        ("胡敏", "胡洁", "one_of_two"),
        ("张芳", "刘芳", "other_surname"),
        ("王建国", "王秀英", "same_surname"),
        ("王建国", "赵四", "different"),
    ],
)
def test_names(left: str, right: str, level: str | None) -> None:
    assert level_of("name", described(left), described(right)) == level
    assert level_of("name", described(right), described(left)) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ((1962, 9, 13), (1962, 9, 13), "exact"),
        ((1962, 3, 9), (1962, 9, 3), "swapped"),
        ((1962, 9, 13), (1962, 8, 15), "lunar"),
        ((1962, 9, 13), (1962, 1, 1), "month_or_year"),
        ((1962, 9, 13), (1962, 9, 1), "month_or_year"),
        ((1966, 5, 9), (1966, 3, 20), "same_year"),
        ((1966, 5, 9), (1966, 3, 19), "lunar"),
        ((1962, 9, 13), (1963, 9, 13), "year_off_by_one"),
        ((1969, 9, 13), (1970, 9, 13), "year_off_by_one"),
        ((1962, 9, 13), (1964, 9, 13), "one_digit"),
        ((1962, 9, 13), (1962, 9, 18), "one_digit"),
        ((1962, 9, 13), (1962, 9, 24), "two_digits"),
        ((1962, 9, 13), (1962, 12, 28), "same_year"),
        ((1962, 9, 13), (1987, 4, 28), "different"),
    ],
)
def test_birth_dates(left: tuple[int, int, int], right: tuple[int, int, int], level: str) -> None:
    assert (
        level_of("birth_date", {"value": date(*left), "frequency": 1e-4}, {"value": date(*right), "frequency": 1e-4})
        == level
    )


HOUSE = {"town": "柳河", "village": "塘口", "group_no": "3", "house": "12"}
HOUSE |= {"village_frequency": 0.01, "town_frequency": 0.1}


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ({}, "same_house"),
        ({"house": None}, "same_group"),
        ({"house": None, "group_no": None}, "same_village"),
        ({"house": "15"}, "other_house"),
        ({"group_no": "4"}, "other_house"),
        ({"village": "东桥"}, "same_town"),
        ({"town": "沙洲", "village": "东桥"}, "other_town"),
        ({"village": None}, "town_alone"),
        ({"town": "沙洲", "village": None}, "other_town"),
        ({"town": None, "village": None}, None),
    ],
)
def test_residences(other: dict[str, Any], level: str | None) -> None:
    assert level_of("residence", HOUSE, {**HOUSE, **other}) == level


@pytest.mark.parametrize(
    ("wrong", "level"),
    [
        ("340590196808172340", "one_slip"),
        ("34059019680817234", "one_slip"),
        ("340590196880172347", "one_slip"),
        ("340590196808172440", "two_slips"),
        ("340590197512251110", "different"),
    ],
)
def test_id_numbers_beside_a_whole_one(wrong: str, level: str) -> None:
    whole = {"value": "340590196808172347", "is_valid": True}
    assert level_of("id_number", {"value": wrong, "is_valid": False}, whole) == level


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("340590196808172340", "other_sequence"),
        ("340590196808174151", "other_sequence"),
        ("340590196808182347", "two_numbers"),
        ("340591196808172347", "two_numbers"),
    ],
)
def test_two_valid_id_numbers_never_count_as_a_slip(other: str, level: str) -> None:
    left, right = {"value": "34059019680817234X", "is_valid": True}, {"value": other, "is_valid": True}
    assert level_of("id_number", left, right) == level


def test_an_unusable_id_number_written_twice_alike() -> None:
    value = {"value": "340590196808172340", "is_valid": False}
    assert level_of("id_number", value, value) == "same_text"


@pytest.mark.parametrize(
    ("kept", "level"),
    [("340590196808172", "same_digits"), ("340590", "same_area"), ("340590196808179", "other_digits")],
)
def test_rounded_numbers(kept: str, level: str) -> None:
    assert (
        level_of("rounded_number", {"value": kept, "digits": len(kept)}, {"value": "340590196808172347", "digits": 18})
        == level
    )


def test_two_whole_numbers_are_no_evidence_of_rounding() -> None:
    whole = {"value": "340590196808172347", "digits": 18}
    assert level_of("rounded_number", whole, whole) is None


@pytest.mark.parametrize("comparison", ["sex", "phone", "account_number", "certificate_number", "vessel_number"])
def test_values_that_agree_or_not(comparison: str) -> None:
    one, other = ({"code": code, "value": sex, "frequency": 0.5} for code, sex in enumerate("男女"))
    assert (level_of(comparison, one, one), level_of(comparison, one, other)) == ("same", "different")


def test_companions() -> None:
    table = pl.DataFrame(
        {
            "same_head": [True, False, False, False, False],
            "shared_companions": [0, 2, 1, 1, 0],
            "borrowed_number": [True, False, True, False, False],
        }
    )
    assert COMPARISONS["companions"].compare(table).tolist() == [0, 1, 2, 3, NO_LEVEL]


def test_listings() -> None:
    assert COMPARISONS["listing"].compare(pl.DataFrame({"is_listed": [False, True]})).tolist() == [0, 1]


def test_cohorts() -> None:
    assert COMPARISONS["cohort"].compare(pl.DataFrame({"is_usual": [True, False]})).tolist() == [0, 1]


def test_every_level_has_a_sentence_of_its_own() -> None:
    sentences = [level.sentence for comparison in COMPARISONS.values() for level in comparison.levels]
    assert all(sentences)
    assert len(sentences) == len(set(sentences))


def test_every_comparison_is_named_by_its_key_and_a_title_of_its_own() -> None:
    assert all(name == comparison.name for name, comparison in COMPARISONS.items())
    assert len({comparison.title for comparison in COMPARISONS.values()}) == len(COMPARISONS)


@pytest.mark.parametrize(
    ("reading", "folded"), [("zhang", "zan"), ("ling", "lin"), ("neng", "len"), ("shi", "si"), ("dong", "dong")]
)
def test_readings_fold_what_dialects_do_not_tell_apart(reading: str, folded: str) -> None:
    assert fold_reading(reading) == folded


@pytest.mark.parametrize(("name", "characters"), [("欧阳娜", 2), ("欧阳", 1), ("王伟", 1), ("买买提·艾力", 0)])
def test_surnames(name: str, characters: int) -> None:
    assert split_surname(name) == characters
