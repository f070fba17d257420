"""What a child process has cost so far. Standard library alone: the peer's interpreter runs it too."""

from __future__ import annotations

import resource
import time
from pathlib import Path


def cost_so_far(started: float) -> dict[str, float]:
    """wall (seconds since `started`, a time of time.time()), cpu (seconds of all threads), memory (peak MB)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: it begins with the size of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
    return {
        "wall": time.time() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": int(peak) / 1024,
    }
