"""Carrying out a plan: noted first, then removed, then sealed, so that a purge ended half-way is completed by the next.

Order of events: the plan is on disk; the register notes the deliveries as gone (from then on no run uses them); the
files go, of each release the warehouse first (a release without it is followed on by no run); the ledger notes the
certificate's hash; the certificate and its page are written, and the plan goes. Every step may be done twice.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from pipelines.retention.page import certificate_page
from pipelines.retention.plan import Content, purged_files
from pipelines.storage import atomic, certificates
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from pipelines.storage.releases import WAREHOUSE

#: Removes the history of runs that are over their term; the room of Dagster gives it.
RemoveLogs = Callable[[Content], None]


class NotRemoved(RuntimeError):
    """Something that was to go is still there; the purge is not sealed, and may be started again."""


def _nothing(point: str) -> None:
    """In production nothing happens between the steps; tests end the process here."""


def nothing_to_do(content: Content) -> bool:
    return not any(content[kind] for kind in ("deliveries", "releases", "copies", "log_runs"))


def complete_unfinished(
    data: DataFolder, remove_logs: RemoveLogs, at: Callable[[str], None] = _nothing
) -> list[Content]:
    """Completes every purge that was ended half-way, under its own order; returns their contents."""
    begun = [c for c in certificates.read_certificates(data) if not c.is_done]
    for certificate in begun:
        carry_out(data, certificate.content, remove_logs, at)
    return [certificate.content for certificate in begun]


def carry_out(
    data: DataFolder, content: Content, remove_logs: RemoveLogs, at: Callable[[str], None] = _nothing
) -> Path:
    """Removes what the plan names and returns the folder of the certificate. To be called with the run's lock held.

    Raises NotRemoved when something would not go.
    """
    folder = certificates.write_plan(data, content)
    at("planned")
    Register(data.register).purge(purged_files(content))
    at("registered")
    for release in content["releases"]:
        _strip(data.releases / release["as_of"] / release["run_id"], release["files"], at)
    at("stripped")
    _remove(_content_files(data, content))
    _remove(data.root / copy["place"] for copy in content["copies"])
    at("removed")
    if content["log_runs"]:
        remove_logs(content)
    _check_gone(data, content)
    document = certificates.seal(data, content)
    at("sealed")
    atomic.write_text(folder / certificates.PAGE, certificate_page(document))
    atomic.write_json(folder / certificates.CERTIFICATE, document)
    at("certified")
    (folder / certificates.PLAN).unlink(missing_ok=True)
    return folder


def _strip(release: Path, files: Iterable[str], at: Callable[[str], None]) -> None:
    """Removes files of a published release, the warehouse first, and the folders that this empties."""
    if not release.is_dir():
        return
    folders = {release / folder for file in files for folder in PurePosixPath(file).parents}
    for folder in folders:
        if folder.is_dir():
            folder.chmod(stat.S_IRWXU)
    for file in sorted(files, key=lambda name: (name != WAREHOUSE, name)):
        (release / file).unlink(missing_ok=True)
        at("stripping")
    for folder in sorted(folders - {release}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    for folder in folders:
        if folder.is_dir():
            folder.chmod(0o555)
            atomic.sync_folder(folder)


def _content_files(data: DataFolder, content: Content) -> list[Path]:
    """Where the content of the deliveries lies, the archive and the cache of parsed rows; not of what was delivered
    twice and is still wanted."""
    register = Register(data.register)
    purged = register.purged()
    wanted = {file.sha256 for file in register.files() if file.number not in purged}
    going = sorted({entry["sha256"] for entry in content["deliveries"]} - wanted)
    return [
        path for sha256 in going for path in (data.archived_file(sha256), *data.parsed.glob(f"{sha256[:2]}/{sha256}-*"))
    ]


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            for folder, _, _ in os.walk(path):
                Path(folder).chmod(stat.S_IRWXU)
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        if path.parent.is_dir():
            atomic.sync_folder(path.parent)


def _check_gone(data: DataFolder, content: Content) -> None:
    """A certificate says only what is true."""
    left = [path for path in _content_files(data, content) if path.exists()]
    for release in content["releases"]:
        folder = data.releases / release["as_of"] / release["run_id"]
        left += [folder / file for file in release["files"] if (folder / file).exists()]
    left += [data.root / copy["place"] for copy in content["copies"] if (data.root / copy["place"]).exists()]
    if left:
        raise NotRemoved(
            f"{len(left)} 个文件未能删除，证明没有出具；位置：{left[0].relative_to(data.root)}；"
            "处理：检查文件权限和磁盘，然后再次运行 `hedui purge --execute` 完成清除"
        )
