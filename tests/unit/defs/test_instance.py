"""The history of runs: what is over its term is forgotten, with what its steps printed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines.defs.instance import ended_before, forget_runs, open_instance
from pipelines.settings import business_today


@dg.op
def say() -> None:
    print("something")


@dg.job
def small_job() -> None:
    say()


def test_runs_from_before_a_day_are_forgotten_and_later_ones_stay(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        run_id = small_job.execute_in_process(instance=instance).run_id
    assert not list(tmp_path.glob("logs/*")), "what the run prints is captured, by processes that may outlive it"
    (tmp_path / "logs" / run_id).mkdir(parents=True, exist_ok=True)
    assert ended_before(tmp_path, business_today()) == []
    tomorrow = business_today() + timedelta(days=1)
    assert ended_before(tmp_path, tomorrow) == [run_id]
    forget_runs(tmp_path, [run_id])
    assert ended_before(tmp_path, tomorrow) == []
    assert not [path for path in tmp_path.rglob("*") if run_id in path.name]
    forget_runs(tmp_path, [run_id])


def test_dagster_reads_with_its_own_storage_what_was_written_with_files_kept_open(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        result = small_job.execute_in_process(instance=instance)
        written = [event.event_type_value for event in result.all_events]
        assert _open_databases(tmp_path)
    assert not _open_databases(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        stored = [entry.dagster_event for entry in instance.all_logs(result.run_id) if entry.is_dagster_event]
        assert [event.event_type_value for event in stored if event] == written
        assert instance.get_run_by_id(result.run_id).status == dg.DagsterRunStatus.SUCCESS


def _open_databases(folder: Path) -> list[str]:
    """Files of the history that this process holds open."""
    held = (os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return [path for path in held if path.startswith(str(folder)) and path.endswith(".db")]


def test_a_folder_without_history_has_nothing_to_forget(tmp_path: Path) -> None:
    assert ended_before(tmp_path, business_today()) == []
    assert list(tmp_path.iterdir()) == []
