"""Finds the level at which two values agree, for each comparison, by character and never by byte.

Each comparison of values is three functions: `describe_…` turns the vocabulary of an attribute into arrays, once, so
that texts need not be looked at pair by pair; `compare_…` answers the level of each pair (uint8, index into the levels
of the comparison; NO_LEVEL: no evidence); `rate_…` answers the share of persons who have the agreed value, and the
share that the parts of the value let expect (NaN: nothing is known).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.matching.arrays import marks
from pipelines.matching.edits import distances
from pipelines.matching.evidence import NO_LEVEL
from pipelines.matching.lunar import are_lunar_and_solar
from pipelines.matching.names import BESIDE
from pipelines.matching.shapes import are_similar

#: What a vocabulary is described by: a column of arrays or texts, one entry per value.
Description = Mapping[str, Any]
Rates = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class ValuePairs:
    """Pairs of values: `left` and `right` are rows of the description of their vocabulary."""

    described: Description
    left: np.ndarray
    right: np.ndarray

    def both(self, column: str) -> tuple[Any, Any]:
        """The column on the left and on the right of each pair."""
        return self.described[column][self.left], self.described[column][self.right]

    def are_equal(self, column: str) -> np.ndarray:
        """Whether both sides have one mark; 0 (no value) is like nothing."""
        left, right = self.both(column)
        return np.asarray((left == right) & (left != 0))

    def where(self, chosen: np.ndarray) -> ValuePairs:
        return ValuePairs(self.described, self.left[chosen], self.right[chosen])


def first_that_holds(*conditions: np.ndarray) -> np.ndarray:
    """The index of the first condition that holds for each pair, else NO_LEVEL."""
    levels = np.full(conditions[0].size, NO_LEVEL, dtype=np.uint8)
    for index, condition in reversed(list(enumerate(conditions))):
        levels[condition] = index
    return levels


def _optional(vocabulary: pl.DataFrame, *columns: str) -> dict[str, np.ndarray]:
    """The columns of frequencies that a vocabulary has, as arrays."""
    return {column: vocabulary[column].to_numpy() for column in columns if column in vocabulary.columns}


def describe_names(names: pl.DataFrame) -> Description:
    value = names["value"]
    compared = ("bare", "pinyin", "letters", "first_part", "surname", "given")
    return {
        "value": value,
        **{column: marks(names[column]) for column in compared},
        "first": marks(value.str.head(1)),
        "last": marks(value.str.tail(1)),
        "is_parted": (names["first_part"] != value).to_numpy(),
        "is_beside": value.str.ends_with(BESIDE).to_numpy(),
        "is_tiny": (value.str.len_bytes() <= 4).to_numpy(),
        "length": names["length"].to_numpy(),
        **_optional(names, "frequency", "sound_frequency", "expected"),
    }


def are_one_slip_apart(pairs: ValuePairs) -> np.ndarray:
    """Whether each pair of names is one slip apart; few pairs need to be aligned to see it.

    A slip leaves the first or the last character where it was, unless it swaps the only two or is the only one.
    """
    swapped = pairs.described["first"][pairs.left] == pairs.described["last"][pairs.right]
    tiny_l, tiny_r = pairs.both("is_tiny")
    close = np.flatnonzero(pairs.are_equal("first") | pairs.are_equal("last") | swapped | (tiny_l & tiny_r))
    slips = np.zeros(pairs.left.size, dtype=bool)
    slips[close] = distances(*pairs.where(close).both("value"), 1) == 1
    return slips


def _look_alike(left: pl.Series, right: pl.Series) -> np.ndarray:
    """Whether names of one length differ in one character alone, by two that look alike."""
    if left.is_empty():
        return np.zeros(0, dtype=bool)
    # Polars says of a maximum no more than that it is some value.
    width = int(left.str.len_chars().max())  # type: ignore[arg-type]  # a length is a number
    one, other = (
        np.array(names.to_list(), dtype=f"U{width}").view(np.uint32).reshape(-1, width) for names in (left, right)
    )
    differing = one != other
    rows, place = np.arange(len(one)), differing.argmax(axis=1)
    keys = one[rows, place].astype(np.int64) << 32 | other[rows, place].astype(np.int64)
    return np.asarray((differing.sum(axis=1) == 1) & are_similar(keys))


def compare_names(pairs: ValuePairs) -> np.ndarray:
    """Names by character, by sound and by shape.

    A name that stood in brackets beside another is evidence when it is the other side's name, and else is none.
    """
    exact, sound = pairs.are_equal("bare"), pairs.are_equal("pinyin")
    beside_l, beside_r = pairs.both("is_beside")
    levels = first_that_holds(
        exact & ~beside_l & ~beside_r,
        sound & ~beside_l & ~beside_r,
        (exact | sound) & (beside_l != beside_r),
    )
    others = np.flatnonzero(~(exact | sound | beside_l | beside_r))
    levels[others] = _spelling_levels(pairs.where(others)) + 3
    return levels


def _spelling_levels(pairs: ValuePairs) -> np.ndarray:
    """The levels of names that are neither the same nor sound so, from `similar_shape`."""
    lengths = pairs.both("length")
    shorter, longer = np.minimum(*lengths), np.maximum(*lengths)
    slip = are_one_slip_apart(pairs) & (longer >= 2)
    replaced = np.flatnonzero(slip & (shorter == longer))
    alike = np.zeros(slip.size, dtype=bool)
    alike[replaced] = _look_alike(*pairs.where(replaced).both("value"))
    same_surname = pairs.are_equal("surname")
    parted_l, parted_r = pairs.both("is_parted")
    return first_that_holds(
        alike,
        (parted_l | parted_r) & pairs.are_equal("first_part"),
        pairs.are_equal("letters") & (shorter >= 3),
        slip & (shorter == 2) & (longer == 3),
        slip & (shorter >= 3),
        slip & (longer == 2) & same_surname,
        slip & (longer == 2) & pairs.are_equal("given"),
        same_surname & ~parted_l,
        np.ones(slip.size, dtype=bool),
    )


def rate_names(pairs: ValuePairs) -> Rates:
    """A whole name and a sound weigh by how many persons have it."""
    exact, sound = pairs.are_equal("bare"), pairs.are_equal("pinyin")
    of_name, of_sound = (np.maximum(*pairs.both(column)) for column in ("frequency", "sound_frequency"))
    frequency = np.where(exact, of_name, np.where(sound, of_sound, np.nan))
    return frequency, np.where(exact, pairs.described["expected"][pairs.left], np.nan)


def describe_birth_dates(dates: pl.DataFrame) -> Description:
    value = dates["value"]
    year, month, day = (
        part.to_numpy().astype(np.int32) for part in (value.dt.year(), value.dt.month(), value.dt.day())
    )
    # Eight digits of four bits each.
    digits = [part // 10**place % 10 for part, count in ((year, 4), (month, 2), (day, 2)) for place in range(count)]
    return {
        "days": value.to_physical().to_numpy(),
        "year": year,
        "month": month,
        "day": day,
        "digits": sum(digit.astype(np.uint32) << np.uint32(4 * nth) for nth, digit in enumerate(digits)),
        **_optional(dates, "frequency"),
    }


def compare_birth_dates(pairs: ValuePairs) -> np.ndarray:
    """Birth dates, with the mistakes of offices: lunar calendar, day and month swapped, the year alone, one digit,
    an age counted one year wrong."""
    days_l, days_r = pairs.both("days")
    (year_l, year_r), (month_l, month_r), (day_l, day_r) = (pairs.both(part) for part in ("year", "month", "day"))
    same_year, same_month = year_l == year_r, month_l == month_r
    first_of_month = (day_l == 1) | (day_r == 1)
    first_of_year = ((month_l == 1) & (day_l == 1)) | ((month_r == 1) & (day_r == 1))
    differing = _differing_digits(*pairs.both("digits"))
    return first_that_holds(
        days_l == days_r,
        same_year & (month_l == day_r) & (day_l == month_r),
        are_lunar_and_solar(days_l, days_r),
        same_year & (first_of_year | (first_of_month & same_month)),
        (np.abs(year_l - year_r) == 1) & same_month & (day_l == day_r),
        differing == 1,
        differing == 2,
        same_year,
        np.ones(days_l.size, dtype=bool),
    )


def _differing_digits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many digits, of four bits each, differ."""
    bits = left ^ right
    bits |= bits >> np.uint32(1)
    bits |= bits >> np.uint32(2)
    return np.bitwise_count(bits & np.uint32(0x11111111))


