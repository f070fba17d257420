"""Building a release beside the others, and making it visible in one step.

Order of events, so that a reader always finds one complete release whatever ends the process: the release is built
below `releases/.staged/`, read back against its manifest, made read-only and flushed; one rename gives it its name;
then `current.json` is replaced. A release that was renamed but not yet named by `current.json` is complete and may be
read by its path; the release in force is still the old one.

`current.json` names the newest business date's last release: building a past date again publishes that date's release
and leaves the one in force where it is.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.publishing import contracts as contract_room
from pipelines.publishing import manifest
from pipelines.publishing.context import RunContext
from pipelines.publishing.contracts import ContractViolation
from pipelines.publishing.extracts import write_extracts
from pipelines.publishing.people import read_subjects
from pipelines.publishing.quality import write_quality
from pipelines.publishing.receipts import read_receipts, write_receipts
from pipelines.publishing.report import write_report
from pipelines.publishing.tokens import Tokens
from pipelines.publishing.warehouse import copy_warehouse
from pipelines.publishing.worklists import write_worklists
from pipelines.storage import atomic
from pipelines.storage.archive import file_sha256
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder

STAGED = ".staged"


class ReleaseExists(RuntimeError):
    """A release of that name is already published, and releases never change."""


def _nothing(point: str) -> None:
    """In production nothing happens between the steps; tests end the process here."""


def build_release(
    work: Path, data: DataFolder, context: RunContext | None = None, dbt_project: Path = contract_room.DBT_PROJECT
) -> Path:
    """Builds the release of the run in `work`, complete but invisible, and returns its folder.

    Raises ContractViolation, and leaves nothing behind, when an extract does not keep its contract.
    """
    context = context or RunContext.read(work)
    staged = data.releases / STAGED / context.run_id
    _remove(staged)
    staged.mkdir(parents=True)
    try:
        _fill(staged, work, data, context, dbt_project)
    except BaseException:
        _remove(staged)
        raise
    return staged


def _fill(staged: Path, work: Path, data: DataFolder, context: RunContext, dbt_project: Path) -> None:
    marts = contract_room.read_mart_contracts(dbt_project)
    tokens = Tokens(county_key(data))
    rows, problems = write_extracts(marts, work / "export", staged / "extracts", tokens)
    if problems:
        raise ContractViolation(problems)
    rendered = {name: contract_room.render(contract) for name, contract in marts.items()}
    (staged / "contracts").mkdir()
    for name, text in rendered.items():
        atomic.write_text(staged / "contracts" / f"{name}.odcs.yaml", text)
    copy_warehouse(work / "warehouse.duckdb", staged / "warehouse.duckdb")
    subjects = read_subjects(staged)
    worklists = write_worklists(subjects, staged / "worklists", context)
    receipts = write_receipts(read_receipts(work, staged, _before(data, context)), staged / "receipts", context.as_of)
    quality = write_quality(staged, work, data, context)
    write_report(subjects, staged / "reports" / "index.html", context, rows, worklists, receipts, quality)
    content = manifest.compose(staged, data, context, tokens, rows, rendered)
    atomic.write_json(staged / "manifest.json", content)


def _before(data: DataFolder, context: RunContext) -> Path | None:
    """The folder of the release that this one follows on."""
    if context.previous_as_of is None or context.previous_run_id is None:
        return None
    return data.releases / context.previous_as_of.isoformat() / context.previous_run_id


def publish(staged: Path, data: DataFolder, at: Callable[[str], None] = _nothing) -> Path:
    """Makes the release in `staged` visible and returns its folder.

    Raises ReleaseExists when its name is taken, and manifest.Damaged when a file is not what the manifest says.
    """
    content = manifest.check(staged)
    final = data.releases / content["as_of"] / content["run_id"]
    if final.exists():
        raise ReleaseExists(f"业务日期 {content['as_of']} 运行 {content['run_id']} 的发布已存在，发布后不可更改。")
    at("checked")
    _make_read_only(staged)
    final.parent.mkdir(parents=True, exist_ok=True)
    at("read_only")
    atomic.publish_folder(staged, final)
    final.chmod(0o555)
    at("renamed")
    if _is_newest(content, data):
        release = f"{content['as_of']}/{content['run_id']}"
        pointer = {
            "release": release, "as_of": content["as_of"], "run_id": content["run_id"],
            "manifest_sha256": file_sha256(final / "manifest.json"),
            "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        atomic.write_json(data.releases / "current.json", pointer)
    at("in_force")
    return final


def _is_newest(content: dict[str, Any], data: DataFolder) -> bool:
    """Whether no release in force has a later business date; a broken pointer is replaced."""
    try:
        in_force = json.loads((data.releases / "current.json").read_text(encoding="utf-8"))["release"]
    except (FileNotFoundError, ValueError, KeyError):
        return True
    return str(in_force).split("/")[0] <= str(content["as_of"])


def _make_read_only(folder: Path) -> None:
    """Files and folders below `folder` lose every write permission; `folder` itself keeps it until it is renamed."""
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)


def remove_orphans(data: DataFolder) -> list[str]:
    """Removes what runs that were ended left half built; returns the names. Call it while holding the run's lock."""
    staging = data.releases / STAGED
    names = sorted(path.name for path in staging.iterdir()) if staging.is_dir() else []
    for name in names:
        _remove(staging / name)
    return names


def _remove(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            os.chmod(path, stat.S_IRWXU)
    shutil.rmtree(folder)
