"""Slips and lunar dates are found as they would be pair by pair."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from lunardate import LunarDate
from rapidfuzz.distance import OSA

from pipelines.matching.agreement import ValuePairs, are_one_slip_apart, describe_names
from pipelines.matching.edits import distances
from pipelines.matching.lunar import LUNAR_GAP, are_lunar_and_solar
from pipelines.matching.names import name_vocabulary

#: No deadline: the lunar calendar is laid out at the first call.
SAME_EVERY_TIME = settings(deadline=None, derandomize=True)

names = st.lists(st.text("王建国伟·", max_size=5), min_size=1, max_size=30)


@SAME_EVERY_TIME
@given(left=names, right=names)
def test_slips_are_those_of_the_aligned_texts(left: list[str], right: list[str]) -> None:
    pairs = [(one, other) for one in left for other in right]
    columns = [pl.Series([pair[side] for pair in pairs], dtype=pl.String) for side in (0, 1)]
    plain = [OSA.distance(one, other) for one, other in pairs]
    names = name_vocabulary(pl.concat(columns))
    ends = (names["value"].search_sorted(column).to_numpy() for column in columns)
    assert are_one_slip_apart(ValuePairs(describe_names(names), *ends)).tolist() == [edits == 1 for edits in plain]
    assert distances(*columns, 2).tolist() == [min(edits, 3) for edits in plain]


def test_no_texts_have_no_slips() -> None:
    nothing = pl.Series([], dtype=pl.String)
    assert distances(nothing, nothing, 2).size == 0


def days_since_1970(dates: list[date]) -> np.ndarray:
    return pl.Series(dates, dtype=pl.Date).to_physical().to_numpy()


def plain_lunar(one: date, other: date) -> bool:
    """Whether the earlier date read as a lunar one is the later, by the calendar's own words."""
    early, late = sorted((one, other))
    if not LUNAR_GAP[0] <= (late - early).days <= LUNAR_GAP[1]:
        return False
    for leap in (False, True):
        try:
            if LunarDate(early.year, early.month, early.day, leap).to_solar_date() == late:
                return True
        except (ValueError, AttributeError, OverflowError):
            continue
    return False


dates = st.dates(date(1895, 1, 1), date(2105, 12, 31))


@SAME_EVERY_TIME
@given(days=st.lists(st.tuples(dates, st.integers(-60, 60)), min_size=1, max_size=40))
def test_lunar_dates_are_those_of_the_calendar(days: list[tuple[date, int]]) -> None:
    pairs = [(day, day + timedelta(gap)) for day, gap in days]
    columns = [days_since_1970([pair[side] for pair in pairs]) for side in (0, 1)]
    assert are_lunar_and_solar(*columns).tolist() == [plain_lunar(*pair) for pair in pairs]


@SAME_EVERY_TIME
@given(day=st.dates(date(1901, 1, 1), date(2098, 12, 31)))
def test_the_solar_day_of_every_lunar_date_is_found(day: date) -> None:
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    try:
        written = date(lunar.year, lunar.month, lunar.day)
    except ValueError:  # 30 February of the lunar calendar is no date that anybody writes as a solar one
        return
    assert are_lunar_and_solar(days_since_1970([written]), days_since_1970([day])).tolist() == [
        LUNAR_GAP[0] <= (day - written).days
    ]
