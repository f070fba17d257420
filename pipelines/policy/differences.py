"""What the policy says on one day and not on another: rows of the tables, and standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.policy.tables import DATED, PolicyRow, PolicyTable


@dataclass(frozen=True)
class Difference:
    """One cell of policy that differs, in the words of people; None: there is no row on that side.

    `begins` is the day (for a standard, the month) from which the later side holds, `source` where it comes from and
    `status` whether the bureau has confirmed it.
    """

    table: str
    item: str
    content: str
    before: str | None
    after: str | None
    begins: str | None
    source: str | None
    status: str | None


def differences(
    before: Mapping[str, PolicyTable], on: date, after: Mapping[str, PolicyTable], later: date
) -> list[Difference]:
    """Rows in force on `on` in `before` against those in force on `later` in `after`, cell by cell. A row that was only
    renewed with the same content (a doubt about its status included) is named once, with its source."""
    return [
        difference
        for name, table in after.items()
        for key in dict.fromkeys((*before[name].by_key(), *table.by_key()))
        for difference in _of_key(before[name], table, key, on, later)
    ]


def _of_key(before: PolicyTable, after: PolicyTable, key: tuple[str, ...], on: date, later: date) -> list[Difference]:
    old, new = _in_force(before, key, on), _in_force(after, key, later)
    if old == new or (old is None and new is None):
        return []
    label = after.label(key) if key in after.by_key() else before.label(key)
    about = _about(after, new)
    if old is None or new is None:
        return [
            Difference(after.title, label, "全部", None if old is None else "有效", "有效" if new else None, *about)
        ]
    changed = [name for name in after.columns if name not in DATED and old.values[name] != new.values[name]]
    if changed:
        return [
            Difference(
                after.title, label, after.columns[name].header, before.word(name, old.values[name]),
                after.word(name, new.values[name]), *about,
            )
            for name in changed
        ]  # fmt: skip
    if (old.values["source"], old.values["status"]) == (new.values["source"], new.values["status"]):
        return []
    return [Difference(after.title, label, "依据", old.values["source"], new.values["source"], *about)]


def _about(table: PolicyTable, row: PolicyRow | None) -> tuple[str | None, str | None, str | None]:
    if row is None:
        return None, None, None
    return row.begins.isoformat(), row.values["source"], table.word("status", row.values["status"])


def _in_force(table: PolicyTable, key: tuple[str, ...], on: date) -> PolicyRow | None:
    return next((row for row in table.by_key().get(key, ()) if row.is_in_force(on)), None)


def standard_differences(before: pl.DataFrame, after: pl.DataFrame, titles: Mapping[str, str]) -> list[Difference]:
    """Standards in force on either side; frames of `programme, area_type, standard, effective_from, is_ambiguous`."""
    sides = [
        {(row["programme"], row["area_type"]): row for row in frame.iter_rows(named=True)} for frame in (before, after)
    ]
    found = []
    for programme, area in sorted({*sides[0], *sides[1]}):
        old, new = (side.get((programme, area)) for side in sides)
        if _yuan(old) != _yuan(new):
            item = f"{titles.get(programme, programme)} {area}"
            begins = new["effective_from"] if new else None
            found.append(Difference("救助标准", item, "月标准（元）", _yuan(old), _yuan(new), begins, None, None))
    return found


def _yuan(row: dict[str, Any] | None) -> str | None:
    if row is None:
        return None
    return f"{row['standard']:f}".rstrip("0").rstrip(".") + ("（同月有两个数）" if row["is_ambiguous"] else "")
