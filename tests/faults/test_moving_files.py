"""Files that move, grow, vanish or may not be read while they are received: real ones, by other processes."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.intake import Limits, take_in
from pipelines.intake.reception import archive_file
from tests.delivery_factory import AS_OF, ELDERLY, PAYMENT, Office, codes, elderly, payment, write_text_file
from tests.faults import machine
from tests.faults import mutations as m

FEED = "elderly_allowance"

#: Receives a landing folder in a process of its own and prints what the register then knows.
RECEIVE = """
import json, sys
from datetime import date
from pathlib import Path
from pipelines.intake import receive
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
data = DataFolder(Path(sys.argv[2]))
found = receive(Path(sys.argv[1]), data, date(2026, 10, 31))
register = Register(data.register)
print(json.dumps({"received": found.received, "codes": [message.code for message in found.messages],
                  "files": [file.file for file in register.files()]}))
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def received_by(prefix: list[str], office: Office) -> dict[str, Any]:
    command = [*prefix, sys.executable, "-c", RECEIVE, str(office.landing), str(office.data.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


def test_F04_a_file_that_grows_while_it_is_read_is_not_taken_and_comes_whole_the_next_time(office: Office) -> None:
    path = office.place("payment", "发放.csv")
    write_text_file(path, [PAYMENT, *(payment(number) for number in range(3))])
    row = ",".join(map(str, payment(9))) + "\r\n"
    grow = "import sys\nwhile True:\n open(sys.argv[1], 'a').write(sys.argv[2])"
    # One alone may have to wait for the machine while the file is read.
    growers = [subprocess.Popen([sys.executable, "-c", grow, path, row]) for _ in range(3)]
    try:
        while path.stat().st_size < 20_000:
            time.sleep(0.01)
        assert [message.code for message in office.receive().messages] == ["UNSTABLE"]
    finally:
        for grower in growers:
            grower.kill()
            grower.wait()
    whole = path.read_bytes().rpartition(b"\n")[0] + b"\n"
    path.write_bytes(whole)
    taken = office.intake("payment")
    assert codes(taken) == []
    assert taken.frame.height == whole.count(b"\n") - 1


def test_F10_the_next_file_is_read_after_one_that_ended_its_reader(office: Office) -> None:
    m.stray_cell(office.place(FEED, "大.xlsx"))
    write_text_file(office.place("payment", "好.csv"), [PAYMENT, payment(1)])
    assert office.intake(FEED, limits=Limits(memory_bytes=700_000_000)).receipts[0].disposition == "rejected"
    assert office.intake("payment").frame.height == 1


def test_a_file_that_takes_too_long_is_given_up_and_read_when_there_is_time(office: Office) -> None:
    m.good(office.place(FEED, "a.xlsx"))
    assert codes(office.intake(FEED, limits=Limits(seconds=0.0))) == ["TOO_SLOW"]
    assert office.intake(FEED).frame.height == m.PERSONS


def test_F12_a_name_in_gbk_is_read_as_such(office: Office) -> None:
    path = write_text_file(office.place(FEED, "a.csv"), [ELDERLY, elderly(1)])
    os.rename(path, os.path.join(os.fsencode(path.parent), "名单.csv".encode("gb18030")))
    assert office.intake(FEED).receipts[0].file == "名单.csv"


def test_F14_F22_a_file_without_permission_is_told_and_read_when_it_has_one(office: Office) -> None:
    write_text_file(office.place("payment", "好.csv"), [PAYMENT, payment(1)])
    locked = write_text_file(office.place("payment", "锁.csv"), [PAYMENT, payment(2)])
    locked.chmod(0)
    found = received_by(machine.without_privileges(), office)
    assert (found["received"], found["codes"], found["files"]) == (1, ["UNREADABLE"], ["好.csv"])
    assert codes(take_in("payment", office.data, AS_OF)) == ["UNREADABLE"]
    locked.chmod(0o600)
    assert office.intake("payment").frame.height == 2


def _receive_again_and_again(office: Office) -> None:
    for _ in range(1000):
        office.receive()


def test_F17_a_landing_folder_that_goes_away_marks_nothing_as_received(office: Office, tmp_path: Path) -> None:
    for number in range(200):
        write_text_file(office.place("payment", f"{number:03d}.csv"), [PAYMENT, payment(number)])
    away = tmp_path / "away"
    timer = threading.Timer(0.1, office.landing.rename, [away])
    timer.start()
    with pytest.raises(FileNotFoundError):
        _receive_again_and_again(office)
    timer.join()
    known = {receipt.file for receipt in take_in("payment", office.data, AS_OF).receipts}
    away.rename(office.landing)
    taken = office.intake("payment")
    assert known <= {receipt.file for receipt in taken.receipts}
    assert taken.frame.height == 200
    assert codes(taken) == []


def test_F20_a_file_that_goes_away_between_listing_and_opening_keeps_no_other_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = write_text_file(office.place("payment", "去.csv"), [PAYMENT, payment(1)])
    write_text_file(office.place("payment", "留.csv"), [PAYMENT, payment(2)])

    def after_listing(path: Path, *rest: Any) -> tuple[str, int]:
        gone.unlink(missing_ok=True)
        return archive_file(path, *rest)

    monkeypatch.setattr("pipelines.intake.reception.archive_file", after_listing)
    reception = office.receive()
    assert (reception.received, [message.code for message in reception.messages]) == (1, ["UNSTABLE"])
    assert take_in("payment", office.data, AS_OF).frame.height == 1


@pytest.mark.slow
def test_F21_many_files_at_once_are_all_received_in_order_and_in_bounded_memory(office: Office) -> None:
    count = 2000
    for number in range(count):
        write_text_file(office.place("payment", f"{number:05d}.csv"), [PAYMENT, payment(number)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = office.intake("payment")
    assert [receipt.file for receipt in taken.receipts] == [f"{number:05d}.csv" for number in range(count)]
    assert taken.frame.height == count
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB
