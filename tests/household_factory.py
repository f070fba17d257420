"""The warehouse of a release with a few assistance units, as the household report reads it, in plain rows.

Policy is that of the seeds. All ID numbers are of the reserved synthetic area 340590.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from pipelines.contracts import all_feeds

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "dbt_project" / "seeds"
AS_OF = date(2026, 10, 31)
DELIVERY = "2026-10-30"
QUESTIONS = ("wage", "social_insurance", "fishing_compensation", "vehicle", "real_estate", "deposit", "business")
INCOME_QUESTIONS = QUESTIONS[:3]
ID_NUMBERS = ("340590195503124527", "340590196808085316", "340590201001017738")
HEAD, WIFE, STRANGER = "p-head", "p-wife", "p-stranger"

Row = dict[str, Any]

_HOUSEHOLD = """
    household_id varchar, case_feed varchar, case_number varchar, town varchar, village varchar, area_type varchar,
    head_person_id varchar, declared_member_count bigint, verified_member_count bigint,
    declared_income_per_capita decimal(14, 2), declared_wage_income decimal(14, 2),
    declared_business_income decimal(14, 2), declared_property_income decimal(14, 2),
    declared_transfer_income decimal(14, 2), verified_income_per_capita decimal(14, 2),
    verified_household_income decimal(14, 2), verified_wage_income decimal(14, 2), verified_wage_period varchar,
    verified_business_income decimal(14, 2), verified_property_income decimal(14, 2),
    verified_transfer_income decimal(14, 2), verified_pension_income decimal(14, 2),
    verified_fishing_subsidy decimal(14, 2), fishing_subsidy_period varchar, exempt_income decimal(14, 2),
    standard decimal(14, 2), standard_effective_from varchar, income_ratio double, is_low_income_margin boolean,
    vehicle_count bigint, home_count bigint, financial_assets decimal(14, 2), company_count bigint,
    declared_vehicles bigint, declared_properties bigint, declared_deposit decimal(14, 2),
    outcome varchar, outcome_reason varchar, evidence_grade varchar, data_quality_grade varchar,
    data_notes varchar[]
"""
_ITEM = "household_id varchar, person_id varchar, row_id varchar, name varchar, item varchar, is_certain boolean, \
    match_probability double, is_unreadable boolean"
_FINDING = """
    finding_id varchar, code varchar, severity varchar, title varchar, certain boolean, person_ids varchar[],
    household_feed varchar, household_case varchar, match_probability double, amount decimal(14, 2), message varchar,
    first_seen_as_of date, state varchar, state_reason varchar, evidence_row_ids varchar[]
