"""Faults of the machine that a test can really cause: missing permission, no network, another clock, a full disk.

Each gives the beginning of a command line, or skips the test and says which tool is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
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


def failing(point: str, probability: float, error: int) -> list[str]:
    """Under libfiu: the system calls of `point` (such as posix/io/rw/write) fail at random with `error`.

    libfiu's own lock now and then stops a process while it loads a library; after half a minute such a one is killed.
    """
    _needs("fiu-run", ["fiu-run", "-x", "true"])
    limited = ["timeout", "--signal=KILL", "30"]
    return [*limited, "fiu-run", "-x", "-c", f"enable_random name={point},probability={probability},failinfo={error}"]


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
