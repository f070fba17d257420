"""What a delivery means beside those before and after it."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.intake import FeedIntake, take_in
from tests.delivery_factory import AS_OF, ELDERLY, PAYMENT, Office, codes, elderly, payment, write_text_file
from tests.faults import invariants
from tests.nightly_county import hedui
from tests.traces import files_with

FEED = "elderly_allowance"
SEPTEMBER, OCTOBER = "2026-09-30", "2026-10-31"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def deliver(office: Office, day: str, people: range, file: str = "名册.csv", amount: int = 100) -> Path:
    return write_text_file(office.place(FEED, file, day), [ELDERLY, *(elderly(n, amount) for n in people)])


def taken(office: Office, feed: str = FEED, as_of: date = AS_OF) -> FeedIntake:
    """What is in force, after the invariants were checked."""
    found = office.intake(feed, as_of)
    invariants.after_intake(found, take_in(feed, office.data, as_of), office.data)
    return found


def in_force(found: FeedIntake) -> list[tuple[str, str]]:
    return [(receipt.delivery, receipt.file) for receipt in found.receipts if receipt.in_force]


def test_D01_the_same_file_again_changes_nothing(office: Office) -> None:
    deliver(office, OCTOBER, range(5))
    first = taken(office)
    deliver(office, OCTOBER, range(5), "名册(1).csv")
    again = taken(office)
    assert again.frame.equals(first.frame)
    assert codes(again) == ["ALREADY_RECEIVED"]
    assert taken(office).frame.equals(first.frame)


def test_D02_a_correction_takes_the_place_of_what_it_corrects_and_both_are_kept(office: Office) -> None:
    deliver(office, OCTOBER, range(5))
    wrong = taken(office).receipts[0].sha256
    deliver(office, OCTOBER, range(5), amount=120)
    found = taken(office)
    assert set(found.frame["monthly_amount"]) == {"120"}
    assert [receipt.disposition for receipt in found.receipts] == ["superseded", "accepted"]
    assert wrong is not None
    assert office.data.archived_file(wrong).exists()


def test_D02_a_correction_that_is_undone_is_undone(office: Office) -> None:
    for amount in (100, 120, 100):
        deliver(office, OCTOBER, range(5), amount=amount)
        found = taken(office)
        assert set(found.frame["monthly_amount"]) == {str(amount)}
    assert [receipt.disposition for receipt in found.receipts] == ["superseded", "accepted"]
    assert set(taken(office).frame["monthly_amount"]) == {"100"}


def test_D03_a_late_delivery_counts_for_its_own_period_only(office: Office) -> None:
    deliver(office, OCTOBER, range(6))
    before = taken(office).frame
    deliver(office, SEPTEMBER, range(5))
    assert taken(office).frame.equals(before)
    of_september = taken(office, as_of=date(2026, 9, 30))
    assert (of_september.frame.height, of_september.status.delivery) == (5, SEPTEMBER)


@pytest.mark.parametrize(("people", "code"), [(range(101), "FAR_MORE_ROWS"), (range(4), "FAR_FEWER_ROWS")])
def test_D05_D06_a_snapshot_of_implausible_size_is_held_and_the_last_one_stays(
    office: Office, people: range, code: str
) -> None:
    deliver(office, SEPTEMBER, range(10))
    deliver(office, OCTOBER, people)
    found = taken(office)
    assert in_force(found) == [(SEPTEMBER, "名册.csv")]
    assert (found.receipts[-1].disposition, codes(found)) == ("held", [code])
    assert found.status.is_fallback


def test_D07_an_increment_in_place_of_a_whole_roster_is_held(office: Office) -> None:
    deliver(office, SEPTEMBER, range(40))
    deliver(office, OCTOBER, range(40, 45), "新增.csv")
    found = taken(office)
    assert in_force(found) == [(SEPTEMBER, "名册.csv")]
    assert "按增量报送" in found.receipts[-1].messages[-1].remedy


def test_D12_a_correction_that_turns_a_payment_around_holds_its_row(office: Office) -> None:
    rows = [payment(number) for number in range(3)]
    path = write_text_file(office.place("payment", "发放.csv"), [PAYMENT, *rows])
    assert taken(office, "payment").frame["amount"].to_list() == ["100"] * 3
    write_text_file(path, [PAYMENT, *rows[:2], [*rows[2][:5], -100]])
    # Both contents never count together; what becomes of the negative one is shown by V15-negative.
    assert taken(office, "payment").frame["amount"].to_list() == ["100", "100", "-100"]


def test_D14_a_delivery_of_a_later_date_waits_for_it(office: Office) -> None:
    deliver(office, OCTOBER, range(5))
    deliver(office, "2026-11-30", range(6))
    reception = office.receive()
    assert [message.code for message in reception.messages] == ["FUTURE_DELIVERY"]
    assert in_force(taken(office)) == [(OCTOBER, "名册.csv")]
    assert in_force(taken(office, as_of=date(2026, 11, 30))) == [("2026-11-30", "名册.csv")]


def test_H17_what_a_person_asks_to_correct_or_to_delete_is_so_everywhere_after_the_walk(office: Office) -> None:
    """As docs/guides/rights.md says: the office delivers anew, the old delivery is withdrawn and purged."""
    people = {number: elderly(number) for number in range(24)}
    old = write_text_file(office.place(FEED, "名册.csv", SEPTEMBER), [ELDERLY, *people.values()])
    taken(office)
    wrong, gone = people[3][0], people.pop(7)[:2]
    people[3][0] = "张更正"
    write_text_file(office.place(FEED, "名册.csv", OCTOBER), [ELDERLY, *people.values()])
    assert "张更正" in taken(office).frame["name"].to_list()
    assert all(files_with(office.data.root, text) for text in (wrong, *gone)), "the old delivery still holds them"

    who = ("--who", "李审核", "--reason", "本人要求更正、删除", "--data", office.data.root)
    assert hedui("deliveries", "withdraw", FEED, SEPTEMBER, *who).returncode == 0
    assert taken(office).frame["name"].to_list() == [row[0] for row in people.values()]
    old.unlink()
    done = hedui("purge", FEED, SEPTEMBER, "--execute", *who, "--landing", office.landing)
    assert done.returncode == 0, done.stderr
    assert [files_with(office.data.root, text) for text in (wrong, *gone)] == [[], [], []]
    assert taken(office).frame["name"].to_list() == [row[0] for row in people.values()]


def test_the_order_of_rows_columns_and_files_changes_no_row(tmp_path: Path) -> None:
    """I12 for what a file holds: rows and columns turned round, and one file cut in two."""
    rows = [ELDERLY, *(elderly(n) for n in range(8))]
    turned = [list(reversed(row)) for row in (rows[0], *reversed(rows[1:]))]
    offices = [Office(tmp_path / name) for name in "abc" if (tmp_path / name).mkdir() is None]
    write_text_file(offices[0].place(FEED, "名册.csv"), rows)
    write_text_file(offices[1].place(FEED, "名册.csv"), turned)
    write_text_file(offices[2].place(FEED, "一.csv"), [rows[0], *rows[5:]])
    write_text_file(offices[2].place(FEED, "二.csv"), rows[:5])
    one, *others = (taken(office).frame for office in offices)
    columns = ["_row_sha256", *(column for column in one.columns if not column.startswith("_"))]
    for other in others:
        invariants.same_rows(one, other, columns)
