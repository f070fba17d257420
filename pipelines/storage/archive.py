"""The delivered files as they are kept: whether an archived file is still the one that was received."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipelines.storage.paths import DataFolder
from pipelines.storage.register import DeliveredFile


class ArchiveDamaged(RuntimeError):
    """An archived file is gone, or is not the one that was received; the message says where and what to do."""


def file_sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def archive_state(data: DataFolder, sha256: str) -> str:
    """`verified`, `changed` (the bytes have another hash) or `missing`."""
    path = data.archived_file(sha256)
    if not path.is_file():
        return "missing"
    return "verified" if file_sha256(path) == sha256 else "changed"


def check_archived(data: DataFolder, file: DeliveredFile) -> None:
    """Raises ArchiveDamaged unless the archived file is the one received; OSError when the disk does not give it."""
    if (state := archive_state(data, file.sha256)) != "verified":
        delivery = f"{file.feed}/{file.delivery}"
        what = {"missing": "不见了", "changed": "已损坏"}[state]
        remedy = f"从备份恢复该文件，或把 {delivery} 的原件放回接收文件夹，再重新运行"
        where = data.archived_file(file.sha256)
        raise ArchiveDamaged(f"归档的一份报送文件（{delivery}）{what}；位置：{where}；处理：{remedy}")
