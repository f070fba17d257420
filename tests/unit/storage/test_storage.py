"""The places where a killed process, a second run or a lost key could do harm."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
import textwrap
import time
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.storage import atomic
from pipelines.storage.keys import KeyMissing, county_key
from pipelines.storage.lock import LockHeld, Owner, read_owner, run_lock
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import RefusedFile, Register


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "table.json"
    atomic.write_json(target, {"version": 1})
    with pytest.raises(ZeroDivisionError), atomic.replacing(target) as temporary:
        temporary.write_text(f"half{1 / 0}")
    assert json.loads(target.read_text()) == {"version": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]


def test_a_table_is_written_and_read_back(tmp_path: Path) -> None:
    frame = pl.DataFrame({"name": ["䶮", None]})
    atomic.write_parquet(frame, tmp_path / "deep" / "t.parquet")
    assert pl.read_parquet(tmp_path / "deep" / "t.parquet").equals(frame)


def test_a_table_that_the_disk_does_not_take_says_so_as_other_files_do(tmp_path: Path) -> None:
    table = tmp_path / "table.parquet"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match=os.strerror(errno.EFBIG)) as told:
            atomic.write_parquet(pl.DataFrame({"number": range(100_000)}), table)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told.value.filename == str(table)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_published_once_and_whole(tmp_path: Path) -> None:
    for turn in ("first", "second"):
        (tmp_path / turn / "sub").mkdir(parents=True)
        (tmp_path / turn / "sub" / "a.txt").write_text(turn)
    final = atomic.publish_folder(tmp_path / "first", tmp_path / "releases" / "1")
    with pytest.raises(FileExistsError):
        atomic.publish_folder(tmp_path / "second", final)
    assert (final / "sub" / "a.txt").read_text() == "first"
    assert not (tmp_path / "first").exists()


def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    (tmp_path / f".x.1{atomic.PARTIAL}").write_text("half")
    (tmp_path / "kept").write_text("whole")
    assert atomic.remove_partial(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_the_release_in_force_is_the_one_the_pointer_names(data: DataFolder) -> None:
    assert data.current_release() is None
    atomic.write_json(data.current, {"release": "2026-10-31/000001"})
    assert data.current_release() == data.releases / "2026-10-31" / "000001"


def test_a_second_lock_is_refused_and_names_the_owner(data: DataFolder) -> None:
    with run_lock(data, "000001"):
        with pytest.raises(LockHeld) as refused, run_lock(data, "000002"):
            pass
        assert refused.value.owner is not None
        assert refused.value.owner.run_id == "000001"
        assert refused.value.owner.pid == os.getpid()
    with run_lock(data, "000002") as owner:
        assert owner.run_id == "000002"


def test_a_dead_owner_is_recognised_even_when_its_process_number_is_used_again(data: DataFolder) -> None:
    with run_lock(data, "000001") as owner:
        mine = owner
    assert mine.is_alive()
    assert not replace(mine, process_started="1").is_alive()
    assert not replace(mine, boot_id="another boot").is_alive()
    data.lock.write_text(json.dumps(asdict(replace(mine, process_started="1"))))
    with run_lock(data, "000002"):
        owner_now = read_owner(data)
        assert owner_now is not None
        assert owner_now.run_id == "000002"


def test_an_owner_on_another_host_is_never_taken_for_dead(data: DataFolder) -> None:
    data.root.mkdir()
    elsewhere = Owner(1, "1", "boot", "another-host", "000007", "2026-10-31T00:00:00+00:00")
    data.lock.write_text(json.dumps(asdict(elsewhere)))
    with pytest.raises(LockHeld), run_lock(data, "000008"):
        pass


_HOLDER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from pipelines.storage.lock import LockHeld, run_lock
    from pipelines.storage.paths import DataFolder
    try:
        with run_lock(DataFolder(Path(sys.argv[1])), sys.argv[2]):
            print("held", flush=True)
            time.sleep(float(sys.argv[3]))
    except LockHeld:
        print("refused", flush=True)
    """
)


def _holder(data: DataFolder, run_id: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _HOLDER, str(data.root), run_id, str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_of_two_processes_that_race_one_gets_the_lock(data: DataFolder) -> None:
    racers = [_holder(data, f"00000{number}", 1.5) for number in (1, 2)]
    assert sorted(racer.communicate(timeout=30)[0].strip() for racer in racers) == ["held", "refused"]


def test_the_lock_of_a_killed_process_is_free(data: DataFolder) -> None:
    holder = _holder(data, "000001", 60)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    with pytest.raises(LockHeld), run_lock(data, "000002"):
        pass
    holder.kill()
    holder.communicate()
    time.sleep(0.05)
    with run_lock(data, "000003") as owner:
        assert owner.run_id == "000003"


def test_run_numbers_only_grow(data: DataFolder) -> None:
    numbers = [Register(data.register).next_run_id() for _ in range(3)]
    assert numbers == ["000001", "000002", "000003"]


def test_runs_that_died_are_closed_as_crashed_by_the_next_one(data: DataFolder) -> None:
    register = Register(data.register)
    register.start_run("000001", date(2026, 10, 30))
    assert register.close_crashed("000002") == ["000001"]
    register.start_run("000002", date(2026, 10, 31))
    register.end_run("000002", "finished")
    assert [(run.run_id, run.state) for run in register.runs()] == [("000001", "crashed"), ("000002", "finished")]
    with pytest.raises(ValueError, match="not open"):
        register.end_run("000001", "finished")


def test_a_file_is_registered_once(data: DataFolder) -> None:
    register = Register(data.register)
    assert register.add_file("wage", "2026-10-31", "a.csv", "ab" * 32, 10)
    assert not register.add_file("wage", "2026-10-31", "a.csv", "ab" * 32, 10)
    assert register.add_file("wage", "2026-10-31", "a.csv", "cd" * 32, 10)
    assert [file.sha256[:2] for file in register.files("wage")] == ["ab", "cd"]
    assert register.files("dibao") == []


def test_asking_the_register_writes_nothing(data: DataFolder) -> None:
    """A write waits for the disk, and a run asks some hundred times."""
    register = Register(data.register)
    register.add_file("dibao", "2026-10-31", "名册.xlsx", "0" * 64, 1)
    before = data.register.read_bytes()
    assert [file.file for file in register.files()] == ["名册.xlsx"]
    assert (register.rulings(), register.holds("dibao"), register.purged()) == ([], {}, {})
    assert data.register.read_bytes() == before


def test_what_was_refused_is_forgotten_when_it_is_gone(data: DataFolder) -> None:
    register = Register(data.register)
    register.set_refused("wage", "2026-10-31", [RefusedFile("wage", "2026-10-31", "x", "rejected", "SYMLINK")])
    assert [refused.code for refused in register.refused("wage")] == ["SYMLINK"]
    register.set_refused("wage", "2026-10-31", [])
    assert register.refused("wage") == []


def test_the_key_is_made_once_and_only_its_owner_can_read_it(data: DataFolder) -> None:
    key = county_key(data)
    assert len(key) == 32
    assert county_key(data) == key
    assert (data.keys / "county.key").stat().st_mode & 0o777 == 0o600


def test_a_lost_key_is_never_replaced(data: DataFolder) -> None:
    county_key(data)
    register = Register(data.register)
    register.start_run("000001", date(2026, 10, 31))
    register.end_run("000001", "finished")
    (data.keys / "county.key").unlink()
    with pytest.raises(KeyMissing, match="备份"):
        county_key(data)
