"""Staged feeds in memory: what the tests of suites judge."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb
import pandas as pd

from expectations.results import CheckResult
from expectations.suites import SUITES
from expectations.tables import checks_of, preparation
from pipelines.cleaning.id_numbers import check_digit
from pipelines.contracts import all_feeds
from pipelines.defs.judging import judged
from pipelines.defs.restaging import stage, staging_connection
from tests.dbt_factory import PROJECT, raw_frame

AS_OF = date(2026, 10, 31)
Rows = list[dict[str, str]]


def id_number(nth: int, birth: str = "19800101", woman: bool = False) -> str:
    """The nth 18-character number of a birth date, in the area 340590, which no county has."""
    first17 = f"340590{birth}{nth:02d}{2 if woman else 1}"
    return first17 + check_digit(first17)


@cache
def _empty() -> duckdb.DuckDBPyConnection:
    connection = staging_connection(PROJECT)
    for feed in all_feeds().values():
        stage(connection, PROJECT, feed, raw_frame(feed, []))
    return connection


def staged(rows: dict[str, Rows]) -> duckdb.DuckDBPyConnection:
    """A database with the staging table of every feed, and what suites prepare; rows by canonical column. It is the
    same one for every call."""
    connection = _empty()
    for feed in all_feeds().values():
        if feed.name in rows:
            stage(connection, PROJECT, feed, raw_frame(feed, rows[feed.name]))
        else:
            connection.execute(f"delete from staging.{feed.staging_model}")
    for statement in preparation():
        connection.execute(statement)
    return connection


def results_of(feed: str, rows: dict[str, Rows], *only: str) -> dict[str, CheckResult]:
    """Expectations of the feed's suite on the rows, by name: all of them, or those that are named."""
    fresh = pd.DataFrame({"row_id": [feed], "age_ratio": [0.5], "is_newest": [True]})
    checks = [check for check in checks_of(SUITES[feed], AS_OF) if not only or check.name in only]
    return {result.name: result for result in judged(staged(rows), feed, checks, AS_OF, {"feed": fresh})}
