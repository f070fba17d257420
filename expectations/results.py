"""What came of an expectation: counts and row keys, never values of a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from expectations.checks import Check
from pipelines.contracts import get_feed

#: One row per delivered row and expectation that it does not meet; what grades follow from.
ROW_DOUBT = dict.fromkeys(("row_id", "feed", "name", "dimension", "title"), pl.String)

#: So many row keys stand in the published result; all of them bear on the grades.
SHOWN_KEYS = 50
#: A median of fewer rows would be the figure of a person.
FEWEST_FOR_FIGURES = 20

NOT_MET, NO_ROW, RAISED, NO_DELIVERY = "not_met", "no_row", "raised", "no_delivery"
#: What is counted in a table of a grain.
GRAINS = {"row": "行", "town": "个乡镇", "feed": "项", "figure": "项指标"}
REASONS = {
    NOT_MET: "未达到要求",
    NO_ROW: "没有一行可供评估，不能视为合格",
    RAISED: "检查本身未能完成，不能视为合格",
    NO_DELIVERY: "没有报送或没有可用的行，未评估",
}


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one expectation.

    `required` and `observed` are the share of rows that should and did hold, or the figure of a distribution (null
    where it has none, or where too few rows would give one away); `keys` are the rows, or towns, that it did not hold
    for.
    """

    feed: str
    name: str
    title: str
    dimension: str
    severity: str
    grain: str
    passed: bool
    reason: str | None
    rows_evaluated: int
    rows_unexpected: int
    required: float | None = None
    observed: float | None = None
    keys: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """The delivery is left out for what it says, never for what could not be judged."""
        return self.reason == NOT_MET and self.severity == "hold"

    @property
    def message(self) -> str:
        """One sentence with the counts; empty for what passed."""
        if self.reason is None:
            return ""
        unit = GRAINS[self.grain]
        counts = (
            f"：评估{self.rows_evaluated}{unit}，不符{self.rows_unexpected}{unit}" if self.reason == NOT_MET else ""
        )
        return f"{self.title}：{REASONS[self.reason]}{counts}"


def not_evaluated(feed: str, checks: Iterable[Check]) -> list[CheckResult]:
    """Results of expectations on a feed without any row: failed, for want of a delivery; each a warning, since the
    feed's state tells the rest."""
    return [
        CheckResult(feed, check.name, check.title, check.dimension, "warn", check.grain, False, NO_DELIVERY, 0, 0)
        for check in checks
    ]


def as_json(result: CheckResult) -> dict[str, Any]:
    """The published form: at most SHOWN_KEYS row keys."""
    return {**asdict(result), "keys": list(result.keys[:SHOWN_KEYS]), "message": result.message}


def row_doubts(results: Iterable[CheckResult], checks: Iterable[Check]) -> pl.DataFrame:
    """The rows that a feed's expectations speak against, whether or not few enough of them do (ROW_DOUBT)."""
    told = {check.name: check for check in checks if check.grain == "row" and check.speaks_of_rows}
    rows = [
        (key, result.feed, result.name, result.dimension, _doubt(result.feed, told[result.name]))
        for result in results
        if result.name in told and result.dimension != "freshness"
        for key in result.keys
    ]
    return pl.DataFrame(rows, schema=ROW_DOUBT, orient="row").sort("row_id", "name")


def _doubt(feed: str, check: Check) -> str:
    """What is said of one row that does not meet the expectation."""
    if check.doubt:
        return check.doubt
    if check.expectation == "ExpectColumnValuesToNotBeNull" and check.column:
        return f"“{get_feed(feed).by_name[check.column].header}”为空或无法识别"
    return f"不符合要求：{check.title}"
