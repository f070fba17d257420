"""The cleaning room as SQL functions: every kind answers, and none raises."""

from __future__ import annotations

import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

FILE = Path(__file__).resolve().parents[2] / "dbt_project" / "functions" / "cleaning_functions.py"
spec = importlib.util.spec_from_file_location("cleaning_functions", FILE)
functions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(functions)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    functions.register(connection)
    return connection


@pytest.mark.parametrize("name", functions.READERS)
def test_function_answers_for_nulls_and_nonsense_of_more_than_one_vector(connection, name) -> None:
    sql = (
        f"select count(*), count({name}(case when i % 3 = 0 then null when i % 3 = 1 then '见附件' else '' end).value)"
    )
    rows, _ = connection.sql(f"{sql} from range(5000) as t (i)").fetchall()[0]
    assert rows == 5000


def test_values_keep_their_type_in_sql(connection) -> None:
    calls = (
        "clean_date('2024年2月9日').value, clean_amount('￥1,200元').value, clean_code('农村低保', 'programme').value"
    )
    assert connection.sql(f"select {calls}").fetchall()[0] == (date(2024, 2, 9), Decimal("1200.00"), "dibao")
    assert connection.sql("select clean_code('农村低保', 'no_such_list').problem").fetchall()[0] == ("unknown_code",)
    assert connection.sql("select mask_number('6217000000000000018'), mask_number(null)").fetchall()[0] == (
        "621" + "*" * 14 + "18",
        None,
    )


def test_places_of_one_key_in_sql(connection) -> None:
    places = "['东风村', '东风村委会', '东风社区', null]"
    keys = connection.sql(f"select place_key(place) from (select unnest({places}) as place)").fetchall()
    assert keys == [("东风",), ("东风",), ("东风",), (None,)]


def test_reader_that_fails_leaves_only_the_guilty_text_unread() -> None:
    def reader(texts: pl.Series) -> pl.DataFrame:
        if "b" in texts.to_list():
            raise ValueError("b")
        return pl.DataFrame({"value": texts, "problem": pl.Series([None] * len(texts), dtype=pl.String)})

    frame = functions._read_safely(reader, pl.Series(["a", "b", "c"]), "problem")
    assert frame.rows() == [("a", None), (None, "reader_failed"), ("c", None)]
