"""The history of runs: what is over its term is forgotten, with what its steps printed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg

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


def test_a_folder_without_history_has_nothing_to_forget(tmp_path: Path) -> None:
    assert ended_before(tmp_path, business_today()) == []
    assert list(tmp_path.iterdir()) == []
