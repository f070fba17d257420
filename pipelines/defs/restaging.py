"""Staging in memory: raw rows of one feed typed by the very SQL of its dbt model, without dbt and without a file.

For deliveries that are in force no more or not yet, whose rows the warehouse of this run does not hold.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import polars as pl

from pipelines.contracts import Feed, get_feed
from pipelines.intake import FeedIntake, waiting_rows
from pipelines.storage.paths import DataFolder

#: What staging says of a row, as in int_row__delivered.
JUDGED_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("feed", "delivery", "file", "sheet"), pl.String),
    "row_number": pl.Int64,
    "disposition": pl.String,
    "problems": pl.List(pl.Struct(dict.fromkeys(("column_name", "delivered", "code"), pl.String))),
}
_SOURCE = re.compile(r"\{\{\s*source\('raw', '\w+'\)\s*\}\}")


def staging_connection(project: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that knows the cleaning functions and has an empty schema `staging`."""
    connection = duckdb.connect()
    _functions(project / "functions" / "cleaning_functions.py").register(connection)
    connection.execute("create schema staging")
    return connection


@cache
def _functions(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hedui_cleaning_functions", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stage(connection: duckdb.DuckDBPyConnection, project: Path, feed: Feed, raw: pl.DataFrame) -> None:
    """Makes the table `staging.<model>` of raw rows as intake writes them; replaces an earlier one."""
    model = project / "models" / "staging" / feed.department / f"{feed.staging_model}.sql"
    query = _SOURCE.sub("raw_rows", model.read_text(encoding="utf-8"))
    connection.register("raw_rows", raw.to_arrow())
    try:
        connection.execute(f"create or replace table staging.{feed.staging_model} as {query}")
    finally:
        connection.unregister("raw_rows")


def judge_waiting(project: Path, data: DataFolder, taken: Iterable[FeedIntake]) -> pl.DataFrame:
    """What staging would say of the rows of deliveries that wait for a person; JUDGED_SCHEMA."""
    waiting = [(known, rows) for known in taken if (rows := waiting_rows(known, data))]
    return pl.concat([pl.DataFrame(schema=JUDGED_SCHEMA), *(judge(project, known, rows) for known, rows in waiting)])


def judge(project: Path, taken: FeedIntake, deliveries: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What staging says of raw rows by delivery, each as if it were in force; JUDGED_SCHEMA.

    In an append feed the rows in force stand beside them, since a row that came before is a repeat.
    """
    feed = get_feed(taken.feed)
    columns = ", ".join(JUDGED_SCHEMA)
    found = [pl.DataFrame(schema=JUDGED_SCHEMA)]
    with staging_connection(project) as connection:
        for delivery, rows in deliveries.items():
            beside = taken.frame.filter(pl.lit(feed.is_append) & (pl.col("_delivery") != delivery))
            stage(connection, project, feed, pl.concat([beside, rows]))
            query = f"select {columns} from staging.{feed.staging_model} where delivery = ?"
            found.append(connection.sql(query, params=[delivery]).pl().cast(JUDGED_SCHEMA))
    return pl.concat(found)
