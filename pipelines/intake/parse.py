"""One archived file to its rows and its account. Pure reading: what comes of it is decided elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import Feed
from pipelines.intake.account import Account
from pipelines.intake.formats.archive import other_files, table_names, unpacked
from pipelines.intake.formats.columnar import read_columnar
from pipelines.intake.formats.container import identify
from pipelines.intake.formats.delimited import read_delimited
from pipelines.intake.formats.grid import Grid
from pipelines.intake.formats.limits import Limits
from pipelines.intake.formats.workbook import read_workbook
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.messages import Message, Refused, place, plain
from pipelines.intake.tables.assembly import tables_of_sheets
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable

#: Part of the cache's key: raise it whenever the same bytes would give other rows or another account.
PARSER_VERSION = 21

#: A row's address names its sheet by number: those of the files in a zip have numbers that no sheet has.
_IN_ARCHIVE = 100_000_000


def raw_schema(feed: Feed) -> dict[str, Any]:
    """The columns of a parsed file: place, hash, unknown columns, then the contract's columns as text."""
    place_and_hash = {
        "_sheet": pl.String, "_sheet_number": pl.Int64, "_row": pl.Int64, "_row_sha256": pl.String, "_extra": pl.String,
    }  # fmt: skip
    return {**place_and_hash, **{column.name: pl.String for column in feed.columns}}


def parse_file(path: Path, feed: Feed, limits: Limits) -> tuple[pl.DataFrame, Account]:
    """Rows and account of one file; a file that cannot be used gives no rows and says why in its account."""
    account = Account()
    try:
        tables = _read_tables(path, feed, limits, account)
        if not any(table.rows for table in tables):
            where = place(tables[0].name, tables[0].header_row)
            if not feed.is_append:
                raise Refused(plain("EMPTY", where))
            account.messages.append(plain("NOTHING_NEW", where))  # adds nothing, and takes nothing away
    except Refused as refusal:
        account.verdict = refusal.disposition
        read_anyway = ("OLD_XLS", "WRONG_EXTENSION")  # said of what was read in spite of it
        account.messages = [message for message in account.messages if message.code not in read_anyway]
        account.messages.append(refusal.message)
        return pl.DataFrame(schema=raw_schema(feed)), account
    return pl.concat([_frame(table, feed) for table in tables]), account


def _read_tables(path: Path, feed: Feed, limits: Limits, account: Account) -> list[SheetTable]:
    container = identify(path, limits)
    account.detected_type = container.kind
    if container.dates_from_1904:
        account.messages.append(plain("DATE_1904"))
    if container.reaches_out:
        account.messages.append(plain("EXTERNAL_CONTENT"))
    if container.kind == "zip":
        return _archived_tables(path, feed, limits, account)
    if container.kind == "parquet":
        tables = _columnar_tables(path, feed, limits)
    else:
        tables = tables_of_sheets(_grids(path, feed, limits, account), feed, account)
    for table in tables:
        account.messages += table.messages
        account.take(table)
    account.header_row = tables[0].header_row
    return tables


def _archived_tables(path: Path, feed: Feed, limits: Limits, account: Account) -> list[SheetTable]:
    """The tables of all files in a zip, as one file's; Refused where one of them is, with its name."""
    tables: list[SheetTable] = []
    account.messages += [_not_a_table(name) for name in other_files(path)]
    names = table_names(path)
    for nth, name in enumerate(names):
        inner = Account()
        try:
            with unpacked(path, name) as member:
                if identify(member, limits).kind == "zip":  # whatever it is called, also one that holds itself
                    raise Refused(plain("ARCHIVE"))
                found = _read_tables(member, feed, limits, inner)
        except Refused as refusal:
            raise Refused(refusal.message.in_file(name), refusal.disposition) from refusal
        account.encoding = account.encoding or inner.encoding
        account.messages += [message.in_file(name) for message in inner.messages]
        for table in found:
            table.number += nth * _IN_ARCHIVE
            if len(names) > 1:
                table.sheet = f"{name}/{table.sheet}" if table.sheet else name
            account.take(table)
        account.sheets += [f"{name}/{sheet}" for sheet in inner.sheets]
        tables += found
    account.header_row = tables[0].header_row
    return tables


def _not_a_table(name: str) -> Message:
    return Message(
        "OTHER_FILE", f"《{name}》", "压缩包中的这个文件不是表格，未使用", "如其中有名册，请另存为 .xlsx 后重新报送"
    )


def _grids(path: Path, feed: Feed, limits: Limits, account: Account) -> list[Grid]:
    if account.detected_type == "csv":
        grid, account.encoding = read_delimited(path, lambda text: look_up(feed, text) is not None)
        return [grid]
    if account.detected_type == "xls":
        account.messages.append(plain("OLD_XLS"))
    grids = read_workbook(path, limits)
    account.sheets = [grid.name for grid in grids if grid.name is not None]
    return grids


def _columnar_tables(path: Path, feed: Feed, limits: Limits) -> list[SheetTable]:
    """A Parquet file goes the way of a sheet with a header, so that the same checks hold; rows count from 1."""
    tables = read_sheet(read_columnar(path, limits), feed)
    if not tables:
        raise Refused(plain("NO_HEADER"))
    for table in tables:
        table.rows = [row - 1 for row in table.rows]
        table.counts["header"] -= 1
        table.header_row = None
    return tables


def row_sha256(names: list[str], values: tuple[str | None, ...]) -> str:
    """SHA-256 of a row's delivered cells: `name=text` of each filled column in the contract's order, then `_extra`.

    The order of the columns in the file plays no part, and the hash can be recomputed from the raw table.
    """
    filled = [name + "=" + value for name, value in zip(names, values, strict=True) if value is not None]
    return hashlib.sha256("\x1f".join(filled).encode("utf-8", errors="surrogatepass")).hexdigest()


def _frame(table: SheetTable, feed: Feed) -> pl.DataFrame:
    count = len(table.rows)
    names = [column.name for column in feed.columns]
    columns = {name: table.columns.get(name) or [None] * count for name in names}
    hashes = [row_sha256([*names, "_extra"], row) for row in zip(*columns.values(), table.extra, strict=True)]
    data = {
        "_sheet": table.sheet_of_rows, "_sheet_number": [table.number] * count, "_row": table.rows,
        "_row_sha256": hashes, "_extra": table.extra, **columns,
    }  # fmt: skip
    return pl.DataFrame(data, schema=raw_schema(feed))
