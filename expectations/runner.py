"""Runs a suite on one table and returns plain results: counts and row keys, never values.

The only module that imports great_expectations, and it does so late: the import takes seconds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.checks import Check, Severity
from expectations.suites import SUITES

if TYPE_CHECKING:
    import pandas as pd

MAX_ROW_KEYS = 50


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one expectation. `row_ids` are at most 50 keys of rows that it did not hold for."""

    feed: str
    name: str
    title: str
    severity: Severity
    passed: bool
    rows_evaluated: int
    rows_unexpected: int
    reason: str | None
    row_ids: tuple[str, ...] = ()


@cache
def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by the library when it is imported
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def run_suite(feed: str, frame: pd.DataFrame, as_of: date) -> list[CheckResult]:
    """Every check of the feed's suite on the frame (one row per delivered row, with `row_id`).

    A check that raised, and a check that evaluated no row, have failed: neither says that the data is good.
    """
    context = _context()
    import great_expectations as gx

    checks = SUITES[feed](as_of)
    suite = gx.ExpectationSuite(name=feed)
    for number, check in enumerate(checks):
        expectation = getattr(gx.expectations, check.expectation)
        suite.add_expectation(expectation(**check.arguments, meta={"number": number}))
    batch = context.data_sources.pandas_default.read_dataframe(frame)
    options = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row_id"]}
    validation = batch.validate(suite, result_format=options)
    results = [_result(feed, checks, item, len(frame)) for item in validation.results]
    if len(results) != len(checks):
        raise RuntimeError(f"suite {feed}: {len(checks)} expectations were stated, {len(results)} were evaluated")
    return results


def _result(feed: str, checks: list[Check], item: Any, rows: int) -> CheckResult:
    check = checks[item.expectation_config.meta["number"]]
    result = item.result or {}
    evaluated = int(result.get("element_count", rows)) - int(result.get("missing_count", 0) or 0)
    if check.expectation == "ExpectColumnValuesToNotBeNull":
        evaluated = int(result.get("element_count", rows))
    keys = tuple(str(key["row_id"]) for key in (result.get("unexpected_index_list") or [])[:MAX_ROW_KEYS])
    reason = None
    if item.exception_info and _raised(item.exception_info):
        reason = "the expectation could not be evaluated"
    elif evaluated == 0:
        reason = "no row was evaluated"
    elif not item.success:
        reason = "fewer rows hold than the suite expects"
    return CheckResult(
        feed, check.name, check.title, check.severity, reason is None, evaluated,
        int(result.get("unexpected_count", 0) or 0), reason, keys,
    )  # fmt: skip


def _raised(info: dict[str, Any]) -> bool:
    """exception_info is one record, or a record per metric: either may say that something raised."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(bool(metric.get("raised_exception")) for metric in info.values() if isinstance(metric, dict))
