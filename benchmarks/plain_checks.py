"""The expectations of a suite as plain SQL: what Great Expectations is measured beside, and must agree with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from expectations.checks import Check

#: A count of rows that do not hold, and their keys.
Counted = tuple[int, tuple[str, ...]]


def _literal(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return f"date '{value}'" if isinstance(value, date) else "'" + str(value).replace("'", "''") + "'"


def _within(figure: str, arguments: dict[str, Any]) -> str:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    sides = [f"{figure} >= {_literal(low)}"] * (low is not None) + [f"{figure} <= {_literal(high)}"] * (
        high is not None
    )
    return " and ".join(sides)


def _in_set(arguments: dict[str, Any]) -> str:
    return f"{arguments['column']} in ({', '.join(map(_literal, arguments['value_set']))})"


#: Expectation -> a condition that a row fulfils, or null where it says nothing.
CONDITIONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "ExpectColumnValuesToNotBeNull": lambda a: f"{a['column']} is not null",
    "ExpectColumnValuesToBeBetween": lambda a: _within(a["column"], a),
    "ExpectColumnValuesToBeInSet": _in_set,
    "ExpectColumnValuesToNotBeInSet": lambda a: f"not {_in_set(a)}",
    "ExpectColumnValuesToMatchRegex": lambda a: f"regexp_matches({a['column']}, {_literal(a['regex'])})",
    "ExpectColumnValuesToBeUnique": lambda a: f"count(*) over (partition by {a['column']}) = 1",
    "ExpectColumnPairValuesAToBeGreaterThanB": lambda a: f"{a['column_A']} >= {a['column_B']}",
}


def plain_query(table: str, checks: list[Check]) -> str:
    """One row: per check on rows the count and keys of those that do not hold; a median as such."""
    conditions, told = [], []
    for number, check in enumerate(checks):
        arguments = dict(check.arguments)
        if check.expectation == "ExpectColumnMedianToBeBetween":
            told.append(f"median({arguments['column']}) as m{number}")
        else:
            conditions.append(f"({CONDITIONS[check.expectation](arguments)}) as c{number}")
            told.append(f"count(*) filter (where not c{number}) as n{number}")
            told.append(f"list(row_id order by row_id) filter (where not c{number}) as k{number}")
    return f"select {', '.join(told)} from (select *, {', '.join(conditions)} from {table})"


def plain_results(row: dict[str, Any], checks: list[Check]) -> list[Counted | None]:
    """Per check what does not hold, from the row of `plain_query`; None for a median."""
    return [
        (row[f"n{number}"], tuple(row[f"k{number}"] or ())) if f"n{number}" in row else None
        for number in range(len(checks))
    ]
