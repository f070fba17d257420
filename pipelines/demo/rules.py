"""The twenty rules, read off the books by plain Python: what holds in the county, told without SQL and without linking.

Every rule takes the usable rows of the books (with the true people behind them) and yields findings. A finding is
certain when every row it rests on carries a usable ID number of that person; for sums, when that part alone passes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from pipelines.demo.county import month_of
from pipelines.demo.population import Person, age_at
from pipelines.demo.rows import Row

PROGRAMMES = ("dibao", "tekun", "orphan", "elderly_allowance", "homecare_subsidy", "nursing_subsidy")
EXCLUSIVE = (
    ("dibao", "tekun"),
    ("dibao", "orphan"),
    ("tekun", "orphan"),
    ("tekun", "nursing_subsidy"),
    ("tekun", "homecare_subsidy"),
)


@dataclass(frozen=True)
class Finding:
    code: str
    uids: tuple[int, ...]
    evidence: tuple[Row, ...]
    certain: bool
    feed: str | None = None
    case: str | None = None
    optional: bool = False


@dataclass
class Books:
    """The usable rows by feed, the people, and indexes that several rules share."""

    as_of: date
    people: list[Person]
    rows: dict[str, list[Row]]
    died: dict[int, Row] = field(init=False)
    active: dict[str, dict[int, list[Row]]] = field(init=False)
    owned: dict[str, dict[int, list[Row]]] = field(init=False)

    def __post_init__(self) -> None:
        self.died = {row.uid: row for row in self.rows.get("cremation", ())}
        self.active = {
            programme: _by_uid(row for row in self.rows.get(programme, ()) if row["status"] != "停保")
            for programme in PROGRAMMES
        }
        self.owned = {feed: _by_uid(self.rows.get(feed, ())) for feed in ("payment", "fishing_compensation")}

    @property
    def first_of_month(self) -> date:
        return self.as_of.replace(day=1)


def _by_uid(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.uid].append(row)
    return grouped


def finding(
    code: str,
    uids: Iterable[int],
    evidence: Iterable[Row],
    feed: str | None = None,
    case: str | None = None,
    optional: bool = False,
) -> Finding:
    rows = tuple(dict.fromkeys(evidence))
    people = tuple(dict.fromkeys(uids))
    certain = all(
        row.is_certain(role) for row in rows for role, uid in row.persons.items() if uid in people and role != "head"
    )
    return Finding(code, people, rows, certain, feed, case, optional)


def deceased_recipient(books: Books) -> Iterator[Finding]:
    for uid, death in books.died.items():
        rows = [row for programme in PROGRAMMES for row in books.active[programme].get(uid, ())]
        if rows and death["died_on"] < books.first_of_month:
            yield finding("deceased_recipient", [uid], [*rows, death])


def payment_after_death(books: Books) -> Iterator[Finding]:
    for uid, death in books.died.items():
        late = [row for row in books.owned["payment"].get(uid, ()) if row["paid_month"] > month_of(death["died_on"])]
        if late:
            yield finding("payment_after_death", [uid], [*late, death])


def duplicate_enrolment(books: Books) -> Iterator[Finding]:
    for uid, rows in _several(books):
        yield finding("duplicate_enrolment", [uid], rows)


def _several(books: Books) -> Iterator[tuple[int, list[Row]]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for programme in PROGRAMMES:
        for uid, rows in books.active[programme].items():
            if len(rows) > 1:
                found[uid] += rows
    yield from found.items()


def exclusive_programmes(books: Books) -> Iterator[Finding]:
    found: dict[int, list[Row]] = defaultdict(list)
    for one, other in EXCLUSIVE:
        for uid in books.active[one].keys() & books.active[other].keys():
            found[uid] += books.active[one][uid] + books.active[other][uid]
    for uid, rows in sorted(found.items()):
        yield finding("exclusive_programmes", [uid], rows)


def payment_without_entitlement(books: Books) -> Iterator[Finding]:
    for uid, payments in books.owned["payment"].items():
        rows = [row for row in payments if row["programme"] in PROGRAMMES and uid not in books.active[row["programme"]]]
        if rows:
            yield finding("payment_without_entitlement", [uid], rows)


def payment_amount_mismatch(books: Books) -> Iterator[Finding]:
    """Sums of one person, programme and month against the sum enrolled."""
    for uid, payments in books.owned["payment"].items():
        wrong: list[Row] = []
        for programme in PROGRAMMES:
            enrolled = books.active[programme].get(uid, [])
            by_month: dict[str, list[Row]] = defaultdict(list)
            for row in payments:
                if enrolled and row["programme"] == programme:
                    by_month[row["paid_month"]].append(row)
            due = sum(row["monthly_amount"] for row in enrolled)
            for rows in by_month.values():
                if sum(row["amount"] for row in rows) != due:
                    wrong += [*rows, *enrolled]
        if wrong:
            yield finding("payment_amount_mismatch", [uid], wrong)


def shared_account(books: Books) -> Iterator[Finding]:
    """Payees of one household are in order; where no case, marriage or guardianship shows it, a report may be."""
    bonds = _bonds(books)
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in books.rows.get("payment", ()):
        if row["account_number"]:
            accounts[row["account_number"]].append(row)
    for rows in accounts.values():
        uids = sorted({row.uid for row in rows})
        if len({books.people[uid].household for uid in uids}) > 1:
            yield finding("shared_account", uids, rows)
        elif any(not bonds[one] & bonds[other] for one, other in combinations(uids, 2)):
            yield finding("shared_account", uids, rows, optional=True)


def _bonds(books: Books) -> dict[int, set[object]]:
    """Person -> cases, weddings and guardianships that he or she stands in, as far as the books show them."""
    bonds: dict[int, set[object]] = defaultdict(set)
    for feed, rows in books.rows.items():
        for row in rows:
            if feed in ("marriage", "orphan", "adoption"):
                for uid in row.persons.values():
                    bonds[uid].add(row)
            elif "case_number" in row.values:
                bonds[row.uid].add((feed, row["case_number"]))
    return bonds


def adopted_orphan(books: Books) -> Iterator[Finding]:
    for adoption in books.rows.get("adoption", ()):
        child = adoption.persons["child"]
        if child in books.active["orphan"] and adoption["registered_on"] < books.first_of_month:
            yield finding("adopted_orphan", [child], [*books.active["orphan"][child], adoption])


def age_mismatch(books: Books) -> Iterator[Finding]:
    limits = {
        "elderly_allowance": (80, 999),
        "homecare_subsidy": (60, 999),
        "nursing_subsidy": (60, 999),
        "orphan": (0, 17),
    }
    found: dict[int, list[Row]] = defaultdict(list)
    for programme, (least, most) in limits.items():
        for uid, rows in books.active[programme].items():
            if not least <= age_at(books.people[uid].birth, books.as_of) <= most:
                found[uid] += rows
    for uid, rows in found.items():
        yield finding("age_mismatch", [uid], rows)


def identity_conflict(books: Books) -> Iterator[Finding]:
    """A valid number stands in a row of somebody else, and the row states another sex or birth date.

    Where the row states neither, the conflict may be reported but need not be.
    """
    owners = {person.id_number: person for person in books.people}
    own_rows: dict[int, Row] = {}
    misused: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for rows in books.rows.values():
        for row in rows:
            for role, naming in row.namings.items():
                owner = owners.get(naming.recovered_id or "")
                if owner is None:
                    continue
                if owner.uid == row.persons[role]:
                    own_rows.setdefault(owner.uid, row)
                else:
                    misused[owner.uid, row.persons[role]].append(row)
    for (owner_uid, user), rows in misused.items():
        if owner_uid in own_rows:
            told = any(row.persons.get("self") == user and {"sex", "birth_date"} & row.values.keys() for row in rows)
            yield Finding(
                "identity_conflict", (owner_uid, user), (own_rows[owner_uid], *rows), certain=told, optional=not told
            )


def uncovered_hardship(books: Books) -> Iterator[Finding]:
    """Where nobody of the household is left alive, the finding may be reported but need not be."""
    applicants = {row.uid for row in books.rows.get("application", ())}
    covered = applicants | books.active["dibao"].keys() | books.active["tekun"].keys()
    cases: dict[str, list[Row]] = defaultdict(list)
    for row in books.rows.get("poverty_household", ()):
        cases[row["case_number"]].append(row)
    for case, rows in cases.items():
        uids = [row.uid for row in rows]
        if any(row["risk_cleared"] == "否" for row in rows) and not covered.intersection(uids):
            nobody_left = all(uid in books.died for uid in uids)
            yield finding("uncovered_hardship", uids, rows, "poverty_household", case, optional=nobody_left)


def member_gap(books: Books) -> Iterator[Finding]:
    homes: dict[str, list[Row]] = defaultdict(list)
    listed_in: dict[int, list[Row]] = defaultdict(list)
    for row in books.rows.get("poverty_household", ()):
        homes[row["case_number"]].append(row)
        listed_in[row.uid].append(row)
    declared: dict[str, set[int]] = defaultdict(set)
    for row in books.rows.get("dibao", ()):
        declared[row["case_number"]].add(row.uid)
    gaps: dict[str, list[Row]] = defaultdict(list)
    missing: dict[str, set[int]] = defaultdict(set)
    for uid, rows in books.active["dibao"].items():
        for member in rows:
            for listed in listed_in.get(uid, ()):
                for other in homes[listed["case_number"]]:
                    if (
                        other.uid not in declared[member["case_number"]]
                        and other.uid not in books.died
                        and _is_close(books, other)
                    ):
                        gaps[member["case_number"]] += [member, listed, other]
                        missing[member["case_number"]].add(other.uid)
    for case, rows in gaps.items():
        yield finding("member_gap", sorted({row.uid for row in rows}), rows, "dibao", case)


def _is_close(books: Books, row: Row) -> bool:
    if row["relation_to_head"] == "配偶":
        return True
    return row["relation_to_head"] in ("之子", "之女") and age_at(books.people[row.uid].birth, books.as_of) < 18


PERSON_RULES: tuple[Callable[[Books], Iterator[Finding]], ...] = (
    deceased_recipient,
    payment_after_death,
    duplicate_enrolment,
    exclusive_programmes,
    payment_without_entitlement,
    payment_amount_mismatch,
    shared_account,
    adopted_orphan,
    age_mismatch,
    identity_conflict,
    uncovered_hardship,
    member_gap,
)
