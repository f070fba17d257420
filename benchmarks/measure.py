"""Runs one engine on one set in a child process, and reads what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sets import BenchmarkSet

HERE = Path(__file__).parent
ROOT = HERE.parent
CHILDREN = {"Hedui": HERE / "hedui_child.py", "Splink": HERE / "splink_child.py"}


class EngineError(RuntimeError):
    """An engine ended with an error; the message holds its last words."""


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, peak memory (MB), pairs compared. From the start of the process until the groups of one
    threshold are written; what is computed for the scores alone comes after.
    """

    wall: float
    cpu: float
    memory: float
    pairs: int


def run_engine(engine: str, chosen: BenchmarkSet, work: Path, python: str | None = None) -> tuple[Cost, Path]:
    """(what it cost, the folder with links and pairs). Raises EngineError."""
    folder = work / engine / chosen.name.replace(" ", "_").replace(",", "")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    given = chosen.peer_records if engine != "Hedui" and chosen.peer_records is not None else chosen.records
    given.write_parquet(folder / "records.parquet")
    settings = {
        "model": str(chosen.model) if chosen.model else None,
        "peer": chosen.peer,
        "thorough": chosen.thorough,
        "started": time.time(),
    }
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    ended = subprocess.run(
        [python or sys.executable, str(CHILDREN[engine]), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if ended.returncode != 0:
        words = ended.stderr.strip().splitlines()
        raise EngineError(f"{engine} on {chosen.name}: {words[-1] if words else ended.returncode}")
    return Cost(**json.loads((folder / "told.json").read_text(encoding="utf-8"))), folder


def has_splink(python: str | None) -> bool:
    """Whether the interpreter can import splink."""
    command = [python or sys.executable, "-c", "import splink, duckdb"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
