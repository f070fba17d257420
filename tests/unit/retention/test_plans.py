"""What is over its term goes, what something in force rests on stays, and a past date is not built on less."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import get_feed
from pipelines.intake import ContentPurged, Limits, delivery_states
from pipelines.retention import Order, PurgeRefused, Terms, carry_out, nothing_to_do, plan_expired, plan_withdrawn
from pipelines.retention.terms import months_before, part_of
from pipelines.storage.register import Register
from tests.delivery_factory import ELDERLY, PAYMENT, Office, elderly, payment, write_text_file

TODAY = date(2026, 11, 25)
ORDER = Order("王经办", "到期", TODAY)
SNAPSHOT, APPEND = "elderly_allowance", "payment"
#: Deliveries of the snapshot feed; the term of two years ends on 2024-11-25.
DAYS = ("2024-06-30", "2024-09-30", "2024-11-01", "2025-01-31", "2026-10-31")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    for number, day in enumerate(DAYS):
        write_text_file(made.place(SNAPSHOT, "高龄.csv", day), [ELDERLY, *(elderly(i + number) for i in range(9))])
    made.receive(TODAY)
    return made


def release(office: Office, as_of: str, run_id: str, used: Sequence[tuple[str, str]], in_force: bool = False) -> Path:
    """A published release as its folder looks from outside: `used` are (feed, delivery)."""
    folder = office.data.releases / as_of / run_id
    names = (
        "extracts/person.parquet", "extracts/quarantine.parquet", "extracts/delivery_receipt.parquet",
        "warehouse.duckdb", "worklists/白鹭镇.xlsx", "reports/index.html", "contracts/person.odcs.yaml",
    )  # fmt: skip
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("persons")
    files = Register(office.data.register).files()
    deliveries = [
        {"feed": f.feed, "delivery": f.delivery, "file": f.file, "sha256": f.sha256}
        for f in files if (f.feed, f.delivery) in used
    ]  # fmt: skip
    manifest = {
        "as_of": as_of, "run_id": run_id, "deliveries": deliveries,
        "files": {name: {"sha256": "0" * 64, "size": 7} for name in names},
        "extracts": {"person": {"file": "extracts/person.parquet", "rows": 5}},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if in_force:
        office.data.current.write_text(json.dumps({"release": f"{as_of}/{run_id}"}))
    return folder


def expired(office: Office, terms: Terms | None = None, landing: bool = False) -> dict[str, Any]:
    where = office.landing if landing else None
    return plan_expired(office.data, terms or Terms(), ORDER, Limits(), where)


def days(content: dict[str, Any]) -> list[str]:
    return [entry["delivery"] for entry in content["deliveries"]]


def execute(office: Office, content: dict[str, Any]) -> Path:
    return carry_out(office.data, content, lambda _: None)


def test_terms_end_on_the_same_day_of_the_month_or_on_its_last() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert months_before(TODAY, 0) == TODAY


def test_every_file_of_a_release_has_a_term_but_the_manifest_and_the_contracts() -> None:
    files = ("manifest.json", "contracts/person.odcs.yaml", "warehouse.duckdb", "extracts/quarantine.parquet",
             "extracts/delivery_receipt.parquet", "extracts/finding.parquet", "reports/index.html",
             "worklists/城关镇.xlsx", "anything/new.parquet")  # fmt: skip
    assert [part_of(file) for file in files] == [
        None, None, "warehouse", "quarantine", "receipts", "results", "results", "worklists", "results",
    ]  # fmt: skip


def test_of_a_snapshot_what_was_in_force_when_the_term_began_stays(office: Office) -> None:
    content = expired(office)
    assert days(content) == ["2024-06-30", "2024-09-30"]
    assert all(entry["rows"] == 9 for entry in content["deliveries"])
    assert "2024-11-01" in content["kept"][0]["what"]


def test_rows_that_add_up_stay_while_a_delivery_that_never_counted_goes(office: Office) -> None:
    for day, header in (("2024-01-31", PAYMENT), ("2024-02-29", ("姓名", "备注"))):
        paid = (payment(i + int(day[6])) for i in range(3))
        rows = [header, *([*row[:4], day[:7], row[5]] for row in paid)]
        write_text_file(office.place(APPEND, "发放.csv", day), rows)
    office.receive(TODAY)
    going = [(entry["feed"], entry["delivery"]) for entry in expired(office)["deliveries"]]
    assert (APPEND, "2024-02-29") in going
    assert (APPEND, "2024-01-31") not in going


def test_what_the_release_in_force_rests_on_stays_and_is_named(office: Office) -> None:
    release(office, "2024-07-31", "000001", [(SNAPSHOT, "2024-06-30")], in_force=True)
    content = expired(office)
    assert days(content) == ["2024-09-30"]
    assert content["releases"] == []
    assert any("2024-07-31/000001" in kept["what"] for kept in content["kept"])


def test_parts_of_a_release_go_each_at_its_term(office: Office) -> None:
    release(office, "2026-11-24", "000009", [], in_force=True)
    for as_of in ("2026-10-31", "2026-04-30", "2025-10-31", "2023-10-31"):
        release(office, as_of, "000001", [])
    parts = {entry["as_of"]: entry["parts"] for entry in expired(office)["releases"]}
    assert parts == {
        "2026-04-30": ["quarantine", "worklists"],
        "2025-10-31": ["quarantine", "warehouse", "worklists"],
        "2023-10-31": ["quarantine", "receipts", "results", "warehouse", "worklists"],
    }
    shorter = {entry["as_of"]: entry["parts"] for entry in expired(office, Terms(results=1))["releases"]}
    assert shorter["2026-04-30"] == ["quarantine", "results", "warehouse", "worklists"], "nothing outlives the results"


def test_a_reader_who_has_a_release_open_reads_on_while_it_goes(office: Office) -> None:
    release(office, "2026-11-24", "000009", [], in_force=True)
    warehouse = release(office, "2023-10-31", "000001", []) / "warehouse.duckdb"
    warehouse.unlink()
    with duckdb.connect(str(warehouse)) as made:
        made.execute("create table person as select range as person_id from range(100000)")
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        execute(office, expired(office))
        assert not warehouse.exists()
        assert reader.sql("select sum(person_id)::bigint from person").fetchall() == [(4999950000,)]


def test_dates_since_the_term_can_be_built_as_before_and_earlier_ones_are_refused(office: Office) -> None:
    before = {day: office.intake(SNAPSHOT, day) for day in (date(2024, 11, 25), date(2026, 11, 1))}
    execute(office, expired(office))
    for day, intake in before.items():
        assert office.intake(SNAPSHOT, day).frame.equals(intake.frame)
    with pytest.raises(ContentPurged, match=r"2024-10-15.*清除证明 000001"):
        office.intake(SNAPSHOT, date(2024, 10, 15))
    assert office.intake(SNAPSHOT, date(2024, 1, 1)).status.state == "never"
    assert nothing_to_do(expired(office)), "what lies in the landing folder is not taken in again"
    assert len(expired(office, landing=True)["landing"]) == 0
    assert nothing_to_do(expired(office, Terms(raw=36))), "a longer term brings nothing back"


def test_a_delivery_that_never_counted_does_not_stop_later_dates_when_it_is_gone(tmp_path: Path) -> None:
    office = Office(tmp_path)
    write_text_file(office.place(SNAPSHOT, "高龄.csv", "2024-01-31"), [("姓名", "备注"), ("甲", "乙")])
    office.receive(TODAY)
    content = expired(office)
    assert [entry["was_usable"] for entry in content["deliveries"]] == [False]
    execute(office, content)
    intake = office.intake(SNAPSHOT, TODAY)
    assert intake.status.state == "never"
    assert [state.state for state in delivery_states(intake)] == ["purged"]


def withdrawn(office: Office, day: str) -> dict[str, Any]:
    Register(office.data.register).rule(SNAPSHOT, day, "withdrawn", "李审核", "误报")
    return plan_withdrawn(office.data, get_feed(SNAPSHOT), [day], ORDER, Limits(), office.landing)


def test_a_withdrawn_delivery_takes_the_releases_that_rest_on_it_along(office: Office) -> None:
    old = release(office, "2025-02-28", "000001", [(SNAPSHOT, "2025-01-31")])
    other = release(office, "2026-11-01", "000002", [(SNAPSHOT, "2026-10-31")], in_force=True)
    report = office.data.reports / "2025-02-28" / "000001" / "dibao-1.html"
    report.parent.mkdir(parents=True)
    report.write_text("persons")
    content = withdrawn(office, "2025-01-31")
    assert [entry["place"] for entry in content["copies"]] == ["reports/2025-02-28/000001"]
    assert content["rulings"][0]["ruled_by"] == "李审核"
    assert len(content["landing"]) == 1
    execute(office, content)
    assert sorted(path.name for path in old.iterdir()) == ["contracts", "manifest.json"]
    assert (other / "warehouse.duckdb").exists()
    assert not report.exists()


def test_the_release_in_force_and_a_delivery_in_use_are_refused(office: Office) -> None:
    with pytest.raises(PurgeRefused, match="没有撤回"):
        plan_withdrawn(office.data, get_feed(SNAPSHOT), ["2026-10-31"], ORDER, Limits())
    release(office, "2026-11-01", "000002", [(SNAPSHOT, "2026-10-31")], in_force=True)
    with pytest.raises(PurgeRefused, match="现行发布 2026-11-01/000002"):
        withdrawn(office, "2026-10-31")


def test_bytes_that_came_twice_stay_for_the_delivery_that_is_not_withdrawn(office: Office) -> None:
    write_text_file(office.place(SNAPSHOT, "高龄.csv", "2026-11-20"), [ELDERLY, *(elderly(i + 4) for i in range(9))])
    office.receive(TODAY)
    content = withdrawn(office, "2026-11-20")
    assert [entry["same_content"] for entry in content["deliveries"]] == [f"{SNAPSHOT}/2026-10-31"]
    execute(office, content)
    assert office.intake(SNAPSHOT, TODAY).status.delivery == "2026-10-31"
    assert office.intake(SNAPSHOT, TODAY).frame.height == 9


def test_a_corrected_file_under_the_date_of_a_purged_one_is_taken_in(office: Office) -> None:
    execute(office, withdrawn(office, "2026-10-31"))
    write_text_file(office.place(SNAPSHOT, "高龄.csv", "2026-11-20"), [ELDERLY, *(elderly(i + 4) for i in range(9))])
    office.receive(TODAY)
    intake = office.intake(SNAPSHOT, TODAY)
    assert intake.status.delivery == "2026-11-20"
    assert intake.frame.height == 9
