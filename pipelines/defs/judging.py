"""A feed's expectations on its staged rows: the queries are run here, the judging is Great Expectations'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from expectations.checks import Check
from expectations.results import CheckResult, not_evaluated
from expectations.suites import SUITES
from expectations.tables import row_query, town_query

if TYPE_CHECKING:
    import pandas as pd


def judged(
    connection: duckdb.DuckDBPyConnection,
    feed: str,
    checks: Sequence[Check],
    as_of: date,
    given: Mapping[str, pd.DataFrame] | None = None,
) -> list[CheckResult]:
    """Results of the checks, in their order. `connection` knows the feed's staging table and what `preparation` (or
    `nothing_known`) made; `given` are tables of grains that no query makes.

    Without any accepted row nothing is evaluated: a warning, not a pass, not a reason to stop.
    """
    from expectations.runner import evaluate

    suite, grains = SUITES[feed], {check.grain for check in checks}
    rows = connection.sql(row_query(suite, as_of, checks)).df()
    if rows.empty:
        return not_evaluated(feed, checks)
    frames = {"row": rows, **(given or {})}
    if "town" in grains and (query := town_query(suite)):
        frames["town"] = connection.sql(query).df()
    return evaluate(feed, checks, {grain: frame for grain, frame in frames.items() if grain in grains})
