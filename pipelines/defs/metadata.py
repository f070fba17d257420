"""Metadata of an asset: counts, column names and types, lineage of columns. Never a value of a person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl


def column_schema(types: Mapping[str, object], descriptions: Mapping[str, str] | None = None) -> dg.TableSchema:
    described = descriptions or {}
    columns = [dg.TableColumn(name, str(kind), description=described.get(name)) for name, kind in types.items()]
    return dg.TableSchema(columns=columns)


def frame_metadata(frame: pl.DataFrame) -> dict[str, Any]:
    return {"dagster/row_count": frame.height, "dagster/column_schema": column_schema(frame.schema)}


def file_metadata(path: Path) -> dict[str, Any]:
    """Row count and column types from a Parquet file's footer; the rows are not read."""
    rows = pl.scan_parquet(path)
    return {
        "dagster/row_count": rows.select(pl.len()).collect().item(),
        "dagster/column_schema": column_schema(rows.collect_schema()),
    }


def same_columns(names: Mapping[str, tuple[dg.AssetKey, str]]) -> dg.TableColumnLineage:
    """Lineage of columns that are taken over: column -> (asset, column there)."""
    deps = {name: [dg.TableColumnDep(asset_key=key, column_name=source)] for name, (key, source) in names.items()}
    return dg.TableColumnLineage(deps)
