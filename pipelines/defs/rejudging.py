"""The rules of today on the deliveries of a release, judged again under another policy or with other persons.

A copy of the release's warehouse is worked on: its staging tables stay, the policy tables are filled anew, identities
are exchanged where the trial is of a model (pipelines.defs.rematching), and dbt builds the rules and marts as the
nightly run does, in the same kind of worker. The release is never opened for writing, no lock is taken, and the copy is
removed at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.defs.dbt_builds import BEFORE_MATCHING
from pipelines.defs.dbt_manifest import dbt_environment, prepare_manifest
from pipelines.defs.dbt_worker import DbtFailed, DbtWorker
from pipelines.defs.versions import code_version
from pipelines.defs.workspace import Progress, silent
from pipelines.policy import Changes, PolicyTable
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest
from pipelines.storage.trials import trial_folder

#: A release of an earlier version may hold a seed with other columns: it is made anew, not filled.
_SEEDS = ("--full-refresh", "--select", "resource_type:seed", "--exclude-resource-type", "test")
_RULES = (
    "--select", "+verified_household", "+finding", "--exclude", BEFORE_MATCHING,
    "--exclude-resource-type", "test", "--exclude-resource-type", "seed",
)  # fmt: skip

#: Without the case's own amount nothing is at stake a month; a dibao case is paid once, its rows all carry the amount.
_HOUSEHOLDS = """
select
    household.household_id, household.case_feed, household.case_number, household.town, household.village,
    labelled.head_name, enrolled.monthly_amount, household.outcome, household.outcome_reason,
    household.is_low_income_margin, household.standard, household.verified_income_per_capita as income,
    household.finding_codes
from marts.verified_household as household
inner join intermediate.int_unit__labelled as labelled using (household_id)
left join (
    select programme || ':' || case_number as household_id, max(monthly_amount) as monthly_amount
    from intermediate.int_enrolment__activated
    where is_active and programme in ('dibao', 'tekun')
    group by all
) as enrolled using (household_id)
order by household.household_id
"""
_FINDINGS = """
select finding_id, code, title from marts.finding where state != 'cleared'
union all
select finding_id, code, title from marts.further_finding where state != 'cleared'
order by finding_id
"""
_STANDARDS = (
    "select programme, area_type, standard, effective_from, is_ambiguous from intermediate.int_standard__selected "
    "order by all"
)


@dataclass(frozen=True)
class Judgement:
    """What the rules say under one policy: frames of households and findings, and the standards in force."""

    households: pl.DataFrame
    findings: pl.DataFrame
    standards: pl.DataFrame


class ReleaseOutgrown(RuntimeError):
    """The program of today asks for tables or columns that the release, made by another version, does not hold."""

    def __init__(self, release: Path) -> None:
        as_of = release.parent.name
        super().__init__(
            f"这次发布由另一版本的程序所作，现在的程序用不上它的数据表；位置：{as_of}/{release.name}；"
            f"处理：先用现在的程序运行一次（hedui run --as-of {as_of}），再试算"
        )


@contextmanager
def fitting(release: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turns these errors into ReleaseOutgrown where another version of the program made the release."""
    try:
        yield
    except errors as error:
        if read_manifest(release)["code_version"] != code_version():
            raise ReleaseOutgrown(release) from error
        raise


class Rejudging:
    """The work on one copy; see `rejudging`. `warehouse` is the copy, `release` what it is a copy of."""

    def __init__(self, release: Path, folder: Path, worker: DbtWorker, progress: Progress) -> None:
        self.release, self.warehouse = release, folder / "warehouse.duckdb"
        self._worker, self._progress = worker, progress
        self._has_seeds = False

    def relink(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Puts tables of matching in the place of the release's; those that a release does not hold are left out."""
        with duckdb.connect(str(self.warehouse)) as connection:
            held = connection.execute("select table_name from duckdb_tables() where schema_name = 'matched'").fetchall()
            for name in sorted({name for (name,) in held} & set(tables)):
                connection.register("linked", tables[name].to_arrow())
                connection.execute(f'create or replace table matched."{name}" as from linked')
                connection.unregister("linked")

    def judge(self, policy_on: date, changed: Mapping[str, PolicyTable], changes: Changes | None = None) -> Judgement:
        """Judges under the policy in force on a day: the seeds, with the tables in `changed` in place of theirs, and
        the delivered standards with those of `changes`. Raises DbtFailed when a table cannot be built, and
        ReleaseOutgrown when that is because another version of the program made the release."""
        if not self._has_seeds:
            self._build(*_SEEDS)
            self._has_seeds = True
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("alter table raw.run_context add column if not exists policy_on date")
            connection.execute("update raw.run_context set policy_on = ?", [policy_on])
            for table in changed.values():
                _fill(connection, table)
            if changes:
                _add_standards(connection, changes)
        tables = self._build(*_RULES)
        self._progress("rules", f"{policy_on} 的政策，{tables} 张表")
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return Judgement(*(connection.sql(query).pl() for query in (_HOUSEHOLDS, _FINDINGS, _STANDARDS)))

    def _build(self, *selection: str) -> int:
        with fitting(self.release, DbtFailed):
            return sum(node.status == "success" for node in self._worker.build(*selection))


@contextmanager
def rejudging(
    release: Path, data: DataFolder, project: Path, progress: Progress = silent, keep_hours: int = 24
) -> Iterator[Rejudging]:
    """Opens the work on a copy of `release`; the copy is removed whatever happens (`trial_folder`)."""
    prepare_manifest(project)
    with trial_folder(data, keep_hours) as folder:
        (folder / "export").mkdir()
        shutil.copyfile(release / "warehouse.duckdb", folder / "warehouse.duckdb")
        worker = DbtWorker(project, folder, dbt_environment(project, folder))
        try:
            yield Rejudging(release, folder, worker, progress)
        finally:
            worker.close()


def _fill(connection: duckdb.DuckDBPyConnection, table: PolicyTable) -> None:
    """The table's rows in place of those in the warehouse, cast to the types that dbt gave its columns."""
    rows = [[row.values[name] or None for name in table.header] for row in table.rows]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(table.header, pl.String), orient="row")
    connection.register("rows_on_trial", frame.to_arrow())
    connection.execute(f'delete from policy."{table.name}"')
    connection.execute(f'insert into policy."{table.name}" by name select * from rows_on_trial')
    connection.unregister("rows_on_trial")


def _add_standards(connection: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """New standards as rows of the delivered table; one of the same programme, area type and month gives way."""
    for new in changes.standards:
        same = [new.programme, new.area_type, new.effective_from]
        connection.execute(
            "update staging.stg_reference__assistance_standard set disposition = 'quarantined' "
            "where programme = ? and area_type is not distinct from ? and effective_from = ?",
            same,
        )
        connection.execute(
            "insert into staging.stg_reference__assistance_standard by name "
            "select ? as row_id, 'accepted' as disposition, ? as programme, ? as area_type, ? as effective_from, "
            "? as monthly_standard",
            [f"trial/{new.line}", *same, new.monthly_standard],
        )
