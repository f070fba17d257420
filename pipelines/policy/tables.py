"""The policy seeds as tables: rows with their line numbers, keys, periods, and the words people use for them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts import all_feeds

FROM, TO = "valid_from", "valid_to"

#: What every policy row carries beside its rule.
DATED = (FROM, TO, "source", "status")

#: How an empty cell is shown, and may be written.
EMPTY = "—"
YES_NO = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class PolicyColumn:
    """One column. `kind`: varchar, date, boolean, integer, bigint or decimal; `values` are those accepted, empty when
    any is; `words` are Chinese words for values."""

    name: str
    header: str
    kind: str = "varchar"
    values: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False


@dataclass(frozen=True)
class PolicyRow:
    """One row as it stands in the file; empty cells are ''. `line` is its line number there, 0 for a row on trial;
    `cells` how many cells it has."""

    line: int
    values: Mapping[str, str]
    cells: int

    @property
    def begins(self) -> date:
        return date.fromisoformat(self.values[FROM])

    @property
    def ends(self) -> date | None:
        """The last day on which it is in force; None while it is open."""
        return date.fromisoformat(self.values[TO]) if self.values[TO] else None

    def is_in_force(self, on: date) -> bool:
        return self.begins <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True)
class PolicyTable:
    """One seed of dated policy. `is_always_in_force`: on every business date each key has exactly one row in force;
    else the table is a list, and a key without a row is not on it."""

    name: str
    title: str
    key: tuple[str, ...]
    is_always_in_force: bool
    columns: Mapping[str, PolicyColumn]
    header: tuple[str, ...]
    rows: tuple[PolicyRow, ...]
    titles: Mapping[str, str]

    @property
    def file(self) -> str:
        return f"seeds/{self.name}.csv"

    def key_of(self, row: PolicyRow) -> tuple[str, ...]:
        return tuple(row.values.get(column, "") for column in self.key)

    def by_key(self) -> dict[tuple[str, ...], list[PolicyRow]]:
        """The rows of each key, oldest first, keys in the order of the file."""
        found: dict[tuple[str, ...], list[PolicyRow]] = {}
        for row in self.rows:
            found.setdefault(self.key_of(row), []).append(row)
        return {key: sorted(rows, key=lambda row: row.values[FROM]) for key, rows in found.items()}

    def required_keys(self) -> Iterator[tuple[str, ...]]:
        """Keys that must have a row: those that the yml lists, where the table has one key column that lists them."""
        column = self.columns[self.key[0]]
        if self.is_always_in_force and len(self.key) == 1:
            yield from ((value,) for value in column.values)

    def word(self, column: str, value: str) -> str:
        """A value as people say it; `—` for an empty cell."""
        if not value:
            return EMPTY
        return self._words(column).get(value) or self.titles.get(value) or value

    def value(self, column: str, word: str) -> str:
        """The value that a word stands for: the other way round; what is no known word is its own value."""
        if word in ("", EMPTY):
            return ""
        used = {*self.columns[column].values, *(row.values.get(column, "") for row in self.rows)}
        titled = {title: code for code, title in self.titles.items() if used & self.titles.keys()}
        spoken = {said: value for value, said in self._words(column).items()}
        return {**titled, **spoken}.get(word, word)

    def _words(self, column: str) -> Mapping[str, str]:
        return YES_NO if self.columns[column].kind == "boolean" else self.columns[column].words

    def label(self, key: tuple[str, ...]) -> str:
        """A key as people say it: `养老保险待遇发放 城乡居民养老`."""
        words = (self.word(column, value) for column, value in zip(self.key, key, strict=True) if value)
        own = next((row.values.get("title") for row in self.rows if self.key_of(row) == key), None)
        return own if own and len(self.key) == 1 else " ".join(words)

    def with_rows(self, rows: tuple[PolicyRow, ...]) -> PolicyTable:
        return replace(self, rows=rows)


def policy_tables(project: Path) -> dict[str, PolicyTable]:
    """The policy seeds of a dbt project, in the order of their yml files. Nothing is checked here (see checks)."""
    seeds = project / "seeds"
    titles = _titles(seeds)
    tables = {}
    for path in sorted(seeds.glob("*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]:
            if "key" in (seed.get("meta") or {}):
                table = _table(seeds, seed, titles)
                tables[table.name] = table
    return tables


def not_applicable(project: Path, on: date) -> dict[str, str]:
    """feed -> reason, of the feeds that the county declares not applicable on a day."""
    table = policy_tables(project)["feed_not_applicable"]
    return {row.values["feed"]: row.values["reason"] for row in table.rows if row.is_in_force(on)}


def _table(seeds: Path, seed: dict[str, Any], titles: dict[str, str]) -> PolicyTable:
    types = {name: str(kind).split("(")[0] for name, kind in (seed["config"].get("column_types") or {}).items()}
    meta, path = seed["meta"], seeds / f"{seed['name']}.csv"
    tests = (test.get("well_formed", {}).get("arguments") for test in seed.get("data_tests") or ())
    promised: dict[str, Any] = next(filter(None, tests), {})
    required = {meta["key"][0], FROM, "source", "status", *promised.get("filled", ())}
    columns = {
        column["name"]: _column(
            column, types, _accepted(seeds, column, promised.get("values", {})), is_required=column["name"] in required
        )
        for column in seed["columns"]
    }
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = tuple(next(reader, ()))
        rows = tuple(
            PolicyRow(reader.line_num, dict(zip(header, (*cells, *[""] * len(header)), strict=False)), len(cells))
            for cells in reader
            if any(cells)
        )
    is_always = bool(meta.get("is_always_in_force", False))
    return PolicyTable(seed["name"], meta["title"], tuple(meta["key"]), is_always, columns, header, rows, titles)


def _column(
    column: dict[str, Any], types: dict[str, str], values: tuple[str, ...], *, is_required: bool
) -> PolicyColumn:
    meta = column.get("meta") or {}
    words = {str(value): str(word) for value, word in (meta.get("words") or {}).items()}
    header = str(meta.get("header", column["name"]))
    return PolicyColumn(column["name"], header, types.get(column["name"], "varchar"), values, words, is_required)


def _accepted(seeds: Path, column: dict[str, Any], values: dict[str, list[Any]]) -> tuple[str, ...]:
    """The values that a column may hold: its list, or those of the seed that it refers to; none where all are."""
    for test in column.get("data_tests") or ():
        return _referred(seeds, test["relationships"]["arguments"])
    return tuple(map(str, values.get(column["name"], ())))


def _referred(seeds: Path, arguments: dict[str, str]) -> tuple[str, ...]:
    """The values of the seed's column that a relationships test names: `to: ref('programme'), field: programme`."""
    seed = arguments["to"].removeprefix("ref('").removesuffix("')")
    with (seeds / f"{seed}.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(row[arguments["field"]] for row in csv.DictReader(file))


def _titles(seeds: Path) -> dict[str, str]:
    """Codes, programmes and feeds as people call them."""
    found = {name: feed.title for name, feed in all_feeds().items()}
    for seed, code in (("programme", "programme"), ("finding_rule", "code"), ("further_finding_rule", "code")):
        with (seeds / f"{seed}.csv").open(encoding="utf-8-sig", newline="") as file:
            found |= {row[code]: row["title"] for row in csv.DictReader(file) if row.get(code) and row.get("title")}
    return found
