"""Lunar dates written as though they were solar: which pairs of dates may be one day in the two calendars."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl
from lunardate import LunarDate

#: Days by which a lunar date, written as though it were solar, lies before the solar date that it means.
LUNAR_GAP = (19, 55)
_NEVER = -(10**6)


def _solar_day(year: int, month: int, day: int, leap: bool) -> int:
    """Days since 1970 of a lunar date; _NEVER where the calendar has no such month or day, or does not reach so far."""
    try:
        solar: date = LunarDate(year, month, day, leap).to_solar_date()
    except (ValueError, AttributeError, OverflowError):
        return _NEVER
    return solar.toordinal() - date(1970, 1, 1).toordinal()


@cache
def _months(year: int) -> np.ndarray:
    """For month 0 to 12, plain and leap: the solar day of its first and of its thirtieth day."""
    days = np.full((13, 2, 2), _NEVER)
    for month in range(1, 13):
        for leap in (False, True):
            days[month, int(leap)] = [_solar_day(year, month, day, leap) for day in (1, 30)]
    return days


def are_lunar_and_solar(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether the earlier date of each pair, read as a lunar date (of a plain or a leap month), is the later one.

    Dates are days since 1970.
    """
    found = np.zeros(one.size, dtype=bool)
    gap = np.abs(one - other)
    rows = np.flatnonzero((gap >= LUNAR_GAP[0]) & (gap <= LUNAR_GAP[1]))
    if not rows.size:
        return found
    one, other = one[rows], other[rows]
    early = pl.Series(np.minimum(one, other)).cast(pl.Date)
    year, month, day = (
        part.to_numpy().astype(np.int64) for part in (early.dt.year(), early.dt.month(), early.dt.day())
    )
    years, nth = np.unique(year, return_inverse=True)
    calendar = np.stack([_months(int(each)) for each in years])
    for leap in (0, 1):
        first, thirtieth = calendar[nth, month, leap].T
        exists = (first != _NEVER) & ((day < 30) | ((day == 30) & (thirtieth != _NEVER)))
        found[rows] |= exists & (first + day - 1 == np.maximum(one, other))
    return found
