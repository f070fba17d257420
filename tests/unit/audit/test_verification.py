"""A release that was touched, or that does not agree with itself, is found and named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.audit import verify_release
from pipelines.publishing import publish
from pipelines.storage.chain import HashChain
from pipelines.storage.paths import DataFolder
from tests import release_factory

Build = Callable[..., Path]


def codes(path: Path, data: DataFolder | None = None) -> set[str]:
    return {problem.code for problem in verify_release(path, data)}


def test_an_untouched_release_has_no_problem(release: Path, data: DataFolder) -> None:
    assert verify_release(release, data) == []


def test_a_staged_release_can_be_verified_before_it_is_published(build: Build, data: DataFolder) -> None:
    assert verify_release(build(), data) == []


@pytest.fixture
def copy(release: Path, data: DataFolder, tmp_path: Path) -> Path:
    """The release in a place where it can be written to."""
    target = data.releases / "2026-10-31" / "copy"
    shutil.copytree(release, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def _append(path: Path) -> None:
    with path.open("ab") as handle:
        handle.write(b" ")


@pytest.mark.parametrize(
    ("touch", "code"),
    [
        (lambda copy: _append(copy / "extracts" / "finding.parquet"), "FILE_CHANGED"),
        (lambda copy: _append(copy / "worklists" / "测试镇.xlsx"), "FILE_CHANGED"),
        (lambda copy: (copy / "reports" / "index.html").unlink(), "FILE_MISSING"),
        (lambda copy: (copy / "extracts" / "more.parquet").write_bytes(b""), "FILE_UNKNOWN"),
        (lambda copy: (copy / "manifest.json").unlink(), "MANIFEST_UNREADABLE"),
        (lambda copy: (copy / "manifest.json").write_text("{"), "MANIFEST_UNREADABLE"),
    ],
)
def test_a_touched_file_is_found(copy: Path, touch: Callable[[Path], None], code: str) -> None:
    touch(copy)
    (problem,) = verify_release(copy)
    assert problem.code == code
    assert problem.where
    assert problem.remedy


def _edit_manifest(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_manifest_rewritten_with_the_files_is_found_by_the_pointer(release: Path, data: DataFolder) -> None:
    (release / "manifest.json").chmod(0o644)
    _edit_manifest(release, lambda manifest: manifest.update(code_version="other"))
    assert codes(release, data) == {"MANIFEST_CHANGED"}


def test_row_counts_and_contracts_are_recomputed(copy: Path) -> None:
    _edit_manifest(copy, lambda manifest: manifest["extracts"]["finding"].update(rows=3))
    assert codes(copy) == {"ROW_COUNT"}
    _edit_manifest(copy, lambda manifest: manifest["extracts"]["person"].update(contract_sha256="0"))
    assert codes(copy) == {"ROW_COUNT", "CONTRACT_CHANGED"}


def test_a_release_of_an_earlier_version_is_verified_by_what_it_holds(copy: Path) -> None:
    gone = ("extracts/further_finding.parquet", "contracts/further_finding.odcs.yaml")

    def as_before(manifest: dict[str, Any]) -> None:
        for name in gone:
            (copy / name).unlink()
            del manifest["files"][name]
        del manifest["extracts"]["further_finding"]
        del manifest["previous_release"]

    _edit_manifest(copy, as_before)
    assert verify_release(copy) == []


def _rewrite(copy: Path, extract: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Writes an extract anew and makes hash, size and row count of the manifest fit, as a careful forger would."""
    from pipelines.storage.archive import file_sha256

    path = copy / "extracts" / f"{extract}.parquet"
    frame = change(pl.read_parquet(path))
    frame.write_parquet(path)

    def fit(manifest: dict[str, Any]) -> None:
        manifest["files"][f"extracts/{extract}.parquet"] = {"sha256": file_sha256(path), "size": path.stat().st_size}
        manifest["extracts"][extract]["rows"] = frame.height

    _edit_manifest(copy, fit)


