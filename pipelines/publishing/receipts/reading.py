"""Gathers what is known of each delivery: intake's account of its files, staging's judgement of its rows and cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.contracts import Feed, all_feeds
from pipelines.publishing.delivered_columns import Table, columns_at, tables_of
from pipelines.publishing.receipts import words
from pipelines.publishing.receipts.judged import Judged, Place, read_judged

_PLACE = ("feed", "delivery", "file", "sheet")
_FILE = ("feed", "delivery", "file", "sha256", "disposition", "in_force")
#: Staging's judgement of rows in force, and of those that wait.
_DELIVERED = """
select feed, delivery, file, sheet, row_number, disposition, problems from intermediate.int_row__delivered
union all by name
select feed, delivery, file, sheet, row_number, disposition, problems from waiting_row
"""


@dataclass(frozen=True)
class ColumnRead:
    """One column of a sheet: its letter and delivered header (None where its value comes from elsewhere), the
    contract's header it is read as, and why."""

    letter: str | None
    delivered: str | None
    header: str
    reason: str


@dataclass(frozen=True)
class SheetRead:
    """One sheet as understood. Rows: read = header + title + total + blank + data; data = used + held + repeated where
    the file is judged. `lacking` are the contract's columns that it does not have, `found` is what intake kept of
    it."""

    name: str
    header_row: int | None
    columns: tuple[ColumnRead, ...]
    lacking: tuple[str, ...]
    rows: dict[str, int]
    found: Table

    @property
    def rows_read(self) -> int:
        return sum(self.rows[kind] for kind in ("header", "title", "total", "blank", "data"))


@dataclass(frozen=True)
class FileRead:
    """One file as understood, with what is said of it (code, where, what, remedy)."""

    name: str
    kind: str
    encoding: str
    disposition: str
    in_force: bool
    sheets: tuple[SheetRead, ...]
    messages: tuple[dict[str, str], ...]

    @property
    def is_current(self) -> bool:
        """Whether it is part of the delivery as it stands: no other content came in its place."""
        return self.disposition not in ("superseded", "ignored")

    @property
    def is_judged(self) -> bool:
        """Whether staging looked at its rows: they are used, or would be if the delivery were let pass."""
        return self.in_force or any(sheet.rows[kind] for sheet in self.sheets for kind in _JUDGED)

    @property
    def layouts(self) -> list[tuple[list[SheetRead], SheetRead]]:
        """The sheets that have the same columns, and one that stands for all; none of a file that was replaced."""
        alike: dict[Any, list[SheetRead]] = {}
        for sheet in self.sheets if self.is_current else ():
            alike.setdefault((sheet.columns, sheet.lacking), []).append(sheet)
        return [(sheets, sheets[0]) for sheets in alike.values()]


@dataclass(frozen=True)
class Problem:
    """One cell, or one row, that is not used. `value` is masked where it is a personal number."""

    file: str
    sheet: str
    row: int
    letter: str | None
    header: str
    value: str | None
    what: str
    remedy: str
    effect: str

    @property
    def place(self) -> str:
        return f"《{self.file}》{f'工作表“{self.sheet}”' if self.sheet else ''}"


@dataclass(frozen=True)
class Compared:
    """How a delivery differs from an earlier one: counts by kind, changed cells by column, and the rows."""

    basis: str
    before: str
    counts: dict[str, int]
    columns: dict[str, int]
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Receipt:
    """What one delivery's office is told. `in_use` is the delivery that is used now, if any; `is_trial`: the files were
    not delivered yet."""

    feed: str
    title: str
    delivery: str
    state: str
    in_use: str | None
    is_append: bool
    files: tuple[FileRead, ...]
    problems: tuple[Problem, ...]
    compared: tuple[Compared, ...]
    counts: dict[str, int]
    is_trial: bool = False

    @property
    def path(self) -> str:
        """Where its files lie below `receipts/`, without the ending."""
        return f"{self.feed}/{self.delivery}"

    @property
    def word(self) -> str:
        return self.state_words[0]

    @property
    def state_words(self) -> tuple[str, str]:
        """What its state is called, and what it means."""
        return words.TRIED if self.is_trial and self.state == "in_force" else words.STATES[self.state]

    @property
    def value_count(self) -> int:
        """Single values that are not used in rows that are."""
        return sum(problem.effect == words.EFFECTS["value_not_used"] for problem in self.problems)


