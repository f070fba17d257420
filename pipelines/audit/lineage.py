"""The chain from a published row to the delivered cells it rests on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.audit.problem import NotPublished
from pipelines.audit.reasons import Reason, reasons_of
from pipelines.contracts import all_feeds
from pipelines.storage.archive import archive_state
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest

#: What can be asked for -> the extracts that publish it, and the column of its id.
KINDS = {
    "household": (("verified_household",), "household_id"),
    "person": (("person",), "person_id"),
    "finding": (("finding", "further_finding"), "finding_id"),
}
_HIDDEN = {"id_number": (6, 4), "account_number": (0, 4), "phone": (3, 4), "certificate_number": (0, 4)}


@dataclass(frozen=True)
class Cell:
    """One delivered cell: the canonical column, the header as offices write it, the text as delivered (or masked)."""

    column: str
    header: str
    delivered: str


@dataclass(frozen=True)
class SourceRow:
    """One delivered row behind the published one, and the steps that used it.

    `archive` says whether the archived file still has the hash it was received with: verified, changed, missing.
    """

    steps: tuple[str, ...]
    row_id: str
    feed: str
    delivery: str
    file: str
    sheet: str | None
    row_number: int
    file_sha256: str
    row_sha256: str
    archive: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chain:
    """A published row and everything delivered that it rests on; of a person also how its rows came together."""

    kind: str
    id: str
    as_of: str
    run_id: str
    published: dict[str, Any]
    sources: tuple[SourceRow, ...]
    reasons: tuple[Reason, ...] = ()


def _hide(value: str, kind: str) -> str:
    first, last = _HIDDEN[kind]
    if len(value) <= first + last:
        return "*" * len(value)
    return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]


def _published(release: Path, kind: str, identifier: str) -> tuple[str, dict[str, Any]]:
    """The extract that publishes the row, and the row."""
    if kind not in KINDS:
        raise NotPublished(f"没有“{kind}”这一类；可查 {'、'.join(KINDS)}。")
    extracts, column = KINDS[kind]
    for extract in extracts:
        path = release / "extracts" / f"{extract}.parquet"
        rows = pl.scan_parquet(path).filter(pl.col(column) == identifier).collect()
        if not rows.is_empty():
            return extract, rows.row(0, named=True)
    names = "、".join(extracts)
    raise NotPublished(f"发布 {release.parent.name}/{release.name} 的 {names} 中没有 {identifier}。请核对编号。")


def _cells(connection: duckdb.DuckDBPyConnection, feed: str, row_id: str, reveal: bool) -> tuple[Cell, ...]:
    """The delivered cells of a row, in the order of the feed's contract; empty cells are left out."""
    contract = all_feeds()[feed]
    table = connection.execute(f'select * from raw."{contract.name}" where _row_id = ?', [row_id])
    names, row = [entry[0] for entry in table.description or ()], table.fetchone()
    if row is None:
        return ()
    delivered = dict(zip(names, row, strict=True))
    cells = []
    for column in contract.columns:
        value = delivered.get(column.name)
        if value not in (None, ""):
            text = str(value)
            shown = text if reveal or column.type not in _HIDDEN else _hide(text, column.type)
            cells.append(Cell(column.name, column.header, shown))
    for header, value in json.loads(delivered.get("_extra") or "{}").items():
        if reveal:
            cells.append(Cell(header, header, str(value)))
    return tuple(cells)


def lineage_of(
    release: Path, kind: str, identifier: str, *, data: DataFolder | None = None, reveal: bool = False
) -> Chain:
    """The chain behind one published row.

    `kind` is household, person or finding; `data` is the data folder whose archive is checked (the one that holds the
    release when not given). ID numbers, accounts and phone numbers are masked, and columns that no contract knows are
    left out, unless `reveal`. Raises NotPublished.
    """
    data = data or DataFolder(release.parents[2])
    extract, published = _published(release, kind, identifier)
    lineage = pl.scan_parquet(release / "extracts" / "lineage.parquet")
    rows = lineage.filter(pl.col("extract") == extract, pl.col("key") == identifier).collect()
    address = ["row_id", "feed", "delivery", "file", "sheet", "row_number", "file_sha256", "row_sha256"]
    grouped = (
        rows.group_by(address)
        .agg(pl.col("step").unique().sort())
        .sort("feed", "delivery", "file", "sheet", "row_number")
    )
    states = {sha256: archive_state(data, sha256) for sha256 in grouped.get_column("file_sha256").unique()}
    sources = []
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        for row in grouped.iter_rows(named=True):
            steps = tuple(row.pop("step"))
            cells = _cells(connection, row["feed"], row["row_id"], reveal)
            sources.append(SourceRow(steps=steps, archive=states[row["file_sha256"]], cells=cells, **row))
        reasons = reasons_of(connection, identifier) if kind == "person" else ()
    manifest = read_manifest(release)
    return Chain(kind, identifier, manifest["as_of"], manifest["run_id"], published, tuple(sources), reasons)
