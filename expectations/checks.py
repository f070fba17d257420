"""How a suite states an expectation: plain data, so that a suite reads like a list and imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

#: block stops the release; hold leaves the delivery out in favour of the last good one; warn is told.
Severity = Literal["block", "hold", "warn"]

#: What one row of the judged table is: a delivered row, a town with the shares of its rows, the feed as a whole,
#: or a figure that is compared with earlier deliveries.
Grain = Literal["row", "town", "feed", "figure"]

#: The aspects of quality, in the order in which people read them (after GB/T 36344-2018, 数据质量评价指标).
DIMENSIONS = {
    "uniqueness": "唯一性",
    "identity": "号码质量",
    "completeness": "完整性",
    "validity": "规范性",
    "plausibility": "合理性",
    "consistency": "表内一致",
    "agreement": "跨源互证",
    "drift": "稳定性",
    "freshness": "时效性",
}


@dataclass(frozen=True)
class Check:
    """One expectation on one table.

    `name` is unique within its suite and the same from delivery to delivery; `title` is the Chinese sentence that a
    data engineer reads; `expectation` is the name of a Great Expectations class and `arguments` go to it as they are.
    `doubt` is what is said of a row that does not meet it, where the title says nothing of a single row; where
    `speaks_of_rows` is false, no row is blamed for it.
    """

    name: str
    title: str
    dimension: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: Severity = "warn"
    grain: Grain = "row"
    doubt: str | None = None
    speaks_of_rows: bool = True

    @property
    def column(self) -> str | None:
        """The column of the judged table that is looked at; None where the table as a whole is."""
        column: str | None = self.arguments.get("column") or self.arguments.get("column_A")
        return column


@dataclass(frozen=True)
class Suite:
    """What is expected of one feed.

    `facts` are SQL expressions over one accepted row, called `item`, whose answer is judged beside the row's own
    columns: true, false, or null where the row says nothing about it. `by_town` are the columns whose filled share is
    judged town by town. `checks` states the expectations for a business date.
    """

    feed: str
    checks: Callable[[date], list[Check]]
    facts: Mapping[str, str] = field(default_factory=dict)
    by_town: tuple[str, ...] = ()


def is_unique(column: str, title: str, severity: Severity = "warn") -> Check:
    arguments = {"column": column}
    return Check(f"{column}_unique", title, "uniqueness", "ExpectColumnValuesToBeUnique", arguments, severity)


def is_filled(column: str, title: str, share: float = 0.98) -> Check:
    arguments = {"column": column, "mostly": share}
    return Check(f"{column}_filled", title, "completeness", "ExpectColumnValuesToNotBeNull", arguments)


def is_known_code(column: str, title: str, share: float = 0.98) -> Check:
    """A code that is empty after staging was unknown or blank as delivered."""
    arguments = {"column": column, "mostly": share}
    return Check(f"{column}_known", title, "validity", "ExpectColumnValuesToNotBeNull", arguments)


def matches(column: str, pattern: str, title: str, share: float) -> Check:
    arguments = {"column": column, "regex": pattern, "mostly": share}
    return Check(f"{column}_form", title, "validity", "ExpectColumnValuesToMatchRegex", arguments)


def lies_between(
    column: str, low: float | date | None, high: float | date | None, title: str, share: float, name: str = "in_range"
) -> Check:
    arguments = {"column": column, "min_value": low, "max_value": high, "mostly": share}
    return Check(f"{column}_{name}", title, "plausibility", "ExpectColumnValuesToBeBetween", arguments)


def median_lies_between(column: str, low: float, high: float, title: str) -> Check:
    """A median far away is a mistaken unit or column: what rests on it would be wrong throughout, so it is held."""
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Check(f"{column}_median", title, "plausibility", "ExpectColumnMedianToBeBetween", arguments, "hold")


def holds(fact: str, title: str, share: float, dimension: str = "consistency") -> Check:
    """A fact of the suite is true of so many of the rows that it can be told of."""
    arguments = {"column": fact, "value_set": [True], "mostly": share}
    return Check(fact, title, dimension, "ExpectColumnValuesToBeInSet", arguments)


def is_not_before(later: str, earlier: str, title: str, share: float) -> Check:
    """Of two dates of a row, where both are given, `later` is the same or the later one."""
    arguments = {
        "column_A": later, "column_B": earlier, "or_equal": True, "ignore_row_if": "either_value_is_missing",
        "mostly": share,
    }  # fmt: skip
    name = f"{later}_not_before_{earlier}"
    return Check(name, title, "consistency", "ExpectColumnPairValuesAToBeGreaterThanB", arguments)


def is_recent(column: str, since: date, title: str, share: float) -> Check:
    arguments = {"column": column, "min_value": since, "max_value": None, "mostly": share}
    return Check(f"{column}_recent", title, "freshness", "ExpectColumnValuesToBeBetween", arguments)
