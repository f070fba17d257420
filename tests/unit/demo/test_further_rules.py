"""The truth's further rules on cases small enough to check by eye: each holds, and just does not hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.demo import further_rules
from pipelines.demo.further_rules import FurtherBooks, add_months
from pipelines.demo.population import Person
from pipelines.demo.rows import Row
from pipelines.demo.rules import Books, Finding
from pipelines.demo.unit_rules import units_of

AS_OF = date(2026, 10, 31)
RURAL_YEAR = 12 * 728  # the rural dibao standard from 2026-07


def row(feed: str, uid: int, **values: Any) -> Row:
    return Row(feed, values, {"self": uid})


def member(uid: int, **more: Any) -> Row:
    values = {
        "case_number": "c", "area_type": "农村", "status": "在保", "programme": "dibao", "authorised_on": AS_OF,
        "benefit_class": "C", "start_month": "2026-09", "covered_count": 1,
    }  # fmt: skip
    return row("dibao", uid, **{**values, **more})


def paid(uid: int, programme: str, amount: int, month: str = "2026-10") -> Row:
    return row("payment", uid, programme=programme, paid_month=month, amount=amount, account_number="a")


def fund(uid: int, amount: int, day: date, kind: str = "船网回收补偿", vessel: str = "v") -> Row:
    return row("fishing_compensation", uid, vessel_number=vessel, fund_type=kind, amount=amount, paid_on=day)


def fisher(uid: int, **more: Any) -> Row:
    return row("fisher", uid, **{"vessel_number": "v", "employment": "未就业", "retired_on": date(2020, 1, 1), **more})


def poor(uid: int, income: int = RURAL_YEAR - 1, **more: Any) -> Row:
    marks = {"case_number": "p", "is_dibao": "否", "is_tekun": "否", "risk_cleared": "否"}
    return row("poverty_household", uid, income_per_capita=income, **{**marks, **more})


def found(rule: Any, *rows: Row, birth: date = date(1940, 1, 1)) -> list[Finding]:
    by_feed: dict[str, list[Row]] = {}
    for r in rows:
        by_feed.setdefault(r.feed, []).append(r)
    people = [Person(uid, "甲", f"number {uid}", "男", birth, 0, "", "", "") for uid in range(5)]
    books = Books(AS_OF, people, by_feed)
    return list(rule(FurtherBooks(books, units_of(books))))


def test_months_end_with_the_month() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


@pytest.mark.parametrize(("top_up", "holds"), [(100, False), (101, True)])
def test_top_up_beside_the_orphans_benefit_only_up_to_its_standard(top_up: int, holds: bool) -> None:
    rows = paid(1, "orphan", 1000), paid(1, "disabled_living", top_up)
    assert bool(found(further_rules.top_up_not_reduced, *rows)) is holds


def test_two_care_subsidies_of_one_month_are_one_too_many() -> None:
    rule = further_rules.higher_benefit_not_taken
    assert found(rule, paid(1, "nursing_subsidy", 220), paid(1, "disabled_nursing", 80))
    assert not found(rule, paid(1, "nursing_subsidy", 220), paid(1, "disabled_nursing", 80, month="2026-09"))


@pytest.mark.parametrize(("start", "holds"), [("2026-07", False), ("2026-06", True)])
def test_class_c_is_looked_at_every_quarter(start: str, holds: bool) -> None:
    assert bool(found(further_rules.review_overdue, member(1, start_month=start))) is holds


@pytest.mark.parametrize(("covered", "holds"), [(1, False), (2, True)])
def test_the_dead_are_not_counted(covered: int, holds: bool) -> None:
    dead = row("cremation", 2, died_on=date(2026, 9, 30))
    rows = member(1, covered_count=covered), member(2, covered_count=covered), dead
    assert bool(found(further_rules.dead_member_counted, *rows)) is holds


def test_alone_on_paper() -> None:
    rule = further_rules.single_person_household
    assert found(rule, member(1), poor(1), poor(2))
    assert not found(rule, member(1), poor(1))
    assert not found(rule, member(1), poor(1), poor(2), row("disability", 1, grade="一级"))


def test_a_boat_is_paid_for_once() -> None:
    rule, day, later = further_rules.vessel_compensated_twice, date(2020, 3, 1), date(2020, 5, 1)
    assert found(rule, fund(1, 9000, day), fund(2, 8000, day))
    assert found(rule, fund(1, 9000, day), fund(1, 9000, later))
    assert not found(rule, fund(1, 9000, day), fund(1, 4000, later))
    assert not found(rule, fund(1, 9000, day), fund(1, 9000, later, kind="证书回收补偿"))
    assert not found(rule, fund(1, 9000, day), fund(2, 9000, day, vessel="w"))


@pytest.mark.parametrize(("day", "holds"), [(date(2022, 1, 1), False), (date(2022, 1, 2), True)])
def test_the_transition_ends(day: date, holds: bool) -> None:
    rows = fisher(1), fund(1, 300, day, kind="过渡期生活补助")
    assert bool(found(further_rules.transition_subsidy_overrun, *rows)) is holds


def test_help_the_heavily_disabled_do_not_have() -> None:
    rule, certificate = further_rules.disabled_without_benefit, row("disability", 1, grade="二级")
    assert found(rule, poor(1), certificate)
    assert not found(rule, poor(1), row("disability", 1, grade="三级"))
    assert not found(rule, poor(1), certificate, paid(1, "disabled_nursing", 80))
    assert not found(rule, poor(1), certificate, member(1))


@pytest.mark.parametrize(("income", "holds"), [(RURAL_YEAR - 1, True), (RURAL_YEAR, False)])
def test_idle_fishers_below_the_standard(income: int, holds: bool) -> None:
    assert bool(found(further_rules.fisher_without_income, fisher(1), poor(1, income))) is holds


@pytest.mark.parametrize(("birth", "holds"), [(date(1946, 10, 31), True), (date(1946, 11, 1), False)])
def test_the_old_with_little_draw_the_allowance(birth: date, holds: bool) -> None:
    assert bool(found(further_rules.elderly_without_allowance, poor(1), birth=birth)) is holds


def test_marks_of_the_poverty_roll_agree_with_civil_affairs() -> None:
    missing, unfounded = further_rules.poverty_mark_missing, further_rules.poverty_mark_unfounded
    assert found(missing, poor(1), member(1))
    assert not found(missing, poor(1, is_dibao="是"), member(1))
    assert found(unfounded, poor(1, is_dibao="是"))
    assert not found(unfounded, poor(1, is_dibao="是"), member(1))
