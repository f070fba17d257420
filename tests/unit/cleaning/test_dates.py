from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import read_dates, read_months


def one(reader, text: str | None) -> tuple:
    return reader(pl.Series([text], dtype=pl.String)).row(0)


def spoken(number: int) -> str:
    units = "〇一二三四五六七八九"
    tens = {0: "", 1: "十"}.get(number // 10, units[number // 10] + "十")
    return tens + (units[number % 10] if number % 10 else "")


@given(st.dates(date(1936, 1, 1), date(2035, 12, 31)).filter(lambda d: d != date(1970, 1, 1)))
def test_date_is_read_in_every_form(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    forms = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{spoken(day.month)}月{spoken(day.day)}日",
        f"{day} 00:00:00",
        f"{day}T08:30:00",
        str((day - date(1899, 12, 30)).days),
        f"民国{day.year - 1911}年{day.month}月{day.day}日",
        f"{day:%y}.{day.month}.{day.day}",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"公元{day.year}年{day.month}月{day.day}日生",
        f"{day.year}—{day.month}—{day.day}",
        f"{day:%Y%m%d}083000",
    ]
    assert [one(read_dates, form) for form in forms] == [(day, None)] * len(forms)
    assert one(read_months, forms[4]) == (f"{day:%Y-%m}", None)


@given(st.dates(date(1936, 1, 1), date(2035, 12, 31)).filter(lambda d: (d.year, d.month) != (1970, 1)))
def test_month_is_read_in_every_form(day: date) -> None:
    forms = [
        f"{day:%Y-%m}",
        f"{day:%Y%m}",
        f"{day.year}年{day.month}月",
        f"{day.year}.{day.month}",
        f"{day:%Y/%m}",
        f"{day.year}年{day.month}月份",
    ]
    assert [one(read_months, form) for form in forms] == [(f"{day:%Y-%m}", None)] * len(forms)
    assert one(read_dates, forms[0]) == (None, "month_only")


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    for reader in (read_dates, read_months):
        value, problem = one(reader, text)
        assert value is None or problem is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2024-02-30", "impossible_date"),
        ("20241301", "impossible_date"),
        ("9999-12-31", "default_date"),
        ("长期", "default_date"),
        ("1900-01-00", "default_date"),
        ("1900-01-01", "default_date"),
        ("1970-01-01", "default_date"),
        ("02/03/2024", "ambiguous"),
        ("农历1962年八月十五", "lunar_calendar"),
        ("1962年闰八月初一", "lunar_calendar"),
        ("1962", "incomplete"),
        ("不详", "placeholder"),
        ("昨天", "unreadable"),
        ("", None),
        (None, None),
    ],
)
def test_date_that_cannot_be_used(text: str | None, problem: str | None) -> None:
    assert one(read_dates, text) == (None, problem)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-09T18:00:00Z", date(2024, 2, 10)),
        ("2024-02-09 10:00:00+08:00", date(2024, 2, 9)),
        ("25/03/2024", date(2024, 3, 25)),
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("45331.5", date(2024, 2, 9)),
        ("24年2月9日", date(2024, 2, 9)),
        ("2024、2、9", date(2024, 2, 9)),
        ("2024_2_9", date(2024, 2, 9)),
        ("2024。2。9", date(2024, 2, 9)),
        ("2024,2,9", date(2024, 2, 9)),
        ("2024..2.9.", date(2024, 2, 9)),
        ("9-Feb-24", date(2024, 2, 9)),
    ],
)
def test_rarer_forms(text: str, day: date) -> None:
    assert one(read_dates, text) == (day, None)


def test_serial_numbers_agree_with_a_spreadsheet() -> None:
    assert one(read_dates, "36526")[0] == date(2000, 1, 1)
    assert one(read_dates, "36527")[0] == date(2000, 1, 1) + timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "Feb-24", "2024年度2月", "2024年（2月）", "202402期", "2024.02-2024.02", "2024年2月-2024年2月", "2024年2月发放",
        "2024年2月份补贴", "'2024-02", "2024年2月起", "自2024年2月", "2024.02起", "2024年第2月", "2024年2月至今",
    ],
)  # fmt: skip
def test_rarer_forms_of_a_month(text: str) -> None:
    assert one(read_months, text) == ("2024-02", None)


@pytest.mark.parametrize("text", ["2024.01-2024.02", "2024年1月-2024年2月", "第2期", "2月发放", "2024年度"])
def test_what_is_no_single_month_stays_unread(text: str) -> None:
    assert one(read_months, text)[0] is None
