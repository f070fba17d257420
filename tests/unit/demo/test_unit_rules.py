"""Assistance units in truth on hand-made cases: verified income, limits met exactly, authorisation, outcome."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pipelines.demo import unit_rules
from pipelines.demo.county import standard_in_force
from pipelines.demo.population import Person
from pipelines.demo.rows import Row
from pipelines.demo.rules import Books, Finding
from pipelines.demo.unit_rules import Registers, UnitBook, household_income, outcome, unit_findings, units_of

AS_OF = date(2026, 10, 31)
STANDARD = 728  # rural dibao from 2026-07


def row(feed: str, uid: int, uncertain: bool = False, **values: Any) -> Row:
    return Row(feed, values, {"self": uid}, uncertain=frozenset({"self"} if uncertain else ()))


def member(uid: int, feed: str = "dibao", uncertain: bool = False, **more: Any) -> Row:
    values = {"case_number": "c", "area_type": "农村", "status": "在保", "programme": "dibao", "authorised_on": AS_OF}
    incomes = {f"declared_{kind}_income": 0 for kind in ("wage", "business", "property", "transfer")}
    return row(feed, uid, uncertain, **{**values, **incomes, **more})


def books(*rows: Row) -> Books:
    by_feed: dict[str, list[Row]] = {}
    for r in rows:
        by_feed.setdefault(r.feed, []).append(r)
    people = [Person(uid, "甲", f"number {uid}", "男", date(1970, 1, 1), 0, "", "", "") for uid in range(5)]
    return Books(AS_OF, people, by_feed)


def codes(*rows: Row) -> set[str]:
    return {f.code for f in findings(*rows)}


def findings(*rows: Row) -> list[Finding]:
    made = books(*rows)
    return unit_findings(made, units_of(made))


def unit_and_income(*rows: Row) -> tuple[UnitBook, Fraction]:
    made = books(*rows)
    unit = units_of(made)[0]
    return unit, household_income(unit, Registers.of(made))[0]


def wage(uid: int, amount: int, period: str = "2026-09", uncertain: bool = False) -> Row:
    return row("wage", uid, uncertain, monthly_amount=amount, period=period)


def pension(uid: int, amount: int, kind: str = "城乡居民养老") -> Row:
    return row("social_insurance", uid, monthly_amount=amount, insurance_type=kind)


def fishing(uid: int, amount: int, day: date, kind: str = "过渡期生活补助") -> Row:
    return row("fishing_compensation", uid, amount=amount, paid_on=day, fund_type=kind)


def test_income_at_the_standard_is_in_order_and_a_yuan_more_is_not() -> None:
    assert "income_over_limit" not in codes(member(0), wage(0, STANDARD))
    assert "income_over_limit" in codes(member(0), wage(0, STANDARD + 1))


def test_members_stopped_or_dead_share_no_income() -> None:
    stopped = codes(member(0), member(1, status="停保"), wage(0, STANDARD + 1))
    dead = codes(member(0), member(1), row("cremation", 1, died_on=AS_OF), wage(0, STANDARD + 1))
    living = codes(member(0), member(1), wage(0, STANDARD + 1))
    assert ["income_over_limit" in found for found in (stopped, dead, living)] == [True, True, False]


def test_wage_is_of_the_latest_period_and_replaces_the_declared_one() -> None:
    assert unit_and_income(member(0, declared_wage_income=900), wage(0, 5000, "2026-07"), wage(0, 300))[1] == 300
    assert unit_and_income(member(0, declared_wage_income=900))[1] == 900


def test_transfer_is_the_larger_of_declared_and_verified() -> None:
    assert unit_and_income(member(0, declared_transfer_income=100), pension(0, 250))[1] == 100
    assert unit_and_income(member(0, declared_transfer_income=50), pension(0, 250))[1] == 70
    assert unit_and_income(member(0), pension(0, 180))[1] == 0
    assert unit_and_income(member(0), pension(0, 2000, "城镇职工养老"))[1] == 2000


def test_fishing_allowance_of_twelve_months_and_no_compensation_for_property() -> None:
    rows = [
        fishing(0, 1200, date(2025, 10, 31)),
        fishing(0, 1200, date(2025, 11, 1)),
        fishing(0, 50_000, AS_OF, "船网回收补偿"),
    ]
    assert unit_and_income(member(0), *rows)[1] == 100
    assert "undeclared_fishing_compensation" in codes(member(0, declared_transfer_income=99), *rows)
    assert "undeclared_fishing_compensation" not in codes(member(0, declared_transfer_income=100), *rows)


@pytest.mark.parametrize(
    ("kind", "status", "holds"),
    [
        ("小型轿车", "正常", True),
        ("小型轿车", "注销", False),
        ("拖拉机", "正常", False),
        ("普通二轮摩托车", "正常", False),
    ],
)
def test_vehicle_owned(kind: str, status: str, holds: bool) -> None:
    assert ("vehicle_owned" in codes(member(0), row("vehicle", 0, vehicle_type=kind, status=status))) is holds


def test_two_distinct_homes_in_force() -> None:
    def home(uid: int, unit: str, use: str = "住宅", status: str = "现势") -> Row:
        return row("real_estate", uid, unit_number=unit, use=use, status=status)

    couple = (member(0), member(1))
    assert "property_over_limit" in codes(*couple, home(0, "a"), home(1, "b"))
    assert "property_over_limit" not in codes(*couple, home(0, "a"), home(1, "a"))
    assert "property_over_limit" not in codes(
        *couple, home(0, "a"), home(1, "b", status="历史"), home(1, "c", use="车位")
    )


def test_deposits_at_the_limit_and_above() -> None:
    limit = 24 * STANDARD
    assert "deposit_over_limit" not in codes(member(0), row("deposit", 0, balance=limit))
    assert "deposit_over_limit" in codes(member(0), row("deposit", 0, balance=limit), row("deposit", 0, balance=1))


@pytest.mark.parametrize(
    ("kind", "status", "holds"),
    [("企业", "存续", True), ("企业", "注销", False), ("企业", "吊销", False), ("个体工商户", "存续", False)],
)
def test_business_interest(kind: str, status: str, holds: bool) -> None:
    assert ("business_interest" in codes(member(0), row("business", 0, entity_type=kind, status=status))) is holds


def test_undeclared_spouse_by_the_latest_event() -> None:
    def event(kind: str, day: date) -> Row:
        return Row("marriage", {"event": kind, "registered_on": day}, {"husband": 0, "wife": 1})

    wedding, divorce = event("结婚", date(2000, 1, 1)), event("离婚", date(2020, 1, 1))
    assert "undeclared_spouse" in codes(member(0), wedding)
    assert "undeclared_spouse" in codes(member(0), divorce, wedding, event("结婚", date(2021, 1, 1)))
    assert "undeclared_spouse" not in codes(member(0), wedding, divorce)
    assert "undeclared_spouse" not in codes(member(0), member(1, status="停保"), wedding)
    assert "undeclared_spouse" not in codes(member(0), wedding, row("cremation", 1, died_on=date(2026, 10, 1)))


def test_without_authorisation_no_economic_finding() -> None:
    car = row("vehicle", 0, vehicle_type="小型轿车", status="正常")
    for day, expected in (
        (AS_OF, {"vehicle_owned"}),
        (date(2026, 11, 1), {"unauthorised_check"}),
        (None, {"unauthorised_check"}),
    ):
        assert codes(member(0, "application", authorised_on=day), car) == expected


def test_certain_only_when_the_certain_part_passes_alone() -> None:
    sure = findings(member(0), wage(0, STANDARD + 1))
    unsure_row = findings(member(0), wage(0, STANDARD + 1, uncertain=True))
    unsure_member = findings(member(0, uncertain=True), wage(0, STANDARD + 1))
    mixed = findings(
        member(0),
        wage(0, STANDARD + 1),
        row("social_insurance", 0, True, monthly_amount=900, insurance_type="城镇职工养老"),
    )
    assert [found[0].certain for found in (sure, unsure_row, unsure_member, mixed)] == [True, False, False, True]


def test_outcome() -> None:
    unit = units_of(books(member(0)))[0]

    def made(code: str, certain: bool = True) -> Finding:
        return Finding(code, (0,), (), certain, "dibao", "c")

    assert outcome(unit, []) == "eligible"
    assert outcome(unit, [made("vehicle_owned")]) == "ineligible"
    assert outcome(unit, [made("vehicle_owned", certain=False)]) == "needs_review"
    assert outcome(unit, [made("undeclared_spouse")]) == "needs_review"
    assert outcome(unit, [], ["identity_conflict"]) == "needs_review"
    assert outcome(unit, [], ["age_mismatch"]) == "eligible"
    unit.living.clear()
    assert outcome(unit, []) == "needs_review"
    unit.authorised = False
    assert outcome(unit, [made("vehicle_owned")]) == "not_authorised"


def test_tekun_uses_its_own_rural_standard_and_has_no_income() -> None:
    unit = units_of(books(member(0, "tekun", area_type="城市")))[0]
    assert unit.standard == standard_in_force("tekun", "农村", AS_OF) == 947
    assert unit_rules.verified_income_per_capita(unit, Registers.of(books())) is None
