"""python -m benchmarks.marts --data DATA [--times 1 --times 10]: how rules and marts grow with the county.

Works on copies of the warehouse of the release in force, as `hedui policy` does. A copy with every row so many times is
a county of so many times as many persons: each copy of a row has its own persons, households, accounts, vessels and
other numbers, so that no group, household or person becomes larger; towns and names stay, as they would. Built is all
that follows on matching, apart from the comparison with the release before and the tests of dbt.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from benchmarks.cost import children, command_line, cpu_seconds, resident
from benchmarks.counties import EVERY, WORTH_NAMING, ratio
from pipelines.defs.dbt_builds import BEFORE_MATCHING
from pipelines.defs.dbt_manifest import dbt_environment, prepare_manifest
from pipelines.defs.dbt_worker import DbtWorker
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder

#: What tells rows, persons, households and things apart, wherever a column is called so.
OWN = (
    "row_id", "mention_id", "mention_id_l", "mention_id_r", "compared_as", "row_sha256", "pair_id", "person_id",
    "person_id_l", "person_id_r", "superseded_by", "case_number", "case_key", "shared_key", "member_number",
    "certificate_number", "account_number", "phone", "vessel_number", "licence_number", "unit_number", "plate",
    "company", *(f"{role}id_number" for role in ("", "head_", "child_", "adopter_", "husband_", "wife_", "guardian_")),
)  # fmt: skip
#: The tables that matching has read or written, apart from what a whole county has once.
MULTIPLIED = """
select schema_name, table_name from duckdb_tables()
where schema_name = 'staging' and table_name not like 'stg_reference__%'
    or schema_name = 'matched' and table_name not in ('finding_memory', 'finding_verdict', 'scored_pairs')
    or table_name in ('int_person__mentioned', 'int_row__delivered')
order by all
"""
MARTS = (
    "person_link", "person", "finding", "verified_household", "duplicate_candidate", "quarantine", "delivery_receipt",
    "lineage", "int_picture__covered", "int_picture__funded", "int_publication__celled",
)  # fmt: skip
SEEDS = ("--full-refresh", "--select", "resource_type:seed", "--exclude-resource-type", "test")
RULES = (
    "--select", *(f"+{mart}" for mart in MARTS), "--exclude", BEFORE_MATCHING,
    "--exclude-resource-type", "test", "--exclude-resource-type", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """One size: persons, rows of the feeds, CPU seconds and largest memory (MB) of the dbt process, seconds per model
    (two run at a time)."""

    persons: int
    rows: int
    cpu: float
    memory: float
    models: dict[str, float]


def multiply(warehouse: Path, times: int) -> tuple[int, int]:
    """Makes each row of the county so many; returns persons and rows of the feeds."""
    with duckdb.connect(str(warehouse)) as connection:
        for schema, table in connection.execute(MULTIPLIED).fetchall():
            name = f'"{schema}"."{table}"'
            columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
            own = ", ".join(f"{column} || '~' || copy as {column}" for column in columns if column in OWN)
            if times > 1 and own:
                copies = f"cross join (select range as copy from range({times}))"
                connection.execute(
                    f"create or replace table {name} as select * exclude (copy) replace ({own}) from {name} {copies}"
                )
        persons = connection.execute("select count(distinct person_id) from matched.person_link").fetchall()[0][0]
        rows = connection.execute("select count(*) from intermediate.int_row__delivered").fetchall()[0][0]
    return int(persons), int(rows)


def built(release: Path, times: int, project: Path) -> Built:
    """Builds the marts on a copy of the release's warehouse with every row `times` times."""
    with tempfile.TemporaryDirectory(dir=release.parents[2]) as name:
        folder = Path(name)
        (folder / "export").mkdir()
        shutil.copyfile(release / "warehouse.duckdb", folder / "warehouse.duckdb")
        persons, rows = multiply(folder / "warehouse.duckdb", times)
        worker = DbtWorker(project, folder, dbt_environment(project, folder))
        try:
            list(worker.build(*SEEDS))
            with _Watched() as watched:
                nodes = list(worker.build(*RULES))
        finally:
            worker.close()
    models = {node.unique_id.split(".")[2]: node.seconds for node in nodes}
    return Built(persons, rows, watched.cpu, watched.memory, models)


class _Watched:
    """Looks at the dbt process from its entry to its exit: CPU seconds and largest resident memory (MB)."""

    def __init__(self) -> None:
        self.cpu = self.memory = 0.0
        self._end, self._thread = threading.Event(), threading.Thread(target=self._look)

    def __enter__(self) -> _Watched:
        (self._worker,) = (child for child in children(os.getpid()) if "dbt_worker" in command_line(child))
        self._before = cpu_seconds(self._worker)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self.cpu = cpu_seconds(self._worker) - self._before

    def _look(self) -> None:
        while not self._end.wait(EVERY):
            self.memory = max(self.memory, resident(self._worker))


def tables(sizes: Sequence[Built]) -> str:
    """What each size took, and the slowest models of the largest beside the smallest."""
    lines = ["| persons | rows | CPU s | largest process MB |", "|---|---|---|---|"]
    lines += [f"| {size.persons:,} | {size.rows:,} | {size.cpu:.1f} | {size.memory:,.0f} |" for size in sizes]
    small, large = sizes[0], sizes[-1]
    if len(sizes) > 1:
        pairs = [(large.persons, small.persons), (large.rows, small.rows)]
        pairs += [(large.cpu, small.cpu), (large.memory, small.memory)]
        lines.append("| " + " | ".join(ratio(*pair) for pair in pairs) + " |")
        lines += ["", f"| model | {small.persons:,} s | {large.persons:,} s | growth |", "|---|---|---|---|"]
        for model, seconds in sorted(large.models.items(), key=lambda entry: (-entry[1], entry[0])):
            if seconds >= WORTH_NAMING:
                before = small.models[model]
                lines.append(f"| `{model}` | {before:.2f} | {seconds:.2f} | {ratio(seconds, before)} |")
    return "\n".join(lines)


def main(
    data: Annotated[Path, typer.Option(help="data folder with a release")],
    times: Annotated[list[int], typer.Option(help="how many times the county is taken")] = [1, 10],  # noqa: B006 - typer copies it
) -> None:
    """Builds each size and prints the tables; ends with 1 when the CPU grows faster than the persons."""
    release = DataFolder(data.resolve()).current_release()
    if release is None:
        raise SystemExit(f"{data}: no release")
    project = Settings().dbt_project
    prepare_manifest(project)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    sizes = []
    for size in sorted(times):
        sizes.append(built(release, size, project))
        print(tables(sizes[-1:]), flush=True)
    print(tables(sizes))
    grows = sizes[-1].cpu * sizes[0].persons > sizes[0].cpu * sizes[-1].persons
    raise typer.Exit(1 if grows else 0)


if __name__ == "__main__":
    typer.run(main)
