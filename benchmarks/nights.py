"""python -m benchmarks.nights [--persons N] [--share 0.01]: what a night costs on which few rows changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer

from benchmarks.sets import county

CHILD = Path(__file__).parent / "night_child.py"
#: Columns in which a changed row gets the value of another row.
CHANGED = ("name", "phone", "address", "birth_date", "village")


def two_nights(mentions: pl.DataFrame, share: float, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(yesterday's rows, tonight's): of the share a fifth is new, a fifth gone, the rest has another value."""
    generator = np.random.default_rng(seed)
    rows = generator.permutation(mentions.height)[: max(5, round(mentions.height * share))]
    new, gone, other = np.split(rows, [rows.size // 5, 2 * (rows.size // 5)])
    source = generator.permutation(mentions.height)
    tonight = mentions
    for nth, column in enumerate(CHANGED):
        chosen = other[nth :: len(CHANGED)]
        values = mentions[column].gather(source[chosen])
        tonight = tonight.with_columns(mentions[column].scatter(chosen, values))
    kept = np.ones((2, mentions.height), dtype=bool)
    kept[0, new], kept[1, gone] = False, False
    return mentions.filter(kept[0]), tonight.filter(kept[1])


def run_night(folder: Path, mode: str) -> dict[str, Any]:
    """What the child tells of one night."""
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    subprocess.run([sys.executable, str(CHILD), str(folder), mode], env=environment, check=True)
    told: dict[str, Any] = json.loads((folder / mode / "told.json").read_text(encoding="utf-8"))
    return told


def unlike(folder: Path) -> list[str]:
    """The tables in which the increment differs from the full run."""
    full = {path.name: pl.read_ipc(path) for path in sorted((folder / "full").glob("*.arrow"))}
    increment = {name: pl.read_ipc(folder / "increment" / name) for name in full}
    return [name for name, table in full.items() if not table.equals(increment[name])]


def main(
    persons: Annotated[int, typer.Option(help="persons of the own flat county")] = 100_000,
    share: Annotated[float, typer.Option(help="share of the rows that change")] = 0.01,
    work: Annotated[Path, typer.Option(help="working folder")] = Path("build/bench"),
) -> None:
    """Links yesterday's rows, then tonight's twice: all of them, and what changed; says the costs and compares."""
    from pipelines.matching.records import clean_records

    folder = work / f"nights_{persons}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yesterday, tonight = two_nights(clean_records(county(work, persons, "normal").records), share)
    yesterday.write_parquet(folder / "yesterday.parquet")
    tonight.write_parquet(folder / "tonight.parquet")
    run_night(folder, "first")
    full, increment = run_night(folder, "full"), run_night(folder, "increment")
    different = unlike(folder)
    print("| rows | changed | pairs | compared again | full CPU s | increment CPU s | ratio | MB, both | result |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(
        f"| {tonight.height:,} | {increment['changed']:,} | {full['pairs']:,} | {increment['compared']:,} "
        f"| {full['cpu']:.1f} | {increment['cpu']:.1f} | {increment['cpu'] / full['cpu']:.2f} "
        f"| {full['memory']:.0f}, {increment['memory']:.0f} | {'、'.join(different) or 'the same'} |"
    )
    raise typer.Exit(1 if different or increment["reason"] else 0)


if __name__ == "__main__":
    typer.run(main)
