"""Every file of the catalogue through intake: its receipt, what is in force, the exit status, and the invariants."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.console.exits import OF_STATE
from pipelines.defs.outcome import summarise
from pipelines.defs.workspace import RunWorkspace
from pipelines.intake import FeedIntake, Limits, Receipt, Reception, take_in, write_overview
from pipelines.settings import Settings
from tests.delivery_factory import AS_OF, ELDERLY, HOUSEHOLD, PAYMENT, Office, elderly, head, payment, write_text_file
from tests.faults import invariants
from tests.faults.catalogue import FAULTS, Fault, FileCase
from tests.faults.mutations import FIRST_BEFORE

LIMITS = Limits(memory_bytes=700_000_000, seconds=600)
BEFORE, DAY = "2026-09-30", "2026-10-31"
MAKERS: dict[str, tuple[tuple[str, ...], Callable[[int], list[object]]]] = {
    "elderly_allowance": (ELDERLY, elderly), "payment": (PAYMENT, payment), "dibao": (HOUSEHOLD, head),
}  # fmt: skip


CASES = [(fault, case) for fault in FAULTS for case in fault.cases if isinstance(case, FileCase)]


@pytest.mark.parametrize(("fault", "case"), CASES, ids=[f"{fault.id}-{case.variant}" for fault, case in CASES])
def test_a_delivered_file(tmp_path: Path, fault: Fault, case: FileCase) -> None:
    office = Office(tmp_path)
    header, make = MAKERS[case.feed]
    before = [make(number) for number in range(FIRST_BEFORE, FIRST_BEFORE + case.before)]
    write_text_file(office.place(case.feed, "好.csv", BEFORE), [header, *before])
    case.make(office.place(case.feed, case.file, DAY))
    reception = office.receive()
    taken = take_in(case.feed, office.data, AS_OF, LIMITS)

    receipt = _receipt_of(taken, case.file)
    assert receipt.disposition == case.disposition
    codes = [message.code for message in receipt.messages]
    assert (case.code in codes) if case.code else codes == []
    if case.says:
        _assert_says(receipt, case.code, case.says)
    _assert_in_force(taken, receipt, case)
    assert _exit_status(office, taken, reception) == (3 if case.disposition in ("rejected", "held") else 0)
    persons = {str(value) for row in (*before, *(make(n) for n in range(5))) for value in (row[0], row[1], row[3])}
    invariants.after_intake(taken, _arrived_in_another_order(office, case.feed, tmp_path), office.data, persons)


def _receipt_of(taken: FeedIntake, file: str) -> Receipt:
    """The receipt of a file of the delivery with the fault; a name that cannot be shown is shown without its signs."""
    shown = "".join(sign for sign in file if sign.isprintable())
    (receipt,) = (receipt for receipt in taken.receipts if receipt.delivery == DAY and receipt.file == shown)
    return receipt


def _assert_says(receipt: Receipt, code: str, says: str) -> None:
    """`says` is what a person reads, with … for what differs from file to file."""
    said = [f"{message.what}。{message.remedy}" for message in receipt.messages if message.code == code]
    pattern = ".*".join(re.escape(part) for part in says.split("…"))
    assert any(re.search(pattern, text) for text in said), said


def _assert_in_force(taken: FeedIntake, receipt: Receipt, case: FileCase) -> None:
    is_append = case.feed == "payment"
    expected = case.rows if case.disposition == "accepted" else 0
    if case.disposition == "accepted":
        assert receipt.in_force
        assert receipt.rows == case.rows
    stays = is_append or not any(other.in_force for other in taken.receipts if other.delivery == DAY)
    beside = sum(other.rows for other in taken.receipts if other.in_force and other is not receipt)
    assert taken.frame.height == expected + beside
    assert any(other.in_force for other in taken.receipts if other.delivery == BEFORE) == stays
    if case.disposition in ("rejected", "held"):
        assert taken.status.delivery == BEFORE, "the last good delivery stays in force"
        assert taken.status.is_fallback


def _exit_status(office: Office, taken: FeedIntake, reception: Reception) -> int:
    """What a run that sees this and nothing else ends with, told by the same code as in a run."""
    settings = Settings(landing=office.landing, data=office.data.root)
    workspace = RunWorkspace(settings, office.data, AS_OF, "000001", published=office.data.releases)
    workspace.raw.mkdir(parents=True)
    write_overview([taken], workspace.raw)
    workspace.notes["landing_messages"] = reception.messages
    return int(OF_STATE[summarise(workspace, success=True, failures=[], timings={}).state])


def _arrived_in_another_order(office: Office, feed: str, root: Path) -> FeedIntake:
    """The same landing folder received into a new data folder, the newer delivery first (I3, I12)."""
    second = Office(root / "second", office.landing)
    aside = (office.landing / feed / BEFORE).rename(root / "aside")
    second.receive()
    aside.rename(office.landing / feed / BEFORE)
    return second.intake(feed, limits=LIMITS)
