"""python -m benchmarks.counties [--persons 100000 --persons 1000000]: how a whole run grows with the county.

Each county is the demo's own, made once and kept below --work: all feeds grow in proportion, every person is another
person. One `hedui run --json` links, judges and publishes it, in a process of its own on a fresh data folder; the run
says how long each step and each model took, and its processes are looked at five times a second. Wall seconds vary
with the load of the machine, CPU seconds hardly.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.cost import children, command_line, cpu_seconds, resident
from pipelines.demo.make import DEFAULT_AS_OF

STEPS = ("intake", "staging", "matching", "marts", "staged_release", "all")
#: A model is named where it took so many seconds in the larger county.
WORTH_NAMING = 1.0
#: No worse than linear: the marts' CPU over the persons' ratio, with this much for the noise of a shared machine.
TOLERANCE = 1.15
EVERY = 0.2
MAKE = "import sys; from pathlib import Path; from pipelines.demo import make_county; " + (
    "make_county(Path(sys.argv[1]), int(sys.argv[2]))"
)


@dataclass
class Watch:
    """What the processes of a run were seen to use. Resident memory in MB, the most seen: of the dbt process while it
    makes the marts, and of it and of the run's own process over the whole run. CPU seconds of the dbt process until the
    persons were linked, and in all: the marts are the difference."""

    marts: float = 0.0
    dbt: float = 0.0
    run: float = 0.0
    cpu_before: float = 0.0
    cpu: float = 0.0
    is_linked: bool = False

    def look(self, run: int, data: Path) -> None:
        """Looks once. The marts follow once the persons are linked."""
        self.run = max(self.run, resident(run))
        workers = [child for child in children(run) if "dbt_worker" in command_line(child)]
        dbt, cpu = sum(map(resident, workers)), sum(map(cpu_seconds, workers))
        self.dbt, self.cpu = max(self.dbt, dbt), max(self.cpu, cpu)
        # The working folder goes when the run ends: once linked is linked.
        self.is_linked = self.is_linked or any((data / "work").glob("*/matched/person_link.parquet"))
        if self.is_linked:
            self.marts = max(self.marts, dbt)
        else:
            self.cpu_before = self.cpu

    @property
    def marts_cpu(self) -> float:
        return self.cpu - self.cpu_before


@dataclass(frozen=True)
class CountyRun:
    """One county: its persons and delivered rows, seconds per step and per model, what its processes used."""

    persons: int
    rows: int
    steps: dict[str, float]
    models: dict[str, float]
    watch: Watch = field(default_factory=Watch)


def made(persons: int, work: Path) -> Path:
    """The county's landing folder, made in a process of its own unless it is there."""
    folder = work / f"county_{persons}"
    if not (folder / "truth" / "manifest.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-c", MAKE, str(folder), str(persons)], check=True)
    return folder / "landing"


def measured(persons: int, work: Path) -> CountyRun:
    """Runs the county on a fresh data folder. Raises SystemExit with the run's own words when nothing was published."""
    landing = made(persons, work)
    data = work / f"data_{persons}"
    command = [
        sys.executable, "-m", "pipelines.cli", "run", "--json",
        "--landing", str(landing), "--data", str(data), "--as-of", DEFAULT_AS_OF.isoformat(),
    ]  # fmt: skip
    watch = Watch()
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as said:
        run = subprocess.Popen(command, stdout=told, stderr=said)
        while run.poll() is None:
            watch.look(run.pid, data)
            time.sleep(EVERY)
        told.seek(0), said.seek(0)
        summary: dict[str, Any] = json.load(told) if run.returncode in (0, 3) else {}
        if not summary.get("release"):
            raise SystemExit(f"{persons} persons: nothing published\n{said.read()}")
    return county_run(persons, summary, watch)


def county_run(persons: int, summary: dict[str, Any], watch: Watch) -> CountyRun:
    """A run's summary in the terms of the benchmark."""
    models: dict[str, float] = {}
    for node in summary["nodes"]:
        kind, _, name, *_ = node["node"].split(".")
        if node["step"] == "marts" and kind == "model":
            models[name] = models.get(name, 0.0) + node["seconds"]
    rows = sum(feed["read"] for feed in summary["feeds"])
    return CountyRun(persons, rows, {step: summary["timings"][step] for step in STEPS}, models, watch)


def tables(runs: Sequence[CountyRun]) -> str:
    """The two tables, smaller county first: steps and processes of each, then the slowest models with their growth."""
    seen = ("marts CPU s", "marts MB", "dbt MB", "run MB")
    lines = ["| " + " | ".join(("persons", "rows", *(f"{step} s" for step in STEPS), *seen)) + " |"]
    lines.append("|" + "---|" * (len(STEPS) + len(seen) + 2))
    for run in runs:
        figures = [f"{run.persons:,}", f"{run.rows:,}", *(f"{run.steps[step]:.1f}" for step in STEPS)]
        lines.append("| " + " | ".join([*figures, *(f"{figure:,.0f}" for figure in _seen(run))]) + " |")
    if len(runs) > 1:
        small, large = runs[0], runs[-1]
        pairs = [(large.persons, small.persons), (large.rows, small.rows)]
        pairs += [(large.steps[step], small.steps[step]) for step in STEPS]
        pairs += zip(_seen(large), _seen(small), strict=True)
        lines.append("| " + " | ".join(ratio(*pair) for pair in pairs) + " |")
        lines += ["", f"| model | {small.persons:,} s | {large.persons:,} s | growth |", "|---|---|---|---|"]
        for name, seconds in sorted(large.models.items(), key=lambda entry: (-entry[1], entry[0])):
            before = small.models.get(name, 0.0)
            if seconds >= WORTH_NAMING:
                lines.append(f"| `{name}` | {before:.2f} | {seconds:.2f} | {ratio(seconds, before)} |")
    return "\n".join(lines)


def _seen(run: CountyRun) -> tuple[float, ...]:
    watch = run.watch
    return watch.marts_cpu, watch.marts, watch.dbt, watch.run


def ratio(large: float, small: float) -> str:
    return f"×{large / small:.1f}" if small else "–"


def grows_too_fast(small: CountyRun, large: CountyRun) -> bool:
    """Whether the marts take more CPU than the persons' ratio allows."""
    return large.watch.marts_cpu > TOLERANCE * small.watch.marts_cpu * large.persons / small.persons


def main(
    persons: Annotated[list[int], typer.Option(help="residents of each county")] = [100_000, 1_000_000],  # noqa: B006 - typer copies it
    work: Annotated[Path, typer.Option(help="working folder; counties are kept, data folders removed")] = Path(
        "build/bench"
    ),
) -> None:
    """Runs each county and prints the tables; ends with 1 when the marts grow faster than the county."""
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    runs = []
    for size in sorted(persons):
        data = work / f"data_{size}"
        _remove(data)
        runs.append(measured(size, work))
        print(tables(runs[-1:]), flush=True)
        _remove(data)
    print(tables(runs))
    raise typer.Exit(1 if len(runs) > 1 and grows_too_fast(runs[0], runs[-1]) else 0)


def _remove(folder: Path) -> None:
    """A release's folders are read-only."""
    if folder.exists():
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)


if __name__ == "__main__":
    typer.run(main)
