"""A small county on disk and the command line that runs it: what the tests of whole runs share."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.demo import make_county
from pipelines.demo.make import DEFAULT_AS_OF
from pipelines.storage.paths import DataFolder

COMMAND = [sys.executable, "-m", "pipelines.cli"]
AS_OF = "2026-10-31"


def hedui(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs the command as a scheduler does, in a locale that knows no Chinese."""
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C"}
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


class County:
    """Deliveries of so many persons up to a business date, a data folder, and the runs made on them."""

    def __init__(self, folder: Path, seed: int, as_of: date = DEFAULT_AS_OF, persons: int = 300) -> None:
        make_county(folder, persons, seed, as_of)
        self.landing, self.truth, self.data = folder / "landing", folder / "truth", DataFolder(folder / "data")

    def run(self, as_of: str = AS_OF, *more: str) -> subprocess.CompletedProcess[str]:
        return hedui("run", "--landing", self.landing, "--data", self.data.root, "--as-of", as_of, *more)

    def release(self) -> Path:
        release = self.data.current_release()
        assert release is not None
        return release

    def extract(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.release() / "extracts" / f"{name}.parquet")


def rows_of(release: Path) -> dict[str, list[str]]:
    """The rows of every extract, sorted, without the run's own name."""
    frames = {
        path.stem: pl.read_parquet(path).drop("run_id", strict=False)
        for path in (release / "extracts").glob("*.parquet")
    }
    return {name: sorted(map(repr, frame.rows(named=True))) for name, frame in frames.items()}
