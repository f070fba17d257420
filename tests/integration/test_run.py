"""The whole run through the command line, on a tiny county: outcome, lock, gate, fallback, crash, repetition."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from pipelines.demo import make_county
from pipelines.storage.lock import run_lock
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register

AS_OF, LATER = "2026-10-31", "2026-11-10"
COMMAND = [sys.executable, "-m", "pipelines.cli"]
PERSONS = 300


def hedui(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C"}
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


class County:
    """A data folder and the runs made on it."""

    def __init__(self, folder: Path) -> None:
        self.landing, self.data = folder / "landing", DataFolder(folder / "data")

    def run(self, as_of: str = AS_OF, *more: str) -> subprocess.CompletedProcess[str]:
        return hedui("run", "--landing", self.landing, "--data", self.data.root, "--as-of", as_of, *more)

    def release(self) -> Path:
        release = self.data.current_release()
        assert release is not None
        return release


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Run once for the first business date; the tests that follow only read, or run for another date."""
    folder = tmp_path_factory.mktemp("county")
    make_county(folder, PERSONS, 3)
    made = County(folder)
    done = made.run(AS_OF, "--json")
    assert done.returncode in (0, 3), done.stderr
    (folder / "first.json").write_text(done.stdout, encoding="utf-8")
    return made


def extracts(release: Path) -> dict[str, list[str]]:
    """The rows of every extract, sorted, without the run's own name."""
    frames = {
        path.stem: pl.read_parquet(path).drop("run_id", strict=False)
        for path in (release / "extracts").glob("*.parquet")
    }
    return {name: sorted(map(repr, frame.rows(named=True))) for name, frame in frames.items()}


@pytest.mark.xdist_group("run")
def test_a_run_is_released_and_tells_its_rows_and_times(county: County) -> None:
    told = json.loads((county.data.root.parent / "first.json").read_text(encoding="utf-8"))
    assert told["state"] in ("finished", "held_back")
    assert len(told["feeds"]) == 24
    assert all(feed["read"] == feed["used"] + feed["repeated"] + feed["quarantined"] for feed in told["feeds"])
    assert {"start", "intake", "staging", "matching", "marts", "staged_release", "all"} <= set(told["timings"])
    assert sum(units for *_, units in told["figures"]["households"]) > 0
    assert hedui("verify-release", "--data", county.data.root).returncode == 0
    assert not any(county.data.work.iterdir())


@pytest.mark.xdist_group("run")
def test_a_second_run_under_the_lock_ends_with_4_and_names_the_owner(county: County) -> None:
    with run_lock(county.data, "000777"):
        done = county.run()
    assert done.returncode == 4
    assert "000777" in done.stderr
    assert "处理" in done.stderr
    assert done.stdout == ""


@pytest.mark.xdist_group("run")
def test_a_date_without_any_register_is_stopped_by_the_gate_and_the_release_stands(county: County) -> None:
    before = county.data.current.read_bytes()
    done = county.run("2020-06-01")
    assert done.returncode == 5, done.stderr
    assert "上一次发布继续有效" in done.stderr
    assert county.data.current.read_bytes() == before


@pytest.mark.xdist_group("run")
def test_a_killed_run_leaves_the_release_and_the_next_run_of_the_date_gives_the_same_rows(county: County) -> None:
    first = county.release()
    command = [*COMMAND, "run", "--landing", str(county.landing), "--data", str(county.data.root), "--as-of", AS_OF]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(county.data.work.glob("*/export/person_mention.parquet")):
        assert child.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert county.release() == first
    # Deliveries of later dates must not matter: a truncated workbook that a run of a later date will meet.
    source = next(path for path in sorted((county.landing / "dibao").rglob("*")) if path.is_file())
    broken = county.landing / "dibao" / "2026-11-05" / "低保.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PK\x03\x04" + source.read_bytes()[4:400])
    done = county.run()
    assert done.returncode in (0, 3), done.stderr
    assert county.release() != first
    before, after = extracts(first), extracts(county.release())
    assert set(before) == set(after)
    for name in before:
        assert before[name] == after[name], name
    states = [run.state for run in Register(county.data.register).runs()]
    assert "crashed" in states


@pytest.mark.xdist_group("run")
def test_an_unreadable_delivery_falls_back_to_the_last_good_one_and_ends_with_3(county: County) -> None:
    done = county.run(LATER, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 3, told["reasons"]
    dibao = next(feed for feed in told["feeds"] if feed["feed"] == "dibao")
    assert dibao["is_fallback"]
    assert dibao["delivery"] < "2026-11-05"
    assert any(message["delivery"] == "2026-11-05" and message["remedy"] for message in told["messages"])
