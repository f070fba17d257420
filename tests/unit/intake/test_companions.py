"""Two versions of a roll and a covering note in one delivery: nobody counts twice, and a note puts nothing aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivery_factory import ELDERLY, Office, elderly, write_workbook


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def roll(office: Office, file: str, amount: int) -> None:
    rows = [ELDERLY, *(elderly(number, amount) for number in range(8))]
    write_workbook(office.place("elderly_allowance", file), {"名册": rows})


@pytest.mark.parametrize("corrected", ["名册（更正）.xlsx", "名册-修改后.xlsx", "名册_最新版.xlsx"])
def test_the_corrected_file_counts_and_the_one_beside_it_does_not(office: Office, corrected: str) -> None:
    roll(office, "名册.xlsx", 100)
    roll(office, corrected, 200)
    taken = office.intake("elderly_allowance")
    assert set(taken.frame["monthly_amount"]) == {"200"}
    assert taken.frame.height == 8
    told = {receipt.file: (receipt.disposition, [m.code for m in receipt.messages]) for receipt in taken.receipts}
    assert told == {"名册.xlsx": ("superseded", ["CORRECTED_BESIDE"]), corrected: ("accepted", [])}


def test_a_correction_that_cannot_be_used_displaces_nothing(office: Office) -> None:
    roll(office, "名册.xlsx", 100)
    office.place("elderly_allowance", "名册（更正）.xlsx").write_bytes(b"")
    taken = office.intake("elderly_allowance")
    assert {receipt.file: receipt.disposition for receipt in taken.receipts}["名册.xlsx"] != "superseded"


def test_a_covering_note_puts_no_roll_aside(office: Office) -> None:
    roll(office, "名册.xlsx", 100)
    office.place("elderly_allowance", "报送说明.txt").write_text("现将高龄津贴名册报上\n请查收", encoding="utf-8")
    taken = office.intake("elderly_allowance")
    assert taken.frame.height == 8
    assert {receipt.file: receipt.disposition for receipt in taken.receipts} == {
        "名册.xlsx": "accepted", "报送说明.txt": "ignored",
    }  # fmt: skip


def test_a_note_alone_is_no_delivery(office: Office) -> None:
    office.place("elderly_allowance", "报送说明.txt").write_text("现将高龄津贴名册报上\n请查收", encoding="utf-8")
    (receipt,) = office.intake("elderly_allowance").receipts
    assert (receipt.disposition, receipt.messages[-1].code) == ("rejected", "COVER_NOTE")


def test_a_list_of_names_alone_is_no_note(office: Office) -> None:
    roll(office, "名册.xlsx", 100)
    office.place("elderly_allowance", "补充.txt").write_text("张三\n李四\n王五", encoding="utf-8")
    taken = office.intake("elderly_allowance")
    assert {receipt.file: receipt.disposition for receipt in taken.receipts}["补充.txt"] == "rejected"
