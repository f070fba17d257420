"""How a suite states an expectation: plain data, so that a suite reads like a list and imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Severity = Literal["block", "warn"]


@dataclass(frozen=True)
class Check:
    """One expectation on one table.

    `expectation` is the name of a Great Expectations class, `arguments` go to it as they are; `title` is the Chinese
    sentence a data engineer reads; `severity` says whether a failure stops the release.
    """

    expectation: str
    title: str
    severity: Severity = "warn"
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        column = self.arguments.get("column") or self.arguments.get("column_A") or "table"
        return f"{column}: {self.expectation}"


def row_ids_are_unique() -> Check:
    return Check("ExpectColumnValuesToBeUnique", "每一行只出现一次", "block", {"column": "row_id"})


def identity_is_usable(share: float, severity: Severity = "block") -> Check:
    """Most rows carry a usable ID number: fewer means a swapped column or a file saved as numbers by Excel."""
    title = f"至少 {share:.0%} 的行有可用的身份证号(过低多因列错位或号码被Excel改成数值)"
    return Check("ExpectColumnValuesToNotBeNull", title, severity, {"column": "id_number", "mostly": share})


def is_filled(column: str, title: str, share: float = 0.98) -> Check:
    return Check("ExpectColumnValuesToNotBeNull", title, "warn", {"column": column, "mostly": share})


def is_known_code(column: str, title: str, share: float = 0.98) -> Check:
    """A code that is empty after staging was unknown or blank as delivered."""
    return is_filled(column, title, share)


def lies_between(column: str, low: float | date | None, high: float | date | None, title: str, share: float) -> Check:
    arguments = {"column": column, "min_value": low, "max_value": high, "mostly": share}
    return Check("ExpectColumnValuesToBeBetween", title, "warn", arguments)


def median_lies_between(column: str, low: float, high: float, title: str) -> Check:
    return Check(
        "ExpectColumnMedianToBeBetween", title, "warn", {"column": column, "min_value": low, "max_value": high}
    )


def matches(column: str, pattern: str, title: str, share: float) -> Check:
    return Check("ExpectColumnValuesToMatchRegex", title, "warn", {"column": column, "regex": pattern, "mostly": share})
