"""The delivered files as they are kept: whether an archived file is still the one that was received."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipelines.storage.paths import DataFolder


def file_sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def archive_state(data: DataFolder, sha256: str) -> str:
    """`verified`, `changed` (the bytes have another hash) or `missing`."""
    path = data.archived_file(sha256)
    if not path.is_file():
        return "missing"
    return "verified" if file_sha256(path) == sha256 else "changed"
