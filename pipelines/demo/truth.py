"""Writes what is true: who stands in which row, the people, the findings, the assistance units, the unusable rows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.demo.county import County
from pipelines.demo.further_rules import further_findings
from pipelines.demo.rows import Address, Row
from pipelines.demo.rules import PERSON_RULES, Books, Finding
from pipelines.demo.unit_rules import Registers, UnitBook, household_record, unit_findings, units_of

ADDRESS = {"feed": pl.String, "delivery": pl.String, "file": pl.String, "sheet": pl.String, "row_number": pl.Int64}
RECORD = {
    **ADDRESS,
    "role": pl.String,
    "person_uid": pl.Int64,
    "true_name": pl.String,
    "true_id": pl.String,
    "difficulty": pl.String,
    "id_tag": pl.String,
    "name_tag": pl.String,
    "birth_tag": pl.String,
    "norm_id": pl.String,
    "delivered_name": pl.String,
    "delivered_id": pl.String,
    "optional": pl.Boolean,
    "superseded": pl.Boolean,
    "rid": pl.Int64,
}
PERSON = {
    "person_uid": pl.Int64,
    "name": pl.String,
    "id_number": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "death_date": pl.Date,
    "household": pl.Int64,
    "town": pl.String,
    "village": pl.String,
    "group_no": pl.Int64,
    "phone": pl.String,
    "account_number": pl.String,
    "spouse_uid": pl.Int64,
    "father_uid": pl.Int64,
    "mother_uid": pl.Int64,
    "resident": pl.Boolean,
}
FINDING = {
    "finding_id": pl.UInt32,
    "code": pl.String,
    "person_uids": pl.List(pl.Int64),
    "household_feed": pl.String,
    "household_case": pl.String,
    "certain": pl.Boolean,
    "optional": pl.Boolean,
    "evidence": pl.List(pl.Struct(ADDRESS)),
    "rests_on_uncertain": pl.Boolean,
}
HOUSEHOLD = {
    "case_feed": pl.String,
    "case_number": pl.String,
    "declared_members": pl.Int64,
    "member_uids": pl.List(pl.Int64),
    "verified_member_count": pl.Int64,
    "verified_income_per_capita": pl.Float64,
    "standard": pl.Float64,
    "area_type": pl.String,
    "codes": pl.List(pl.String),
    "outcome": pl.String,
    "outcome_household_codes_only": pl.String,
    "optional": pl.Boolean,
}
QUARANTINE = {**ADDRESS, "reason": pl.String}


def judge(county: County) -> tuple[list[Finding], list[UnitBook], Books]:
    """All findings and units of the books; unusable rows take no part."""
    usable = {feed: [row for row in rows if not row.unusable] for feed, rows in county.rows.items()}
    books = Books(county.as_of, county.population.people, usable)
    units = units_of(books)
    found = [f for rule in PERSON_RULES for f in rule(books)] + unit_findings(books, units)
    return found, units, books


def household_records(units: list[UnitBook], found: list[Finding], books: Books) -> list[dict[str, Any]]:
    registers = Registers.of(books)
    of_case: dict[tuple[str | None, str | None], list[Finding]] = defaultdict(list)
    of_person: dict[int, list[Finding]] = defaultdict(list)
    for f in found:
        of_case[f.feed, f.case].append(f)
        for uid in f.uids if f.case is None else ():
            of_person[uid].append(f)
    records = []
    for unit in units:
        household = [f for f in of_case[unit.feed, unit.case] if not f.optional]
        personal = [f for row in unit.members for f in of_person[row.uid]]
        open_reading = any(f.optional for f in [*of_case[unit.feed, unit.case], *personal])
        records.append(
            household_record(unit, registers, household, {f.code for f in personal if not f.optional}, open_reading)
        )
    return records


def write_truth(county: County, folder: Path, seed: int) -> dict[str, Any]:
    """Six tables and manifest.json; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    found, units, books = judge(county)
    further = further_findings(books, units, county.tapering_since)
    records, quarantine = _records(county)
    households = household_records(units, found, books)
    _write(folder / "record.parquet", records, RECORD)
    _write(folder / "quarantine.parquet", quarantine, QUARANTINE)
    _write(folder / "person.parquet", _people(county), PERSON)
    _write(folder / "finding.parquet", [_finding(number, f) for number, f in enumerate(found)], FINDING)
    _write(folder / "further_finding.parquet", [_finding(number, f) for number, f in enumerate(further)], FINDING)
    _write(folder / "household.parquet", households, HOUSEHOLD)
    manifest = _manifest(county, seed, found, households, len(records))
    manifest["further_findings"] = _counted(further)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def _write(path: Path, rows: list[Any], schema: Any) -> None:
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)


