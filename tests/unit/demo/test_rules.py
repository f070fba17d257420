"""The truth's rules on populations small enough to check by eye: each holds, and just does not hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.demo import rules
from pipelines.demo.population import Person
from pipelines.demo.rows import Naming, Row
from pipelines.demo.rules import Books, Finding

AS_OF = date(2026, 10, 31)


def person(uid: int, birth: date = date(1940, 1, 1), household: int | None = None, name: str = "甲") -> Person:
    return Person(uid, name, f"number {uid}", "男", birth, uid if household is None else household, "", "", "")


def row(feed: str, uid: int, uncertain: bool = False, **values: Any) -> Row:
    return Row(feed, values, {"self": uid}, uncertain=frozenset({"self"} if uncertain else ()))


def enrolled(programme: str, uid: int, amount: int = 60, status: str = "在保", **more: Any) -> Row:
    return row(programme, uid, monthly_amount=amount, status=status, **more)


def paid(
    uid: int, programme: str = "elderly_allowance", month: str = "2026-10", amount: int = 60, account: str = "a"
) -> Row:
    return row("payment", uid, programme=programme, paid_month=month, amount=amount, account_number=account)


def dead(uid: int, day: date, uncertain: bool = False) -> Row:
    return row("cremation", uid, uncertain, died_on=day)


def books(*rows: Row, people: list[Person] | None = None) -> Books:
    by_feed: dict[str, list[Row]] = {}
    for r in rows:
        by_feed.setdefault(r.feed, []).append(r)
    return Books(AS_OF, people or [person(uid) for uid in range(6)], by_feed)


def found(rule: Any, *rows: Row, people: list[Person] | None = None) -> list[Finding]:
    return list(rule(books(*rows, people=people)))


@pytest.mark.parametrize(
    ("day", "status", "holds"),
    [
        (date(2026, 9, 30), "在保", True),
        (date(2026, 9, 30), "渐退", True),
        (date(2026, 10, 1), "在保", False),
        (date(2026, 9, 30), "停保", False),
    ],
)
def test_deceased_recipient(day: date, status: str, holds: bool) -> None:
    assert bool(found(rules.deceased_recipient, enrolled("tekun", 0, status=status), dead(0, day))) is holds


def test_a_finding_on_a_row_without_usable_number_is_uncertain() -> None:
    sure = found(rules.deceased_recipient, enrolled("tekun", 0), dead(0, date(2026, 1, 1)))
    unsure = found(rules.deceased_recipient, enrolled("tekun", 0), dead(0, date(2026, 1, 1), uncertain=True))
    assert [f.certain for f in sure + unsure] == [True, False]


@pytest.mark.parametrize(("month", "holds"), [("2026-08", False), ("2026-09", True)])
def test_payment_after_death_spares_the_month_of_death(month: str, holds: bool) -> None:
    assert bool(found(rules.payment_after_death, paid(0, month=month), dead(0, date(2026, 8, 1)))) is holds


def test_duplicate_enrolment_spares_stopped_rows_and_other_programmes() -> None:
    twice = found(rules.duplicate_enrolment, enrolled("orphan", 0), enrolled("orphan", 0, status="渐退"))
    stopped = found(rules.duplicate_enrolment, enrolled("orphan", 0), enrolled("orphan", 0, status="停保"))
    other = found(rules.duplicate_enrolment, enrolled("orphan", 0), enrolled("elderly_allowance", 0))
    assert [len(x) for x in (twice, stopped, other)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("dibao", "tekun", True),
        ("orphan", "tekun", True),
        ("tekun", "nursing_subsidy", True),
        ("dibao", "elderly_allowance", False),
        ("dibao", "nursing_subsidy", False),
    ],
)
def test_exclusive_programmes(one: str, other: str, holds: bool) -> None:
    assert bool(found(rules.exclusive_programmes, enrolled(one, 0), enrolled(other, 0))) is holds


def test_payment_without_entitlement_spares_unknown_programmes_and_the_enrolled() -> None:
    assert found(rules.payment_without_entitlement, paid(0))
    assert found(rules.payment_without_entitlement, paid(0), enrolled("elderly_allowance", 0, status="停保"))
    assert not found(rules.payment_without_entitlement, paid(0), enrolled("elderly_allowance", 0))
    assert not found(rules.payment_without_entitlement, paid(0, programme="farmland_protection"))


def test_payment_amount_mismatch_compares_sums() -> None:
    enrolment = enrolled("elderly_allowance", 0, amount=60)
    assert found(rules.payment_amount_mismatch, enrolment, paid(0, amount=80))
    assert not found(rules.payment_amount_mismatch, enrolment, paid(0, amount=40), paid(0, amount=20))
    assert not found(
        rules.payment_amount_mismatch, enrolment, enrolled("elderly_allowance", 0, amount=30), paid(0, amount=90)
    )
    assert not found(rules.payment_amount_mismatch, paid(0, amount=80))


def test_shared_account_of_two_households() -> None:
    apart = [person(0, household=1), person(1, household=2)]
    assert [f.optional for f in found(rules.shared_account, paid(0), paid(1), people=apart)] == [False]
    assert not found(rules.shared_account, paid(0), paid(1, account="b"), people=apart)


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 9, 30), True), (date(2026, 10, 1), False)])
def test_adopted_orphan(day: date, holds: bool) -> None:
    adoption = Row("adoption", {"registered_on": day}, {"child": 0, "adopter": 1})
    assert bool(found(rules.adopted_orphan, enrolled("orphan", 0), adoption)) is holds


@pytest.mark.parametrize(
    ("programme", "birth", "holds"),
    [
        ("elderly_allowance", date(1946, 10, 31), False), ("elderly_allowance", date(1946, 11, 1), True),
        ("nursing_subsidy", date(1966, 10, 31), False), ("homecare_subsidy", date(1966, 11, 1), True),
        ("orphan", date(2008, 10, 31), True), ("orphan", date(2008, 11, 1), False),
    ],
)  # fmt: skip
def test_age_mismatch_at_the_limits(programme: str, birth: date, holds: bool) -> None:
    assert bool(found(rules.age_mismatch, enrolled(programme, 0), people=[person(0, birth)])) is holds


def listed(uid: int, relation: str = "户主", risk: str | None = "否", case: str = "p") -> Row:
    return row("poverty_household", uid, case_number=case, relation_to_head=relation, risk_cleared=risk)


def test_uncovered_hardship_spares_the_covered_and_the_safe() -> None:
    assert found(rules.uncovered_hardship, listed(0), listed(1, "配偶"))[0].case == "p"
    assert found(rules.uncovered_hardship, listed(0), enrolled("dibao", 0, status="停保", case_number="d"))
    assert not found(rules.uncovered_hardship, listed(0), listed(1, "配偶"), enrolled("tekun", 1))
    assert not found(rules.uncovered_hardship, listed(0), row("application", 0, case_number="a"))
    assert not found(rules.uncovered_hardship, listed(0, risk="是"))
    assert found(rules.uncovered_hardship, listed(0), dead(0, AS_OF))[0].optional
    assert not found(rules.uncovered_hardship, listed(0, risk=None))


def test_member_gap_looks_for_living_spouses_and_minor_children() -> None:
    people = [person(0), person(1), person(2, date(2008, 11, 1)), person(3, date(2008, 10, 31))]
    member = enrolled("dibao", 0, case_number="d")
    for other, relation, holds in ((1, "配偶", True), (2, "之女", True), (3, "之女", False), (1, "父亲", False)):
        assert bool(found(rules.member_gap, member, listed(0), listed(other, relation), people=people)) is holds
    assert not found(rules.member_gap, member, listed(0), listed(1, "配偶"), dead(1, date(2026, 10, 30)), people=people)
    stopped = enrolled("dibao", 1, status="停保", case_number="d")
    assert not found(rules.member_gap, member, stopped, listed(0), listed(1, "配偶"), people=people)


def test_identity_conflict_needs_another_person_behind_the_number() -> None:
    people = [person(0, name="甲"), person(1, name="乙")]

    def named(feed: str, uid: int, number: str, **values: Any) -> Row:
        made = row(feed, uid, **values)
        made.namings["self"] = Naming(people[uid].name, number, number)
        return made

    own = named("deposit", 0, "number 0")
    with_sex = found(
        rules.identity_conflict, own, named("disability", 1, "number 0", sex="女", birth_date=AS_OF), people=people
    )
    bare = found(rules.identity_conflict, own, named("deposit", 1, "number 0"), people=people)
    assert [(f.uids, f.optional) for f in with_sex + bare] == [((0, 1), False), ((0, 1), True)]
    assert not found(rules.identity_conflict, own, named("deposit", 1, "number 1"), people=people)


def test_one_account_in_one_household_is_no_finding_but_may_be_reported_where_no_row_shows_the_household() -> None:
    together = [person(0, household=1), person(1, household=1)]
    wedding = Row("marriage", {"event": "结婚", "registered_on": AS_OF}, {"husband": 0, "wife": 1})
    assert [f.optional for f in found(rules.shared_account, paid(0), paid(1), people=together)] == [True]
    assert not found(rules.shared_account, paid(0), paid(1), wedding, people=together)
    cases = (listed(0), listed(1, "配偶"))
    assert not found(rules.shared_account, paid(0), paid(1), *cases, people=together)
