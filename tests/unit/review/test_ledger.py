"""The ledger of verdicts: nothing is changed, everything is found."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.review import Ledger, VerdictRefused, finding_memory, write_review_tables
from pipelines.review.mention_key import content_keys
from pipelines.storage.chain import HashChain
from pipelines.storage.paths import DataFolder

KEY = b"k" * 32
FINDING = {"finding_id": "f1", "fingerprint": "a1"}


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:00:00+08:00")


def mentions(**changed: str) -> pl.DataFrame:
    rows = [
        {
            "mention_id": "dibao/2026-10-31/aa/0/4#self",
            "feed": "dibao",
            "role": "self",
            "name": "王五",
            "case_key": "dibao:1",
        },
        {"mention_id": "wage/2026-10-31/bb/0/9#self", "feed": "wage", "role": "self", "name": "王武", "case_key": None},
    ]
    rows[0] |= changed
    return pl.DataFrame(rows)


def decide(ledger: Ledger, verdict: str, day: str = "2026-11-01", **options: int) -> int:
    left, right = content_keys(mentions(), KEY)["content_key"]
    subject = {"content_key_l": left, "content_key_r": right}
    return ledger.append("pair", subject, verdict, who="经办一", decided_at=at(day), **options).number


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "decisions.sqlite")


def test_a_verdict_on_a_pair_survives_a_redelivery_that_moves_its_rows(ledger: Ledger) -> None:
    decide(ledger, "same")
    moved = mentions(mention_id="dibao/2026-11-30/cc/0/77#self")
    found = ledger.verdicts(moved, KEY)
    assert found.rows() == [
        ("dibao/2026-11-30/cc/0/77#self", "wage/2026-10-31/bb/0/9#self", "same")
    ] or found.rows() == [("wage/2026-10-31/bb/0/9#self", "dibao/2026-11-30/cc/0/77#self", "same")]


def test_a_verdict_on_a_pair_lapses_when_a_value_that_it_rested_on_changes(ledger: Ledger) -> None:
    decide(ledger, "same")
    assert ledger.verdicts(mentions(name="王伍"), KEY).is_empty()


def test_the_last_verdict_stands_and_undoing_it_brings_back_the_one_before(ledger: Ledger) -> None:
    decide(ledger, "same")
    second = decide(ledger, "different")
    assert ledger.verdicts(mentions(), KEY)["verdict"].to_list() == ["different"]
    ledger.undo(second, who="经办二", reason="看错")
    assert ledger.verdicts(mentions(), KEY)["verdict"].to_list() == ["same"]
    assert len(ledger.history()) == 3
    with pytest.raises(VerdictRefused):
        ledger.undo(second, who="经办二")


def test_only_what_was_decided_by_the_end_of_the_business_day_counts(ledger: Ledger) -> None:
    midnight = datetime.fromisoformat("2026-10-31T23:59:59+08:00")
    ledger.append("finding", FINDING, "cleared", who="经办一", decided_at=midnight)
    ledger.append("finding", {**FINDING, "finding_id": "f2"}, "confirmed", who="经办一", decided_at=at("2026-11-01"))
    assert ledger.finding_verdicts(date(2026, 10, 30)).is_empty()
    assert ledger.finding_verdicts(date(2026, 10, 31))["finding_id"].to_list() == ["f1"]
    assert ledger.finding_verdicts(date(2026, 11, 1))["finding_id"].to_list() == ["f1", "f2"]
    assert ledger.head(date(2026, 10, 31))[0] == 1


def test_a_finding_verdict_holds_for_its_term(ledger: Ledger) -> None:
    ledger.append("finding", FINDING, "cleared", who="经办一", decided_at=at("2024-02-29"))
    ledger.append(
        "finding", {**FINDING, "finding_id": "f2"}, "cleared", who="经办一", term_months=3, decided_at=at("2026-11-30")
    )
    assert ledger.finding_verdicts(date(2026, 12, 1)).rows() == [
        ("f1", "cleared", "a1", date(2024, 2, 29), date(2025, 2, 28)),
        ("f2", "cleared", "a1", date(2026, 11, 30), date(2027, 2, 28)),
    ]


def test_of_two_caseworkers_who_decide_the_same_pair_the_second_is_refused(ledger: Ledger) -> None:
    decide(ledger, "same", sees=0)
    with pytest.raises(VerdictRefused, match="刷新"):
        decide(ledger, "different", sees=0)


@pytest.mark.parametrize(
    ("kind", "verdict", "who"), [("pair", "cleared", "x"), ("finding", "same", "x"), ("finding", "cleared", " ")]
)
def test_a_verdict_that_does_not_fit_is_refused(ledger: Ledger, kind: str, verdict: str, who: str) -> None:
    with pytest.raises(VerdictRefused):
        ledger.append(kind, FINDING, verdict, who=who)
    assert ledger.head() == (0, "0" * 64)


def test_time_never_runs_backwards_in_the_log(ledger: Ledger) -> None:
    decide(ledger, "same", "2026-11-02")
    decide(ledger, "different", "1970-01-01")
    assert [entry.recorded_at for entry in ledger.history()] == [at("2026-11-02")] * 2


def _tamper(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "drop trigger entry_is_never_changed; drop trigger entry_is_never_removed;" + statement
        )


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update entry set content = replace(content, 'same', 'different') where number = 1", "entry 1 was changed"),
        ("update entry set recorded_at = '2020-01-01T00:00:00.000000+00:00' where number = 2", "entry 2 was changed"),
        ("delete from entry where number = 2", "entry 2 is missing"),
        ("update entry set number = 9 where number = 1", "entry 1 is missing"),
    ],
)
def test_an_edit_or_deletion_is_found(ledger: Ledger, tmp_path: Path, statement: str, found: str) -> None:
    for verdict in ("same", "different", "same"):
        decide(ledger, verdict)
    assert ledger.verify() == []
    _tamper(tmp_path / "decisions.sqlite", statement)
    assert found in ledger.verify()


def test_a_log_that_was_cut_off_is_found_by_the_head_noted_earlier(ledger: Ledger, tmp_path: Path) -> None:
    for verdict in ("same", "different"):
        decide(ledger, verdict)
    head = ledger.head()
    _tamper(tmp_path / "decisions.sqlite", "delete from entry where number = 2")
    assert ledger.verify() == []
    assert ledger.verify(head) == ["entry 2 is not the one that was noted earlier"]


def test_the_database_itself_refuses_edits(ledger: Ledger, tmp_path: Path) -> None:
    decide(ledger, "same")
    with sqlite3.connect(tmp_path / "decisions.sqlite") as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("delete from entry")


def test_a_chain_that_does_not_hold_gives_no_entries(tmp_path: Path) -> None:
    chain = HashChain(tmp_path / "log.sqlite")
    chain.append({"a": 1}, datetime(2026, 1, 1, tzinfo=UTC))
    _tamper(chain.path, "update entry set content = '{}'")
    with pytest.raises(RuntimeError, match="entry 1"):
        chain.entries()


def test_the_ledger_holds_no_personal_value(ledger: Ledger, tmp_path: Path) -> None:
    decide(ledger, "same")
    content = (tmp_path / "decisions.sqlite").read_bytes()
    assert "王五".encode() not in content


def _release(data: DataFolder, name: str, run_id: str, first_seen: date) -> None:
    folder = data.releases / name / run_id
    (folder / "extracts").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"run_id": run_id}))
    frame = pl.DataFrame({"finding_id": ["f1"], "first_seen_as_of": [first_seen], "fingerprint": [run_id]})
    frame.write_parquet(folder / "extracts" / "finding.parquet")


def test_findings_are_remembered_from_the_newest_release_of_an_earlier_date(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    assert finding_memory(data, date(2026, 10, 31)).is_empty()
    for name, run_id in (("2026-09-30", "9"), ("2026-09-30", "10"), ("2026-10-31", "11")):
        _release(data, name, run_id, date(2026, 8, 31))
    further = {"finding_id": ["f2"], "first_seen_as_of": [date(2026, 9, 30)], "fingerprint": ["x"]}
    pl.DataFrame(further).write_parquet(data.releases / "2026-09-30" / "10" / "extracts" / "further_finding.parquet")
    (data.releases / "2026-10-01").mkdir()
    assert finding_memory(data, date(2026, 10, 31)).rows() == [
        ("f1", date(2026, 8, 31), "10"),
        ("f2", date(2026, 9, 30), "x"),
    ]
    Ledger(data.decisions).append("finding", FINDING, "cleared", who="经办一", decided_at=at("2026-10-02"))
    write_review_tables(data, date(2026, 10, 31), tmp_path / "matched")
    assert pl.read_parquet(tmp_path / "matched" / "finding_memory.parquet").height == 2
    assert pl.read_parquet(tmp_path / "matched" / "finding_verdict.parquet")["verdict"].to_list() == ["cleared"]
