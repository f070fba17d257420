"""python -m benchmarks [--public FOLDER] [--flat FOLDER] [--large]: Hedui and Splink on the same files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from benchmarks.measure import EngineError, has_splink, run_engine
from benchmarks.report import Line, cost_row, quality_row, section, tables, write_section
from benchmarks.scores import best_pair_f1, fuzzy_score, group_score, with_answers
from benchmarks.sets import PUBLIC, BenchmarkSet, county, flat, missing_files, province
from pipelines.matching.calibration import expected_calibration_error, reliability

SPLINK_USUAL = 0.95
#: Persons of the own county that make about 1,000,000 records, and how many such counties make about 10,000,000.
MILLION, COUNTIES = 470_000, 10


def measured(engine: str, chosen: BenchmarkSet, work: Path, python: str | None) -> Line:
    """Runs the engine and scores what it wrote."""
    cost, folder = run_engine(engine, chosen, work, python)
    by_name = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("links*.parquet"))}
    own = by_name.get("links", by_name.get(f"links_{SPLINK_USUAL}"))
    if own is None:
        raise EngineError(f"{engine} on {chosen.name}: no links")
    is_county = "norm_id" in chosen.truth.columns
    pair_best = error = None
    if (folder / "pairs.parquet").exists():
        pairs = pl.read_parquet(folder / "pairs.parquet")
        pair_best = None if is_county else best_pair_f1(pairs, chosen.truth)
        if is_county:
            error = expected_calibration_error(reliability(with_answers(pairs, chosen.truth)))
    return Line(
        chosen.name,
        chosen.records.height,
        engine,
        cost,
        group_score(own, chosen.truth),
        max(group_score(links, chosen.truth).f1 for links in by_name.values()) if chosen.thorough else None,
        pair_best,
        fuzzy_score(own, chosen.truth) if is_county else None,
        max(fuzzy_score(links, chosen.truth).f1 for links in by_name.values())
        if is_county and chosen.thorough
        else None,
        error,
    )


def _chosen(
    names: list[str], public: Path | None, given: Path | None, work: Path, persons: int, large: bool
) -> Iterator[tuple[BenchmarkSet, bool]]:
    """(set, whether the peer links it too)."""
    lacking = {name for name, _ in missing_files(public)}
    for name, (read, _) in PUBLIC.items():
        if public is not None and name not in lacking and (not names or name in names):
            yield read(public), True
    if given is not None and (not names or "flat" in names):
        yield flat(given, "flat"), True
    for difficulty in ("normal", "hard"):
        if not names or f"county_{difficulty}" in names:
            yield county(work, persons, difficulty), True
    if large and (not names or "million" in names):
        yield county(work, MILLION, "normal", thorough=False), True
    if large and (not names or "ten_million" in names):
        yield province(work, COUNTIES, MILLION), False


def main(
    public: Annotated[Path | None, typer.Option(help="folder of the public labelled sets")] = None,
    flat_folder: Annotated[
        Path | None, typer.Option("--flat", help="folder with records.parquet and truth.parquet of a flat county")
    ] = None,
    persons: Annotated[int, typer.Option(help="persons of the own flat county")] = 100_000,
    large: Annotated[bool, typer.Option(help="1,000,000 records too, and 10,000,000 by Hedui alone")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="names of sets: febrl_4, flat, county_hard, million, ten_million …")
    ] = None,
    work: Annotated[Path, typer.Option(help="working folder")] = Path("build/bench"),
    peer_python: Annotated[str | None, typer.Option(help="interpreter with splink; this one by default")] = None,
    write: Annotated[bool, typer.Option(help="write the section of docs/benchmarks.md")] = False,
) -> None:
    """Measures, prints the tables, and says what it lacks."""
    missing = list(missing_files(public))
    for name, file in missing:
        print(f"缺少公开数据集 missing: {name} ({file});用 --public 指定所在文件夹", file=sys.stderr)
    engines = ["Hedui"] + (["Splink"] if has_splink(peer_python) else [])
    if len(engines) == 1:
        print("没有 Splink:pip install 'hedui[bench]',或用 --peer-python 指定", file=sys.stderr)
    lines, failed = [], False
    for chosen, with_peer in _chosen(only or [], public, flat_folder, work, persons, large):
        for engine in engines if with_peer else engines[:1]:
            try:
                lines.append(measured(engine, chosen, work, peer_python if engine == "Splink" else None))
                print(quality_row(lines[-1], lines), cost_row(lines[-1], lines), sep="\n", flush=True)
            except EngineError as error:
                failed = True
                print(error, file=sys.stderr)
    print(tables(lines))
    if write and lines:
        options = (
            "--public FOLDER" if public else "",
            "--flat FOLDER" if flat_folder else "",
            f"--persons {persons}",
            "--large" if large else "",
            *(f"--only {name}" for name in only or ()),
        )
        command = " ".join(("python -m benchmarks", *filter(None, options)))
        write_section(Path("docs/benchmarks.md"), section(lines, missing, command, date.today().isoformat()))
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
