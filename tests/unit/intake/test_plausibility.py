"""What holds a snapshot back, and what persons may say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.intake import Limits, delivery_states
from pipelines.intake.choosing import standing
from pipelines.intake.plausibility import missing_town, towns_of
from pipelines.storage.register import Register, Ruling, content_key
from tests.delivery_factory import ELDERLY, PAYMENT, Office, codes, elderly, id_number, payment, write_text_file

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


WIDE = ("姓名", "身份证号", "乡镇", "村(社区)", "联系电话", "家庭住址", "银行卡号", "月津贴金额", "起始年月", "状态")


def wide(number: int, **changed: Any) -> dict[str, Any]:
    """One row of a roster with as many columns as offices send; village and town say what they are only by place."""
    name, number_, _, account, amount, status = elderly(number)
    place = {"乡镇": f"镇{number % 3}区", "村(社区)": f"村{number % 7}组", "联系电话": f"1380000{number:04d}"}
    rest = {"家庭住址": f"{number}号", "银行卡号": account, "月津贴金额": amount, "起始年月": "2026-11", "状态": status}
    return {"姓名": name, "身份证号": number_, **place, **rest, **changed}


def send(office: Office, day: str, rows: list[dict[str, Any]], columns: Sequence[str] = WIDE) -> None:
    path = office.place(FEED, "名册.csv", day)
    write_text_file(path, [columns, *([row[column] for column in columns] for row in rows)])


def exchanged(row: dict[str, Any], one: str, other: str) -> dict[str, Any]:
    return {**row, one: row[other], other: row[one]}


ROSTER = [wide(number) for number in range(40)]
HOLDS: dict[str, tuple[list[dict[str, Any]], Sequence[str], str, str]] = {
    "half of the rows": (ROSTER[:19], WIDE, "FAR_FEWER_ROWS", "本次19行，上次40行"),
    "ten times the rows": ([wide(number) for number in range(401)], WIDE, "FAR_MORE_ROWS", "本次401行"),
    "town and village exchanged": (
        [exchanged(row, "乡镇", "村(社区)") for row in ROSTER], WIDE, "COLUMNS_SWAPPED", "“乡镇”与“村(社区)”两列",
    ),
    "telephone and account exchanged": (
        [exchanged(row, "联系电话", "银行卡号") for row in ROSTER],
        WIDE, "COLUMNS_SWAPPED", "“联系电话”与“银行卡号”两列",
    ),
    "last year's template": (ROSTER, ("姓名", "身份证号", "月津贴金额", "状态"), "WRONG_TEMPLATE", "乡镇、村(社区)"),
    "another register": ([wide(number) for number in range(100, 140)], WIDE, "OTHER_REGISTER", "0%与上次相同"),
    "birth dates of the future": (
        [{**row, "出生日期": "2062-03-01"} for row in ROSTER], (*WIDE, "出生日期"), "FUTURE_PERIOD", "40行晚于报送日期",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "columns", "code", "what"), HOLDS.values(), ids=HOLDS)
def test_a_snapshot_in_doubt_is_held_with_its_reason_until_a_person_lets_it_pass(
    tmp_path: Path, rows: list[dict[str, Any]], columns: Sequence[str], code: str, what: str
) -> None:
    office = Office(tmp_path)
    send(office, "2026-09-30", ROSTER)
    send(office, "2026-10-31", rows, columns)
    taken = office.intake(FEED)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-09-30", True)
    (message,) = [message for receipt in taken.receipts for message in receipt.messages]
    assert message.code == code
    assert what in message.what
    assert "《名册.csv》" in message.where
    assert "放行" in message.remedy
    assert not any(row["身份证号"] in str(message) or row["姓名"] in str(message) for row in rows[:40])
    Register(office.data.register).rule(FEED, "2026-10-31", "approved", "主任", "已电话核实")
    taken = office.intake(FEED)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-10-31", False)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: {**row, "月津贴金额": 200},
        lambda row: {**row, "联系电话": ""},
        lambda row: {**row, "乡镇": "新" + row["乡镇"], "村(社区)": "新" + row["村(社区)"]},
        lambda row: {**row, "村(社区)": row["乡镇"]},
    ],
    ids=["a new standard", "one column left empty", "places renamed", "the town written twice"],
)
def test_what_offices_change_from_month_to_month_holds_nothing_back(
    tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    office = Office(tmp_path)
    send(office, "2026-09-30", ROSTER)
    send(office, "2026-10-31", [change(row) for row in ROSTER[3:]] + [wide(number) for number in range(50, 55)])
    assert office.intake(FEED).status.delivery == "2026-10-31"


def test_town_and_village_exchanged_are_seen_without_an_earlier_delivery(tmp_path: Path) -> None:
    office = Office(tmp_path)
    send(office, "2026-10-31", [{**row, "乡镇": "东河村", "村(社区)": "白鹭镇"} for row in ROSTER])
    assert codes(office.intake(FEED)) == ["COLUMNS_SWAPPED"]


def test_heads_exchanged_with_members_are_seen_though_heads_are_members(tmp_path: Path) -> None:
    header = ("姓名", "身份证号", "户主姓名", "低保证号", "月保障金额", "状态")
    rows = [[f"员{n}", id_number(n), f"员{n - n % 4}", f"D{n // 4}", 300, "在保"] for n in range(60)]
    office = Office(tmp_path)
    write_text_file(office.place("dibao", "名册.csv", "2026-09-30"), [header, *rows])
    crossed = [[head, number, name, *rest] for name, number, head, *rest in rows]
    write_text_file(office.place("dibao", "名册.csv", "2026-10-31"), [header, *crossed])
    taken = office.intake("dibao")
    assert codes(taken) == ["COLUMNS_SWAPPED"]
    assert "“姓名”与“户主姓名”" in taken.receipts[1].messages[0].what


def test_payments_of_a_month_to_come_are_held_and_the_others_are_used(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for day, month in (("2026-09-30", "2026-09"), ("2026-10-31", "2026年12月")):
        rows = [[*payment(number)[:4], month, 100] for number in range(3)]
        write_text_file(office.place("payment", "明细.csv", day), [PAYMENT, *rows])
    taken = office.intake("payment")
    assert (taken.status.delivery, taken.status.is_fallback, taken.frame.height) == ("2026-09-30", True, 3)
    assert [(m.code, m.where) for r in taken.receipts for m in r.messages] == [
        ("FUTURE_PERIOD", "《明细.csv》“发放月份”列")
    ]
    Register(office.data.register).rule("payment", "2026-10-31", "approved", "主任", "提前发放")
    assert office.intake("payment").frame.height == 6


def test_single_dates_to_come_are_used_and_told_by_row(tmp_path: Path) -> None:
    office, header = Office(tmp_path), ("死者姓名", "身份证号", "死亡日期", "火化日期")
    died = ["2026-09-01", "2026/11/2", "20261231", 46327, "2026-10-31", "2062年3月4日", "不详", *["2026-08-01"] * 9]
    rows = [[f"申{n}", id_number(n), day, ""] for n, day in enumerate(died)]
    write_text_file(office.place("cremation", "火化.csv", "2026-10-31"), [header, *rows])
    write_text_file(
        office.place("cremation", "补报.csv", "2026-11-01"), [header, ["申", id_number(9), "2026-11-01", ""]]
    )
    taken = office.intake("cremation", date(2026, 11, 30))
    assert taken.frame.height == 17
    (told,) = [message for receipt in taken.receipts for message in receipt.messages]
    assert (told.code, told.where) == ("LATE_DATES", "《火化.csv》“死亡日期”列")
    assert told.what == "“死亡日期”有4行晚于报送日期2026-10-31(第3、4、5、7行)"


def test_new_applications_may_all_be_of_other_persons(tmp_path: Path) -> None:
    header = ("姓名", "身份证号", "申请编号", "申请事项", "申请日期", "授权日期")
    office = Office(tmp_path)
    for day, first in (("2026-09-30", 0), ("2026-10-31", 100)):
        rows = [[f"申{n}", id_number(n), f"S{n}", "低保", "2026-09-01", "2026-09-01"] for n in range(first, first + 30)]
        write_text_file(office.place("application", "申请.csv", day), [header, *rows])
    assert office.intake("application").status.delivery == "2026-10-31"


@pytest.fixture
def doubted(tmp_path: Path) -> Office:
    """An office whose second snapshot an earlier run has held for its quality."""
    office = Office(tmp_path)
    for day in ("2026-09-30", "2026-10-31"):
        deliver(office, day, TOWNS)
    (used,) = [receipt.sha256 for receipt in office.intake(FEED).receipts if receipt.in_force]
    Register(office.data.register).hold(FEED, "2026-10-31", content_key([used]), "中位数相差过大")
    return office


def test_what_was_held_for_its_quality_stays_held_and_says_why_until_it_is_approved(doubted: Office) -> None:
    taken = doubted.intake(FEED)
    assert (codes(taken), taken.status.delivery, taken.status.is_fallback) == (["QUALITY_HELD"], "2026-09-30", True)
    (message,) = [message for receipt in taken.receipts for message in receipt.messages]
    assert message.what == "数据质量未达到要求，暂不使用：中位数相差过大"
    assert doubted.intake(FEED, date(2026, 9, 30)).status.delivery == "2026-09-30"
    Register(doubted.data.register).rule(FEED, "2026-10-31", "approved", "主任", "已核对")
    assert doubted.intake(FEED).status.delivery == "2026-10-31"


def test_a_corrected_delivery_is_judged_anew(doubted: Office) -> None:
    deliver(doubted, "2026-10-31", TOWNS[::-1])
    assert doubted.intake(FEED).status.delivery == "2026-10-31"


def test_the_only_delivery_is_used_whatever_was_said_of_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    deliver(office, "2026-10-31", TOWNS)
    (used,) = [receipt.sha256 for receipt in office.intake(FEED).receipts]
    Register(office.data.register).hold(FEED, "2026-10-31", content_key([used]), "中位数相差过大")
    assert office.intake(FEED).status.delivery == "2026-10-31"
