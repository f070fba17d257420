"""Dagster's own storage: one instance per data folder, below `<data>/dagster`.

The project's dagster.yaml says how an instance behaves; where it lies is said here, so that runs on different data
folders (tests, two counties) share no database, and a data folder that moves takes the history of its runs along.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.instance.ref import InstanceRef
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pipelines.settings import BUSINESS_ZONE, PROJECT_ROOT
from pipelines.storage.atomic import write_text

#: Marks a run whose process holds the lock of its data folder from before the run's first event.
HEADLESS_TAG = "hedui/headless"

UNFINISHED = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]


def prepare_home(home: Path) -> Path:
    """Writes the instance's dagster.yaml: the project's, with its storage in `home`. Returns `home`."""
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    config["storage"]["sqlite"]["base_dir"] = str(home / "storage")
    config["local_artifact_storage"]["config"]["base_dir"] = str(home)
    config["compute_logs"]["config"]["base_dir"] = str(home / "logs")
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    path = home / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)
    return home


@event.listens_for(Engine, "connect")
def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    """A run stores a thousand events one by one. Its history may lose the last of them in a power cut; the release, the
    register and the ledger, which are written elsewhere, may not and do not."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("pragma synchronous = off")


@contextmanager
def open_instance(home: Path) -> Iterator[DagsterInstance]:
    """The instance at `home` for a run in this process.

    What such a run prints goes to its terminal alone: capturing it as well would start processes that follow the
    captured file, and that hold the terminal open when they outlive the run.
    """
    not_captured = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
    history = {
        "module": "pipelines.defs.history",
        "class": "OpenStorage",
        "config": {"base_dir": str(home / "storage")},
    }
    overrides = {"compute_logs": not_captured, "storage": {"custom": history}}
    reference = InstanceRef.from_dir(str(prepare_home(home)), overrides=overrides)
    with DagsterInstance.from_ref(reference) as instance:
        yield instance


def close_crashed(instance: DagsterInstance) -> list[str]:
    """Reports headless runs that died as failed, and frees what they held. To be called under the data folder's lock:
    a headless run that is still open then has no process any more."""
    dead = instance.get_runs(RunsFilter(statuses=UNFINISHED, tags={HEADLESS_TAG: "true"}))
    for run in dead:
        instance.report_run_failed(run, "the process of this run ended without closing it")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def ended_before(home: Path, day: date) -> list[str]:
    """Ids of the runs in the instance at `home` that were created before a day (in China) and are over."""
    if not (home / "dagster.yaml").exists():
        return []
    with open_instance(home) as instance:
        moment = datetime.combine(day, time(), BUSINESS_ZONE).astimezone(UTC)  # as Dagster stores and compares it
        records = instance.get_run_records(RunsFilter(created_before=moment))
        return [record.dagster_run.run_id for record in records if record.dagster_run.is_finished]


def forget_runs(home: Path, run_ids: list[str]) -> None:
    """Removes runs from the history: their events, and what their steps printed."""
    if not run_ids:
        return
    with open_instance(home) as instance:
        for run_id in run_ids:
            if instance.get_run_by_id(run_id):
                instance.delete_run(run_id)
            shutil.rmtree(home / "logs" / run_id, ignore_errors=True)
            for path in (home / "storage" / "history" / "runs").glob(f"{run_id}.db*"):
                path.unlink(missing_ok=True)
