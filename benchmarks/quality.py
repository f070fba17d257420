"""python -m benchmarks.quality --data DATA [--rows 1000000]: what all suites cost, and how else they could be judged.

The staged rows of the release in force are repeated until there are so many, with keys, cases and objects of their own;
persons repeat. Each engine runs in a process of its own on the same file, and all must find the same rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from benchmarks.quality_child import ENGINES
from expectations.suites import SUITES
from pipelines.contracts import get_feed
from pipelines.storage.paths import DataFolder

CHILD = Path(__file__).parent / "quality_child.py"
#: What makes rows of one thing: repeated things are others.
OWN = ("case_number", "plate", "unit_number", "company")
TITLES = {"pandas": "GE, pandas (shipped)", "arrow": "GE, Arrow-backed pandas", "duckdb": "plain DuckDB SQL"}
HEADER = "| engine | rows | expectations | wall s | CPU s | peak MB | wall, CPU, memory ÷ plain |\n|" + "---|" * 7


def multiply(source: Path, target: Path, rows: int) -> int:
    """Copies the staging tables into a new file, repeated to at least `rows` accepted rows of feeds with a suite;
    returns how often."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{source}' as release (read_only)")
        connection.execute("create schema staging")
        counts = " + ".join(
            f"(select count(*) from release.staging.{get_feed(feed).staging_model} where disposition = 'accepted')"
            for feed in SUITES
        )
        times = -(-rows // connection.sql(f"select {counts}").fetchall()[0][0])
        tables = connection.sql(
            "select table_name from duckdb_tables() where database_name = 'release' and schema_name = 'staging'"
        ).fetchall()
        for (table,) in tables:
            columns = {name for name, *_ in connection.sql(f"describe release.staging.{table}").fetchall()}
            own = ", ".join(f"{name} || '/' || nth as {name}" for name in ("row_id", *OWN) if name in columns)
            connection.execute(
                f"create table staging.{table} as select source.* replace ({own}) "
                f"from release.staging.{table} as source cross join range({times}) as repeated (nth)"
            )
    return times


def run(warehouse: Path, as_of: str, engine: str) -> dict[str, Any]:
    """What the child tells."""
    target = warehouse.with_name(f"{engine}.json")
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    subprocess.run(
        [sys.executable, str(CHILD), str(warehouse), as_of, engine, str(target)], env=environment, check=True
    )
    told: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return told


def line(engine: str, told: dict[str, Any], plain: dict[str, Any]) -> str:
    """One row under HEADER."""
    ratios = ", ".join(f"{told[what] / plain[what]:.2f}" for what in ("wall", "cpu", "memory"))
    cost = f"{told['wall']:.1f} | {told['cpu']:.1f} | {told['memory']:.0f}"
    ratio = "–" if told is plain else ratios
    return f"| {TITLES[engine]} | {told['rows']:,} | {told['expectations']} | {cost} | {ratio} |"


def main(
    data: Annotated[Path, typer.Option(help="data folder with a release")],
    rows: Annotated[int, typer.Option(help="rows of all feeds with a suite together")] = 1_000_000,
    work: Annotated[Path, typer.Option(help="working folder")] = Path("build/bench"),
) -> None:
    """Measures each engine, prints the table, and says where one finds other rows than plain SQL."""
    release = DataFolder(data).current_release()
    if release is None:
        raise typer.BadParameter(f"no release in {data}")
    as_of = str(json.loads((release / "manifest.json").read_text(encoding="utf-8"))["as_of"])
    warehouse = work / "quality" / "staged.duckdb"
    times = multiply(release / "warehouse.duckdb", warehouse, rows)
    told = {engine: run(warehouse, as_of, engine) for engine in ENGINES}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, every row {times} times\n\n{HEADER}")
    for engine in ENGINES:
        print(line(engine, told[engine], told["duckdb"]))
    different = [engine for engine in ENGINES if told[engine]["found"] != told["duckdb"]["found"]]
    if different:
        print(f"not the same rows: {', '.join(different)}", file=sys.stderr)
    raise typer.Exit(1 if different else 0)


if __name__ == "__main__":
    typer.run(main)