@pytest.mark.parametrize(
    ("extract", "change", "found"),
    [
        ("finding", lambda frame: pl.concat([frame, frame[:1]]), {"KEY_REPEATED"}),
        ("finding", lambda frame: frame.drop("amount"), {"CONTRACT_BROKEN"}),
        (
            "finding",
            lambda frame: frame.with_columns(evidence=pl.lit(None, frame.schema["evidence"])),
            {"EVIDENCE_MISSING"},
        ),
        (
            "finding",
            lambda frame: frame.with_columns(message=pl.lit(f"见{release_factory.ID_NUMBERS[0]}")),
            {"IDENTIFIER_DISCLOSED"},
        ),
        ("lineage", lambda frame: frame.filter(pl.col("key") != "h1"), {"LINEAGE_MISSING"}),
        ("delivery_receipt", lambda frame: frame.with_columns(rows_blank=pl.lit(7, pl.Int64)), {"ROWS_NOT_CONSERVED"}),
        (
            "delivery_receipt",
            lambda frame: frame.with_columns(
                rows_accepted=pl.col("rows_accepted") - 1, rows_repeat=pl.lit(1, pl.Int64)
            ),
            {"RECEIPT_DIFFERS"},
        ),
    ],
)
def test_tables_that_disagree_are_found(
    copy: Path, extract: str, change: Callable[[pl.DataFrame], pl.DataFrame], found: set[str]
) -> None:
    _rewrite(copy, extract, change)
    assert codes(copy) == found


@pytest.mark.parametrize("extract", ["finding", "further_finding"])
def test_evidence_that_leads_to_no_delivered_row_is_found(build: Build, extract: str) -> None:
    findings = release_factory.mart_rows("1")[extract]
    findings[0]["evidence"] = [release_factory.address("dibao", 99)]
    assert codes(build(changed={extract: findings})) == {"EVIDENCE_UNRESOLVED"}


def test_a_changed_or_missing_delivery_is_found_in_the_archive(release: Path, data: DataFolder) -> None:
    one, other = (path for path in sorted(data.archive.rglob("*")) if path.is_file())
    one.write_bytes(b"something else")
    other.unlink()
    assert codes(release, data) == {"ARCHIVE_CHANGED", "ARCHIVE_MISSING"}


def test_a_decision_log_that_was_cut_behind_the_noted_head_is_found(build: Build, data: DataFolder) -> None:
    from datetime import UTC, datetime

    chain = HashChain(data.decisions)
    for number in range(3):
        chain.append({"number": number}, datetime(2026, 10, 1, tzinfo=UTC))
    chain.append({"number": "later"}, datetime(2026, 11, 1, tzinfo=UTC))
    release = publish(build(), data)
    assert json.loads((release / "manifest.json").read_text())["decision_log"]["entries"] == 3
    assert verify_release(release, data) == []
    with sqlite3.connect(data.decisions) as connection:
        connection.executescript("drop trigger entry_is_never_removed; delete from entry where number > 2")
    assert codes(release, data) == {"DECISION_CHAIN"}


def test_the_checks_read_the_warehouse_of_the_release(copy: Path) -> None:
    with duckdb.connect(str(copy / "warehouse.duckdb")) as connection:
        connection.execute("delete from intermediate.int_row__delivered where feed = 'cremation'")
    found = codes(copy)
    assert "FILE_CHANGED" in found
    _edit_manifest(copy, lambda manifest: manifest["files"].update(_fitting(copy / "warehouse.duckdb")))
    assert codes(copy) == {"RECEIPT_DIFFERS", "EVIDENCE_UNRESOLVED"}


def _fitting(path: Path) -> dict[str, Any]:
    from pipelines.storage.archive import file_sha256

    return {path.name: {"sha256": file_sha256(path), "size": path.stat().st_size}}
