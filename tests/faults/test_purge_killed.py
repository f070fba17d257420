"""A purge that is killed is completed by the next one; in between no run uses what is going."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.audit import verify_release
from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.retention import Order, carry_out, complete_unfinished, plan_withdrawn
from pipelines.storage.certificates import certificate_faults, read_certificates
from pipelines.storage.chain import GENESIS
from pipelines.storage.lock import run_lock
from pipelines.storage.register import Register
from tests.delivery_factory import ELDERLY, Office, elderly, write_text_file
from tests.nightly_county import hedui

PROCESSES = multiprocessing.get_context("spawn")
FEED, WITHDRAWN, GOOD, TODAY = "elderly_allowance", "2026-10-31", "2026-11-10", date(2026, 11, 25)
POINTS = ("planned", "registered", "stripping", "stripped", "removed", "sealed", "certified")


def keep_logs(content: dict[str, Any]) -> None:
    """There is no history of runs in these data folders."""
    assert content["log_runs"] == 0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two deliveries, the older one withdrawn, and a release that rests on it."""
    made = Office(tmp_path)
    for day, first in ((WITHDRAWN, 1), (GOOD, 20)):
        write_text_file(made.place(FEED, "高龄.csv", day), [ELDERLY, *(elderly(first + i) for i in range(8))])
    made.receive(TODAY)
    made.intake(FEED, TODAY)
    Register(made.data.register).rule(FEED, WITHDRAWN, "withdrawn", "李审核", "误报")
    folder = made.data.releases / WITHDRAWN / "000001"
    names = ("warehouse.duckdb", "extracts/person.parquet", "worklists/白鹭镇.xlsx", "contracts/person.odcs.yaml")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("persons")
    used = next(file for file in Register(made.data.register).files(FEED) if file.delivery == WITHDRAWN)
    named = {"feed": FEED, "delivery": WITHDRAWN, "file": used.file, "sha256": used.sha256}
    manifest = {"as_of": WITHDRAWN, "run_id": "000001", "deliveries": [named], "extracts": {},
        "decision_log": {"entries": 0, "head": GENESIS},
                "files": {name: {"sha256": "0" * 64, "size": 7} for name in names}}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return made


def plan(office: Office) -> dict[str, Any]:
    return plan_withdrawn(office.data, get_feed(FEED), [WITHDRAWN], Order("王经办", "误报", TODAY), Limits())


def _purge_and_die(office: Office, content: dict[str, Any], point: str) -> None:
    carry_out(office.data, content, keep_logs, lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == point else None)


def files_left(office: Office) -> list[str]:
    return sorted(p.relative_to(office.data.root).as_posix() for p in office.data.root.rglob("*") if p.is_file())


@pytest.mark.parametrize("point", POINTS)
def test_kill_9_in_the_middle_is_completed_by_the_next_purge(office: Office, point: str) -> None:
    before, content = files_left(office), plan(office)
    child = PROCESSES.Process(target=_purge_and_die, args=(office, content, point))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL

    (begun,) = read_certificates(office.data)
    assert begun.is_done == (point == "certified")
    if point == "planned":
        assert set(before) < set(files_left(office)), "nothing goes before the register says that it is gone"
    assert office.intake(FEED, TODAY).status.delivery == GOOD
    assert certificate_faults(office.data, begun) == []
    if not begun.is_done and point != "planned" and point != "registered":
        problems = {
            problem.code for problem in verify_release(office.data.releases / WITHDRAWN / "000001", office.data)
        }
        assert "PURGE_UNFINISHED" in problems
        assert "FILE_MISSING" not in problems

    completed = complete_unfinished(office.data, keep_logs)
    assert [done["certificate"] for done in completed] == ([] if begun.is_done else ["000001"])
    assert complete_unfinished(office.data, keep_logs) == []
    (certificate,) = read_certificates(office.data)
    assert certificate.is_done
    assert certificate.content == content
    assert certificate_faults(office.data, certificate) == []
    (gone,) = (file.sha256 for file in Register(office.data.register).files(FEED) if file.delivery == WITHDRAWN)
    assert not [name for name in files_left(office) if gone in name]
    release = {name for name in files_left(office) if name.startswith("releases/")}
    assert release == {f"releases/{WITHDRAWN}/000001/{n}" for n in ("manifest.json", "contracts/person.odcs.yaml")}
    assert not list(office.data.purges.rglob("plan.json")) or point == "certified"


def test_the_command_completes_what_was_begun_and_says_so(office: Office) -> None:
    child = PROCESSES.Process(target=_purge_and_die, args=(office, plan(office), "stripping"))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    command = ("purge", "--data", office.data.root, "--landing", office.landing)
    shown = hedui(*command)
    assert "清除 000001 中途中断" in shown.stdout
    assert not read_certificates(office.data)[0].is_done, "a preview completes nothing"
    done = hedui(*command, "--execute", "--who", "赵", "--reason", "到期")
    assert done.returncode == 0, done.stderr
    assert "已完成" in done.stdout
    assert "王经办" in done.stdout, "under its own order"
    assert read_certificates(office.data)[0].is_done


def test_a_purge_does_not_start_while_a_run_holds_the_lock(office: Office) -> None:
    before = files_left(office)
    with run_lock(office.data, "000777"):
        done = hedui(
            "purge", FEED, WITHDRAWN, "--data", office.data.root, "--execute", "--who", "王", "--reason", "误报"
        )
    assert done.returncode == 4
    assert "000777" in done.stderr
    assert set(files_left(office)) - set(before) <= {"run.lock"}


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_certificate_that_was_changed_or_made_up_covers_nothing(office: Office) -> None:
    folder = carry_out(office.data, plan(office), keep_logs)
    release = office.data.releases / WITHDRAWN / "000001"
    sound = {problem.code for problem in verify_release(release, office.data)}
    assert not sound & {"FILE_MISSING", "CERTIFICATE_BROKEN", "ARCHIVE_MISSING"}
    assert {"FILE_MISSING"} <= {problem.code for problem in verify_release(release)}, "without the data folder"

    _edit(folder / "certificate.json", "王经办", "张经办")
    broken = {problem.code for problem in verify_release(release, office.data)}
    assert {"CERTIFICATE_BROKEN", "FILE_MISSING", "ARCHIVE_MISSING"} <= broken

    _edit(folder / "certificate.json", "张经办", "王经办")
    made_up = office.data.purges / "000002"
    made_up.mkdir()
    document = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    (made_up / "certificate.json").write_text(json.dumps(document), encoding="utf-8")
    assert "CERTIFICATE_BROKEN" in {problem.code for problem in verify_release(release, office.data)}
