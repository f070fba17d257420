"""The delivered cells that a finding rests on: file, sheet, row, column letter and header, value as delivered, masked.

Only the cells that speak are shown: who the row is about, and the few columns the rule looked at. Rows and roles of
people outside the household keep their place and lose their cells.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from pipelines.contracts import Feed, all_feeds
from pipelines.publishing.delivered_columns import columns_at
from pipelines.publishing.masks import mask_account_number, mask_id_number, mask_plate, mask_text

#: The columns of each feed that findings look at, beside names and ID numbers.
TELLING = {
    "admin_division": (),
    "adoption": ("registered_on",),
    "application": ("case_number", "applied_on", "authorised_on"),
    "assistance_standard": ("programme", "area_type", "monthly_standard", "effective_from"),
    "business": ("company", "entity_type", "role", "status"),
    "cremation": ("died_on",),
    "deposit": ("institution", "asset_type", "balance"),
    "dibao": ("case_number", "status"),
    "disability": ("category", "grade"),
    "elderly_allowance": ("monthly_amount", "status"),
    "fisher": ("vessel_number", "retired_on", "employment"),
    "fishing_compensation": ("vessel_number", "fund_type", "amount", "paid_on"),
    "homecare_subsidy": ("monthly_amount", "status"),
    "marriage": ("event", "registered_on"),
    "nursing_subsidy": ("monthly_amount", "status"),
    "orphan": ("monthly_amount", "status"),
    "payment": ("programme", "paid_month", "amount"),
    "poverty_household": ("case_number", "relation_to_head", "risk_cleared"),
    "real_estate": ("location", "use", "status"),
    "social_insurance": ("insurance_type", "monthly_amount"),
    "tekun": ("case_number", "status"),
    "temporary_assistance": ("granted_on", "amount", "reason"),
    "vehicle": ("plate", "vehicle_type", "status"),
    "wage": ("employer", "monthly_amount", "period"),
}
_DECLARED = ("declared_wage_income", "declared_business_income", "declared_property_income", "declared_transfer_income")
#: What single findings look at beyond that.
MORE = {
    ("income_over_limit", "dibao"): _DECLARED,
    ("income_over_limit", "application"): _DECLARED,
    ("undeclared_fishing_compensation", "dibao"): ("declared_transfer_income",),
    ("undeclared_fishing_compensation", "application"): ("declared_transfer_income",),
    ("payment_amount_mismatch", "dibao"): ("monthly_amount",),
    ("payment_amount_mismatch", "tekun"): ("monthly_amount",),
    ("shared_account", "payment"): ("account_number",),
    ("dead_member_counted", "dibao"): ("covered_count",),
    ("review_overdue", "dibao"): ("benefit_class", "start_month"),
    ("grace_period_over", "dibao"): ("start_month",),
    ("poverty_mark_missing", "poverty_household"): ("is_dibao", "is_tekun"),
    ("poverty_mark_unfounded", "poverty_household"): ("is_dibao", "is_tekun"),
}
#: What stands for the cells of somebody else.
WITHHELD = "其他人的记录，内容不在此列出"
#: More rows than this of one finding are counted, not printed.
MOST_ROWS = 40

Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Rows of one sheet: `common` are the cells that all of them share, `rows` (number, the other cells)."""

    source: str
    file: str
    sheet: str | None
    common: str
    rows: list[tuple[int, str]]


class Headers:
    """How offices wrote the headers: by file and sheet, the column letter and the header of a contract column."""

    def __init__(self, files: Iterable[Row]) -> None:
        self._mapping: dict[tuple[str, str, str], dict[str, Any]] = {}
        for file in files:
            self._mapping[(file["feed"], file["delivery"], file["file"])] = json.loads(file["column_mapping"] or "{}")

    def label(self, row: Row, feed: Feed, column: str) -> str:
        """`C列“身份证号码”`; no letter where the value stood in no column of a sheet (its title, Parquet)."""
        sheets = self._mapping.get((row["_feed"], row["_delivery"], row["_file"]), {})
        found = sheets.get(row["_sheet"] or "")
        headers, letters = columns_at(found, row["_row"]) if found else ({}, {})
        header = headers.get(column, feed.by_name[column].header)
        letter = f"{letters[column]}列" if column in letters else ""
        return f"{letter}“{header}”"


