"""What a delivery changed against the one it takes the place of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.contracts import get_feed
from pipelines.intake.comparable import comparable
from pipelines.intake.deliveries import frame_schema
from pipelines.intake.differences import difference
from tests.delivery_factory import ELDERLY, PAYMENT, Office, elderly, payment, write_text_file

FEED = get_feed("elderly_allowance")


def frame(rows: list[dict[str, Any]], file: str = "a.csv", feed: str = "elderly_allowance") -> pl.DataFrame:
    schema = frame_schema(get_feed(feed))
    numbered = [
        {**dict.fromkeys(schema), "_file": file, "_row": n, **row} for n, row in enumerate(rows, start=2)
    ]  # fmt: skip
    return pl.DataFrame(numbered, schema=schema)


def person(number: int, **changed: Any) -> dict[str, Any]:
    return {"name": f"张{number}", "id_number": f"34059019550312{number:03d}X", "monthly_amount": "100", **changed}


def told(
    old: list[dict[str, Any]], new: list[dict[str, Any]], feed: str = "elderly_allowance"
) -> list[tuple[str, Any, Any, list[str]]]:
    """(kind, row, row before, changed columns) of every row that differs."""
    rows = difference(get_feed(feed), "d", "previous", "c", frame(old, feed=feed), frame(new, "b.csv", feed)).rows
    return [
        (row["kind"], row["row_number"], row["row_number_before"], [c["column_name"] for c in row["changes"]])
        for row in rows.iter_rows(named=True)
    ]


def test_rows_are_added_changed_and_removed() -> None:
    old = [person(1), person(2), person(3)]
    new = [person(3, monthly_amount="120", town="白鹭镇"), person(1), person(4)]
    assert told(old, new) == [
        ("changed", 2, 4, ["town", "monthly_amount"]),
        ("added", 4, None, []),
        ("removed", None, 3, []),
    ]


def test_another_order_or_spelling_is_no_difference() -> None:
    old = [person(1, birth_date="1955-03-12"), person(2, start_month="2026年3月"), person(3, monthly_amount="1,200元")]
    new = [person(3, monthly_amount="１２００.00"), person(2, start_month="202603"), person(1, birth_date="20160")]
    assert told(old, new) == []


def test_a_corrected_id_number_is_a_change_and_another_person_is_not() -> None:
    corrected = person(2, id_number="340590195503120028")
    assert told([person(1), person(2)], [person(1), corrected]) == [("changed", 3, 3, ["id_number"])]
    assert [kind for kind, *_ in told([person(2)], [corrected | {"monthly_amount": "150"}])] == ["added", "removed"]


def test_an_account_whose_balance_moved_is_the_same_account_unless_there_are_two() -> None:
    def account(number: int, balance: str, as_of: str) -> dict[str, Any]:
        who = {"name": f"张{number}", "id_number": f"34059019550312{number:03d}X"}
        return {**who, "institution": "农商银行", "asset_type": "存款", "balance": balance, "as_of": as_of}

    old = [account(1, "100", "2026-06-30"), account(2, "70", "2026-06-30"), account(2, "80", "2026-06-30")]
    new = [account(1, "130", "2026-07-31"), account(2, "75", "2026-07-31")]
    assert told(old, new, "deposit") == [
        ("changed", 2, 2, ["balance", "as_of"]),
        ("added", 3, None, []),
        ("removed", None, 3, []),
        ("removed", None, 4, []),
    ]


def test_a_row_that_stands_there_twice_counts_twice() -> None:
    assert told([person(1), person(1)], [person(1)]) == [("removed", None, 3, [])]


def test_a_row_is_named_without_its_numbers() -> None:
    rows = difference(FEED, "d", "previous", "c", frame([]), frame([person(7)])).rows
    assert rows["row_key"].to_list() == ["张7"]


@pytest.mark.parametrize(
    ("column", "spellings", "compared"),
    [
        ("birth_date", ["1955-03-12", "1955/3/12", "1955.3.12", "19550312", "1955年3月12日", "20160"], "1955-03-12"),
        ("start_month", ["2026-03", "2026年3月", "202603", "2026.3", "2026-03-01"], "2026-03"),
        ("monthly_amount", ["1200", "1,200.00", "￥1200元", "１２００"], "1200.0"),
        ("name", ["张 三", "'张三", "张\u3000三"], "张三"),
        ("name", ["", "  ", None], None),
        ("birth_date", ["不详"], "不详"),
    ],
)
def test_spellings_of_one_value_are_compared_as_one(column: str, spellings: list[Any], compared: str | None) -> None:
    texts = pl.DataFrame({column: pl.Series(spellings, dtype=pl.String)})
    assert texts.select(comparable(FEED.by_name[column])).to_series().to_list() == [compared] * len(spellings)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_snapshot_is_compared_with_the_one_it_replaces_and_a_held_one_with_the_one_in_use(office: Office) -> None:
    for day, people in (("2026-08-31", 10), ("2026-09-30", 12), ("2026-10-31", 3)):
        path = office.place(FEED.name, "名册.csv", day)
        write_text_file(path, [ELDERLY, *(elderly(number) for number in range(people))])
    september, october = office.intake(FEED.name).differences
    assert (september.delivery, september.before, september.counts["added"]) == ("2026-09-30", "2026-08-31", 2)
    assert (october.delivery, october.before, october.counts["removed"]) == ("2026-10-31", "2026-09-30", 9)


def test_a_corrected_file_is_compared_with_what_it_corrects(office: Office) -> None:
    for amount in (100, 150):
        write_text_file(office.place("payment", "明细.csv"), [PAYMENT, [*payment(1)[:5], amount], payment(2)])
        (taken := office.intake("payment"))
    (known,) = taken.differences
    assert (known.basis, known.before) == ("correction", "2026-10-31")
    changes = [[c["before"], c["after"]] for row in known.rows["changes"].to_list() for c in row]
    assert changes == [["100", "150"]]
