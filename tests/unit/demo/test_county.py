from __future__ import annotations

from datetime import date

import pytest

from pipelines.demo.county import month_of, standard_in_force, year_before


def test_the_newest_standard_up_to_the_month_is_in_force() -> None:
    assert standard_in_force("dibao", "农村", date(2026, 6, 30)) == 691
    assert standard_in_force("dibao", "农村", date(2026, 7, 1)) == 728
    with pytest.raises(ValueError, match="no standard before"):
        standard_in_force("dibao", "农村", date(2020, 6, 30))


def test_months_and_years_back() -> None:
    assert [month_of(date(2026, 1, 31), back) for back in (0, 1, 13)] == ["2026-01", "2025-12", "2024-12"]
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_before(date(2026, 10, 31)) == date(2025, 10, 31)
