"""The further findings, read off the books by plain Python, without SQL and without linking.

They are judged beside the twenty of `rules` and `unit_rules`, and bear on no outcome. What the books do not say (the
day of a review, the day on which 渐退 began) is read as docs/findings.md fixes it.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from pipelines.demo.county import month_of, standard_in_force
from pipelines.demo.population import age_at
from pipelines.demo.rows import Row
from pipelines.demo.rules import PROGRAMMES, Books, Finding, finding
from pipelines.demo.unit_rules import Registers, UnitBook, verified_income_per_capita

REVIEW_MONTHS = {"A": 12, "B": 6, "C": 3}
GRACE_MONTHS, TRANSITION_MONTHS, RECENT_MONTHS, REDUCTION_MONTHS = 12, 24, 3, 12
HEAVY = ("一级", "二级")
#: Little means: up to so many times the standard.
MARGIN = 1.5


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_month(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


@dataclass
class FurtherBooks:
    """The books with the units made of them, and what several further rules share."""

    books: Books
    units: list[UnitBook]
    by_uid: dict[str, dict[int, list[Row]]] = field(init=False)
    poverty: dict[str, list[Row]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_uid = {feed: defaultdict(list) for feed in ("application", "poverty_household", "fisher", "disability")}
        for feed, of_uid in self.by_uid.items():
            for row in self.books.rows.get(feed, ()):
                of_uid[row.uid].append(row)
        self.poverty = defaultdict(list)
        for row in self.books.rows.get("poverty_household", ()):
            self.poverty[row["case_number"]].append(row)

    @property
    def as_of(self) -> date:
        return self.books.as_of

    def is_active(self, uid: int, programmes: Iterable[str] = PROGRAMMES) -> bool:
        return any(uid in self.books.active[programme] for programme in programmes)

    def was_recently_paid(self, uid: int, programmes: Iterable[str]) -> bool:
        first = month_of(self.as_of, RECENT_MONTHS - 1)
        return any(
            row["programme"] in programmes and first <= row["paid_month"] <= month_of(self.as_of)
            for row in self.books.owned["payment"].get(uid, ())
        )

    def is_heavily_disabled(self, uid: int) -> bool:
        return any(row["grade"] in HEAVY for row in self.by_uid["disability"].get(uid, ()))

    @property
    def yearly_standard(self) -> int:
        return 12 * standard_in_force("dibao", "农村", self.as_of)

    def little_means(self) -> dict[int, list[Row]]:
        """Living people known, without an unauthorised look, to have little -> the rows that say so."""
        found: dict[int, list[Row]] = defaultdict(list)
        for programme in ("dibao", "tekun"):
            for uid, rows in self.books.active[programme].items():
                found[uid] += rows
        for uid, rows in self.by_uid["poverty_household"].items():
            found[uid] += [
                row
                for row in rows
                if row["risk_cleared"] == "否" or row["income_per_capita"] <= MARGIN * self.yearly_standard
            ]
        registers = Registers.of(self.books)
        for unit in self.units:
            income = verified_income_per_capita(unit, registers)
            if unit.feed == "application" and income is not None and income <= MARGIN * unit.standard:
                for row in unit.members:
                    found[row.uid].append(row)
        return {uid: rows for uid, rows in found.items() if rows and uid not in self.books.died}


# benefits that reduce each other ----------------------------------------------------------------------------------
def _paid_together(books: Books, one: str, other: str) -> Iterator[tuple[int, str, list[Row], list[Row]]]:
    """Person, month, payments of both programmes, for each month of the last twelve in which both were paid."""
    first, last = month_of(books.as_of, REDUCTION_MONTHS - 1), month_of(books.as_of)
    for uid, payments in books.owned["payment"].items():
        by_month: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in payments:
            if first <= row["paid_month"] <= last:
                by_month[row["paid_month"]][row["programme"]].append(row)
        for month, paid in sorted(by_month.items()):
            if paid[one] and paid[other]:
                yield uid, month, paid[one], paid[other]


def top_up_not_reduced(books: FurtherBooks) -> Iterator[Finding]:
    found: dict[int, list[Row]] = defaultdict(list)
    for uid, month, one, other in _paid_together(books.books, "orphan", "disabled_living"):
        if sum(row["amount"] for row in one + other) > standard_in_force("orphan", "农村", end_of_month(month)):
            found[uid] += one + other
    for uid, rows in found.items():
        yield finding("top_up_not_reduced", [uid], rows)


def higher_benefit_not_taken(books: FurtherBooks) -> Iterator[Finding]:
    found: dict[int, list[Row]] = defaultdict(list)
    for uid, _, one, other in _paid_together(books.books, "nursing_subsidy", "disabled_nursing"):
        found[uid] += one + other
    for uid, rows in found.items():
        yield finding("higher_benefit_not_taken", [uid], rows)


# households -------------------------------------------------------------------------------------------------------
def review_overdue(books: FurtherBooks) -> Iterator[Finding]:
    for unit in books.units:
        rows = [row for row in unit.members if unit.feed == "dibao" and row["status"] == "在保"]
        if not rows:
            continue
        looks = [end_of_month(row["start_month"]) for row in rows]
        for row in rows:
            looks += [
                told["applied_on"]
                for told in books.by_uid["application"].get(row.uid, ())
                if told["applied_on"] <= books.as_of
            ]
        months = max(REVIEW_MONTHS[row["benefit_class"]] for row in rows)
        if add_months(max(looks), months) < books.as_of:
            yield finding("review_overdue", [row.uid for row in rows], rows, unit.feed, unit.case)


def grace_period_over(books: FurtherBooks, tapering_since: dict[str, date]) -> Iterator[Finding]:
    """Counted from the first delivery that showed the case in 渐退 and after which none lacked it."""
    rows_of_dibao = books.books.rows.get("dibao", ())
    earlier = sorted({date.fromisoformat(a[1]) for row in rows_of_dibao for a in row.old_addresses})
    for unit in books.units:
        if unit.feed != "dibao" or {row["status"] for row in unit.members} != {"渐退"}:
            continue
        newest = max(date.fromisoformat(a[1]) for row in unit.members for a in row.addresses)
        stood = {date.fromisoformat(a[1]) for row in unit.members for a in row.old_addresses}
        seen = newest
        for day in reversed(earlier):
            if day not in stood or day < tapering_since[unit.case]:
                break
            seen = day
        if add_months(seen, GRACE_MONTHS) < newest:
            yield finding("grace_period_over", [row.uid for row in unit.members], unit.members, unit.feed, unit.case)


def single_person_household(books: FurtherBooks) -> Iterator[Finding]:
    homes: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for feed, column in (
        ("poverty_household", "case_number"),
        ("fisher", "vessel_number"),
        ("application", "case_number"),
    ):
        for row in books.books.rows.get(feed, ()):
            homes[feed, row[column]].append(row)
    for unit in books.units:
        alone = len(unit.declared) == 1 and len(unit.living) == 1
        for_dibao = unit.feed == "dibao" or (unit.feed == "application" and unit.members[0]["programme"] == "dibao")
        if not alone or not for_dibao or books.is_heavily_disabled(unit.living[0]):
            continue
        person = unit.living[0]
        evidence: list[Row] = []
        for key, rows in homes.items():
            others = [row for row in rows if row.uid != person and row.uid not in books.books.died]
            if key != (unit.feed, unit.case) and others and any(row.uid == person for row in rows):
                evidence += [*(row for row in rows if row.uid == person), *others]
        if evidence:
            uids = [person, *(row.uid for row in evidence)]
            yield finding("single_person_household", uids, [*unit.members, *evidence], unit.feed, unit.case)


def dead_member_counted(books: FurtherBooks) -> Iterator[Finding]:
    def had_died(uid: int) -> bool:
        death = books.books.died.get(uid)
        return death is not None and death["died_on"] < books.books.first_of_month

    for unit in books.units:
        dead = [row for row in unit.declared if had_died(row.uid)]
        if unit.feed == "dibao" and dead:
            living = {row.uid for row in unit.members if not had_died(row.uid)}
            if unit.members[0]["covered_count"] > len(living):
                rows = [*dead, *(books.books.died[row.uid] for row in dead)]
                yield finding("dead_member_counted", [row.uid for row in dead], rows, unit.feed, unit.case)


# the fishing ban --------------------------------------------------------------------------------------------------
def vessel_compensated_twice(books: FurtherBooks) -> Iterator[Finding]:
    funds: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in books.books.rows.get("fishing_compensation", ()):
        if row["fund_type"] in ("船网回收补偿", "证书回收补偿"):
            funds[row["vessel_number"], row["fund_type"]].append(row)
    vessels: dict[str, list[Row]] = defaultdict(list)
    for (vessel, _), rows in funds.items():
        if any(_is_double(one, other) for one, other in combinations(rows, 2)):
            vessels[vessel] += rows
    sets: dict[tuple[int, ...], list[Row]] = defaultdict(list)
    for rows in vessels.values():
        sets[tuple(sorted({row.uid for row in rows}))] += rows
    for uids, rows in sets.items():
        yield finding("vessel_compensated_twice", uids, rows)


def _is_double(one: Row, other: Row) -> bool:
    if one.uid != other.uid:
        return True
    return bool(one["amount"] == other["amount"] and one["paid_on"] != other["paid_on"])


def transition_subsidy_overrun(books: FurtherBooks) -> Iterator[Finding]:
    of_vessel: dict[str, list[Row]] = defaultdict(list)
    for row in books.books.rows.get("fisher", ()):
        of_vessel[row["vessel_number"]].append(row)
    for uid, payments in books.books.owned["fishing_compensation"].items():
        late: list[Row] = []
        for row in payments:
            told = books.by_uid["fisher"].get(uid) or of_vessel[row["vessel_number"]]
            if row["fund_type"] == "过渡期生活补助" and told and row["paid_on"] <= books.as_of:
                retired = max(fisher["retired_on"] for fisher in told)
                if row["paid_on"] > add_months(retired, TRANSITION_MONTHS):
                    late += [row, *books.by_uid["fisher"].get(uid, ())]
        if late:
            yield finding("transition_subsidy_overrun", [uid], late)


# help that may be due ---------------------------------------------------------------------------------------------
def disabled_without_benefit(books: FurtherBooks) -> Iterator[Finding]:
    for uid, rows in books.little_means().items():
        heavy = [row for row in books.by_uid["disability"].get(uid, ()) if row["grade"] in HEAVY]
        paid = books.was_recently_paid(uid, (*PROGRAMMES, "disabled_living", "disabled_nursing"))
        if heavy and not paid and not books.is_active(uid):
            yield finding("disabled_without_benefit", [uid], [*heavy, *rows])


def fisher_without_income(books: FurtherBooks) -> Iterator[Finding]:
    applicants = books.by_uid["application"].keys()
    for uid, rows in books.by_uid["fisher"].items():
        idle = [row for row in rows if row["employment"] == "未就业" and row["retired_on"] <= books.as_of]
        grown = age_at(books.books.people[uid].birth, books.as_of) >= 18
        if not idle or not grown or uid in books.books.died:
            continue
        poor = [
            row
            for row in books.by_uid["poverty_household"].get(uid, ())
            if row["income_per_capita"] < books.yearly_standard
            and not any(
                books.is_active(kin.uid, ("dibao", "tekun")) or kin.uid in applicants
                for kin in books.poverty[row["case_number"]]
            )
        ]
        if poor:
            yield finding("fisher_without_income", [uid], [*idle, *poor])


def elderly_without_allowance(books: FurtherBooks) -> Iterator[Finding]:
    programme = ("elderly_allowance",)
    for uid, rows in books.little_means().items():
        old = age_at(books.books.people[uid].birth, books.as_of) >= 80
        if old and not books.is_active(uid, programme) and not books.was_recently_paid(uid, programme):
            yield finding("elderly_without_allowance", [uid], rows)


# marks of the poverty roll ----------------------------------------------------------------------------------------
def poverty_mark_missing(books: FurtherBooks) -> Iterator[Finding]:
    for case, rows in books.poverty.items():
        evidence: list[Row] = []
        for programme in ("dibao", "tekun"):
            for row in rows:
                if row[f"is_{programme}"] == "否" and row.uid in books.books.active[programme]:
                    evidence += [row, *books.books.active[programme][row.uid]]
        if evidence:
            yield finding("poverty_mark_missing", [row.uid for row in evidence], evidence, "poverty_household", case)


def poverty_mark_unfounded(books: FurtherBooks) -> Iterator[Finding]:
    for case, rows in books.poverty.items():
        marked: list[Row] = []
        for programme in ("dibao", "tekun"):
            if not any(row.uid in books.books.active[programme] for row in rows):
                marked += [row for row in rows if row[f"is_{programme}"] == "是"]
        if marked:
            yield finding("poverty_mark_unfounded", [row.uid for row in marked], rows, "poverty_household", case)


FURTHER_RULES: tuple[Callable[[FurtherBooks], Iterator[Finding]], ...] = (
    top_up_not_reduced,
    higher_benefit_not_taken,
    review_overdue,
    single_person_household,
    dead_member_counted,
    vessel_compensated_twice,
    transition_subsidy_overrun,
    disabled_without_benefit,
    fisher_without_income,
    elderly_without_allowance,
    poverty_mark_missing,
    poverty_mark_unfounded,
)


def further_findings(books: Books, units: list[UnitBook], tapering_since: dict[str, date]) -> list[Finding]:
    """All of them. `tapering_since`: case -> the true day on which its 渐退 began."""
    made = FurtherBooks(books, units)
    found = [f for rule in FURTHER_RULES for f in rule(made)]
    return found + list(grace_period_over(made, tapering_since))