def read_receipts(work: Path, staged: Path, before: Path | None = None) -> Iterator[Receipt]:
    """The receipts that a release gives, one delivery after another.

    Of each feed the delivery that is used (the newest one of an append feed) and those that wait; of others only what
    is new since the release `before`.
    """
    known = _Known.read(work / "raw")
    news = _news(known.files, before)
    judged = _judged(work, staged)
    for row in known.deliveries:
        feed, delivery = row["feed"], row["delivery"]
        is_used, waits = known.in_use.get(feed) == delivery, row["state"] in ("held", "refused")
        if is_used or waits or (row["state"] != "superseded" and (feed, delivery) in news):
            yield _receipt(known, judged, row)


def read_receipt(raw: Path, judged: Judged, feed: str, delivery: str) -> Receipt:
    """The receipt of one delivery, from what intake wrote of it into the folder `raw`."""
    known = _Known.read(raw)
    (row,) = (row for row in known.deliveries if (row["feed"], row["delivery"]) == (feed, delivery))
    return _receipt(known, judged, row)


@dataclass(frozen=True)
class _Known:
    """What intake knows: files and differences (also by delivery), deliveries in order, and what each feed uses."""

    files: pl.DataFrame
    by_delivery: dict[Any, pl.DataFrame]
    differences: dict[Any, pl.DataFrame]
    deliveries: list[dict[str, Any]]
    in_use: dict[str, str]

    @classmethod
    def read(cls, raw: Path) -> _Known:
        files = pl.read_parquet(raw / "delivered_file.parquet")
        differences = pl.read_parquet(raw / "delivery_difference.parquet")
        return cls(
            files,
            files.partition_by("feed", "delivery", as_dict=True),
            differences.partition_by("feed", "delivery", "basis", as_dict=True),
            pl.read_parquet(raw / "delivery.parquet").to_dicts(),
            dict(pl.read_parquet(raw / "feed_status.parquet").select("feed", "delivery").iter_rows()),
        )


def _receipt(known: _Known, judged: Judged, row: dict[str, Any]) -> Receipt:
    feed, delivery = row["feed"], row["delivery"]
    contract = all_feeds()[feed]
    read = tuple(_file(contract, file, judged.rows) for file in known.by_delivery[feed, delivery].iter_rows(named=True))
    return Receipt(
        feed=feed, title=contract.title, delivery=delivery, state=row["state"], in_use=known.in_use.get(feed),
        is_append=contract.is_append, files=read, counts=_sums(read),
        problems=tuple(_problem(contract, read, item) for item in judged.problems[feed, delivery]),
        compared=tuple(_compared(contract, told, known.differences, feed, delivery) for told in row["compared"]),
    )  # fmt: skip


def _judged(work: Path, staged: Path) -> Judged:
    with duckdb.connect(str(staged / "warehouse.duckdb"), read_only=True) as connection:
        connection.register("waiting_row", pl.read_parquet(work / "raw" / "waiting_row.parquet").to_arrow())
        return read_judged(connection, _DELIVERED)


def _news(files: pl.DataFrame, before: Path | None) -> set[tuple[str, str]]:
    """Deliveries with a file of which the release before did not know, or said something else."""
    told = before / "extracts" / "delivery_receipt.parquet" if before else None
    if told is None or not told.is_file():
        return set(files.select("feed", "delivery").iter_rows())
    fresh = files.join(pl.read_parquet(told), on=list(_FILE), how="anti", nulls_equal=True)
    return set(fresh.select("feed", "delivery").iter_rows())


