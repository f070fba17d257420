"""One run at a time on one data folder.

The lock is the kernel's (flock): it goes when its process goes, however that process ends. The owner's note in the file
says who holds it, and tells a dead owner from a living one where flock does not reach (a share, a restored copy).
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.storage.paths import DataFolder


@dataclass(frozen=True)
class Owner:
    """Who holds the lock. A process is the same one only if number, start and boot of the machine all agree."""

    pid: int
    process_started: str
    boot_id: str
    host: str
    run_id: str
    since: str

    def is_alive(self) -> bool:
        """False when the process is certainly gone; an owner on another host counts as alive."""
        if self.host != socket.gethostname():
            return True
        return self.boot_id == _boot_id() and self.process_started == _process_start(self.pid)


class LockHeld(RuntimeError):
    """Another run holds the lock; `owner` says which one (None when it has not written its note yet)."""

    def __init__(self, owner: Owner | None) -> None:
        self.owner = owner
        who = f"运行 {owner.run_id}(进程 {owner.pid}，主机 {owner.host}，始于 {owner.since})" if owner else "另一次运行"
        super().__init__(f"已有运行占用数据目录：{who}。请等待其结束后再试。")


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _process_start(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot (field 22 of /proc/<pid>/stat); None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rsplit(")", 1)[1].split()[19]


def _note(run_id: str) -> Owner:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return Owner(os.getpid(), _process_start(os.getpid()) or "", _boot_id(), socket.gethostname(), run_id, since)


def read_owner(data: DataFolder) -> Owner | None:
    """The owner named in the lock file, alive or not; None when the file is missing, empty or broken."""
    try:
        return Owner(**json.loads(data.lock.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def run_lock(data: DataFolder, run_id: str | int) -> Iterator[Owner]:
    """Holds the lock while the block runs; LockHeld at once when another run has it.

    A note of a dead owner is taken over. The file stays after the block (removing it would let two processes lock two
    different files); only its content goes.
    """
    data.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeld(read_owner(data)) from None
        if (before := read_owner(data)) and before.is_alive() and before.pid != os.getpid():
            raise LockHeld(before)
        owner = _note(str(run_id))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(owner)).encode(), 0)
        os.fsync(descriptor)
        try:
            yield owner
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
