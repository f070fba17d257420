"""Faults of the process and of the machine, each caused for real and without a whole run."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from pipelines.defs.workspace import remove_leftovers
from pipelines.intake import take_in
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register, RegisterUnusable
from tests.delivery_factory import AS_OF, PAYMENT, Office, payment, write_text_file
from tests.faults import invariants, machine
from tests.nightly_county import COMMAND, hedui

FILES, ROWS = 6, 50

#: Takes in one feed and is killed by itself at the n-th call of a function: (module, object, name).
KILLED_AT = """
import importlib, os, signal, sys
from datetime import date
from pathlib import Path
landing, data, module, owner, name, when, calls = sys.argv[1:]
target = importlib.import_module(module)
target = getattr(target, owner) if owner else target
original, seen = getattr(target, name), []
def counted(*arguments, **options):
    seen.append(1)
    if len(seen) == int(calls) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = original(*arguments, **options)
    if len(seen) == int(calls):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
setattr(target, name, counted)
from pipelines.intake import receive, take_in
from pipelines.storage.paths import DataFolder
folder = DataFolder(Path(data))
receive(Path(landing), folder, date(2026, 10, 31))
take_in("payment", folder, date(2026, 10, 31))
"""
POINTS = {
    "P01_while_copying": ("pipelines.storage.atomic", "", "_sync_file", "before"),
    "P01_copied_without_its_name": ("pipelines.storage.atomic", "os", "replace", "before"),
    "P02_archived_but_not_registered": ("pipelines.storage.register", "Register", "add_file", "before"),
    "P02_registered": ("pipelines.storage.register", "Register", "add_file", "after"),
    "P03_parsed_rows_without_their_account": ("pipelines.intake.cache", "", "write_json", "before"),
    "P03_parsed": ("pipelines.intake.cache", "", "write_json", "after"),
}


def deliver(office: Office) -> None:
    for number in range(FILES):
        rows = [payment(number * ROWS + row) for row in range(ROWS)]
        write_text_file(office.place("payment", f"{number}.csv"), [PAYMENT, *rows])


@pytest.mark.parametrize("calls", [1, 4])
@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_P01_P02_P03_kill_9_during_intake_loses_and_doubles_nothing(
    tmp_path: Path, point: tuple[str, str, str, str], calls: int
) -> None:
    office = Office(tmp_path)
    deliver(office)
    command = [sys.executable, "-c", KILLED_AT, str(office.landing), str(office.data.root), *point, str(calls)]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    remove_leftovers(office.data)
    taken = office.intake("payment")
    invariants.after_intake(taken, take_in("payment", office.data, AS_OF), office.data)
    assert taken.frame.height == FILES * ROWS
    undisturbed = Office(tmp_path / "undisturbed", office.landing).intake("payment")
    assert taken.frame.equals(undisturbed.frame)


@pytest.mark.parametrize("module", ["pipelines.intake.worker", "pipelines.defs.dbt_worker"])
def test_P05_a_child_ends_soon_after_its_parent_was_killed(module: str, tmp_path: Path) -> None:
    """The child is at work when its parent goes, and its standard input stays open in a third process."""
    program = (
        "import json, os, subprocess, sys, time\n"
        "own = os.getpid()\n"
        "argument = str(own) if sys.argv[1].endswith('intake.worker') else json.dumps({'parent': own})\n"
        "child = subprocess.Popen([sys.executable, '-m', sys.argv[1], argument], stdin=sys.stdin)\n"
        "print(child.pid, flush=True)\ntime.sleep(600)"
    )
    reading, writing = os.pipe()
    try:
        with subprocess.Popen([sys.executable, "-c", program, module], stdin=reading, stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            time.sleep(2)
            parent.kill()
        deadline = time.monotonic() + 120  # importing takes its time on a busy machine
        while _is_running(child):
            assert time.monotonic() < deadline, "the child of a killed run goes on alone"
            time.sleep(0.1)
    finally:
        os.close(reading)
        os.close(writing)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_P11_every_file_reaches_the_disk_before_it_gets_its_name(tmp_path: Path) -> None:
    """The order of system calls: what a power cut leaves is the old file or the new one, whole."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed on this machine; the order of system calls cannot be seen")
    program = (
        "import sys; from pathlib import Path; from pipelines.storage import atomic; root = Path(sys.argv[1])\n"
        "(root / 'staged').mkdir(); (root / 'staged' / 'table').write_bytes(b'x' * 10000)\n"
        "atomic.publish_folder(root / 'staged', root / 'release'); atomic.write_json(root / 'current.json', {})"
    )
    trace = tmp_path / "trace"
    calls = "trace=fsync,rename,renameat,renameat2"
    command = ["strace", "-f", "-y", "-e", calls, "-o", str(trace), sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip(f"strace may not be used on this machine: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr[-1000:]
    order = [
        "fsync:" + found[1].replace(str(tmp_path), "") if (found := re.search(r"fsync\(\d+<([^>]*)>", line)) else "name"
        for line in trace.read_text(encoding="utf-8").splitlines()
        if "fsync(" in line or "rename" in line
    ]
    partial = next(step for step in order if step.endswith(".partial"))
    assert order == ["fsync:/staged/table", "fsync:/staged", "name", "fsync:", partial, "name", "fsync:"]


def test_P13_a_dbt_process_that_is_killed_fails_its_step_with_a_reason(tmp_path: Path) -> None:
    from pipelines.defs.dbt_worker import DbtFailed, DbtWorker
    from tests.dbt_factory import PROJECT

    worker = DbtWorker(PROJECT, tmp_path, {})
    threading.Timer(1.0, os.kill, [worker._child.pid, signal.SIGKILL]).start()
    with pytest.raises(DbtFailed, match="ended early"):
        list(worker.build("--select", "tag:before_matching"))
    worker.close()


def test_P18_a_register_that_is_busy_is_waited_for(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")
    register.next_run_id()
    held = sqlite3.connect(register.path, isolation_level=None, check_same_thread=False)
    held.execute("begin immediate")
    threading.Timer(1.0, held.execute, ["rollback"]).start()
    begun = time.monotonic()
    assert register.next_run_id() == "000002"
    assert time.monotonic() - begun >= 0.9
    held.close()


@pytest.mark.parametrize(("megabytes", "inodes"), [(1, 0), (50, 12)], ids=["no_space", "no_inodes"])
def test_P19_P20_a_full_disk_during_intake_loses_nothing(tmp_path: Path, megabytes: int, inodes: int) -> None:
    office = Office(tmp_path)
    for number in range(12):
        rows = [payment(number * 3000 + row) for row in range(3000)]
        write_text_file(office.place("payment", f"{number:02d}.csv"), [PAYMENT, *rows])
    with machine.small_disk(tmp_path / "disk", megabytes, inodes) as disk:
        office.data = DataFolder(disk / "data")
        with pytest.raises((OSError, RegisterUnusable)):
            office.intake("payment")
        subprocess.run(["mount", "-o", "remount,size=200m,nr_inodes=10000", str(disk)], check=True)
        remove_leftovers(office.data)
        taken = office.intake("payment")
        invariants.after_intake(taken, take_in("payment", office.data, AS_OF), office.data)
        assert taken.frame.height == 12 * 3000


TAKE_IN = """
import sys
from datetime import date
from pathlib import Path
from pipelines.intake import receive, take_in
from pipelines.storage.paths import DataFolder
data = DataFolder(Path(sys.argv[2]))
receive(Path(sys.argv[1]), data, date(2026, 10, 31))
assert take_in("payment", data, date(2026, 10, 31)).frame.height == int(sys.argv[3])
"""


@pytest.mark.parametrize(
    ("point", "probability", "error"),
    [
        ("posix/io/rw/write", 0.3, errno.ENOSPC),
        ("posix/io/rw/write", 0.3, errno.EIO),
        ("posix/io/sync/fsync", 0.1, errno.EIO),
    ],
    ids=["write_ENOSPC", "write_EIO", "fsync_EIO"],
)
def test_P19_a_disk_that_fails_now_and_then_loses_nothing(
    tmp_path: Path, point: str, probability: float, error: int
) -> None:
    """System calls of the run and of its children fail at random; what was taken in before stays, the rest follows."""
    office = Office(tmp_path)
    deliver(office)
    command = [sys.executable, "-c", TAKE_IN, str(office.landing), str(office.data.root), str(FILES * ROWS)]
    disturbed = machine.failing(tmp_path, point, probability, error)
    ended = [subprocess.run([*disturbed, *command], capture_output=True, check=False).returncode for _ in range(4)]
    assert set(ended) - {0, -signal.SIGKILL}, "no call failed"
    remove_leftovers(office.data)
    taken = office.intake("payment")
    invariants.after_intake(taken, take_in("payment", office.data, AS_OF), office.data)
    assert taken.frame.equals(Office(tmp_path / "undisturbed", office.landing).intake("payment").frame)


def run_with(prefix: list[str], landing: Path, data: Path) -> subprocess.CompletedProcess[str]:
    command = [*prefix, *COMMAND, "run", "--landing", str(landing), "--data", str(data), "--as-of", "2026-10-31"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _assert_told(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    for part in ("位置：", "处理：", *parts):
        assert part in done.stderr, done.stderr


def test_P20_P21_P44_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    data = tmp_path / "data"
    data.mkdir(mode=0o555)
    _assert_told(run_with(machine.without_privileges(), tmp_path / "landing", data), str(data), "权限")
    data.chmod(0o755)
    _assert_told(run_with(["sh", "-c", 'ulimit -n 10; exec "$@"', "sh"], tmp_path / "landing", data))


def test_P18_a_data_folder_on_a_network_share_is_refused(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    with machine.network_share(tmp_path / "共 享") as share:
        _assert_told(run_with([], tmp_path / "landing", share / "data"), "fuse.sshfs", str(share / "data"), "本机磁盘")
        seen = json.loads(hedui("doctor", "--data", share, "--landing", tmp_path / "landing", "--json").stdout)
        assert ("数据文件夹 data", "bad") in [(one["topic"], one["level"]) for one in seen]


@pytest.mark.parametrize("keep", [0.5, 0.0], ids=["cut", "overwritten"])
def test_P23_a_broken_register_stops_the_run_with_its_name(tmp_path: Path, keep: float) -> None:
    (tmp_path / "landing").mkdir()
    register = Register(DataFolder(tmp_path / "data").register)
    for number in range(200):
        register.add_file("payment", "2026-10-31", f"{number}.csv", "0" * 64, 1)
    whole = register.path.read_bytes()
    register.path.write_bytes(whole[: int(len(whole) * keep)] or b"x" * len(whole))
    broken = register.path.read_bytes()
    _assert_told(run_with([], tmp_path / "landing", tmp_path / "data"), "register.sqlite", "备份")
    assert register.path.read_bytes() == broken, "what is left is kept for whoever repairs it"


def test_P22_a_run_does_not_stand_on_an_archive_that_has_lost_a_file(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = write_text_file(office.place("payment", "发放.csv"), [PAYMENT, payment(1)])
    office.intake("payment")
    archived = office.data.archived_file(Register(office.data.register).files("payment")[0].sha256)
    archived.unlink()
    shutil.rmtree(office.data.parsed)
    path.unlink()
    done = run_with([], office.landing, office.data.root)
    assert done.returncode == 5, (done.returncode, done.stderr)
    for part in ("payment/2026-10-31", f"位置：{archived}", "处理：请管理员从备份恢复"):
        assert part in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-12-31 15:50:00", date(2026, 12, 31)),
        ("2026-12-31 16:00:01", date(2027, 1, 1)),
        ("2028-02-28 16:00:01", date(2028, 2, 29)),
    ],
)
def test_P26_the_business_date_is_the_date_in_china(utc: str, day: date) -> None:
    program = "from pipelines.settings import business_today; print(business_today())"
    environment = {**os.environ, **machine.at_time(f"@{utc}"), "TZ": "UTC"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.strip() == day.isoformat(), done.stderr
