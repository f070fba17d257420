"""From landing folder to what is in force: receiving, choosing, holding, falling back, the cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts import get_feed
from pipelines.intake import (
    EARLIER_STATUS,
    Limits,
    delivered_files,
    earlier_status,
    feed_status,
    receive,
    take_in,
    write_overview,
)
from pipelines.intake.cache import _stem
from pipelines.intake.deliveries import frame_schema
from pipelines.intake.parse import row_sha256
from pipelines.intake.reception import delivered_on
from pipelines.storage.register import PurgedFile, Register
from tests.delivery_factory import (
    AS_OF,
    ELDERLY,
    PAYMENT,
    Office,
    codes,
    elderly,
    payment,
    write_text_file,
    write_workbook,
)

FEED = "elderly_allowance"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def deliver(office: Office, delivery: str, people: range, file: str = "名册.csv", feed: str = FEED) -> Path:
    header, make = (PAYMENT, payment) if feed == "payment" else (ELDERLY, elderly)
    return write_text_file(office.place(feed, file, delivery), [header, *(make(n) for n in people)])


@pytest.mark.parametrize("name", ["2026-10-31", "20261031", "2026.10.31", "2026年10月31日", "2026_10_31"])
def test_a_delivery_folder_is_named_after_a_date(name: str) -> None:
    assert delivered_on(name) == date(2026, 10, 31)


@pytest.mark.parametrize("name", ["2026-1031", "2026-13-01", "十月", "2026-10-31补", "2026-10-31_2", "2026年10月"])
def test_anything_else_is_no_delivery(office: Office, name: str) -> None:
    deliver(office, name, range(3))
    assert delivered_on(name) is None
    assert [message.code for message in office.receive().messages] == ["BAD_DELIVERY_FOLDER"]


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("低保", "dibao"), ("最低生活保障", "dibao"), ("最低生活保障对象花名册", "dibao"), ("特困", "tekun"),
        ("高龄津贴", "elderly_allowance"),
        ("机动车登记", "vehicle"), ("婚姻", "marriage"), ("Vehicles", "vehicle"), ("real-estate", "real_estate"),
    ],
)  # fmt: skip
def test_a_folder_of_another_name_is_told_which_feed_it_means(office: Office, name: str, feed: str) -> None:
    deliver(office, "2026-10-31", range(3), feed=name)
    messages = office.receive().messages
    assert [message.code for message in messages] == ["UNKNOWN_FEED"]
    assert f"最接近的数据源是 {feed}，" in messages[0].remedy


def test_one_file_in_two_feeds_is_used_in_the_one_it_belongs_to(office: Office) -> None:
    for feed in ("elderly_allowance", "payment"):
        write_text_file(office.place(feed, "名册.csv"), [PAYMENT, *(payment(n) for n in range(3))])
    assert office.intake("payment").frame.height == 3
    taken = office.intake("elderly_allowance")
    assert (taken.frame.height, codes(taken)) == (0, ["WRONG_SOURCE"])


def test_a_supplement_in_the_same_folder_adds_to_the_delivery(office: Office) -> None:
    deliver(office, "2026年10月31日", range(3))
    deliver(office, "2026年10月31日", range(3, 5), file="名册_补充.csv")
    taken = office.intake(FEED)
    assert taken.frame.height == 5
    assert taken.status.delivered_on == date(2026, 10, 31)


def test_the_raw_table_has_the_address_and_the_contract_and_nothing_else(office: Office) -> None:
    path = write_workbook(office.place(FEED, "名册.xlsx"), {"甲": [ELDERLY, elderly(1)], "乙": [ELDERLY, elderly(2)]})
    taken = office.intake(FEED)
    assert dict(taken.frame.schema) == frame_schema(get_feed(FEED))
    sha256 = taken.receipts[0].sha256
    assert sha256 is not None
    assert taken.frame["_row_id"].to_list() == [f"{FEED}/2026-10-31/{sha256[:8]}/{n}/2" for n in (1, 2)]
    assert taken.frame["_sheet"].to_list() == ["甲", "乙"]
    assert office.data.archived_file(sha256).read_bytes() == path.read_bytes()
    names = [*(column.name for column in get_feed(FEED).columns), "_extra"]
    for row in taken.frame.iter_rows(named=True):
        assert row["_row_sha256"] == row_sha256(names, tuple(row[name] for name in names))


def test_a_feed_that_never_came_has_an_empty_table(office: Office) -> None:
    taken = office.intake(FEED)
    assert (taken.frame.height, taken.status.state, taken.status.is_fallback) == (0, "never", False)
    assert dict(taken.frame.schema) == frame_schema(get_feed(FEED))


def test_the_newest_snapshot_up_to_the_business_date_is_in_force(office: Office) -> None:
    for day, people in (("2026-08-31", range(10)), ("2026-09-30", range(11)), ("2026-10-31", range(12))):
        deliver(office, day, people)
    for as_of, rows in ((date(2026, 10, 31), 12), (date(2026, 10, 30), 11), (date(2026, 8, 31), 10)):
        taken = office.intake(FEED, as_of)
        assert (taken.status.rows, taken.frame.height, taken.status.is_fallback) == (rows, rows, False)
    assert office.intake(FEED, date(2026, 8, 30)).status.state == "never"
    assert [receipt.disposition for receipt in office.intake(FEED).receipts] == ["superseded", "superseded", "accepted"]


def test_replaced_deliveries_still_say_which_status_a_case_had(office: Office) -> None:
    header = ["姓名", "身份证号", "低保证号", "月保障金额", "状态"]
    for day, status in (("2025-06-30", "渐退期"), ("2026-09-30", "渐退"), ("2026-10-31", "渐退")):
        rows = [[f"王{n}", "", f"D{n % 2}", "300", status if n % 2 else "在保"] for n in range(6)]
        write_text_file(office.place("dibao", "名册.csv", day), [header, *rows])
    told = earlier_status([office.intake("dibao"), office.intake(FEED)], office.data)
    assert dict(told.schema) == EARLIER_STATUS
    assert told.rows() == [
        ("dibao", date(2025, 6, 30), "D0", "在保"),
        ("dibao", date(2025, 6, 30), "D1", "渐退期"),
        ("dibao", date(2026, 9, 30), "D0", "在保"),
        ("dibao", date(2026, 9, 30), "D1", "渐退"),
    ]
    assert earlier_status([office.intake(FEED)], office.data).is_empty()


def test_a_replaced_delivery_that_was_purged_says_nothing_of_a_status(office: Office) -> None:
    header = ["姓名", "身份证号", "低保证号", "月保障金额", "状态"]
    for day in ("2025-06-30", "2026-09-30", "2026-10-31"):
        write_text_file(office.place("dibao", "名册.csv", day), [header, ["王一", "", "D1", "300", "渐退"]])
    office.intake("dibao")
    register = Register(office.data.register)
    oldest = min(register.files("dibao"), key=lambda file: file.delivery)
    register.purge([PurgedFile(oldest.number, "C1", was_usable=True)])
    shutil.rmtree(office.data.parsed)
    for kept in office.data.root.rglob(f"{oldest.sha256}*"):
        kept.unlink()
    told = earlier_status([office.intake("dibao")], office.data)
    assert told["delivered_on"].to_list() == [date(2026, 9, 30)]


def test_deliveries_stay_available_when_the_landing_folder_was_emptied(office: Office) -> None:
    before = office.intake(FEED).frame if deliver(office, "2026-10-31", range(5)) else None
    next(office.landing.rglob("*.csv")).unlink()
    assert before is not None
    assert office.intake(FEED).frame.equals(before)


def test_a_file_whose_rows_cannot_be_written_is_not_refused_for_it(office: Office) -> None:
    """The disk fails, not the file: the run is told so, and the next one takes the file in."""
    write_text_file(office.place("payment", "发放.csv"), [PAYMENT, payment(1)])
    receive(office.landing, office.data, AS_OF)
    sha256 = Register(office.data.register).files("payment")[0].sha256
    rows = _stem(office.data, get_feed("payment"), sha256).with_suffix(".parquet")
    rows.mkdir(parents=True)  # where the rows should go, nothing can be written
    with pytest.raises(OSError, match="directory"):
        take_in("payment", office.data, AS_OF)
    rows.rmdir()
    assert take_in("payment", office.data, AS_OF).frame.height == 1


DAMAGE = pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"x")], ids=["gone", "changed"])


@DAMAGE
def test_an_archived_file_that_is_not_the_one_received_is_missed_until_it_is_put_back(
    office: Office, damage: Callable[[Path], object]
) -> None:
    write_text_file(office.place("payment", "发放.csv"), [PAYMENT, payment(1)])
    receive(office.landing, office.data, AS_OF)
    damage(archived(office, "payment"))
    taken = take_in("payment", office.data, AS_OF)
    assert codes(taken) == ["ARCHIVE_DAMAGED"]
    assert [receipt.file for receipt in taken.missed] == ["发放.csv"]
    again = office.intake("payment")  # what still lies in the landing folder takes its place
    assert again.frame.height == 1
    assert again.missed == []


@DAMAGE
def test_a_lost_file_is_missed_only_where_it_would_be_in_force(
    office: Office, damage: Callable[[Path], object]
) -> None:
    for delivery, count in (("2026-10-01", 3), ("2026-10-31", 4)):
        rows = [ELDERLY, *(elderly(number) for number in range(count))]
        write_text_file(office.place("elderly_allowance", "名册.csv", delivery), rows)
    receive(office.landing, office.data, AS_OF)
    damage(archived(office, "elderly_allowance", "2026-10-01"))
    taken = take_in("elderly_allowance", office.data, AS_OF)
    assert taken.frame.height == 4
    assert taken.missed == []
    damage(archived(office, "elderly_allowance", "2026-10-31"))
    for file in (office.data.parsed).rglob("*.json"):
        file.unlink()
    register = Register(office.data.register)
    assert {receipt.delivery for receipt in take_in("elderly_allowance", office.data, AS_OF).missed} == {
        "2026-10-01", "2026-10-31",
    }  # fmt: skip
    for delivery in ("2026-10-01", "2026-10-31"):
        register.rule("elderly_allowance", delivery, "withdrawn", "王科长", "原件已丢失")
    assert take_in("elderly_allowance", office.data, AS_OF).missed == []


def archived(office: Office, feed: str, delivery: str = "2026-10-31") -> Path:
    """The archived copy of a delivery's only file, writable."""
    file = next(file for file in Register(office.data.register).files(feed) if file.delivery == delivery)
    path = office.data.archived_file(file.sha256)
    path.chmod(0o644)
    return path


