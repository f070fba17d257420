"""Whether a folder lies on a network share, where neither the lock of a run nor SQLite's locks can be relied on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

#: As the kernel names them; of FUSE, what is mounted over a network.
_KINDS = frozenset((
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "davfs", "fuse.davfs", "fuse.sshfs", "fuse.rclone",
    "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.glusterfs", "fuse.smbnetfs", "fuse.curlftpfs", "fuse.gcsfuse",
))  # fmt: skip
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")


class OnNetworkShare(RuntimeError):
    """The data folder lies on a network share; the message says where, and what to do."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.what, self.where = f"数据文件夹在网络共享上({kind})，锁和登记库在那里不可靠", str(folder)
        self.remedy = "把数据文件夹放在本机磁盘上；报送文件夹可以留在共享上"
        super().__init__(f"{self.what}；位置：{self.where}；处理：{self.remedy}")


def refuse_share(folder: Path) -> None:
    """Raises OnNetworkShare when the folder lies, or would be made, on a network share."""
    if (kind := file_system_of(folder)) in _KINDS:
        raise OnNetworkShare(folder, str(kind))


def file_system_of(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of the file system that a folder is, or would be, on; None where the kernel does not tell."""
    if not mounts.exists():
        return None
    place, found, length = folder.resolve(), None, -1
    for mounted, kind in _mounted(mounts.read_text(encoding="utf-8", errors="surrogateescape")):
        if place.is_relative_to(mounted) and len(mounted.parts) >= length:  # of two on one place the later one shows
            found, length = kind, len(mounted.parts)
    return found


def _mounted(text: str) -> Iterator[tuple[Path, str]]:
    """Where something is mounted, and its kind: a line each, the kind behind a lone dash (proc_pid_mountinfo(5))."""
    for line in text.splitlines():
        fields, _, behind = line.partition(" - ")
        place = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields.split(" ")[4])
        yield Path(os.path.normpath(place)), behind.split(" ")[0]
