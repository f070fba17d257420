"""What a database writes for a blank is a blank, in whatever column; what a clerk writes for one is a placeholder."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines import cleaning
from pipelines.cleaning import read_amounts, read_codes, read_dates, read_declared_amounts, read_declared_counts

NULLS = ("NULL", "null", "(null)", "\\N", "<NULL>", "NaN", "None", "'NULL'")
READERS = [
    cleaning.read_names, cleaning.read_texts, cleaning.read_phones, cleaning.read_accounts, cleaning.read_places,
    cleaning.read_amounts, cleaning.read_dates, cleaning.read_months, cleaning.read_identifiers, cleaning.read_counts,
    cleaning.read_certificates, cleaning.read_groups, cleaning.read_numbers,
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_a_databases_null_is_a_blank(reader) -> None:
    assert reader(pl.Series(NULLS)).rows() == [(None, None)] * len(NULLS)


def test_a_databases_null_is_no_id_number_and_no_code() -> None:
    assert cleaning.read_id_numbers(pl.Series(NULLS))["status"].to_list() == ["missing"] * len(NULLS)
    assert read_codes(pl.Series(NULLS), {"是": "是"}).rows() == [(None, None)] * len(NULLS)


def test_what_a_clerk_writes_is_still_a_placeholder() -> None:
    assert cleaning.read_names(pl.Series(["无", "/"]))["problem"].to_list() == ["placeholder"] * 2
    assert cleaning.read_names(pl.Series(["努尔兰"])).rows() == [("努尔兰", None)]


@pytest.mark.parametrize("text", ["无", "没有", "无收入"])
def test_none_of_it_is_zero_in_a_declaration_and_nothing_elsewhere(text: str) -> None:
    assert read_declared_amounts(pl.Series([text])).rows() == [(0, None)]
    assert read_declared_counts(pl.Series([text])).rows() == [(0, None)]
    assert read_amounts(pl.Series([text]))["value"].to_list() == [None]


def test_hundredths_of_a_yuan() -> None:
    read = read_amounts(pl.Series(["520000分", "1分", "12.5分"]))
    assert [str(value) if value is not None else None for value in read["value"]] == ["5200.00", "0.01", None]


def test_a_day_as_a_database_set_to_chinese_writes_it() -> None:
    read = read_dates(pl.Series(["12-10月-13", "12-10月 -13", "01-1月-2024", "32-1月-24"]))
    assert [str(day) if day else None for day in read["value"]] == ["2013-10-12", "2013-10-12", "2024-01-01", None]
