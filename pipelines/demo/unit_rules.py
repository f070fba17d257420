"""Assistance units in truth: their living members, verified income, household findings and outcome.

Amounts are whole yuan and twelfths of them, so sums are exact fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pipelines.demo.county import standard_in_force, year_before
from pipelines.demo.rows import Row
from pipelines.demo.rules import Books, Finding, finding
from pipelines.demo.wealth import EXEMPT_VEHICLES

EXEMPT_BASIC_PENSION = 180
INELIGIBLE = frozenset(
    ["income_over_limit", "vehicle_owned", "property_over_limit", "deposit_over_limit", "business_interest"]
)
REVIEW = frozenset(["undeclared_spouse", "undeclared_fishing_compensation", "member_gap"])
PERSON_REVIEW = frozenset(["deceased_recipient", "duplicate_enrolment", "exclusive_programmes", "identity_conflict"])


@dataclass
class UnitBook:
    """One case: `members` are its rows in force, `declared` all its rows, `living` the members without a cremation."""

    feed: str
    case: str
    members: list[Row]
    declared: list[Row]
    living: list[int]
    area_type: str
    standard: int
    authorised: bool

    @property
    def judges_income(self) -> bool:
        return self.authorised and (
            self.feed == "dibao" or (self.feed == "application" and self.members[0]["programme"] == "dibao")
        )

    @property
    def sure(self) -> set[int]:
        """Living members whose own row carries their usable ID number."""
        return {row.uid for row in self.members if row.is_certain()} & set(self.living)

    def declared_income(self, kind: str) -> int:
        return int(self.members[0].values.get(f"declared_{kind}_income", 0))


@dataclass
class Registers:
    """The economic rows by person."""

    as_of: date
    rows: dict[str, dict[int, list[Row]]]

    @classmethod
    def of(cls, books: Books) -> Registers:
        feeds = ("wage", "social_insurance", "fishing_compensation", "vehicle", "real_estate", "deposit", "business")
        grouped: dict[str, dict[int, list[Row]]] = {feed: defaultdict(list) for feed in feeds}
        for feed in feeds:
            for row in books.rows.get(feed, ()):
                grouped[feed][row.uid].append(row)
        return cls(books.as_of, grouped)

    def of_people(self, feed: str, uids: Iterable[int], sure_only: bool = False) -> list[Row]:
        return [row for uid in uids for row in self.rows[feed].get(uid, ()) if row.is_certain() or not sure_only]


def units_of(books: Books) -> list[UnitBook]:
    units = []
    for feed in ("dibao", "application", "tekun"):
        cases: dict[str, list[Row]] = defaultdict(list)
        for row in books.rows.get(feed, ()):
            cases[row["case_number"]].append(row)
        for case, rows in cases.items():
            members = [row for row in rows if feed == "application" or row["status"] != "停保"]
            if not members:
                continue
            area = "农村" if feed == "tekun" else rows[0]["area_type"]
            day = members[0].values.get("authorised_on")
            authorised = feed != "application" or (day is not None and day <= books.as_of)
            standard = standard_in_force("tekun" if feed == "tekun" else "dibao", area, books.as_of)
            living = [uid for uid in dict.fromkeys(row.uid for row in members) if uid not in books.died]
            units.append(UnitBook(feed, case, members, rows, living, area, standard, authorised))
    return units


# verified income --------------------------------------------------------------------------------------------------
def latest_wages(registers: Registers, uids: Iterable[int], sure_only: bool = False) -> list[Row]:
    rows: list[Row] = []
    for uid in uids:
        own = registers.of_people("wage", [uid])
        newest = max((row["period"] for row in own), default=None)
        rows += [row for row in own if row["period"] == newest and (row.is_certain() or not sure_only)]
    return rows


def fishing_allowances(registers: Registers, uids: Iterable[int], sure_only: bool = False) -> list[Row]:
    rows = registers.of_people("fishing_compensation", uids, sure_only)
    begin, end = year_before(registers.as_of), registers.as_of
    return [row for row in rows if row["fund_type"] == "过渡期生活补助" and begin < row["paid_on"] <= end]


def pension_total(rows: list[Row]) -> int:
    """Basic pensions count above the exempt amount, once a person; others whole."""
    basic: dict[int, int] = defaultdict(int)
    whole = 0
    for row in rows:
        if row["insurance_type"] == "城乡居民养老":
            basic[row.uid] += row["monthly_amount"]
        else:
            whole += row["monthly_amount"]
    return whole + sum(max(0, amount - EXEMPT_BASIC_PENSION) for amount in basic.values())


def household_income(unit: UnitBook, registers: Registers, sure_only: bool = False) -> tuple[Fraction, list[Row]]:
    """Yuan a month of the whole unit, and the register rows it rests on."""
    uids = sorted(unit.sure) if sure_only else unit.living
    wages = latest_wages(registers, uids, sure_only)
    pensions = registers.of_people("social_insurance", uids, sure_only)
    fishing = fishing_allowances(registers, uids, sure_only)
    any_wage = latest_wages(registers, unit.living)
    wage = sum(row["monthly_amount"] for row in wages) if any_wage else unit.declared_income("wage")
    received = pension_total(pensions) + Fraction(sum(row["amount"] for row in fishing), 12)
    transfer = max(Fraction(unit.declared_income("transfer")), received)
    total = wage + transfer + unit.declared_income("business") + unit.declared_income("property")
    return total, [*wages, *pensions, *fishing]


def verified_income_per_capita(unit: UnitBook, registers: Registers) -> Fraction | None:
    if unit.feed == "tekun" or not unit.authorised or not unit.living:
        return None
    return household_income(unit, registers)[0] / len(unit.living)


# household findings -----------------------------------------------------------------------------------------------
def _of(unit: UnitBook, code: str, evidence: Iterable[Row], certain: bool) -> Finding:
    rows = [row for row in unit.members if row.uid in unit.living] + list(evidence)
    return Finding(code, tuple(unit.living), tuple(dict.fromkeys(rows)), certain, unit.feed, unit.case)


def income_over_limit(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    if unit.judges_income and unit.living:
        limit = unit.standard * len(unit.living)
        total, rows = household_income(unit, registers)
        if total > limit:
            yield _of(unit, "income_over_limit", rows, household_income(unit, registers, sure_only=True)[0] > limit)


def vehicle_owned(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    def judged(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["status"] == "正常" and row["vehicle_type"] not in EXEMPT_VEHICLES]

    if rows := judged(registers.of_people("vehicle", unit.living)):
        yield _of(unit, "vehicle_owned", rows, bool(judged(registers.of_people("vehicle", unit.sure, True))))


def property_over_limit(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    def homes(rows: list[Row]) -> set[str]:
        return {row["unit_number"] for row in rows if row["use"] == "住宅" and row["status"] == "现势"}

    rows = registers.of_people("real_estate", unit.living)
    if len(homes(rows)) >= 2:
        used = [row for row in rows if row["unit_number"] in homes(rows)]
        yield _of(
            unit, "property_over_limit", used, len(homes(registers.of_people("real_estate", unit.sure, True))) >= 2
        )


def deposit_over_limit(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    rows = registers.of_people("deposit", unit.living)
    limit = 24 * unit.standard * len(unit.living)
    if sum(row["balance"] for row in rows) > limit:
        sure = sum(row["balance"] for row in registers.of_people("deposit", unit.sure, True)) > limit
        yield _of(unit, "deposit_over_limit", rows, sure)


def business_interest(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    def judged(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["entity_type"] == "企业" and row["status"] == "存续"]

    if rows := judged(registers.of_people("business", unit.living)):
        yield _of(unit, "business_interest", rows, bool(judged(registers.of_people("business", unit.sure, True))))


def undeclared_fishing_compensation(unit: UnitBook, registers: Registers) -> Iterator[Finding]:
    if unit.feed == "tekun":
        return
    rows = fishing_allowances(registers, unit.living)
    limit = unit.declared_income("transfer") * 12
    if rows and sum(row["amount"] for row in rows) > limit:
        sure = fishing_allowances(registers, unit.sure, True)
        yield _of(unit, "undeclared_fishing_compensation", rows, sum(row["amount"] for row in sure) > limit)


ECONOMIC_RULES: tuple[Callable[[UnitBook, Registers], Iterator[Finding]], ...] = (
    income_over_limit,
    vehicle_owned,
    property_over_limit,
    deposit_over_limit,
    business_interest,
    undeclared_fishing_compensation,
)


def unauthorised_check(unit: UnitBook) -> Iterator[Finding]:
    if not unit.authorised:
        yield finding("unauthorised_check", [row.uid for row in unit.members], unit.members, unit.feed, unit.case)


def undeclared_spouse(unit: UnitBook, books: Books, latest: dict[int, Row]) -> Iterator[Finding]:
    """Optional where the reading leaves it open: the member is dead, stopped, or the case not authorised."""
    declared = {row.uid for row in unit.declared}
    evidence: list[Row] = []
    uids: list[int] = []
    open_reading = True
    for row in unit.declared:
        wedding = latest.get(row.uid)
        if wedding is None or wedding["event"] != "结婚":
            continue
        spouse = next(uid for uid in wedding.persons.values() if uid != row.uid)
        if spouse not in declared and spouse not in books.died:
            evidence += [row, wedding]
            uids += [row.uid, spouse]
            open_reading &= row.uid not in unit.living or not unit.authorised
    if evidence:
        yield finding("undeclared_spouse", uids, evidence, unit.feed, unit.case, optional=open_reading)


def latest_marriage_events(books: Books) -> dict[int, Row]:
    latest: dict[int, Row] = {}
    for row in sorted(books.rows.get("marriage", ()), key=lambda row: row["registered_on"]):
        latest.update(dict.fromkeys(row.persons.values(), row))
    return latest


def unit_findings(books: Books, units: list[UnitBook]) -> list[Finding]:
    registers, latest = Registers.of(books), latest_marriage_events(books)
    found: list[Finding] = []
    for unit in units:
        found += unauthorised_check(unit)
        found += undeclared_spouse(unit, books, latest)
        if unit.authorised:
            for rule in ECONOMIC_RULES:
                found += rule(unit, registers)
    return found


def outcome(unit: UnitBook, household: list[Finding], personal: Iterable[str] = ()) -> str:
    """The fixed reading: not authorised, ineligible when certain, review when in doubt, else eligible."""
    codes = {f.code for f in household}
    if not unit.authorised:
        return "not_authorised"
    if any(f.code in INELIGIBLE and f.certain for f in household):
        return "ineligible"
    if codes & (INELIGIBLE | REVIEW) or PERSON_REVIEW.intersection(personal) or not unit.living:
        return "needs_review"
    return "eligible"


def household_record(
    unit: UnitBook, registers: Registers, household: list[Finding], personal: set[str], optional: bool
) -> dict[str, Any]:
    income = verified_income_per_capita(unit, registers)
    return {
        "case_feed": unit.feed,
        "case_number": unit.case,
        "declared_members": len(unit.members),
        "member_uids": sorted(unit.living),
        "verified_member_count": len(unit.living),
        "verified_income_per_capita": None if income is None else round(float(income), 2),
        "standard": float(unit.standard),
        "area_type": unit.area_type,
        "codes": sorted({f.code for f in household} | (personal & PERSON_REVIEW)),
        "outcome": outcome(unit, household, personal),
        "outcome_household_codes_only": outcome(unit, household),
        "optional": optional,
    }
