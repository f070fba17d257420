"""What another version wrote: a program does not go on with a newer one's data, and takes over an older one's."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines.storage.chain import HashChain
from pipelines.storage.formats import FORMAT
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from tests.nightly_county import hedui

NEWER = FORMAT + 1


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("pragma user_version").fetchone()[0])


def _execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def _newer_register(data: DataFolder) -> Path:
    Register(data.register).add_file("payment", "2026-10-31", "明细.csv", "0" * 64, 1)
    _execute(data.register, f"pragma user_version = {NEWER}")
    return data.register


def _newer_decisions(data: DataFolder) -> Path:
    HashChain(data.decisions).append({"kind": "note"})
    _execute(data.decisions, f"pragma user_version = {NEWER}")
    return data.decisions


def _release(data: DataFolder, **manifest: object) -> Path:
    folder = data.releases / "2026-09-30" / "000001"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    data.current.write_text(json.dumps({"release": "2026-09-30/000001"}))
    return folder


def _newer_release(data: DataFolder) -> Path:
    return _release(data, format=NEWER) / "manifest.json"


def _checksum(block: bytes) -> int:
    """DuckDB's checksum of a block, so that the file is whole and only of another version."""
    checksum = 5381
    for start in range(0, len(block), 8):
        checksum ^= int.from_bytes(block[start : start + 8], "little") * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    return checksum


def _newer_warehouse(data: DataFolder) -> Path:
    path = _release(data, format=FORMAT) / "warehouse.duckdb"
    duckdb.connect(str(path)).close()
    content = bytearray(path.read_bytes())
    assert content[8:12] == b"DUCK"
    content[12:20] = (5000).to_bytes(8, "little")
    content[:8] = _checksum(bytes(content[8:4096])).to_bytes(8, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("make", [_newer_register, _newer_decisions, _newer_release, _newer_warehouse])
def test_P24_P40_what_a_newer_version_wrote_stops_the_run_and_stays_as_it_is(
    tmp_path: Path, make: Callable[[DataFolder], Path]
) -> None:
    (tmp_path / "landing").mkdir()
    data = DataFolder(tmp_path / "data")
    data.root.mkdir()
    newer = make(data)
    before = {path: path.read_bytes() for path in data.root.rglob("*") if path.is_file()}
    done = hedui("run", "--landing", tmp_path / "landing", "--data", data.root, "--as-of", "2026-10-31")
    assert done.returncode == 1, done.stderr
    assert "由更新版本的程序写成" in done.stderr
    assert f"位置：{newer}" in done.stderr
    assert "处理：改用写成它的版本或更新的版本" in done.stderr
    seen = json.loads(hedui("doctor", "--data", data.root, "--landing", tmp_path / "landing", "--json").stdout)
    assert [(one["topic"], one["seen"].split()[0]) for one in seen if one["level"] == "bad"] == [
        ("数据格式 format", str(newer))
    ]
    assert {path: path.read_bytes() for path in data.root.rglob("*") if path.is_file()} == before


def test_P24_a_command_that_reads_a_newer_warehouse_says_so(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    _newer_warehouse(data)
    done = hedui("explain", "0" * 16, "--data", data.root)
    assert done.returncode == 1, done.stderr
    assert "由更新版本的程序写成" in done.stderr
    assert "处理：改用写成它的版本" in done.stderr


def test_P40_a_register_of_before_is_taken_over_with_all_it_knows(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")
    register.add_file("payment", "2026-10-31", "明细.csv", "0" * 64, 1)
    assert register.next_run_id() == "000001"
    _execute(register.path, "drop table purged_file; drop table quality_hold; pragma user_version = 0")
    assert [file.file for file in register.files()] == ["明细.csv"]
    assert (register.purged(), register.holds("payment"), register.next_run_id()) == ({}, {}, "000002")
    assert _version(register.path) == FORMAT


def test_P40_decisions_of_before_are_read_and_gone_on_with(tmp_path: Path) -> None:
    chain = HashChain(tmp_path / "decisions.sqlite")
    chain.append({"kind": "note"})
    _execute(chain.path, "pragma user_version = 0")
    assert chain.verify() == []
    assert chain.append({"kind": "note"}).number == 2
    assert (_version(chain.path), chain.verify()) == (FORMAT, [])
