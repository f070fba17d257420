"""How far a delivery lies from those before it, and what that says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.history import Profile, drift_checks, drift_figures, figure_frame, profile_of, profile_query
from expectations.results import CheckResult
from expectations.runner import evaluate
from expectations.suites import SUITES
from tests.staging_factory import Rows, id_number, results_of, staged

BEFORE = Profile(
    "wage", "2026-09-30", 500,
    filled={"name": 1.0, "id_number": 0.96, "monthly_amount": 1.0, "employer": 0.9, "period": 1.0},
    quantiles={"monthly_amount": [1800.0, 3600.0, 7200.0]},
)  # fmt: skip
NOW = replace(BEFORE, delivery="2026-10-31", rows=520)


def drift(now: Profile, *before: Profile) -> dict[str, CheckResult]:
    checks = drift_checks(now, before)
    found = evaluate(now.feed, checks, {"figure": figure_frame(now, before)}) if checks else []
    return {result.name: result for result in found}


def test_a_delivery_like_those_before_it_meets_everything() -> None:
    found = drift(NOW, BEFORE)
    assert set(found) == {
        "completeness_is_stable", "required_columns_stay_filled", "distribution_is_stable", "medians_keep_their_unit",
        "size_is_stable",
    }  # fmt: skip
    assert all(result.passed and result.rows_evaluated for result in found.values())


def test_yearly_wages_in_the_monthly_column_are_held_and_the_figure_is_named() -> None:
    found = drift(replace(NOW, quantiles={"monthly_amount": [21_600.0, 43_200.0, 86_400.0]}), BEFORE)
    held = [result for result in found.values() if result.is_held]
    assert [(result.name, result.keys) for result in held] == [("medians_keep_their_unit", ("月工资：中位数",))]
    assert len(found["distribution_is_stable"].keys) == 3


def test_a_raise_of_a_third_is_no_drift_and_doubled_wages_are_a_warning() -> None:
    raised = drift(replace(NOW, quantiles={"monthly_amount": [2400.0, 4800.0, 9600.0]}), BEFORE)
    assert all(result.passed for result in raised.values())
    doubled = drift(replace(NOW, quantiles={"monthly_amount": [1800.0, 7500.0, 9600.0]}), BEFORE)
    assert {result.name for result in doubled.values() if not result.passed} == {"distribution_is_stable"}


@pytest.mark.parametrize(
    ("column", "share", "failed"),
    [
        ("employer", 0.86, set()),
        ("employer", 0.3, {"completeness_is_stable"}),
        ("id_number", 0.6, {"completeness_is_stable"}),
        ("id_number", 0.5, {"completeness_is_stable", "required_columns_stay_filled"}),
    ],
)
def test_columns_that_empty_are_warned_of_and_held_where_the_feed_rests_on_them(
    column: str, share: float, failed: set[str]
) -> None:
    found = drift(replace(NOW, filled={**NOW.filled, column: share}), BEFORE)
    assert {result.name for result in found.values() if not result.passed} == failed


def test_the_make_up_by_code_is_compared_with_the_last_delivery() -> None:
    codes = {"status": {"正常": 0.9, "注销": 0.1}}
    before = Profile("vehicle", "2026-09-30", 400, weights=codes)
    same = replace(before, delivery="2026-10-31")
    turned = replace(same, weights={"status": {"正常": 0.1, "注销": 0.9}})
    assert drift(same, before)["composition_is_stable"].passed
    assert drift(turned, before)["composition_is_stable"].keys == ("状态：构成",)
    (figure,) = [entry for entry in drift_figures(turned, [before]) if "divergence" in entry]
    assert figure["divergence"] == pytest.approx(0.1 * -2.1972 + 0.9 * 2.1972, abs=1e-3)  # Σ p ln(p/q), ln 9 = 2.1972


def test_one_odd_delivery_among_the_last_does_not_move_what_is_usual() -> None:
    odd = replace(BEFORE, delivery="2026-08-31", quantiles={"monthly_amount": [18_000.0, 36_000.0, 72_000.0]})
    assert drift(NOW, replace(BEFORE, delivery="2026-07-31"), odd, BEFORE)["medians_keep_their_unit"].passed


def test_without_enough_rows_on_both_sides_nothing_is_stated() -> None:
    assert drift(NOW) == {}
    assert drift(replace(NOW, rows=49), BEFORE) == {}
    assert drift(NOW, replace(BEFORE, rows=49)) == {}


def wages(amount: int, count: int) -> Rows:
    return [
        {"name": f"李{nth}", "id_number": id_number(nth), "monthly_amount": str(amount + nth), "period": "2026-09"}
        for nth in range(count)
    ]


def test_a_profile_holds_figures_of_the_whole_and_of_enough_rows() -> None:
    delivery = "2026-10-31"
    row = staged({"wage": wages(3000, 20)}).sql(profile_query(SUITES["wage"], delivery)).pl().row(0, named=True)
    profile = profile_of(SUITES["wage"], delivery, row, [])
    assert (profile.rows, profile.filled["id_number"], profile.filled["employer"]) == (20, 1.0, 0.0)
    assert profile.quantiles["monthly_amount"] == pytest.approx([3001.9, 3009.5, 3017.1])
    assert Profile.from_json(profile.as_json()) == profile
    few = staged({"wage": wages(3000, 19)}).sql(profile_query(SUITES["wage"], delivery)).pl().row(0, named=True)
    assert profile_of(SUITES["wage"], delivery, few, []).quantiles == {}


def test_a_profile_is_of_one_delivery_alone() -> None:
    row = staged({"wage": wages(3000, 20)}).sql(profile_query(SUITES["wage"], "2026-09-30")).pl().row(0, named=True)
    assert profile_of(SUITES["wage"], "2026-09-30", row, []).rows == 0


def test_what_cannot_be_judged_is_no_reason_to_hold() -> None:
    """A register whose optional numbers are all empty fails its expectation, and is used."""
    rows = [{"name": "李一", "id_number": id_number(1), "company": "甲", "status": "存续"}]
    result = results_of("business", {"business": rows}, "registered_capital_median")["registered_capital_median"]
    assert (result.passed, result.severity, result.is_held) == (False, "hold", False)


def test_a_sparse_optional_figure_that_jumps_is_a_warning() -> None:
    """Half of the households have no income from property: its median means little, and holds nothing."""
    before = Profile("dibao", "2026-09-30", 400, quantiles={"declared_property_income": [1.0, 5.0, 300.0]})
    now = replace(before, delivery="2026-10-31", quantiles={"declared_property_income": [1.0, 90.0, 300.0]})
    found = drift(now, before)
    assert not found["distribution_is_stable"].passed
    assert not [result.name for result in found.values() if result.is_held]
