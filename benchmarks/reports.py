"""python -m benchmarks.reports --data DATA: how many household reports a minute, as HTML and as PDF.

Each way is one run of the command `hedui report town --all` on the release in force, in a process of its own: starting
Python, reading the release and writing the files are included.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

WAYS = {
    "HTML, one file a household": (),
    "HTML, and one PDF document a town": ("--pdf",),
    "HTML, and one PDF a household": ("--pdf-each",),
}
HEADER = "| way | reports | wall s | CPU s | largest process MB | reports a minute |\n|" + "---|" * 6


@dataclass(frozen=True)
class Measured:
    """One way: reports written, wall seconds, CPU seconds of the command and the processes it waited for (not of all
    the browser's), memory of the largest process of all ways so far (MB)."""

    way: str
    reports: int
    wall: float
    cpu: float
    memory: float

    @property
    def a_minute(self) -> float:
        return 60 * self.reports / self.wall


def measured(way: str, data: Path) -> Measured:
    """Runs the command once and counts what it wrote."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pipelines.cli", "report", "town", "--all", "--json"]
        done = subprocess.run(
            [*command, "--data", str(data), "--out", folder, *WAYS[way]], capture_output=True, text=True, check=False
        )
        wall = time.monotonic() - began
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(way, int(json.loads(done.stdout)["reports"]), wall, cpu, after.ru_maxrss / 1024)


def row(line: Measured) -> str:
    """One row under HEADER."""
    cost = f"{line.wall:.1f} | {line.cpu:.1f} | {line.memory:.0f}"
    return f"| {line.way} | {line.reports:,} | {cost} | {line.a_minute:,.0f} |"


def main(
    data: Annotated[Path, typer.Option(help="data folder with a release")],
    only_html: Annotated[bool, typer.Option("--only-html", help="leave the browser out")] = False,
) -> None:
    """Measures each way and prints the table."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n{HEADER}")
    for way in list(WAYS)[: 1 if only_html else None]:
        print(row(measured(way, data)), flush=True)


if __name__ == "__main__":
    typer.run(main)
