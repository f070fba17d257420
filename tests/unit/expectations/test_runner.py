"""The runner reports counts and keys; what raised or saw nothing has failed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from expectations import runner
from expectations.checks import Check, lies_between
from expectations.suites import SUITES
from pipelines.contracts import all_feeds

AS_OF = date(2026, 10, 31)


def wages(amounts: list[float | None]) -> pd.DataFrame:
    rows = len(amounts)
    return pd.DataFrame(
        {
            "row_id": [f"wage/2026-10-30/abcd1234/0/{n}" for n in range(rows)],
            "id_number": ["34059019900101001X"] * rows,
            "monthly_amount": amounts,
            "employer": ["单位"] * rows,
            "period": ["2026-09"] * rows,
        }
    )


def by_name(results: list[runner.CheckResult]) -> dict[str, runner.CheckResult]:
    return {result.name: result for result in results}


def test_plausible_wages_pass_every_check() -> None:
    assert all(result.passed for result in runner.run_suite("wage", wages([3000.0] * 40), AS_OF))


def test_a_yearly_figure_in_the_monthly_column_is_noticed_with_row_keys_but_no_values() -> None:
    result = by_name(runner.run_suite("wage", wages([3000.0] * 30 + [66000.0] * 10), AS_OF))
    failed = result["monthly_amount: ExpectColumnValuesToBeBetween"]
    assert (failed.passed, failed.rows_unexpected) == (False, 10)
    assert failed.row_ids[0] == "wage/2026-10-30/abcd1234/0/30"
    assert "66000" not in repr(failed)


def test_duplicate_rows_are_a_blocking_failure() -> None:
    frame = wages([3000.0] * 3)
    frame["row_id"] = "wage/2026-10-30/abcd1234/0/1"
    failed = by_name(runner.run_suite("wage", frame, AS_OF))["row_id: ExpectColumnValuesToBeUnique"]
    assert (failed.passed, failed.severity) == (False, "block")


def test_an_expectation_that_evaluated_no_row_has_failed() -> None:
    results = runner.run_suite("wage", wages([None, None]), AS_OF)
    result = by_name(results)["monthly_amount: ExpectColumnValuesToBeBetween"]
    assert (result.passed, result.reason) == (False, "no row was evaluated")
    assert not any(result.passed for result in runner.run_suite("wage", wages([]), AS_OF))


def test_an_expectation_that_raised_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUITES, "wage", lambda as_of: [lies_between("no_such_column", 0, 1, "无此列", 1.0)])
    (result,) = runner.run_suite("wage", wages([1.0]), AS_OF)
    assert (result.passed, result.reason) == (False, "the expectation could not be evaluated")


@pytest.mark.parametrize("feed", sorted(SUITES))
def test_suites_speak_of_columns_that_the_contract_has(feed: str) -> None:
    known = {column.name for column in all_feeds()[feed].columns} | {"row_id"}
    stated: list[Check] = SUITES[feed](AS_OF)
    assert {check.arguments["column"] for check in stated} <= known
    assert len({check.title for check in stated}) == len(stated)


def test_every_economic_feed_has_a_suite() -> None:
    assert {feed.name for feed in all_feeds().values() if feed.economic} <= set(SUITES)