def _file(feed: Feed, file: dict[str, Any], rows: dict[Place, dict[str, int]]) -> FileRead:
    mapping, counts = json.loads(file["column_mapping"]), json.loads(file["sheet_rows"])
    sheets = []
    for name, found in mapping.items():
        staged = (
            rows.get((file["feed"], file["delivery"], file["file"], name), {})
            if file["in_force"] or file["disposition"] == "held"
            else {}
        )
        judged = {kind: staged.get(word, 0) for kind, word in _JUDGED.items()}
        sheets.append(_sheet(feed, name, found, {**counts[name], **judged}))
    kind, encoding = file["detected_type"], file["encoding"]
    return FileRead(
        file["file"], words.TYPES.get(kind, kind or "未识别"), words.ENCODINGS.get(encoding, encoding or ""),
        file["disposition"], file["in_force"], tuple(sheets), tuple(file["messages"]),
    )  # fmt: skip


_JUDGED = {"used": "accepted", "held": "quarantined", "repeated": "repeat"}


def _sheet(feed: Feed, name: str, found: Table, rows: dict[str, int]) -> SheetRead:
    tables = tables_of(found)
    read = list(dict.fromkeys(column for table in tables for column in _columns(feed, table)))
    read.sort(key=lambda column: (column.letter is None, len(column.letter or ""), column.letter or "", column.header))
    known = {column for table in tables for column in table["reasons"]}
    lacking = tuple(column.header for column in feed.columns if column.name not in known)
    return SheetRead(name, found["header_row"], tuple(read), lacking, rows, found)


def _columns(feed: Feed, table: Table) -> Iterator[ColumnRead]:
    letters = table["letters"]
    delivered = {column: header for header, column in table["columns"].items()}
    for column, reason in table["reasons"].items():
        header = feed.by_name[column].header
        yield ColumnRead(letters.get(column), delivered.get(column), header, words.REASONS[reason])


def _sums(files: tuple[FileRead, ...]) -> dict[str, int]:
    """Rows read and data rows of all current files; used, held and repeated ones of those that were judged."""
    sheets = [sheet for file in files if file.is_current for sheet in file.sheets]
    sums = {kind: sum(sheet.rows[kind] for sheet in sheets) for kind in ("data", *_JUDGED)}
    return {"read": sum(sheet.rows_read for sheet in sheets), **sums}


def _problem(feed: Feed, files: tuple[FileRead, ...], row: dict[str, Any]) -> Problem:
    column = feed.by_name.get(row["column_name"] or "")
    used = (file for file in files if file.is_judged and file.name == row["file"])
    found = next((sheet.found for file in used for sheet in file.sheets if sheet.name == row["sheet"]), None)
    headers, letters = columns_at(found, row["row_number"]) if found and column else ({}, {})
    header = headers.get(column.name, column.header) if column else "整行"
    letter = letters.get(column.name) if column else None
    return Problem(
        row["file"], row["sheet"], row["row_number"], letter, header, row["delivered_value"],
        row["what"], row["remedy"], words.EFFECTS[row["effect"]],
    )  # fmt: skip


def _compared(feed: Feed, told: dict[str, Any], differences: dict[Any, pl.DataFrame], *of: str) -> Compared:
    rows = differences.get((*of, told["basis"]))
    known = list(rows.iter_rows(named=True)) if rows is not None else []
    columns: dict[str, int] = {}
    for row in known:
        for change in row["changes"]:
            columns[change["column_name"]] = columns.get(change["column_name"], 0) + 1
    by_header = {feed.by_name[name].header: columns[name] for name in feed.by_name if name in columns}
    counts = {kind: told[kind] for kind in words.KINDS}
    return Compared(told["basis"], told["before"], counts, by_header, tuple(known))