def rate_equal_values(pairs: ValuePairs) -> Rates:
    """A value that both have weighs by how many persons have it."""
    shares = pairs.described["frequency"][pairs.left]
    return np.where(pairs.left == pairs.right, shares, np.nan), np.full(shares.size, np.nan)


def describe_values(values: pl.DataFrame) -> Description:
    return _optional(values, "frequency")


def compare_sexes(pairs: ValuePairs) -> np.ndarray:
    """Sex as written on the row, or as the ID number says."""
    return (pairs.left != pairs.right).astype(np.uint8)


def compare_numbers(pairs: ValuePairs) -> np.ndarray:
    """A number that is the same or not: phone, account, certificate, vessel."""
    return (pairs.left != pairs.right).astype(np.uint8)


def describe_residences(residences: pl.DataFrame) -> Description:
    places = {column: marks(residences[column]) for column in ("town", "village", "group_no", "house")}
    return {**places, **_optional(residences, "village_frequency", "town_frequency")}


def compare_residences(pairs: ValuePairs) -> np.ndarray:
    """The place of residence: house, group, village, town."""
    known, equal = {}, {}
    for part in ("town", "village", "group_no", "house"):
        left, right = pairs.both(part)
        known[part] = (left != 0) & (right != 0)
        equal[part] = known[part] & (left == right)
    same_village = equal["village"] & (equal["town"] | ~known["town"])
    return first_that_holds(
        same_village & equal["house"] & (equal["group_no"] | ~known["group_no"]),
        same_village & equal["group_no"] & ~known["house"],
        same_village & ~known["house"] & ~known["group_no"],
        same_village,
        equal["town"] & ~known["village"],
        equal["town"],
        known["town"],
    )


