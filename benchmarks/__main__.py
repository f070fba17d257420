"""python -m benchmarks [--public FOLDER] [--persons N]: Hedui and, where it is installed, Splink, on the same files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from benchmarks.measure import EngineError, has_splink, run_engine
from benchmarks.report import Line, section, table, write_section
from benchmarks.scores import best_pair_f1, fuzzy_score, group_score
from benchmarks.sets import PUBLIC, BenchmarkSet, county, missing_files

SPLINK_USUAL = 0.95


def measured(engine: str, chosen: BenchmarkSet, work: Path, python: str | None) -> Line:
    """Runs the engine and scores what it wrote."""
    cost, folder = run_engine(engine, chosen, work, python)
    names = sorted(folder.glob("links*.parquet"))
    by_name = {path.stem: pl.read_parquet(path) for path in names}
    own = by_name.get("links", by_name.get(f"links_{SPLINK_USUAL}"))
    if own is None:
        raise EngineError(f"{engine} on {chosen.name}: no links")
    fuzzy = fuzzy_score(own, chosen.truth) if "norm_id" in chosen.truth.columns else None
    return Line(
        chosen.name,
        chosen.records.height,
        engine,
        cost,
        group_score(own, chosen.truth),
        max(group_score(links, chosen.truth).f1 for links in by_name.values()),
        None if fuzzy else best_pair_f1(pl.read_parquet(folder / "pairs.parquet"), chosen.truth),
        fuzzy,
        max(fuzzy_score(links, chosen.truth).f1 for links in by_name.values()) if fuzzy else None,
    )


def _chosen(names: list[str], public: Path | None, work: Path, persons: int) -> Iterator[BenchmarkSet]:
    lacking = {name for name, _ in missing_files(public)}
    for name, (read, _) in PUBLIC.items():
        if public is not None and name not in lacking and (not names or name in names):
            yield read(public)
    for difficulty in ("normal", "hard"):
        if not names or f"county_{difficulty}" in names:
            yield county(work, persons, difficulty)


def main(
    public: Annotated[Path | None, typer.Option(help="folder of the public labelled sets")] = None,
    persons: Annotated[int, typer.Option(help="persons of the own flat county")] = 100_000,
    only: Annotated[list[str] | None, typer.Option(help="names of sets, for instance febrl_4, county_hard")] = None,
    work: Annotated[Path, typer.Option(help="working folder")] = Path("build/bench"),
    peer_python: Annotated[str | None, typer.Option(help="interpreter with splink; this one by default")] = None,
    write: Annotated[bool, typer.Option(help="write the section of docs/benchmarks.md")] = False,
) -> None:
    """Measures, prints the table, and says what it lacks."""
    missing = list(missing_files(public))
    for name, file in missing:
        print(f"缺少公开数据集 missing: {name} ({file});用 --public 指定所在文件夹", file=sys.stderr)
    engines = ["Hedui"] + (["Splink"] if has_splink(peer_python) else [])
    if len(engines) == 1:
        print("没有 Splink:pip install 'hedui[bench]',或用 --peer-python 指定", file=sys.stderr)
    lines, failed = [], False
    for chosen in _chosen(only or [], public, work, persons):
        for engine in engines:
            try:
                lines.append(measured(engine, chosen, work, peer_python if engine == "Splink" else None))
                print(table(lines[-1:]).splitlines()[-1], flush=True)
            except EngineError as error:
                failed = True
                print(error, file=sys.stderr)
    print(table(lines))
    if write and lines:
        command = "python -m benchmarks " + " ".join(
            argument for argument in (f"--persons {persons}", *(f"--only {name}" for name in only or ()))
        )
        write_section(Path("docs/benchmarks.md"), section(lines, missing, command, date.today().isoformat()))
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