def test_age_is_counted_from_the_delivery_in_force(office: Office) -> None:
    deliver(office, "2026-10-01", range(5))
    status = office.intake(FEED).status
    assert (status.age_days, status.state) == (30, "fresh")
    assert office.intake(FEED, date(2027, 1, 1)).status.state == "stale"


def test_an_append_feed_adds_up_and_counts_the_same_bytes_once(office: Office) -> None:
    deliver(office, "2026-09-30", range(5), "a.csv", "payment")
    deliver(office, "2026-10-31", range(5), "b.csv", "payment")
    deliver(office, "2026-10-31", range(5, 8), "c.csv", "payment")
    taken = office.intake("payment")
    assert taken.frame.height == 8
    assert [receipt.disposition for receipt in taken.receipts] == ["accepted", "duplicate", "accepted"]
    assert codes(taken) == ["ALREADY_RECEIVED"]


def test_the_same_snapshot_in_a_newer_folder_is_a_new_delivery(office: Office) -> None:
    deliver(office, "2026-09-30", range(5))
    deliver(office, "2026-10-31", range(5))
    taken = office.intake(FEED)
    assert (taken.frame.height, taken.status.delivery, taken.status.is_fallback) == (5, "2026-10-31", False)


def test_a_corrected_file_takes_the_place_of_the_one_with_its_name(office: Office) -> None:
    deliver(office, "2026-10-31", range(5))
    office.receive()
    deliver(office, "2026-10-31", range(6))
    taken = office.intake(FEED)
    assert taken.frame.height == 6
    assert [receipt.disposition for receipt in taken.receipts] == ["superseded", "accepted"]


