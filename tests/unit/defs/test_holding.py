"""Which deliveries are left out for their quality, and what is fallen back on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.history import Profile
from pipelines.defs.holding import _judged, _to_hold, drift_of

GOOD = Profile("wage", "2026-08-31", 500, quantiles={"monthly_amount": [1800.0, 3600.0, 7200.0]})
NEXT = replace(GOOD, delivery="2026-09-30")
YEARLY = replace(GOOD, delivery="2026-10-31", quantiles={"monthly_amount": [21_600.0, 43_200.0, 86_400.0]})
ROUNDED = replace(GOOD, delivery="2026-10-31", failed_holds=("“身份证号”至少50%可用",))


def held(feed: str, *profiles: Profile, approved: tuple[str, ...] = ()) -> list[str]:
    past = _judged(feed, [(profile.delivery, profile) for profile in profiles], set(approved))
    return [delivery.profile.delivery for delivery in _to_hold(feed, past)]


def test_the_last_good_delivery_is_fallen_back_on() -> None:
    assert held("wage", GOOD, NEXT, YEARLY) == ["2026-10-31"]
    assert held("wage", GOOD, ROUNDED) == ["2026-10-31"]
    assert held("wage", GOOD, NEXT) == []


def test_several_bad_ones_in_a_row_are_all_left_out() -> None:
    again = replace(YEARLY, delivery="2026-11-30")
    assert held("wage", GOOD, YEARLY, again) == ["2026-10-31", "2026-11-30"]


def test_a_good_delivery_after_a_bad_one_is_used_and_compared_with_the_good() -> None:
    later = replace(GOOD, delivery="2026-11-30")
    assert held("wage", GOOD, YEARLY, later) == []
    past = _judged("wage", [(p.delivery, p) for p in (GOOD, YEARLY, later)], set())
    assert [profile.delivery for profile in past[-1].good] == ["2026-08-31"]


def test_what_a_person_let_pass_is_good_and_what_follows_is_compared_with_it() -> None:
    again = replace(YEARLY, delivery="2026-11-30")
    assert held("wage", GOOD, YEARLY, approved=("2026-10-31",)) == []
    assert held("wage", YEARLY, again, approved=("2026-10-31",)) == []


def test_where_there_is_nothing_to_fall_back_on_the_delivery_is_used() -> None:
    assert held("wage", ROUNDED) == []
    assert held("wage", ROUNDED, replace(ROUNDED, delivery="2026-11-30")) == []


def test_deliveries_that_add_rows_are_never_left_out() -> None:
    first = replace(GOOD, feed="payment", quantiles={"amount": [100.0, 200.0, 300.0]})
    gross = replace(first, delivery="2026-10-31", quantiles={"amount": [1e4, 2e4, 3e4]})
    assert held("payment", first, gross) == []


@pytest.mark.parametrize(("now", "passed"), [(NEXT, True), (YEARLY, False)])
def test_the_delivery_in_force_is_told_how_far_it_lies_from_the_good_ones(now: Profile, passed: bool) -> None:
    past = _judged("wage", [(profile.delivery, profile) for profile in (GOOD, now)], set())
    results = {result.name: result.passed for result in drift_of("wage", past)}
    assert results["medians_keep_their_unit"] is passed
    assert drift_of("wage", past[:1]) == []
    assert drift_of("wage", []) == []