"""
TABLES = {
    "raw.run_context": "run_id varchar, as_of date, rule_version varchar, code_version varchar, model_version varchar",
    "raw.feed_status": "feed varchar, delivered_on date, age_days bigint, freshness_days bigint, state varchar",
    "raw.delivered_file": "feed varchar, delivery varchar, file varchar, in_force boolean, column_mapping varchar",
    "intermediate.int_unit__declared": "household_id varchar, case_feed varchar, case_number varchar, applied_on date, \
        authorised_on date, is_authorised boolean, conflicting_columns varchar[]",
    "intermediate.int_unit__labelled": "household_id varchar, head_name varchar",
    "intermediate.int_unit__standardised": "household_id varchar, is_income_verified boolean",
    "intermediate.int_income__verified": "household_id varchar, is_wage_verified boolean, is_transfer_verified boolean",
    "intermediate.int_unit__membered": "household_id varchar, case_feed varchar, case_number varchar, \
        person_id varchar, row_id varchar, name varchar, \
        relation_to_head varchar, is_head boolean, is_member boolean, has_unreadable_status boolean, \
        is_certain boolean, match_probability double, died_on date, is_death_certain boolean",
    "intermediate.int_unit__answered": "household_id varchar, feed varchar, title varchar, question varchar, \
        delivered_on date, answer varchar, is_deciding boolean",
    "intermediate.int_income__itemised": f"{_ITEM}, income_source varchar, period varchar, \
        delivered_amount decimal(14, 2), counted_amount decimal(18, 6), treatment varchar",
    "intermediate.int_asset__itemised": f"{_ITEM}, feed varchar, item_key varchar, amount decimal(14, 2), \
        is_counted boolean",
    "intermediate.int_enrolment__activated": "person_id varchar, row_id varchar, programme varchar, name varchar, \
        case_number varchar, status varchar, is_active boolean, monthly_amount decimal(14, 2), start_month varchar, \
        is_certain boolean, match_probability double",
    "intermediate.int_unit__doubted": "household_id varchar, place bigint, sentence varchar",
    "intermediate.int_row__linked": "mention_id varchar, row_id varchar, feed varchar, role varchar, \
        person_id varchar, link_method varchar, id_number_status varchar, disposition varchar",
    "intermediate.int_person__mentioned": "mention_id varchar, row_id varchar, name varchar",
    "marts.person": "person_id varchar, name varchar, id_number varchar, source_row_count bigint, \
        source_feed_count bigint, superseded_by varchar",
    "marts.quarantine": "row_id varchar, column_name varchar, file varchar, sheet varchar, row_number bigint, \
        message varchar",
    "policy.feed_not_applicable": "feed varchar, reason varchar, declared_by varchar, valid_from date, valid_to date, \
        source varchar, status varchar",
    "marts.duplicate_candidate": "pair_id varchar, person_id_l varchar, person_id_r varchar, state varchar",
    "marts.finding": _FINDING,
    "marts.verified_household": _HOUSEHOLD,
}  # fmt: skip


class ReleaseMaker:
    """Collects the rows of a release's warehouse; `write` makes the release's folder."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.raw: dict[str, list[Row]] = {}
        self.further: list[Row] | None = None
        self.rows["raw.run_context"].append(
            {"run_id": "000001", "as_of": AS_OF, "rule_version": "r", "code_version": "c", "model_version": "m"}
        )
        self.rows["raw.feed_status"] += [
            {"feed": feed, "delivered_on": date(2026, 10, 30), "age_days": 1, "freshness_days": 45, "state": "fresh"}
            for feed in all_feeds()
        ]

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def person(self, person_id: str, name: str, id_number: str | None = None, **more: Any) -> None:
        self.add("marts.person", person_id=person_id, name=name, id_number=id_number,
                 **{"source_row_count": 5, "source_feed_count": 3, **more})  # fmt: skip

    def mention(self, feed: str, row: int, person_id: str, called: str, role: str = "self", /, **cells: Any) -> str:
        """One person on a delivered row (made on first mention); returns the row id."""
        row_id = f"{feed}/{DELIVERY}/abcd1234/1/{row}"
        mention_id = f"{row_id}#{role}"
        self.add("intermediate.int_row__linked", mention_id=mention_id, row_id=row_id, feed=feed, role=role,
                 person_id=person_id, link_method="id_number", id_number_status=cells.pop("status_of_number", "valid"),
                 disposition="accepted")  # fmt: skip
        self.add("intermediate.int_person__mentioned", mention_id=mention_id, row_id=row_id, name=called)
        rows = self.raw.setdefault(feed, [])
        if not any(known["_row_id"] == row_id for known in rows):
            rows.append({"_row_id": row_id, "_feed": feed, "_delivery": DELIVERY, "_file": f"{feed}.xlsx",
                         "_sheet": "Sheet1", "_row": row, **cells})  # fmt: skip
        return row_id

    def household(self, feed: str = "dibao", case: str = "D0001", members: int = 1, **more: Any) -> str:
        """One unit: `outcome` eligible, nothing found, everything asked; `more` changes the published row."""
        household_id = f"{feed}:{case}"
        authorised = more.pop("is_authorised", True)
        verified = more.pop("is_income_verified", feed != "tekun") and authorised
        row = {
            "household_id": household_id, "case_feed": feed, "case_number": case, "town": "青溪镇", "village": "东村",
            "area_type": "农村", "head_person_id": HEAD, "declared_member_count": members,
            "verified_member_count": members, "income_ratio": 0.5 if verified else None,
            "is_low_income_margin": False, "standard": Decimal(812), "standard_effective_from": "2026-07",
            "vehicle_count": 0, "home_count": 0, "financial_assets": Decimal(0), "company_count": 0,
            "outcome": "eligible", "outcome_reason": "没有发现不符合条件的情形。", "evidence_grade": "A",
            "data_quality_grade": "A", "fishing_subsidy_period": "2025-11-01至2026-10-31",
        } | {
            f"{kind}_{part}": Decimal(406) if verified and part in ("income_per_capita", "wage_income") else Decimal(0)
            for kind in ("declared", "verified")
            for part in ("income_per_capita", "wage_income", "business_income", "property_income", "transfer_income")
        } | {"verified_household_income": Decimal(406), "verified_pension_income": Decimal(0),
             "verified_fishing_subsidy": Decimal(0), "exempt_income": Decimal(0)} | more  # fmt: skip
        self.add("marts.verified_household", **row)
        self.add("intermediate.int_unit__declared", household_id=household_id, case_feed=feed, case_number=case,
                 applied_on=date(2026, 9, 1) if feed == "application" else None,
                 authorised_on=date(2026, 9, 2) if feed == "application" and authorised else None,
                 is_authorised=authorised, conflicting_columns=[])  # fmt: skip
        self.add("intermediate.int_unit__labelled", household_id=household_id, head_name="王建国")
        self.add("intermediate.int_unit__standardised", household_id=household_id, is_income_verified=verified)
        for feed_asked in QUESTIONS:
            is_asked = (
                authorised and row["verified_member_count"] > 0 and (verified or feed_asked not in INCOME_QUESTIONS)
            )
            answer = "nothing_found" if is_asked else "not_asked"
            self.add("intermediate.int_unit__answered", household_id=household_id, feed=feed_asked,
                     title=all_feeds()[feed_asked].title, question=f"问{feed_asked}", delivered_on=date(2026, 10, 30),
                     answer=answer, is_deciding=True)  # fmt: skip
        return household_id

    def member(self, household_id: str, person_id: str = HEAD, name: str = "王建国", row: int = 4, **more: Any) -> str:
        """A living, certain member on row `row` of the unit's roll; returns the row id."""
        feed, case = household_id.split(":", 1)
        cells = {"name": name, "id_number": more.pop("number_on_row", ID_NUMBERS[0]), "case_number": case}
        status_of_number = more.pop("status_of_number", "valid")
        if feed != "application":
            cells["status"] = "在保"
        row_id = self.mention(feed, row, person_id, name, status_of_number=status_of_number, **cells)
        self.add("intermediate.int_unit__membered", household_id=household_id, case_feed=feed, case_number=case,
                 person_id=person_id, row_id=row_id,
                 name=name, **({"relation_to_head": "户主", "is_head": person_id == HEAD, "is_member": True,
                 "has_unreadable_status": False, "is_certain": True, "match_probability": 0.9999} | more))  # fmt: skip
        return row_id

    def finding(self, code: str, household_id: str | None, rows: list[str], persons: list[str], **more: Any) -> None:
        feed, case = household_id.split(":", 1) if household_id else (None, None)
        self.rows["marts.finding"].append({
            "finding_id": f"f-{code}", "code": code, "severity": "黄", "title": f"标题{code}", "certain": True,
            "person_ids": persons, "household_feed": feed, "household_case": case, "match_probability": 0.9999,
            "message": f"说明{code}。", "first_seen_as_of": AS_OF, "state": "open", "evidence_row_ids": rows,
        } | more)  # fmt: skip

    def write(self, releases: Path, run_id: str = "000001") -> Path:
        """The folder of a release that holds what a household report reads."""
        release = releases / AS_OF.isoformat() / run_id
        (release / "extracts").mkdir(parents=True)
        warehouse = release / "warehouse.duckdb"
        warehouse.write_bytes(_empty_warehouse())
        with duckdb.connect(str(warehouse)) as connection:
            if self.further is not None:
                connection.execute(f"create table marts.further_finding ({_FINDING})")
                self.rows["marts.further_finding"] = self.further
            for table, rows in (self.rows | {f"raw.{feed}": rows for feed, rows in self.raw.items()}).items():
                for row in rows:
                    names = ", ".join(f'"{column}"' for column in row)
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))
        households = [row["household_id"] for row in self.rows["marts.verified_household"]]
        pl.DataFrame({"household_id": households}).write_parquet(release / "extracts" / "verified_household.parquet")
        return release


@cache
def _empty_warehouse() -> bytes:
    """The bytes of a warehouse with the policy of the seeds and every other table empty."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            for schema in ("raw", "intermediate", "marts", "policy"):
                connection.execute(f"create schema {schema}")
            for seed in (path for path in SEEDS.glob("*.csv") if f"policy.{path.stem}" not in TABLES):
                header = seed.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
                dates = {name: "date" for name in ("valid_from", "valid_to") if name in header}
                types = f", types = {dates}" if dates else ""
                connection.execute(f"create table policy.{seed.stem} as from read_csv('{seed}', header = true{types})")
            for name, columns in TABLES.items():
                connection.execute(f"create table {name} ({columns})")
            technical = "_row_id varchar, _feed varchar, _delivery varchar, _file varchar, _sheet varchar, _row bigint"
            for feed, contract in all_feeds().items():
                own = ", ".join(f'"{column.name}" varchar' for column in contract.columns)
                connection.execute(f'create table raw."{feed}" ({technical}, {own})')
        return path.read_bytes()
