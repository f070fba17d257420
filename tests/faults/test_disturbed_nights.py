"""Whole runs on a small county, each disturbed in its own way. The nights of one county follow on each other."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.audit import verify_release
from pipelines.storage.lock import read_owner
from pipelines.storage.paths import DataFolder
from tests.faults import invariants, machine
from tests.inbox import Inbox
from tests.nightly_county import AS_OF, COMMAND, County, hedui, rows_of

PERSONS = 60
HOLDS_BACK = (0, 3)


class Nights:
    """The county and the rows of its first night."""

    def __init__(self, folder: Path) -> None:
        self.county = County(folder, seed=6, persons=PERSONS)
        self.rows: dict[str, list[str]] = {}

    def command(self, data: Path | None = None) -> list[str]:
        folders = ["--landing", str(self.county.landing), "--data", str(data or self.county.data.root)]
        return [*COMMAND, "run", *folders, "--as-of", AS_OF]

    def run(self, prefix: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, *self.command()], capture_output=True, text=True, encoding="utf-8", check=False,
            env={**os.environ, **environment},
        )  # fmt: skip

    @contextmanager
    def started(self, *, until: str) -> Iterator[subprocess.Popen[bytes]]:
        """A run that has come so far that `until` is there, a pattern below the data folder; none is left behind."""
        with subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            try:
                deadline = time.monotonic() + 300
                while not list(self.county.data.root.glob(until)):
                    assert run.poll() is None, "the run ended before it came so far"
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                yield run
            finally:
                run.kill()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The first night is the one without network."""
    made = Nights(tmp_path_factory.mktemp("county"))
    told = {"HEDUI_NOTIFY": "json://192.0.2.1/"}  # nobody answers there
    done = made.run(machine.without_network(), {"LANG": "C", "LC_ALL": "C", **told})
    assert done.returncode in HOLDS_BACK, done.stderr[-3000:]
    made.rows = rows_of(made.county.release())
    return made


def test_P41_P42_a_night_without_network_in_a_locale_without_chinese(nights: Nights) -> None:
    invariants.after_completed_run(nights.county.data)
    assert sum(map(len, nights.rows.values())) > 0


def test_P30_a_message_that_was_not_taken_is_sent_again_and_nothing_is_published_again(nights: Nights) -> None:
    data = nights.county.data
    published = sorted(data.releases.glob("*/*"))
    with pytest.MonkeyPatch.context() as setting, Inbox() as inbox:
        setting.setenv("HEDUI_NOTIFY", inbox.address)
        for _ in range(2):
            sent = hedui("notify", "--data", data.root)
            assert sent.returncode == 0, sent.stderr
        assert [message["title"].startswith(f"核对 {AS_OF}：已发布") for message in inbox.taken] == [True]
        assert f"现行发布：{AS_OF}/{nights.county.release().name}" in inbox.taken[0]["message"]
    assert sorted(data.releases.glob("*/*")) == published


def test_P25_a_clock_that_went_back_changes_no_row_and_no_order(nights: Nights) -> None:
    """A year back, other threads, another hash seed: the rows are the same, and the run's number is the next one."""
    before = nights.county.release().name
    # Under the moved clock two threads of Python cannot pass the interpreter's lock on and burn minutes.
    threads = {"POLARS_MAX_THREADS": "1", "HEDUI_DBT_THREADS": "1"}
    environment = {**machine.at_time("-365d"), "PYTHONHASHSEED": "7", **threads}
    done = nights.run([], environment)
    assert done.returncode in HOLDS_BACK, done.stderr[-3000:]
    assert int(nights.county.release().name) == int(before) + 1
    invariants.after_completed_run(nights.county.data, nights.rows)
    with_past = {**os.environ, **machine.at_time("-3650d")}
    doctor = subprocess.run(
        [*COMMAND, "doctor", "--json", "--data", str(nights.county.data.root)], capture_output=True, text=True,
        env=with_past, check=False,
    )  # fmt: skip
    clock = next(seen for seen in json.loads(doctor.stdout) if seen["topic"].startswith("时钟"))
    assert clock["level"] == "bad"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
@pytest.mark.parametrize("until", ["work/*/raw/*.parquet", "work/*/matched/*.parquet"], ids=["intake", "matched"])
def test_P10_a_run_that_is_told_to_end_does_so_within_ten_seconds(
    nights: Nights, sent: signal.Signals, until: str
) -> None:
    with nights.started(until=until) as run:
        run.send_signal(sent)
        assert run.wait(10) != 0
    invariants.after_run(nights.county.data)
    assert rows_of(nights.county.release()) == nights.rows


