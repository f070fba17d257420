"""A release is complete, true to its contracts, and the same for the same business date."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.publishing import ContractViolation, ReleaseExists, publish
from pipelines.publishing.contracts import EXTRACT_KEYS
from pipelines.storage.paths import DataFolder
from tests import release_factory

Build = Callable[..., Path]


def test_a_release_has_every_part_and_is_in_force(release: Path, data: DataFolder) -> None:
    assert data.current_release() == release == data.releases / "2026-10-31" / "1"
    assert {path.name for path in release.iterdir()} == {
        "extracts", "worklists", "reports", "receipts", "warehouse.duckdb", "contracts", "manifest.json",
    }  # fmt: skip
    assert {path.stem for path in (release / "extracts").iterdir()} == set(EXTRACT_KEYS)
    assert {path.name for path in (release / "worklists").iterdir()} == {"测试镇.xlsx", "未注明乡镇.xlsx"}


def test_the_manifest_names_every_file_with_hash_and_size(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(release).as_posix(): path for path in release.rglob("*") if path.is_file()}
    del files["manifest.json"]
    assert set(manifest["files"]) == set(files)
    for name, path in files.items():
        content = path.read_bytes()
        assert manifest["files"][name] == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert manifest["extracts"]["finding"]["rows"] == 2
    assert {key: manifest[key] for key in ("as_of", "run_id", "code_version", "rule_version", "model_version")} == {
        "as_of": "2026-10-31", "run_id": "1", "code_version": "code-1", "rule_version": "rules-1",
        "model_version": "model-1",
    }  # fmt: skip
    assert [row["feed"] for row in manifest["deliveries"]] == ["cremation", "dibao"]
    assert manifest["decision_log"] == {"entries": 0, "head": "0" * 64}


def test_a_release_cannot_be_written_to(release: Path) -> None:
    paths = [release, *release.rglob("*")]
    assert [path for path in paths if path.stat().st_mode & 0o222] == []


def test_two_runs_of_one_date_give_the_same_rows(build: Build, data: DataFolder) -> None:
    one = publish(build("1"), data)
    shuffled = {name: rows[::-1] for name, rows in release_factory.mart_rows("2").items()}
    other = publish(build("2", changed=shuffled), data)
    for name in EXTRACT_KEYS:
        first, second = (pl.read_parquet(path / "extracts" / f"{name}.parquet") for path in (one, other))
        without_run = [column for column in first.columns if column != "run_id"]
        assert_frame_equal(first.select(without_run), second.select(without_run))


def test_building_a_past_date_again_leaves_the_newest_in_force(build: Build, data: DataFolder) -> None:
    newest = publish(build("1"), data)
    past = publish(build("2", as_of=date(2026, 9, 30)), data)
    assert past.is_dir()
    assert data.current_release() == newest
    again = publish(build("3"), data)
    assert data.current_release() == again


def test_a_published_release_is_never_replaced(build: Build, data: DataFolder) -> None:
    publish(build("1"), data)
    work = data.run_folder("1")
    work.rename(work.with_name("old"))
    with pytest.raises(ReleaseExists):
        publish(build("1"), data)


def test_no_id_number_or_account_leaves_in_an_extract(release: Path) -> None:
    for path in (release / "extracts").iterdir():
        text = str(pl.read_parquet(path).to_dicts())
        assert not [number for number in (*release_factory.ID_NUMBERS, release_factory.ACCOUNT) if number in text], (
            path.name
        )
    person = pl.read_parquet(release / "extracts" / "person.parquet")
    assert "id_number" not in person.columns
    assert person["id_number_token"].str.contains(r"^[0-9a-f]{8}:[0-9a-f]{32}$").all()
    finding = pl.read_parquet(release / "extracts" / "finding.parquet")
    assert finding.row(0, named=True)["message"] == "持 340590********4527 者已火化,仍在保。"


def test_the_warehouse_stands_alone(release: Path, data: DataFolder) -> None:
    for path in sorted(data.work.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
        assert connection.sql("select count(*) from raw.dibao").fetchall() == [(2,)]
        assert connection.sql("select count(*) from marts.finding").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("mart", "columns", "said"),
    [
        ("finding", lambda columns: columns[:-1], "缺少列 village"),
        ("person", lambda columns: [*columns, ("phone", "VARCHAR")], "多出合同没有的列 phone"),
        (
            "quarantine",
            lambda columns: [(name, "DOUBLE" if name == "row_number" else kind) for name, kind in columns],
            "类型是 DOUBLE",
        ),
    ],
)
def test_an_extract_that_breaks_its_contract_stops_the_release(
    build: Build, data: DataFolder, mart: str, columns: Callable[[list], list], said: str
) -> None:
    with pytest.raises(ContractViolation, match=said):
        build(columns={mart: columns(release_factory.MART_COLUMNS[mart])})
    assert not list(data.releases.rglob("*.parquet"))
    assert data.current_release() is None


def test_a_repeated_key_stops_the_release(build: Build, data: DataFolder) -> None:
    findings = release_factory.mart_rows("1")["finding"]
    with pytest.raises(ContractViolation, match="finding_id"):
        build(changed={"finding": [*findings, findings[0]]})
    assert data.current_release() is None


def test_a_missing_mart_stops_the_release(data: DataFolder, dbt_project: Path) -> None:
    from pipelines.publishing import build_release

    work = release_factory.make_work(data.run_folder("1"))
    os.remove(work / "export" / "lineage.parquet")
    with pytest.raises(ContractViolation, match="lineage：文件不存在"):
        build_release(work, data, dbt_project=dbt_project)