@dataclass(frozen=True)
class Evidence:
    """Delivered rows by id, the persons of each row by role, the names under which persons appear, the headers."""

    rows: dict[str, Row]
    roles: dict[str, dict[str, str]]
    names: dict[str, frozenset[str]]
    headers: Headers

    def persons(self, finding: Row) -> set[str]:
        """Everyone whom the finding or a row of its evidence is about."""
        of_rows = (self.roles.get(row_id, {}).values() for row_id in finding["evidence_row_ids"] or ())
        return {person for persons in of_rows for person in persons} | set(finding["person_ids"] or ())

    def places(self, finding: Row, shown: frozenset[str]) -> tuple[list[Place], int]:
        """(the rows by file and sheet, how many are left out). Cells of people who are not in `shown` are withheld."""
        row_ids = [row_id for row_id in finding["evidence_row_ids"] or () if row_id in self.rows]
        ordered = sorted(row_ids, key=lambda row_id: _address(self.rows[row_id]))
        grouped: dict[tuple[str, str, str, str], list[tuple[int, list[str]]]] = defaultdict(list)
        for row_id in ordered[:MOST_ROWS]:
            row = self.rows[row_id]
            key = (row["_feed"], row["_delivery"], row["_file"], row["_sheet"] or "")
            grouped[key].append((row["_row"], self._cells(row_id, finding["code"], shown)))
        places = [_place(*key, rows) for key, rows in grouped.items()]
        return places, len(ordered) - len(ordered[:MOST_ROWS])

    def _cells(self, row_id: str, code: str, shown: frozenset[str]) -> list[str]:
        row, roles = self.rows[row_id], self.roles.get(row_id, {})
        feed = all_feeds()[row["_feed"]]
        visible = [role for role, person in roles.items() if person in shown]
        if roles and not visible:
            return [WITHHELD]
        columns = [
            mention.columns[part]
            for mention in feed.mentions
            if mention.role in visible and mention.role != "head"
            for part in ("name", "id_number")
            if part in mention.columns
        ]
        columns += [*TELLING[feed.name], *MORE.get((code, feed.name), ())]
        return [
            f"{self.headers.label(row, feed, column)}{mask_cell(feed, column, row[column])}"
            for column in columns
            if row.get(column) not in (None, "")
        ]


def _place(feed: str, _: str, file: str, sheet: str, rows: list[tuple[int, list[str]]]) -> Place:
    """The rows of one sheet; what every one of several rows says is said once."""
    shared = [cell for cell in rows[0][1] if len(rows) > 1 and all(cell in cells for _, cells in rows)]
    told = [(number, "，".join(cell for cell in cells if cell not in shared)) for number, cells in rows]
    return Place(all_feeds()[feed].title, file, sheet or None, "，".join(shared), told)


def _address(row: Row) -> tuple[str, str, str, str, int]:
    return (row["_feed"], row["_delivery"], row["_file"], row["_sheet"] or "", row["_row"])


def mask_cell(feed: Feed, column: str, value: str) -> str:
    """A delivered value as it may stand on paper that leaves the bureau."""
    kind = feed.by_name[column].type
    if kind in ("id_number", "certificate_number"):
        return mask_id_number(value, last=2)
    if kind == "account_number":
        return mask_account_number(value)
    if column == "plate":
        return mask_plate(value)
    return mask_text(value) or ""


_ROLES = """
select row_id, role, person_id
from intermediate.int_row__linked
semi join evidence_row using (row_id)
order by row_id, role
"""

_NAMES = """
select linked.person_id, mentioned.name
from intermediate.int_row__linked as linked
semi join concerned using (person_id)
inner join intermediate.int_person__mentioned as mentioned on linked.mention_id = mentioned.mention_id
where mentioned.name is not null
union
select person_id, name
from marts.person
semi join concerned using (person_id)
where name is not null
"""


def read_evidence(connection: duckdb.DuckDBPyConnection, findings: list[Row], headers: Headers) -> Evidence:
    """The rows of all these findings, read once, and the names of everyone in them."""
    row_ids = sorted({row_id for finding in findings for row_id in finding["evidence_row_ids"] or ()})
    connection.register("evidence_row", pl.DataFrame({"row_id": row_ids}, schema={"row_id": pl.String}).to_arrow())
    rows: dict[str, Row] = {}
    for feed in sorted({row_id.split("/", 1)[0] for row_id in row_ids} & all_feeds().keys()):
        query = f'select * from raw."{feed}" semi join evidence_row on _row_id = row_id'
        rows |= {row["_row_id"]: row for row in connection.sql(query).pl().to_dicts()}
    roles: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.sql(_ROLES).pl().to_dicts():
        roles[row["row_id"]][row["role"]] = row["person_id"]
    persons = {person for of_row in roles.values() for person in of_row.values()}
    persons |= {person for finding in findings for person in finding["person_ids"] or ()}
    concerned = pl.DataFrame({"person_id": sorted(persons)}, schema={"person_id": pl.String})
    connection.register("concerned", concerned.to_arrow())
    names: dict[str, set[str]] = defaultdict(set)
    for row in connection.sql(_NAMES).pl().to_dicts():
        names[row["person_id"]].add(row["name"])
    return Evidence(rows, dict(roles), {person: frozenset(found) for person, found in names.items()}, headers)
