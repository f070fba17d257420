"""Faults of the machine that a test can really cause: missing permission, no network, another clock, a full disk.

Each gives the beginning of a command line, or skips the test and says which tool is missing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _needs(tool: str, works: list[str]) -> None:
    """Skips when a tool is missing or may not be used here."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed on this machine; the fault cannot be caused")
    tried = subprocess.run(works, capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"{tool} may not be used on this machine: {tried.stderr.strip()[:100]}")


def without_privileges() -> list[str]:
    """As an ordinary user: for root, without the capability to pass over permissions."""
    if os.geteuid():
        return []
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    _needs("setpriv", [*drop, "true"])
    return drop


def without_network() -> list[str]:
    """In a network namespace of its own, which has no route and not even a loopback that is up."""
    _needs("unshare", ["unshare", "--net", "true"])
    return ["unshare", "--net"]


def at_time(moment: str) -> dict[str, str]:
    """The environment of a process whose clock starts at `moment` (or is moved by it, as in -1h) and then runs."""
    libraries = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib64/faketime")
    found = [Path(folder) / "libfaketime.so.1" for folder in libraries if Path(folder, "libfaketime.so.1").exists()]
    if not found:
        pytest.skip("libfaketime is not installed on this machine; the clock cannot be moved")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": moment, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def failing(folder: Path, point: str, probability: float, error: int) -> list[str]:
    """Under libfiu, with its pipes in `folder`: the system calls of `point` (posix/io/rw/write) fail at random with
    `error`.

    Arrow's allocator may start no thread: it would do so while Arrow is loaded, and libfiu would wait in it for ever. A
    process that stands still all the same is killed.
    """
    _needs("fiu-run", ["fiu-run", "-x", "true"])
    limited = ["timeout", "--signal=KILL", "30", "env", "JE_ARROW_MALLOC_CONF=background_thread:false"]
    failures = f"enable_random name={point},probability={probability},failinfo={error}"
    return [*limited, "fiu-run", "-x", "-f", str(folder / "fiu"), "-c", failures]


@contextmanager
def network_share(folder: Path) -> Iterator[Path]:
    """An empty folder on a file system that the kernel knows as sshfs, answered by a thread of this process."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError as error:
        pytest.skip(f"there is no FUSE on this machine: {error.strerror}")
    options = f"fd={device},rootmode=40755,user_id={os.getuid()},group_id={os.getgid()},allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"sshfs", os.fsencode(folder), b"fuse.sshfs", 0, options.encode()):
        os.close(device)
        pytest.skip(f"a share cannot be mounted on this machine: {os.strerror(ctypes.get_errno())}")
    answering = threading.Thread(target=_answer, args=(device,), daemon=True)
    answering.start()
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        answering.join(30)
        os.close(device)


def _answer(device: int) -> None:
    """Says of the root that it is a folder with space, and that nothing is in it (fuse(4), protocol 7).

    Ends when the file system is unmounted.
    """
    lookup, forget, getattr_, statfs, init, interrupt, batch_forget = 1, 2, 3, 17, 26, 36, 42
    attributes = struct.pack("<6Q10I", 1, 0, 0, 0, 0, 0, 0, 0, 0, stat.S_IFDIR | 0o755, 2, 0, 0, 0, 4096, 0)
    answers = {
        init: struct.pack("<4I2H2I2H8I", 7, 31, 0, 0, 0, 0, 4096, 1, 1, 0, *[0] * 8),
        getattr_: struct.pack("<Q2I", 0, 0, 0) + attributes,
        statfs: struct.pack("<5Q4I6I", *[1 << 24] * 5, 4096, 255, 4096, 0, *[0] * 6),
    }
    while True:
        try:
            asked = os.read(device, 1 << 18)
        except OSError:
            return
        _, operation, number = struct.unpack_from("<2IQ", asked)
        if operation in (forget, interrupt, batch_forget):
            continue
        answer = answers.get(operation, b"")
        error = 0 if answer else errno.ENOENT if operation == lookup else errno.ENOSYS
        os.write(device, struct.pack("<IiQ", 16 + len(answer), -error, number) + answer)


@contextmanager
def small_disk(folder: Path, megabytes: int, inodes: int = 0) -> Iterator[Path]:
    """A disk of its own at `folder`, so small that it fills up."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m" + (f",nr_inodes={inodes}" if inodes else "")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted on this machine: {mounted.stderr.strip()[:100]}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
