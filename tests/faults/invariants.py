"""What holds after every fault (I1 to I12 of the catalogue), as assertions that all fault cases share.

`after_intake` is for a fault in a delivery, `after_run` for a fault in a run. Each assertion names its invariant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.audit import verify_release
from pipelines.intake import FeedIntake, Receipt, delivered_files
from pipelines.storage.atomic import PARTIAL
from pipelines.storage.chain import HashChain
from pipelines.storage.lock import run_lock
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from tests.nightly_county import rows_of

#: What would be a person's in a sentence, a file name or a log: an ID number or an account.
NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15,19})(?!\d)")


def after_intake(taken: FeedIntake, again: FeedIntake, data: DataFolder, persons: Iterable[str] = ()) -> None:
    """`taken` is what intake said of a feed with the fault in it, `again` what it says when asked once more.

    `persons` are names, ID numbers and accounts of the delivery, none of which may be in a sentence.
    """
    for receipt in taken.receipts:
        _rows_are_conserved(receipt)
        _says_all_three_parts(receipt)
        _names_nobody(receipt, persons)
    in_force = [receipt for receipt in taken.receipts if receipt.in_force]
    assert taken.frame.height == taken.status.rows == sum(receipt.rows for receipt in in_force), "I4: rows in force"
    assert taken.frame["_row_id"].is_unique().all(), "I4: a row counted twice"
    assert {receipt.disposition for receipt in in_force} <= {"accepted"}, "I2: what is in force was accepted"
    assert again.frame.equals(taken.frame), "I3: the same inputs give the same rows"
    assert delivered_files([again]).equals(delivered_files([taken])), "I3: the same inputs give the same receipts"
    _nothing_left_over(data)


def _rows_are_conserved(receipt: Receipt) -> None:
    account = receipt.account
    assert account.rows_read == sum(account.counts.values()), "I1: rows read"
    if receipt.in_force:
        says_so = "NOTHING_NEW" in {message.code for message in receipt.messages}
        assert receipt.rows > 0 or says_so, "I1: a file in force has rows, or its receipt says that it has none"


def _says_all_three_parts(receipt: Receipt) -> None:
    """A refusal without a reason would be silent (I8)."""
    if receipt.disposition in ("rejected", "held"):
        assert receipt.messages, "I8: refused without a word"
    for message in receipt.messages:
        assert message.where.startswith("《"), f"I8: {message.code} does not say where"
        assert message.what, f"I8: {message.code} does not say what"
        assert message.remedy, f"I8: {message.code} does not say what to do"


def _names_nobody(receipt: Receipt, persons: Iterable[str]) -> None:
    for message in receipt.messages:
        said = "".join((message.where, message.what, message.remedy)).replace(receipt.file, "")
        assert not NUMBER.search(said), f"I7: {message.code} holds a number"
        assert not [person for person in persons if person in said], f"I7: {message.code} names a person"


def _nothing_left_over(data: DataFolder) -> None:
    left = list(data.root.rglob(f"*{PARTIAL}")) if data.root.exists() else []
    assert left == [], "I11: unfinished files stay behind"


def after_run(data: DataFolder) -> None:
    """A data folder on which no run is at work, whatever ended the last one."""
    in_force = data.current_release()
    if in_force is not None:
        assert verify_release(in_force, data) == [], "I2: the release in force is not whole"
    for manifest in data.releases.glob("*-*-*/*/"):
        assert (manifest / "manifest.json").is_file(), "I2: a visible release without a manifest"
    with run_lock(data, "000000"):
        pass  # I9: LockHeld when the lock of an ended run is not free
    assert HashChain(data.decisions).verify() == [], "I5, I10: the chain of verdicts"


def after_completed_run(data: DataFolder, expected: dict[str, list[str]] | None = None) -> None:
    """A data folder after a run that came to its end. `expected` are the rows of an undisturbed run (I3, I4, I6)."""
    after_run(data)
    _nothing_left_over(data)
    assert not any(data.work.iterdir()), "I11: a working folder stays behind"
    assert not any((data.releases / ".staged").iterdir()), "I11: a half-built release stays behind"
    states = [run.state for run in Register(data.register).runs()]
    assert states[-1] == "finished", "I8: the last run"
    assert "started" not in states, "I8, I9: an ended run counts as running"
    if expected is not None:
        release = data.current_release()
        assert release is not None
        found = rows_of(release)
        assert found.keys() == expected.keys()
        for name, rows in expected.items():
            assert found[name] == rows, f"I3, I4, I6: {name} differs from the undisturbed run"


def holds_no_number(folders: Iterable[Path], canaries: Iterable[str]) -> None:
    """I7: none of the canaries is in a file or a file name below the folders, whatever kind of file it is."""
    wanted = list(canaries)
    assert wanted, "without a canary nothing is looked for"
    paths = [path for folder in folders for path in folder.rglob("*")]
    assert any(path.is_file() for path in paths), "without a file nothing is looked through"
    for path in paths:
        assert not [c for c in wanted if c in path.name], f"I7: a person in the name of {path.parent.name}/…"
        content = path.read_bytes() if path.is_file() else b""
        assert not [c for c in wanted if c.encode() in content], f"I7: a person in {path.name}"


def same_rows(one: pl.DataFrame, other: pl.DataFrame, by: list[str]) -> None:
    """I12: another order of files, rows or columns gives the same rows (their addresses aside)."""
    assert one.select(by).sort(by).equals(other.select(by).sort(by)), "I12: the order changed the rows"