def test_one_bad_file_holds_its_snapshot_back(office: Office) -> None:
    deliver(office, "2026-09-30", range(5))
    deliver(office, "2026-10-31", range(6))
    office.place(FEED, "坏.xlsx").write_bytes(b"")
    taken = office.intake(FEED)
    assert (taken.frame.height, taken.status.delivery, taken.status.is_fallback) == (5, "2026-09-30", True)
    assert sorted(r.disposition for r in taken.receipts) == ["accepted", "held", "rejected"]
    assert set(codes(taken)) == {"DELIVERY_INCOMPLETE", "EMPTY_FILE"}


def test_a_bad_file_that_was_taken_out_again_holds_nothing_back(office: Office) -> None:
    bad = office.place(FEED, "坏.xlsx")
    bad.write_bytes(b"PK")
    office.receive()
    bad.unlink()
    deliver(office, "2026-10-31", range(6), "好.csv")
    taken = office.intake(FEED)
    assert taken.frame.height == 6
    assert {receipt.file: receipt.disposition for receipt in taken.receipts} == {
        "坏.xlsx": "superseded",
        "好.csv": "accepted",
    }


def test_one_bad_file_does_not_hold_an_append_feed_back(office: Office) -> None:
    deliver(office, "2026-10-31", range(5), feed="payment")
    office.place("payment", "坏.csv").write_bytes(b"")
    assert office.intake("payment").frame.height == 5


