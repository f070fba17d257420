"""Whatever ends a publication, the old release stands; a reader never sees half of one."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.audit import verify_release
from pipelines.publishing import build_release, publish, release, remove_orphans
from pipelines.storage import atomic
from pipelines.storage.archive import file_sha256
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder
from tests import release_factory

#: Every child starts by itself: a copy of a process that has threads may wait for ever for one of their locks.
PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    release_factory.make_archive(folder)
    county_key(folder)
    return folder


@pytest.fixture
def dbt_project(tmp_path: Path) -> Path:
    return release_factory.write_dbt_project(tmp_path / "project")


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _publish_and_die(root: Path, work: Path, dbt_project: Path, point: str) -> None:
    """Builds and publishes; the process is killed with SIGKILL when it reaches `point`."""
    data = DataFolder(root)
    original: Callable[..., Any] = getattr(release, point, _stop)

    def before(*arguments: Any, **options: Any) -> Any:
        original(*arguments, **options)
        _stop()

    if hasattr(release, point):
        setattr(release, point, before)
    staged = build_release(work, data, dbt_project=dbt_project)
    publish(staged, data, at=lambda reached: _stop() if reached == point else None)


def _build(data: DataFolder, dbt_project: Path, run_id: str) -> Path:
    return build_release(release_factory.make_work(data.run_folder(run_id), run_id), data, dbt_project=dbt_project)


BEFORE_THE_NAME = (
    "write_extracts",
    "copy_warehouse",
    "write_worklists",
    "write_report",
    "checked",
    "_make_read_only",
    "read_only",
)


@pytest.mark.parametrize("point", [*BEFORE_THE_NAME, "renamed", "in_force"])
def test_kill_9_leaves_the_old_release_or_the_new_one(data: DataFolder, dbt_project: Path, point: str) -> None:
    old = publish(_build(data, dbt_project, "1"), data)
    work = release_factory.make_work(data.run_folder("2"), "2")
    child = PROCESSES.Process(target=_publish_and_die, args=(data.root, work, dbt_project, point))
    child.start()
    child.join(600)
    assert child.exitcode == -signal.SIGKILL

    in_force = data.current_release()
    assert in_force == (old if point != "in_force" else data.releases / "2026-10-31" / "2")
    assert verify_release(in_force, data) == []
    visible = {path.parent.name for path in data.releases.glob("*-*-*/*/manifest.json")}
    assert visible == ({"1"} if point in BEFORE_THE_NAME else {"1", "2"})

    assert remove_orphans(data) == (["2"] if point in BEFORE_THE_NAME else [])
    assert remove_orphans(data) == []
    work = release_factory.make_work(data.run_folder("3"), "3")
    assert publish(build_release(work, data, dbt_project=dbt_project), data) == data.current_release()


def _small_release(data: DataFolder, run_id: str) -> Path:
    """A staged release of two tables that carry the run's number; only publishing is under test here."""
    staged = data.releases / release.STAGED / run_id
    for name in ("one", "other"):
        atomic.write_parquet(pl.DataFrame({"run_id": [run_id] * 1000}), staged / "extracts" / f"{name}.parquet")
    files = {
        path.relative_to(staged).as_posix(): {"sha256": file_sha256(path), "size": path.stat().st_size}
        for path in staged.rglob("*.parquet")
    }
    atomic.write_json(staged / "manifest.json", {"as_of": "2026-10-31", "run_id": run_id, "files": files})
    return staged


def _read_in_a_loop(root: Path, started: Event, stop: Event, report: Path) -> None:
    """Resolves the release in force and reads both its tables, until told to stop."""
    data, seen, torn = DataFolder(root), set(), []
    while not stop.is_set():
        in_force = data.current_release()
        assert in_force is not None
        found = {
            value
            for name in ("one", "other")
            for value in pl.read_parquet(in_force / "extracts" / f"{name}.parquet")["run_id"].unique()
        }
        seen |= found
        started.set()
        if found != {in_force.name}:
            torn.append(sorted(found))
    report.write_text(json.dumps({"seen": sorted(seen), "torn": torn}))


def test_four_readers_see_one_whole_release_during_a_hundred_publications(data: DataFolder, tmp_path: Path) -> None:
    publish(_small_release(data, "0"), data)
    stop, reports = PROCESSES.Event(), [tmp_path / f"report{number}.json" for number in range(4)]
    started = [PROCESSES.Event() for _ in reports]
    readers = [
        PROCESSES.Process(target=_read_in_a_loop, args=(data.root, event, stop, report))
        for event, report in zip(started, reports, strict=True)
    ]
    for reader in readers:
        reader.start()
    assert all(event.wait(600) for event in started)
    for number in range(1, 101):
        publish(_small_release(data, str(number)), data)
    stop.set()
    for reader, report in zip(readers, reports, strict=True):
        reader.join(600)
        assert reader.exitcode == 0
        found = json.loads(report.read_text())
        assert found["torn"] == []
        assert len(found["seen"]) > 1, "the reader must have seen releases change"


def test_a_file_damaged_between_building_and_publishing_stops_the_publication(data: DataFolder) -> None:
    staged = _small_release(data, "1")
    with (staged / "extracts" / "one.parquet").open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(release.manifest.Damaged, match=r"extracts/one\.parquet"):
        publish(staged, data)
    assert data.current_release() is None


def _build_with_little_room(root: Path, work: Path, dbt_project: Path, largest: int, report: Path) -> None:
    """Builds a release in a process that may write no file above `largest` bytes, as on a disk that fills up."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    try:
        build_release(work, DataFolder(root), dbt_project=dbt_project)
    except Exception as error:  # duckdb and polars have errors of their own for a failed write
        os.write(os.open(report, os.O_WRONLY | os.O_CREAT), type(error).__name__.encode())


@pytest.mark.parametrize("largest", [512, 4096, 100_000])
def test_a_full_disk_leaves_nothing_behind(data: DataFolder, dbt_project: Path, tmp_path: Path, largest: int) -> None:
    old = publish(_build(data, dbt_project, "1"), data)
    work, report = release_factory.make_work(data.run_folder("2"), "2"), tmp_path / "error"
    child = PROCESSES.Process(target=_build_with_little_room, args=(data.root, work, dbt_project, largest, report))
    child.start()
    child.join(600)
    assert child.exitcode == 0
    assert report.exists(), "the release fitted after all"
    assert data.current_release() == old
    assert verify_release(old, data) == []
    assert remove_orphans(data) == []