@pytest.mark.slow
def test_P15_of_two_runs_at_once_one_is_turned_away(nights: Nights) -> None:
    runs = [subprocess.Popen(nights.command(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) for _ in range(2)]
    said = [run.communicate()[1].decode() for run in runs]
    ended = sorted(run.returncode for run in runs)
    assert ended[1] == 4, said
    assert ended[0] in HOLDS_BACK, said
    assert any("已有运行" in text for text in said)
    invariants.after_completed_run(nights.county.data, nights.rows)


@pytest.mark.slow
def test_P17_P29_a_reader_who_keeps_the_release_open_disturbs_no_run(nights: Nights) -> None:
    release = nights.county.release()
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as reader:
        counted = reader.sql("select count(*) from intermediate.int_row__delivered").fetchall()
        done = nights.run([], {})
        assert done.returncode in HOLDS_BACK, done.stderr[-3000:]
        assert nights.county.release() != release
        assert reader.sql("select count(*) from intermediate.int_row__delivered").fetchall() == counted
    invariants.after_completed_run(nights.county.data, nights.rows)


@pytest.fixture
def on_a_small_disk(nights: Nights, tmp_path: Path) -> Iterator[DataFolder]:
    """The county's data on a disk of its own, with little more space than they take."""
    root = nights.county.data.root
    taken = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    with machine.small_disk(tmp_path / "disk", int(taken / 1e6) + 15) as disk:
        shutil.copytree(root, disk / "data", symlinks=True)
        yield DataFolder(disk / "data")


@pytest.mark.slow
def test_P19_a_full_disk_ends_the_run_and_leaves_the_release(nights: Nights, on_a_small_disk: DataFolder) -> None:
    data, released = on_a_small_disk, on_a_small_disk.current_release()
    done = subprocess.run(nights.command(data.root), capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr[-3000:]
    assert "处理：" in done.stderr
    assert data.current_release() == released
    invariants.after_run(data)
    assert released is not None
    assert rows_of(released) == nights.rows


@pytest.mark.slow
def test_P43_a_copy_taken_during_a_run_can_be_verified_and_run_again(nights: Nights, tmp_path: Path) -> None:
    copy = DataFolder(tmp_path / "copy")
    with nights.started(until="work/*/matched/person_link.parquet") as run:
        # A file that goes away while it is copied is one of the run's own, which no restored folder needs.
        subprocess.run(["cp", "-a", str(nights.county.data.root), str(copy.root)], capture_output=True, check=False)
        assert run.wait(300) in HOLDS_BACK
    owner = read_owner(copy)
    assert owner is not None
    release = copy.current_release()
    assert release is not None
    assert verify_release(release, copy) == []
    done = subprocess.run(nights.command(copy.root), capture_output=True, text=True, check=False)
    assert done.returncode in HOLDS_BACK, done.stderr[-3000:]
    invariants.after_completed_run(copy, nights.rows)


def test_H06_a_path_in_place_of_an_identifier_reads_no_file(nights: Nights) -> None:
    for identifier in ("../../../../etc/passwd", "/etc/passwd", "a\u0001b", "'; drop table finding; --"):
        done = hedui("lineage", "household", identifier, "--data", nights.county.data.root)
        assert done.returncode == 2, done.stderr
        assert "处理：" in done.stderr
        assert "root:" not in done.stdout + done.stderr


def test_H20_the_key_of_the_county_lies_nowhere_but_in_its_file(nights: Nights) -> None:
    """Neither as it is nor as text, in logs, records, releases or whatever else the runs wrote."""
    root = nights.county.data.root
    key = (nights.county.data.keys / "county.key").read_bytes()
    forms = (key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key)[:40], repr(key).encode())
    holding = {
        path.relative_to(root).as_posix() for path in root.rglob("*")
        if path.is_file() and any(form in content for content in [path.read_bytes()] for form in forms)
    }  # fmt: skip
    assert holding == {"keys/county.key"}


def test_H12_no_log_and_no_record_of_a_run_holds_a_number(nights: Nights) -> None:
    """ID numbers and accounts of the county as canaries, in whatever Dagster and the runs wrote beside the data."""
    records = pl.read_parquet(nights.county.truth / "record.parquet")
    canaries = records["norm_id"].drop_nulls().unique().to_list()
    invariants.holds_no_number([nights.county.data.root / "dagster"], canaries)
