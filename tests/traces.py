"""Looks for a text in every file below a folder: Parquet, DuckDB, workbooks, SQLite, plain text."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import polars as pl


def files_with(folder: Path, text: str) -> list[str]:
    """The files, by their path below the folder, that hold the text anywhere, however they encode or compress it."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and _holds(path, text))
    return [path.relative_to(folder).as_posix() for path in found]


def _holds(path: Path, text: str) -> bool:
    content = path.read_bytes()
    if any(text.encode(codec) in content for codec in ("utf-8", "gb18030", "utf-16-le")) or text in path.name:
        return True
    if content[:4] == b"PAR1":
        return _in_frame(pl.read_parquet(path), text)
    if content[8:12] == b"DUCK":
        return _in_warehouse(path, text)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(text.encode() in archive.read(name) for name in archive.namelist())
    return False


def _in_frame(frame: pl.DataFrame, text: str) -> bool:
    return any(text in repr(row) for row in frame.iter_rows())


def _in_warehouse(path: Path, text: str) -> bool:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return any(
            connection.execute(
                f'select count(*) from "{schema}"."{table}" as t where contains(t::varchar, ?)', [text]
            ).fetchall()[0][0]
            for schema, table in tables
        )
