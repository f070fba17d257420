"""What holds a snapshot back, and what persons may say of it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake import Limits, delivery_states
from pipelines.intake.plausibility import missing_town, standing, towns_of
from pipelines.storage.register import Register, Ruling
from tests.delivery_factory import ELDERLY, PAYMENT, Office, codes, elderly, payment, write_text_file

FEED = "elderly_allowance"
TOWNS = ["白鹭镇", "双堰乡", "青石街道"]


def deliver(office: Office, day: str, towns: list[str]) -> None:
    """A snapshot with 25 rows of each of the towns."""
    rows = [elderly(number) for number in range(25 * len(towns))]
    for number, row in enumerate(rows):
        row[2] = towns[number // 25]
    write_text_file(office.place(FEED, "名册.csv", day), [ELDERLY, *rows])


def said(*rulings: tuple[str, str]) -> list[Ruling]:
    """Rulings on one delivery, as (what, by whom)."""
    return [Ruling(number, FEED, "d", what, who, "", "") for number, (what, who) in enumerate(rulings)]


@pytest.mark.parametrize(
    ("rulings", "approvals", "stands"),
    [
        ([], 1, None),
        ([("approved", "甲")], 1, "approved"),
        ([("approved", "甲")], 2, None),
        ([("approved", "甲"), ("approved", "甲")], 2, None),
        ([("approved", "甲"), ("approved", "乙")], 2, "approved"),
        ([("approved", "甲"), ("rejected", "丙"), ("approved", "乙")], 2, "rejected"),
        ([("rejected", "丙"), ("approved", "甲")], 1, "approved"),
        ([("approved", "甲"), ("withdrawn", "丙")], 1, "withdrawn"),
    ],
)
def test_the_last_word_stands_and_two_persons_are_two(
    rulings: list[tuple[str, str]], approvals: int, stands: str | None
) -> None:
    assert standing(said(*rulings), approvals).get("d") == stands


@pytest.mark.parametrize(
    ("towns", "is_missing"),
    [
        ({"白鹭": 50, "双堰": 50, "青石": 50}, False),
        ({"白鹭": 50, "双堰": 50}, True),
        ({"白鹭": 50, "双堰": 50, "新城": 50}, False),
        ({}, False),
    ],
)
def test_a_town_is_missing_when_no_new_name_came_in_its_place(towns: dict[str, int], is_missing: bool) -> None:
    before = {"白鹭": 50, "双堰": 50, "青石": 50}
    message = missing_town(towns, before)
    assert (message is not None) is is_missing
    assert message is None or ("青石" in message.what and "50行" in message.what)


def test_a_town_of_few_rows_may_be_empty_for_once() -> None:
    assert missing_town({"白鹭": 900}, {"白鹭": 900, "双堰": 19}) is None
    assert missing_town({"白鹭": 9000}, {"白鹭": 9000, "双堰": 21}) is None


def test_towns_are_one_however_their_kind_is_written() -> None:
    assert towns_of(pl.Series(["白鹭镇", "白鹭", "白 鹭镇人民政府", "青石街道办事处", None])) == Counter(白鹭=3, 青石=1)
    assert not towns_of(pl.Series(["白鹭镇", None, None]))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose second snapshot lacks one of three towns."""
    office = Office(tmp_path)
    deliver(office, "2026-09-30", TOWNS)
    deliver(office, "2026-10-31", TOWNS[:2])
    return office


def test_a_snapshot_without_a_town_is_held_until_it_is_approved(office: Office) -> None:
    taken = office.intake(FEED)
    assert (codes(taken), taken.status.delivery, taken.status.is_fallback) == (["MISSING_TOWN"], "2026-09-30", True)
    assert [state.state for state in delivery_states(taken)] == ["in_force", "held"]
    Register(office.data.register).rule(FEED, "2026-10-31", "approved", "主任", "该乡镇已并入")
    taken = office.intake(FEED)
    assert (taken.status.delivery, taken.frame.height) == ("2026-10-31", 50)
    assert office.intake(FEED, limits=Limits(approvals=2)).status.delivery == "2026-09-30"


@pytest.mark.parametrize(("ruling", "is_fallback"), [("rejected", True), ("withdrawn", False)])
def test_a_delivery_sent_back_or_taken_back_is_not_used(office: Office, ruling: str, is_fallback: bool) -> None:
    register = Register(office.data.register)
    for word in ("approved", ruling):
        register.rule(FEED, "2026-10-31", word, "主任", "核对后")
    taken = office.intake(FEED)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-09-30", is_fallback)
    assert [state.state for state in delivery_states(taken)] == ["in_force", ruling]


def test_an_unusable_delivery_that_was_taken_back_is_missed_no_more(office: Office) -> None:
    office.place(FEED, "名册.csv").write_bytes(b"")
    assert office.intake(FEED).status.is_fallback
    Register(office.data.register).rule(FEED, "2026-10-31", "withdrawn", "主任", "误报")
    taken = office.intake(FEED)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-09-30", False)
    assert delivery_states(taken)[-1].state == "withdrawn"


def test_an_append_delivery_taken_back_counts_no_more(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for day in ("2026-09-30", "2026-10-31"):
        rows = [[*payment(number)[:4], day[:7], 100] for number in range(3)]
        write_text_file(office.place("payment", "明细.csv", day), [PAYMENT, *rows])
    assert office.intake("payment", date(2026, 10, 31)).frame.height == 6
    Register(office.data.register).rule("payment", "2026-09-30", "withdrawn", "主任", "误报")
    assert office.intake("payment", date(2026, 10, 31)).frame["paid_month"].unique().to_list() == ["2026-10"]