def rate_residences(pairs: ValuePairs) -> Rates:
    """A village or a town alone weighs by how many live there."""
    town, village = pairs.are_equal("town"), pairs.are_equal("village")
    town_l, town_r = pairs.both("town")
    same_village = village & (town | (town_l == 0) | (town_r == 0))
    of_village, of_town = (pairs.described[f"{place}_frequency"][pairs.left] for place in ("village", "town"))
    frequency = np.where(same_village, of_village, np.where(town, of_town, np.nan))
    return frequency, np.full(frequency.size, np.nan)


def describe_id_numbers(numbers: pl.DataFrame) -> Description:
    return {
        "value": numbers["value"],
        "mark": marks(numbers["value"]),
        "head": marks(numbers["value"].str.slice(0, 14)),
        "is_valid": numbers["is_valid"].to_numpy(),
    }


def compare_id_numbers(pairs: ValuePairs) -> np.ndarray:
    """An ID number that cannot be used as it stands, beside another: how few slips explain the difference."""
    same, both_valid = pairs.are_equal("mark"), np.logical_and(*pairs.both("is_valid"))
    close = np.flatnonzero(~same & ~both_valid)
    edits = np.full(same.size, NO_LEVEL, dtype=np.uint8)
    edits[close] = distances(*pairs.where(close).both("value"), 2)
    return first_that_holds(
        same, edits == 1, edits == 2, both_valid & pairs.are_equal("head"), both_valid, np.ones(same.size, dtype=bool)
    )


def describe_rounded_numbers(numbers: pl.DataFrame) -> Description:
    return {"value": numbers["value"], "digits": numbers["digits"].to_numpy()}


def compare_rounded_numbers(pairs: ValuePairs) -> np.ndarray:
    """The digits that a spreadsheet left of a rounded ID number, beside a whole number."""
    digits = np.minimum(*pairs.both("digits"))
    levels = np.full(digits.size, NO_LEVEL, dtype=np.uint8)
    rounded = np.flatnonzero(digits < 18)
    kept = pl.Series(digits[rounded])
    left, right = (value.str.slice(0, kept) for value in pairs.where(rounded).both("value"))
    same = (left == right).to_numpy()
    levels[rounded] = first_that_holds(same & (digits[rounded] >= 14), same, ~same)
    return levels


def _flags(pairs: pl.DataFrame, *conditions: pl.Expr) -> np.ndarray:
    held = pairs.select(condition.fill_null(False).alias(str(nth)) for nth, condition in enumerate(conditions))
    return first_that_holds(*(held[name].to_numpy() for name in held.columns))


def compare_companions(pairs: pl.DataFrame) -> np.ndarray:
    """What the households and registrations say in which the two stand.

    Columns same_head, shared_companions (how many), borrowed_number (one of them by the number that a row bears).
    """
    several, one = pl.col("shared_companions") >= 2, pl.col("shared_companions") == 1
    return _flags(pairs, pl.col("same_head"), several, one & pl.col("borrowed_number"), one)


def compare_listings(pairs: pl.DataFrame) -> np.ndarray:
    """Whether the owner stands in the register of the row already (is_listed): most registers name a person once."""
    return _flags(pairs, ~pl.col("is_listed"), pl.col("is_listed"))


def compare_cohorts(pairs: pl.DataFrame) -> np.ndarray:
    """Whether the owner's age (and sex) is usual in the register, or beside the other party (column is_usual)."""
    return _flags(pairs, pl.col("is_usual"), pl.lit(True))


@dataclass(frozen=True)
class Reading:
    """How a comparison reads a vocabulary, and what it says of how common the agreed values are (None: nothing)."""

    describe: Callable[[pl.DataFrame], Description]
    rate: Callable[[ValuePairs], Rates] | None = None


#: What each comparison of an attribute makes of its vocabulary.
READINGS: dict[Callable[[Any], np.ndarray], Reading] = {
    compare_names: Reading(describe_names, rate_names),
    compare_birth_dates: Reading(describe_birth_dates, rate_equal_values),
    compare_sexes: Reading(describe_values),
    compare_numbers: Reading(describe_values, rate_equal_values),
    compare_residences: Reading(describe_residences, rate_residences),
    compare_id_numbers: Reading(describe_id_numbers),
    compare_rounded_numbers: Reading(describe_rounded_numbers),
}
