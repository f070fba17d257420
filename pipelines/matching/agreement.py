"""Finds the level at which two values agree, for each comparison, by character and never by byte.

A function here gets one row per distinct pair of values, with the columns of the vocabulary suffixed `_l` and `_r`, and
answers a frame with `level` (UInt8, index into the levels of the comparison; null: no evidence), `frequency` (Float64,
share of persons who have the agreed value; null: the model's u stands) and `expected` (Float64, the share that the
parts of the value let expect; null: nothing is known of them).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from pipelines.matching.edits import are_one_slip_apart, distances
from pipelines.matching.lunar import are_lunar_and_solar
from pipelines.matching.names import BESIDE
from pipelines.matching.shapes import are_similar


def _levels(
    pairs: pl.DataFrame, *conditions: pl.Expr, frequency: pl.Expr | None = None, expected: pl.Expr | None = None
) -> pl.DataFrame:
    """The index of the first condition that holds, the frequency, and the frequency to be expected."""
    chain = pl.lit(None, dtype=pl.UInt8)
    for index, condition in reversed(list(enumerate(conditions))):
        chain = pl.when(condition).then(pl.lit(index, dtype=pl.UInt8)).otherwise(chain)
    rate = pl.lit(None, dtype=pl.Float64) if frequency is None else frequency
    prior = pl.lit(None, dtype=pl.Float64) if expected is None else expected
    return pairs.select(level=chain, frequency=rate.cast(pl.Float64), expected=prior.cast(pl.Float64))


def _look_alike(left: pl.Series, right: pl.Series) -> np.ndarray:
    """Whether names of one length differ in one character alone, by two that look alike."""
    if left.is_empty():
        return np.zeros(0, dtype=bool)
    # Polars says of a maximum no more than that it is some value.
    width = int(left.str.len_chars().max())  # type: ignore[arg-type]
    one, other = (
        np.array(names.to_list(), dtype=f"U{width}").view(np.uint32).reshape(-1, width) for names in (left, right)
    )
    differing = one != other
    rows, place = np.arange(len(one)), differing.argmax(axis=1)
    keys = one[rows, place].astype(np.int64) << 32 | other[rows, place].astype(np.int64)
    return np.asarray((differing.sum(axis=1) == 1) & are_similar(keys))


def compare_names(pairs: pl.DataFrame) -> pl.DataFrame:
    """Names by character, by sound and by shape; a whole name and a sound weigh by how many persons have it.

    A name that stood in brackets beside another is evidence when it is the other side's name, and else is none.
    """
    shorter = pl.min_horizontal("length_l", "length_r")
    longer = pl.max_horizontal("length_l", "length_r")
    slip = (longer >= 2) & pl.Series(are_one_slip_apart(pairs["value_l"], pairs["value_r"]))
    replaced = pairs.select(slip & (shorter == longer)).to_series().to_numpy()
    alike = np.zeros(pairs.height, dtype=bool)
    alike[replaced] = _look_alike(*(pairs[side].filter(replaced) for side in ("value_l", "value_r")))
    same_surname = pl.col("surname_l") == pl.col("surname_r")
    short_form = (pl.col("surname_l") == "") & (pl.col("surname_r") == "") | (
        (pl.col("first_part_l") != pl.col("value_l")) | (pl.col("first_part_r") != pl.col("value_r"))
    )
    exact = pl.col("bare_l") == pl.col("bare_r")
    sound = pl.col("pinyin_l") == pl.col("pinyin_r")
    rate = (
        pl.when(exact)
        .then(pl.max_horizontal("frequency_l", "frequency_r"))
        .when(sound)
        .then(pl.max_horizontal("sound_frequency_l", "sound_frequency_r"))
    )
    beside_l, beside_r = (pl.col(side).str.ends_with(BESIDE) for side in ("value_l", "value_r"))
    spelling = (
        pl.lit(pl.Series(alike)),
        short_form & (pl.col("first_part_l") == pl.col("first_part_r")),
        (pl.col("letters_l") == pl.col("letters_r")) & (shorter >= 3),
        slip & (shorter == 2) & (longer == 3),
        slip & (shorter >= 3),
        slip & (longer == 2) & same_surname,
        slip & (longer == 2) & (pl.col("given_l") == pl.col("given_r")),
        same_surname & (pl.col("surname_l") != ""),
        pl.lit(True),
    )
    return _levels(
        pairs,
        exact & ~beside_l & ~beside_r,
        sound & ~beside_l & ~beside_r,
        (exact | sound) & (beside_l != beside_r),
        *(condition & ~beside_l & ~beside_r for condition in spelling),
        frequency=rate,
        expected=pl.when(exact).then("expected_l"),
    )


def compare_birth_dates(pairs: pl.DataFrame) -> pl.DataFrame:
    """Birth dates, with the mistakes of offices: lunar calendar, day and month swapped, the year alone, one digit,
    an age counted one year wrong."""
    left, right = (_parts_of_date(pairs[side]) for side in ("value_l", "value_r"))
    same = pairs["value_l"] == pairs["value_r"]
    same_year, same_month, same_day = (left[part] == right[part] for part in ("year", "month", "day"))
    next_year = (left["year"] - right["year"]).abs() == 1
    first_of_year, first_of_month = (left[flag] | right[flag] for flag in ("opens_year", "opens_month"))
    swapped = same_year & (left["month"] == right["day"]) & (left["day"] == right["month"])
    differing = _differing_digits(left, right)
    return _levels(
        pairs,
        *map(
            pl.lit,
            (
                same,
                swapped,
                pl.Series(are_lunar_and_solar(pairs["value_l"], pairs["value_r"])),
                same_year & (first_of_year | (first_of_month & same_month)),
                next_year & same_month & same_day,
                differing == 1,
                differing == 2,
                same_year,
            ),
        ),
        pl.lit(True),
        frequency=pl.when(pl.lit(same)).then("frequency_l"),
    )


def _parts_of_date(dates: pl.Series) -> pl.DataFrame:
    """year, month, day, and whether the date is the first of its year, of its month."""
    parts = pl.DataFrame({"year": dates.dt.year(), "month": dates.dt.month(), "day": dates.dt.day()})
    return parts.with_columns(opens_month=pl.col("day") == 1).with_columns(
        opens_year=(pl.col("month") == 1) & pl.col("opens_month")
    )


def _differing_digits(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """How many of the eight digits of two dates (year, month, day) differ."""
    digits = [(part, 10**place) for part, count in (("year", 4), ("month", 2), ("day", 2)) for place in range(count)]
    unlike = [left[part] // unit % 10 != right[part] // unit % 10 for part, unit in digits]
    return pl.DataFrame([found.alias(str(i)) for i, found in enumerate(unlike)]).sum_horizontal()


def compare_sexes(pairs: pl.DataFrame) -> pl.DataFrame:
    """Sex as written on the row, or as the ID number says."""
    return _levels(pairs, pl.col("value_l") == pl.col("value_r"), pl.lit(True))


def compare_residences(pairs: pl.DataFrame) -> pl.DataFrame:
    """The place of residence: house, group, village, town; a village or a town alone weighs by how many live there."""
    village, town = pl.col("village_l") == pl.col("village_r"), pl.col("town_l") == pl.col("town_r")
    same_village = village & town.fill_null(True)
    house, group = pl.col("house_l") == pl.col("house_r"), pl.col("group_no_l") == pl.col("group_no_r")
    groups_agree = group.fill_null(True)
    return _levels(
        pairs,
        same_village & house & groups_agree,
        same_village & group & house.is_null(),
        same_village & house.is_null() & group.is_null(),
        same_village,
        town & village.is_null(),
        town & village.is_not_null(),
        ~town | (town.is_not_null() & village.is_not_null()),
        frequency=pl.when(same_village).then("village_frequency_l").when(town).then("town_frequency_l"),
    )


def compare_numbers(pairs: pl.DataFrame) -> pl.DataFrame:
    """A number that is the same or not: phone, account, certificate, vessel."""
    same = pl.col("code_l") == pl.col("code_r")
    return _levels(pairs, same, pl.lit(True), frequency=pl.when(same).then("frequency_l"))


def compare_id_numbers(pairs: pl.DataFrame) -> pl.DataFrame:
    """An ID number that cannot be used as it stands, beside another: how few slips explain the difference."""
    edits = pl.DataFrame({"edits": distances(pairs["value_l"], pairs["value_r"], 2)}, schema={"edits": pl.UInt8})
    both_valid = pl.col("is_valid_l") & pl.col("is_valid_r")
    same = pl.col("value_l") == pl.col("value_r")
    close = ~both_valid
    return _levels(
        pairs.hstack(edits),
        same,
        close & (pl.col("edits") == 1),
        close & (pl.col("edits") == 2),
        both_valid & (pl.col("value_l").str.slice(0, 14) == pl.col("value_r").str.slice(0, 14)),
        both_valid,
        pl.lit(True),
    )


def compare_rounded_numbers(pairs: pl.DataFrame) -> pl.DataFrame:
    """The digits that a spreadsheet left of a rounded ID number, beside a whole number."""
    digits = pl.min_horizontal("digits_l", "digits_r")
    left, right = pl.col("value_l").str.slice(0, digits), pl.col("value_r").str.slice(0, digits)
    rounded = (pl.col("digits_l") < 18) | (pl.col("digits_r") < 18)
    return _levels(
        pairs, rounded & (left == right) & (digits >= 14), rounded & (left == right), rounded & (left != right)
    )


def compare_companions(pairs: pl.DataFrame) -> pl.DataFrame:
    """What the households and registrations say in which the two stand.

    Columns same_head, shared_companions (how many), borrowed_number (one of them by the number that a row bears).
    """
    several, one = pl.col("shared_companions") >= 2, pl.col("shared_companions") == 1
    return _levels(pairs, pl.col("same_head"), several, one & pl.col("borrowed_number"), one)


def compare_listings(pairs: pl.DataFrame) -> pl.DataFrame:
    """Whether the owner stands in the register of the row already (is_listed): most registers name a person once."""
    return _levels(pairs, ~pl.col("is_listed"), pl.col("is_listed"))


def compare_cohorts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Whether the owner's age (and sex) is usual in the register, or beside the other party (column is_usual)."""
    return _levels(pairs, pl.col("is_usual"), pl.lit(True))


#: What each comparison of an attribute reads of its vocabulary.
READS: dict[Callable[[pl.DataFrame], pl.DataFrame], tuple[str, ...]] = {
    compare_names: (
        *("value", "surname", "given", "pinyin", "letters", "first_part", "bare", "length"),
        *("frequency", "sound_frequency", "expected"),
    ),
    compare_birth_dates: ("value", "frequency"),
    compare_sexes: ("value",),
    compare_residences: ("town", "village", "group_no", "house", "village_frequency", "town_frequency"),
    compare_numbers: ("code", "frequency"),
    compare_id_numbers: ("value", "is_valid"),
    compare_rounded_numbers: ("value", "digits"),
}
