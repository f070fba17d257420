"""Whole households from the case books in tests/cases/households: members and register rows in, the verified row out.

The matching is given (a person of a case is one person; a row without a number is linked with probability 0.9), so that
the rules alone are on trial. All cases are built together in one dbt call, each under its own case number.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.cleaning import to_18
from tests.dbt_factory import DELIVERY, MATCHED, dbt, write_run

BOOKS = sorted((Path(__file__).parents[1] / "cases" / "households").glob("*.yaml"))
CASES: list[dict[str, Any]] = [case for book in BOOKS for case in yaml.safe_load(book.read_text("utf-8"))["cases"]]
STANDARDS = [
    {"programme": "低保", "area_type": "农村", "monthly_standard": "800", "effective_from": "2026-07"},
    {"programme": "低保", "area_type": "城市", "monthly_standard": "900", "effective_from": "2026-07"},
    {"programme": "特困", "area_type": "农村", "monthly_standard": "1200", "effective_from": "2026-07"},
    {"programme": "低保", "area_type": "农村", "monthly_standard": "9999", "effective_from": "2026-11"},
]


class Books:
    """The rows of all cases by feed, and the link of each row to its person."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {"assistance_standard": STANDARDS}
        self.links: list[dict[str, Any]] = []
        self.numbers: dict[str, str] = {}
        for position, case in enumerate(CASES):
            self._add_case(position, case)

    def _number(self, person: str) -> str:
        count = len(self.numbers)
        number = to_18(f"34059060{1 + count // 900:02d}01{1 + count % 900:03d}")
        assert number is not None
        return self.numbers.setdefault(person, number)

    def _add(self, feed: str, person: str, row: dict[str, Any], *, has_number: bool) -> None:
        name = person.split("|")[1]
        rows = self.rows.setdefault(feed, [])
        number = self._number(person)
        rows.append({"name": name, "id_number": number if has_number else "", **{k: str(v) for k, v in row.items()}})
        row_id = f"{feed}/{DELIVERY}/abcdef01/1/{len(rows) + 1}"
        self.links.append(
            {
                "mention_id": f"{row_id}#self", "row_id": row_id, "role": "self", "person_id": person,
                "match_probability": 1.0 if has_number else 0.9, "link_method": "id_number" if has_number else "model",
                "id_number_status": "valid" if has_number else "missing", "owns_id_number": has_number,
            }
        )  # fmt: skip

    def _add_case(self, position: int, case: dict[str, Any]) -> None:
        unit = dict(case["unit"])
        feed = unit.pop("feed", "dibao")
        for name, relation in case["members"].items():
            row = {**unit, "case_number": f"C{position:03d}", "town": "柳河镇", "village": "塘口村"}
            if feed != "tekun":
                row |= {"relation_to_head": relation, "head_name": next(iter(case["members"]))}
            if feed != "application":
                row |= {"monthly_amount": 300, "status": "停保" if name in case.get("stopped", ()) else "在保"}
            row |= case.get("rows", {}).get(name, {})
            self._add(feed, f"{position}|{name}", row, has_number=name not in case.get("without_number", ()))
        for register, rows in case.get("registers", {}).items():
            for row in rows:
                columns = {key: value for key, value in row.items() if key not in ("person", "without_number")}
                has_number = not row.get("without_number", False)
                self._add(register, f"{position}|{row['person']}", columns, has_number=has_number)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, books = tmp_path_factory.mktemp("households"), Books()
    write_run(folder, books.rows)
    pl.DataFrame(books.links, schema=MATCHED["person_link"]).write_parquet(folder / "matched/person_link.parquet")
    owned = [{"person_id": person, "id_number": number} for person, number in books.numbers.items()]
    pl.DataFrame(owned, schema=MATCHED["person_id_number"]).write_parquet(folder / "matched/person_id_number.parquet")
    finished = dbt(folder, "build", "--select", "+verified_household", "--exclude-resource-type", "test", "unit_test")
    assert finished.returncode == 0, finished.stdout[-4000:]
    return folder


def _published(work: Path) -> dict[str, dict[str, Any]]:
    frame = pl.read_parquet(work / "export" / "verified_household.parquet")
    return {row["case_number"]: row for row in frame.iter_rows(named=True)}


@pytest.fixture(scope="module")
def households(work: Path) -> dict[str, dict[str, Any]]:
    return _published(work)


@pytest.mark.parametrize(("position", "case"), list(enumerate(CASES)), ids=[case["sentence"] for case in CASES])
def test_household(households: dict[str, dict[str, Any]], position: int, case: dict[str, Any]) -> None:
    row, expected = households.get(f"C{position:03d}"), case["expected"]
    if expected is None:
        assert row is None
        return
    assert row is not None
    found = {key: float(row[key]) if isinstance(value, int | float) else row[key] for key, value in expected.items()}
    assert found == expected, row["outcome_reason"]


def test_every_sentence_is_there_once_and_every_reason_is_chinese(households: dict[str, dict[str, Any]]) -> None:
    sentences = [case["sentence"] for case in CASES]
    assert len(set(sentences)) == len(sentences)
    assert all(row["outcome_reason"].endswith("。") for row in households.values())


def test_a_stale_and_a_missing_register_leave_the_household_open_and_are_named(work: Path, households: dict) -> None:
    """The same county, its vehicles last delivered in July and its deposits never: who was eligible is so no longer."""
    eligible = {case for case, row in households.items() if row["outcome"] == "eligible"}
    assert eligible
    status = pl.read_parquet(work / "raw/feed_status.parquet").with_columns(
        age_days=pl.when(pl.col("feed") == "vehicle").then(92).otherwise("age_days"),
        delivered_on=pl.when(pl.col("feed") == "vehicle").then(date(2026, 7, 31)).otherwise("delivered_on"),
        state=pl.when(pl.col("feed") == "deposit").then(pl.lit("never")).otherwise("state"),
    )
    status.write_parquet(work / "raw/feed_status.parquet")
    finished = dbt(work, "run", "--select", "int_unit__answered", "int_unit__doubted", "verified_household")
    assert finished.returncode == 0, finished.stdout[-4000:]
    after = _published(work)
    for case in eligible:
        row = after[case]
        assert (row["outcome"], row["undecided_feeds"]) == ("needs_review", ["deposit", "vehicle"])
        assert "机动车登记" in row["outcome_reason"]
        assert "2026年7月31日" in row["outcome_reason"]
        assert "金融资产余额" in row["outcome_reason"]
        answers = json.loads(row["answers"])
        assert (answers["vehicle"], answers["deposit"]) == ("stale", "not_asked")
    assert all(after[case]["outcome"] == row["outcome"] for case, row in households.items() if case not in eligible)