def _records(county: County) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    people = county.population.people
    records: list[tuple[Any, ...]] = []
    quarantine: list[tuple[Any, ...]] = []
    every = [row for rows in county.rows.values() for row in rows]
    for rid, row in enumerate(every):
        if row.unusable:
            quarantine += [(*address, row.unusable) for address in row.addresses]
        standing: list[tuple[Address, bool]] = [(a, False) for a in row.addresses] + [
            (a, True) for a in row.old_addresses
        ]
        for role, naming in row.namings.items():
            person = people[row.persons[role]]
            told = None if naming.id_number is None else str(naming.id_number)
            records += [
                (
                    *address,
                    role,
                    person.uid,
                    person.name,
                    person.id_number,
                    naming.difficulty,
                    naming.id_tag,
                    naming.name_tag,
                    naming.birth_tag,
                    naming.recovered_id,
                    naming.name,
                    told,
                    superseded or bool(row.unusable),
                    superseded,
                    rid,
                )
                for address, superseded in standing
            ]
    return records, quarantine


def _people(county: County) -> list[tuple[Any, ...]]:
    rows = []
    for p in county.population.people:
        home = county.population.households[p.household]
        rows.append(
            (
                p.uid,
                p.name,
                p.id_number,
                p.sex,
                p.birth,
                p.death,
                p.household,
                home.town,
                home.village,
                home.group_no,
                p.phone,
                p.account_number,
                p.spouse,
                p.father,
                p.mother,
                True,
            )
        )
    return rows


def _finding(number: int, f: Finding) -> tuple[Any, ...]:
    evidence = [dict(zip(ADDRESS, row.addresses[0], strict=True)) for row in f.evidence if row.addresses]
    return (
        number,
        f.code,
        list(f.uids),
        f.feed,
        f.case,
        f.certain,
        f.optional,
        evidence,
        any(_unsure(row, f) for row in f.evidence),
    )


def _unsure(row: Row, f: Finding) -> bool:
    return any(not row.is_certain(role) for role, uid in row.persons.items() if uid in f.uids and role != "head")


def _manifest(
    county: County, seed: int, found: list[Finding], households: list[dict[str, Any]], records: int
) -> dict[str, Any]:
    return {
        "persons": len(county.population.people),
        "seed": seed,
        "profile": "normal",
        "as_of": county.as_of.isoformat(),
        "rows_delivered": sum(
            len(row.addresses) + len(row.old_addresses) for rows in county.rows.values() for row in rows
        ),
        "records": records,
        "feeds": {
            feed: sum(len(row.addresses) + len(row.old_addresses) for row in rows)
            for feed, rows in sorted(county.rows.items())
        },
        "findings": _counted(found),
        "outcomes": dict(sorted(Counter(f"{h['case_feed']}:{h['outcome']}" for h in households).items())),
    }


def _counted(found: list[Finding]) -> dict[str, dict[str, int]]:
    return {
        code: {
            "required": sum(f.code == code and not f.optional for f in found),
            "certain": sum(f.code == code and f.certain and not f.optional for f in found),
            "optional": sum(f.code == code and f.optional for f in found),
        }
        for code in sorted({f.code for f in found})
    }
