"""The warehouse of a release: every table of the run in one DuckDB file that stands alone.

The run's own file has views on Parquet files of the working folder, which is removed. Here the delivered rows (`raw`)
and the links (`matched`) become tables too: an auditor finds the delivered cell beside the typed value. The file holds
full ID numbers: it is the bureau's internal file and never handed on; extracts are what other systems receive.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

#: The schemas whose views stand for Parquet files of the run.
FILE_SCHEMAS = frozenset(("raw", "quality", "matched"))


def _quoted(*names: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def copy_warehouse(source: Path, target: Path) -> dict[str, int]:
    """Copies `source`, which nobody may be writing to, to the new file `target`; returns rows by `schema.table`, as
    read back from the copy. What was a view becomes a table where it is a file of the run, and is gone where not."""
    # The file as a whole is copied in a fraction of the time that its tables take one by one.
    for ending in ("", ".wal"):  # with what a process that was ended had not yet written into the file itself
        if (part := source.with_name(source.name + ending)).exists():
            shutil.copyfile(part, target.with_name(target.name + ending))
    with duckdb.connect(str(target)) as connection:
        query = "select schema_name, view_name from duckdb_views() where not internal order by all"
        for schema, name in connection.execute(query).fetchall():
            if schema in FILE_SCHEMAS:
                connection.execute(f"create table {_quoted(schema, name + '.copied')} as from {_quoted(schema, name)}")
            connection.execute(f"drop view {_quoted(schema, name)}")
            if schema in FILE_SCHEMAS:
                connection.execute(f"alter table {_quoted(schema, name + '.copied')} rename to {_quoted(name)}")
        connection.execute("checkpoint")
    with duckdb.connect(str(target), read_only=True) as connection:
        query = "select schema_name, table_name from duckdb_tables() where not internal order by all"
        tables = connection.execute(query).fetchall()
        counts = (connection.execute(f"select count(*) from {_quoted(*table)}").fetchall() for table in tables)
        return {f"{schema}.{name}": int(rows[0][0]) for (schema, name), rows in zip(tables, counts, strict=True)}
