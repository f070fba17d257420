"""Which column of a delivered sheet is which column of the contract, at a row: a sheet may hold several tables."""

from __future__ import annotations

from typing import Any

#: One sheet in the column `column_mapping` of delivery_receipt, or one of its further tables.
Table = dict[str, Any]


def tables_of(found: Table) -> list[Table]:
    """The sheet's tables in the order in which they were read, each with `from_row` (1-based)."""
    return [{"from_row": 1, **found}, *found.get("further", ())]


def columns_at(found: Table, row: int) -> tuple[dict[str, str], dict[str, str]]:
    """(contract column -> delivered header, contract column -> letter) at a row (1-based). Of a wide table, whose rows
    are read once for each column of amounts, only what is the same for all of them."""
    tables = tables_of(found)
    start = max((table["from_row"] for table in tables if table["from_row"] <= row), default=1)
    here = [table for table in tables if table["from_row"] == start] or tables[:1]
    headers = [{column: header for header, column in table["columns"].items()} for table in here]
    letters = [table["letters"] for table in here]
    return _shared(headers), _shared(letters)


def _shared(maps: list[dict[str, str]]) -> dict[str, str]:
    return {name: value for name, value in maps[0].items() if all(other.get(name) == value for other in maps)}
