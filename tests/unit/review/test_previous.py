"""What the release before said, as the marts read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.publishing import publish
from pipelines.review.previous import SCHEMAS, write_previous
from pipelines.storage.paths import DataFolder


def test_on_the_first_night_every_table_is_there_and_empty(data: DataFolder, tmp_path: Path) -> None:
    write_previous(data, date(2026, 10, 31), tmp_path / "previous")
    for name, schema in SCHEMAS.items():
        table = pl.read_parquet(tmp_path / "previous" / f"{name}.parquet")
        assert table.is_empty()
        assert dict(table.schema) == {column: pl.Schema({column: kind})[column] for column, kind in schema.items()}


def test_the_release_before_is_read_from_its_extracts_and_its_warehouse(
    build: Callable[..., Path], data: DataFolder, tmp_path: Path
) -> None:
    publish(build(), data)
    write_previous(data, date(2026, 11, 30), tmp_path / "previous")
    read = {name: pl.read_parquet(tmp_path / "previous" / f"{name}.parquet") for name in SCHEMAS}
    assert read["household_before"].select("household_id", "outcome").rows() == [("h1", "needs_review")]
    assert sorted(read["finding_before"]["finding_id"]) == ["f1", "f2"]
    assert sorted(read["finding_seen_before"]["finding_id"]) == ["f0", "f1"]
    assert read["lineage_before"].height == 9
    assert read["feed_status_before"].filter(feed="dibao")["delivery"].to_list() == ["2026-10-31"]
    assert read["release_before"].rows() == [(date(2026, 10, 31), "1", "rules-1", "code-1", "model-1")]
    assert sorted(read["policy_row_before"]["policy_key"]) == ["income", "low_income_margin"]


def test_what_a_release_of_an_earlier_version_does_not_hold_is_unknown(
    build: Callable[..., Path], data: DataFolder, tmp_path: Path
) -> None:
    release = publish(build(), data)
    households, warehouse = release / "extracts" / "verified_household.parquet", release / "warehouse.duckdb"
    for path in (households, warehouse):
        path.chmod(0o600)
    pl.read_parquet(households).drop("village").write_parquet(households)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table intermediate.int_finding__seen")
    write_previous(data, date(2026, 11, 30), tmp_path / "previous")
    read = {name: pl.read_parquet(tmp_path / "previous" / f"{name}.parquet") for name in SCHEMAS}
    assert read["household_before"].select("household_id", "village").rows() == [("h1", None)]
    assert read["finding_seen_before"].is_empty()
    assert {name: frame.schema for name, frame in read.items()} == SCHEMAS
