"""What the release before said, for the marts that say what has changed: written as the tables `previous/*.parquet`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.storage import atomic
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest, release_before

TEXTS = pl.List(pl.String)

#: Table -> its columns. The first three are read from the extract of the second name, the next from the warehouse.
SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "household_before": {
        "household_id": pl.String, "case_feed": pl.String, "case_number": pl.String, "town": pl.String,
        "village": pl.String, "member_person_ids": TEXTS, "standard": pl.Decimal(14, 2), "undecided_feeds": TEXTS,
        "finding_codes": TEXTS, "outcome": pl.String,
    },
    "finding_before": {
        "finding_id": pl.String, "code": pl.String, "title": pl.String, "person_ids": TEXTS,
        "household_feed": pl.String, "household_case": pl.String, "certain": pl.Boolean, "state": pl.String,
        "town": pl.String, "village": pl.String,
    },
    "lineage_before": {
        "extract": pl.String, "key": pl.String, "feed": pl.String, "row_sha256": pl.String,
    },
    "policy_row_before": {"seed": pl.String, "policy_key": pl.String, "content": pl.String},
    "feed_status_before": {"feed": pl.String, "delivery": pl.String, "state": pl.String},
    "finding_seen_before": {"finding_id": pl.String, "code": pl.String, "title": pl.String},
    "release_before": {
        "as_of": pl.Date, "run_id": pl.String, "rule_version": pl.String, "code_version": pl.String,
        "model_version": pl.String,
    },
}  # fmt: skip
_EXTRACTS = {"household_before": "verified_household", "finding_before": "finding", "lineage_before": "lineage"}
_WAREHOUSE = {
    "policy_row_before": ("intermediate", "int_policy__in_force"),
    "feed_status_before": ("raw", "feed_status"),
    "finding_seen_before": ("intermediate", "int_finding__seen"),
}


def write_previous(data: DataFolder, as_of: date, folder: Path) -> None:
    """Writes the tables into `folder`, each empty when there is no release before.

    A release made before a table or column was kept has it empty: nothing is then said to have changed in it.
    """
    release = release_before(data, as_of)
    folder.mkdir(parents=True, exist_ok=True)
    for table, schema in SCHEMAS.items():
        frame = _read(release, table) if release else None
        atomic.write_parquet(_fitted(frame, schema), folder / f"{table}.parquet")


def _fitted(frame: pl.DataFrame | None, schema: dict[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    if frame is None:
        return pl.DataFrame(schema=schema)
    return frame.select(
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )


def _read(release: Path, table: str) -> pl.DataFrame | None:
    if table == "release_before":
        manifest = read_manifest(release)
        row = {name: manifest.get(name) for name in SCHEMAS[table]}
        return pl.DataFrame([{**row, "as_of": date.fromisoformat(manifest["as_of"])}])
    if table in _EXTRACTS:
        path = release / "extracts" / f"{_EXTRACTS[table]}.parquet"
        present = [name for name in SCHEMAS[table] if name in pl.read_parquet_schema(path)]
        frame = pl.read_parquet(path, columns=present)
        return frame.unique().sort(present) if table == "lineage_before" else frame
    schema, name = _WAREHOUSE[table]
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        kept = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name]
        ).fetchall()
        return connection.sql(f'from "{schema}"."{name}" order by all').pl() if kept == [(1,)] else None
