"""Staging in memory: raw rows of one feed typed by the very SQL of its dbt model, without dbt and without a file.

For deliveries that are in force no more, whose rows the warehouse of this run does not hold.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import duckdb
import polars as pl

from pipelines.contracts import Feed

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
