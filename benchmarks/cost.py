"""What processes cost. Standard library alone: the peer's interpreter runs it too."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path


def cost_so_far(started: float) -> dict[str, float]:
    """wall (seconds since `started`, a time of time.time()), cpu (seconds of all threads), memory (peak MB)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall": time.time() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": peak(os.getpid()),
    }


def peak(process: int) -> float:
    """The most memory (MB) that a living process has held. Not ru_maxrss: that begins with the size of the process that
    started it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def resident(process: int) -> float:
    """MB, 0 when the process is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def cpu_seconds(process: int) -> float:
    """CPU seconds so far, 0 when the process is gone."""
    try:
        after_name = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def command_line(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace")
    except OSError:
        return ""