def test_a_bad_first_delivery_leaves_the_feed_without_data(office: Office) -> None:
    office.place(FEED, "坏.csv").write_bytes(b"")
    status = office.intake(FEED).status
    assert (status.state, status.is_fallback, status.rows) == ("never", True, 0)


@pytest.mark.parametrize(("rows", "code"), [(4, "FAR_FEWER_ROWS"), (101, "FAR_MORE_ROWS"), (5, None), (100, None)])
def test_a_snapshot_of_implausible_size_is_held_until_a_person_lets_it_pass(
    office: Office, rows: int, code: str | None
) -> None:
    deliver(office, "2026-09-30", range(10))
    deliver(office, "2026-10-31", range(rows))
    taken = office.intake(FEED)
    assert codes(taken) == ([code] if code else [])
    assert taken.frame.height == (10 if code else rows)
    assert taken.status.is_fallback == (code is not None)
    Register(office.data.register).rule(FEED, "2026-10-31", "approved", "主任", "已核实")
    assert office.intake(FEED).frame.height == rows


def test_the_town_is_supplied_from_the_sheet_only_where_the_file_lacks_it(office: Office) -> None:
    bare = [column for column in ELDERLY if column != "乡镇"]
    sheets = {town: [bare, [*elderly(n)[:2], *elderly(n)[3:]]] for n, town in enumerate(["白鹭镇", "双堰乡"])}
    write_workbook(office.place(FEED, "名册.xlsx"), {**sheets, "说明": [["填表说明"]]})
    taken = office.intake(FEED)
    assert taken.frame["town"].to_list() == ["白鹭镇", "双堰乡"]
    assert codes(taken) == ["IGNORED_SHEET", "PLACE_FROM_SHEET", "PLACE_FROM_SHEET"]


def test_a_broken_cache_is_built_again(office: Office) -> None:
    deliver(office, "2026-10-31", range(5))
    before = office.intake(FEED).frame
    for pattern, content in (("*.parquet", b"broken"), ("*.json", b"{")):
        next(office.data.parsed.rglob(pattern)).write_bytes(content)
        assert office.intake(FEED).frame.equals(before)


def test_the_order_in_which_files_came_changes_nothing(tmp_path: Path) -> None:
    frames = []
    for turn, names in enumerate((("a.csv", "b.csv"), ("b.csv", "a.csv"))):
        (tmp_path / str(turn)).mkdir()
        office = Office(tmp_path / str(turn))
        for name in names:
            deliver(office, "2026-10-31", range(3) if name == "a.csv" else range(3, 6), name)
            office.receive()
        frames.append(office.intake(FEED).frame)
    assert frames[0].equals(frames[1])


def test_the_overview_conserves_rows(office: Office, tmp_path: Path) -> None:
    rows = [["某县高龄津贴发放花名册"], ELDERLY, elderly(1), [], ["合计", "", "", "", 100]]
    write_workbook(office.place(FEED, "名册.xlsx"), {"表": rows})
    office.place(FEED, "~$名册.xlsx").write_bytes(b"x")
    taken = office.intake(FEED)
    write_overview([taken], tmp_path / "raw")
    files = pl.read_parquet(tmp_path / "raw" / "delivered_file.parquet")
    assert files.equals(delivered_files([taken]))
    assert files["disposition"].to_list() == ["accepted", "ignored"]
    assert files.row(0, named=True)["rows_read"] == 5
    kinds = pl.sum_horizontal("rows_header", "rows_title", "rows_total", "rows_blank", "rows_data")
    assert files.filter(pl.col("rows_read") != kinds).is_empty()
    assert feed_status([taken])["rows"].to_list() == [1]


def test_a_delivery_that_still_changes_waits(office: Office) -> None:
    from pipelines.intake import receive

    path = deliver(office, "2026-10-31", range(3))
    assert receive(office.landing, office.data, date(2026, 10, 31), settle_seconds=60).waiting == [f"{FEED}/2026-10-31"]
    assert office.intake(FEED).frame.height == 3
    assert path.exists()


def test_an_unknown_feed_is_reported_with_the_nearest_name(office: Office) -> None:
    deliver(office, "2026-10-31", range(3), feed="elderly_alowance")
    message = office.receive().messages[0]
    assert message.code == "UNKNOWN_FEED"
    assert FEED in message.remedy


def test_logs_hold_no_file_name(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    deliver(office, "2026-10-31", range(3), "张某某340590.csv")
    with caplog.at_level("DEBUG"):
        office.intake(FEED, limits=Limits(seconds=0.0))
    assert caplog.records
    assert "张某某" not in caplog.text
    assert os.listdir(office.data.archive)
