"""Runs expectations on a table and returns plain results: counts and row keys, never values.

The only module that imports great_expectations, and it does so late: the import takes seconds. Its pandas engine is the
one used (docs/benchmarks.md says why); the frames hold no more than the columns that are asked about.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.checks import Check
from expectations.results import FEWEST_FOR_FIGURES, NO_ROW, NOT_MET, RAISED, CheckResult

if TYPE_CHECKING:
    import pandas as pd

#: Values stay inside the library: only keys of rows come back.
RESULT_FORMAT = {
    "result_format": "COMPLETE", "unexpected_index_column_names": ["row_id"], "exclude_unexpected_values": True,
}  # fmt: skip


@cache
def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by the library when it is imported
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def evaluate(feed: str, checks: Sequence[Check], frames: Mapping[str, pd.DataFrame]) -> list[CheckResult]:
    """Every check on the frame of its grain ('row', 'town'), each with the column `row_id`; in the order of `checks`.

    A check that raised, and a check that evaluated no row, have failed: neither says that the data is good.
    """
    results = [_run(feed, grain, checks, frame) for grain, frame in frames.items()]
    found = {number: result for part in results for number, result in part.items()}
    if set(found) != set(range(len(checks))):
        raise RuntimeError(f"suite {feed}: {len(checks)} expectations were stated, {len(found)} were evaluated")
    return [found[number] for number in range(len(checks))]


def _run(feed: str, grain: str, checks: Sequence[Check], frame: pd.DataFrame) -> dict[int, CheckResult]:
    context = _context()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=f"{feed}_{grain}")
    for number, check in enumerate(checks):
        if check.grain == grain:
            expectation = getattr(gx.expectations, check.expectation)
            arguments = {name: _as_pandas_knows_it(value) for name, value in check.arguments.items()}
            suite.add_expectation(expectation(**arguments, meta={"number": number}))
    if not suite.expectations:
        return {}
    batch = context.data_sources.pandas_default.read_dataframe(frame)
    validation = batch.validate(suite, result_format=RESULT_FORMAT)
    numbered = ((item.expectation_config.meta["number"], item) for item in validation.results)
    return {number: _result(feed, checks[number], item, frame) for number, item in numbered}


def _as_pandas_knows_it(value: Any) -> Any:
    import pandas as pd

    return pd.Timestamp(value) if isinstance(value, date) else value


def _result(feed: str, check: Check, item: Any, frame: pd.DataFrame) -> CheckResult:
    told = item.result or {}
    evaluated, unexpected = _evaluated(check, told, frame), int(told.get("unexpected_count", 0) or 0)
    reason = None
    if item.exception_info and _raised(item.exception_info):
        reason = RAISED
    elif evaluated == 0:
        reason = NO_ROW
    elif not item.success:
        reason = NOT_MET
    return CheckResult(
        feed, check.name, check.title, check.dimension, check.severity, check.grain, reason is None, reason, evaluated,
        unexpected, check.arguments.get("mostly"), _observed(told, evaluated, unexpected), _keys(told),
    )  # fmt: skip


def _evaluated(check: Check, told: Mapping[str, Any], frame: pd.DataFrame) -> int:
    """Rows that had something to judge: all of them where absence is judged, else those with a value."""
    if check.expectation == "ExpectColumnValuesToNotBeNull" or check.column is None:
        return len(frame)
    if "element_count" in told:
        return int(told["element_count"]) - int(told.get("missing_count", 0) or 0)
    return int(frame[check.column].notna().sum()) if check.column in frame.columns else 0


def _observed(told: Mapping[str, Any], evaluated: int, unexpected: int) -> float | None:
    """The share that held, or the figure of a distribution, which is kept to enough rows."""
    if "unexpected_count" in told:
        return round(1 - unexpected / evaluated, 4) if evaluated else None
    figure = told.get("observed_value")
    if not isinstance(figure, (int, float)) or evaluated < FEWEST_FOR_FIGURES or not math.isfinite(figure):
        return None
    return round(float(figure), 4)


def _keys(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(key) for group in told.get("unexpected_index_list") or () for key in group["row_id"])


def _raised(info: Mapping[str, Any]) -> bool:
    """exception_info is one record, or a record per metric: either may say that something raised."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(bool(metric.get("raised_exception")) for metric in info.values() if isinstance(metric, dict))
