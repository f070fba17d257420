"""Recomputes what a release says of itself and lists every difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from pipelines.audit.content import content_problems
from pipelines.audit.problem import Problem
from pipelines.audit.purged import Purged, purged_of, purged_problems
from pipelines.storage.archive import archive_state, file_sha256
from pipelines.storage.chain import HashChain
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import WAREHOUSE, read_manifest

__all__ = ["Problem", "verify_release"]

_RESTORE = "从备份恢复该文件，并查明是谁改动了它；在此之前该结果无法重建。"
_REBUILD = "不要使用本发布；用同一业务日期重新运行，并查明是谁改动了文件。"


def verify_release(path: Path, data: DataFolder | None = None) -> list[Problem]:
    """Every problem of the release in folder `path`, staged or published; empty when it is intact.

    With `data` the archive of deliveries, the pointer to the release in force and the decision log are checked too, and
    what was purged under a sound certificate (see `purged_of`) is no problem: what is left is verified as before.
    """
    try:
        manifest = read_manifest(path)
    except (OSError, ValueError):
        return [Problem("MANIFEST_UNREADABLE", "manifest.json", "清单缺失或无法读取。", _REBUILD)]
    purged = purged_of(path, data) if data is not None else Purged()
    problems = list(_files(path, manifest, purged))
    unusable = {problem.where for problem in problems} | purged.files
    for name in manifest["extracts"]:
        if not unusable & {f"extracts/{name}.parquet", f"contracts/{name}.odcs.yaml"}:
            problems += _contract(path, name, manifest["extracts"][name])
    if not any(where.startswith(("extracts/", WAREHOUSE)) for where in unusable | {p.where for p in problems}):
        problems += content_problems(path)
    if data is not None:
        problems += [*_pointer(path, manifest, data), *_archive(manifest, data, purged), *_decisions(manifest, data)]
        problems += purged_problems(data, purged)
    return problems


def _files(path: Path, manifest: dict[str, Any], purged: Purged) -> Iterator[Problem]:
    expected = manifest["files"]
    found = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
    found.pop("manifest.json")
    for name in sorted(set(expected) - set(found) - purged.files):
        yield Problem("FILE_MISSING", name, "清单所列的文件不存在。", _REBUILD)
    for name in sorted(set(found) - set(expected)):
        yield Problem("FILE_UNKNOWN", name, "清单中没有这个文件。", "移走该文件；发布之后不可增添内容。")
    for name in sorted(set(found) & set(expected)):
        size, digest = found[name].stat().st_size, file_sha256(found[name])
        if size != expected[name]["size"] or digest != expected[name]["sha256"]:
            yield Problem("FILE_CHANGED", name, "文件的大小或 SHA-256 与清单不符。", _REBUILD)


def _contract(path: Path, name: str, entry: dict[str, Any]) -> Iterator[Problem]:
    where = f"extracts/{name}.parquet"
    if file_sha256(path / entry["contract"]) != entry["contract_sha256"]:
        yield Problem("CONTRACT_CHANGED", entry["contract"], "合同与清单所记的不是同一份。", _REBUILD)
        return
    try:
        contract = OpenDataContractStandard.model_validate(
            yaml.safe_load((path / entry["contract"]).read_text("utf-8"))
        )
        properties = (contract.schema_ or [])[0].properties or []
    except (ValueError, IndexError):
        yield Problem("CONTRACT_INVALID", entry["contract"], "不是有效的 ODCS 合同。", _REBUILD)
        return
    expected = {str(column.name): str(column.physicalType) for column in properties}
    key = [str(column.name) for column in properties if column.primaryKey] or list(expected)
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(path / where))
        found = dict(zip(table.columns, (str(kind) for kind in table.types), strict=True))
        if found != expected:
            names = "、".join(sorted({column for column, _ in set(found.items()) ^ set(expected.items())}))
            yield Problem("CONTRACT_BROKEN", where, f"列与合同不符：{names}。", _REBUILD)
            return
        columns = ", ".join(f'"{column}"' for column in key)
        query = f"select count(*), count(distinct ({columns})) from read_parquet(?)"
        rows, distinct = connection.execute(query, [str(path / where)]).fetchone() or (0, 0)
    if rows != entry["rows"]:
        yield Problem("ROW_COUNT", where, f"有 {rows} 行，清单记 {entry['rows']} 行。", _REBUILD)
    if distinct != rows:
        yield Problem("KEY_REPEATED", where, f"键({'、'.join(key)})有 {rows - distinct} 行重复。", _REBUILD)


def _pointer(path: Path, manifest: dict[str, Any], data: DataFolder) -> Iterator[Problem]:
    """The release in force is noted with the hash of its manifest; that note is not inside the release."""
    try:
        pointer = json.loads((data.releases / "current.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except ValueError:
        yield Problem("POINTER_UNREADABLE", "current.json", "文件无法读取。", "重新运行，或从备份恢复 current.json。")
        return
    mine = pointer.get("release") == f"{manifest['as_of']}/{manifest['run_id']}" and path.name == manifest["run_id"]
    if mine and pointer.get("manifest_sha256") != file_sha256(path / "manifest.json"):
        yield Problem("MANIFEST_CHANGED", "manifest.json", "清单在发布之后被改动。", _REBUILD)


def _archive(manifest: dict[str, Any], data: DataFolder, purged: Purged) -> Iterator[Problem]:
    for delivered in manifest["deliveries"]:
        if (delivered["feed"], delivered["delivery"], delivered["sha256"]) in purged.deliveries:
            continue
        state = archive_state(data, delivered["sha256"])
        where = "/".join((delivered["feed"], delivered["delivery"], delivered["file"]))
        if state == "missing":
            yield Problem(
                "ARCHIVE_MISSING", where, "存档中没有这份报送文件。", "从备份恢复存档；在此之前该结果无法重建。"
            )
        elif state == "changed":
            yield Problem(
                "ARCHIVE_CHANGED", where, "存档文件与收到时的 SHA-256 不符。", "从备份恢复该文件，并查明是谁改动了它。"
            )


def _decisions(manifest: dict[str, Any], data: DataFolder) -> Iterator[Problem]:
    note = manifest["decision_log"]
    for sentence in HashChain(data.decisions).verify((note["entries"], note["head"])):
        yield Problem(
            "DECISION_CHAIN",
            data.decisions.name,
            f"核实结论台账的哈希链断裂：{sentence}。",
            "从备份恢复台账，并查明是谁改动了它。",
        )
