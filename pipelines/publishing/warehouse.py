"""The warehouse of a release: every table of the run in one DuckDB file that stands alone.

The run's own file has views on Parquet files of the working folder, which is removed. Here the delivered rows (`raw`)
and the links (`matched`) become tables too: an auditor finds the delivered cell beside the typed value. The file holds
full ID numbers: it is the bureau's internal file and never handed on; extracts are what other systems receive.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

#: The schemas whose views stand for Parquet files of the run.
FILE_SCHEMAS = frozenset(("raw", "quality", "matched"))


def _quoted(*names: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def copy_warehouse(source: Path, target: Path) -> dict[str, int]:
    """Copies `source` to the new file `target` and returns rows by `schema.table`, as read back from the copy."""
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{str(source).replace(chr(39), chr(39) * 2)}' as run (read_only)")
        query = (
            "select schema_name, table_name as name from duckdb_tables() where database_name = 'run' and not internal "
            "union all select schema_name, view_name from duckdb_views() where database_name = 'run' and not internal "
            f"and schema_name in ({', '.join(repr(name) for name in sorted(FILE_SCHEMAS))}) order by all"
        )
        tables = connection.execute(query).fetchall()
        for schema, name in tables:
            connection.execute(f"create schema if not exists {_quoted(schema)}")
            connection.execute(f"create table {_quoted(schema, name)} as from {_quoted('run', schema, name)}")
        connection.execute("detach run")
        connection.execute("checkpoint")
    with duckdb.connect(str(target), read_only=True) as connection:
        counts = (connection.execute(f"select count(*) from {_quoted(*table)}").fetchone() for table in tables)
        return {f"{schema}.{name}": int(row[0]) for (schema, name), row in zip(tables, counts, strict=True) if row}
