"""The runner reports counts and keys; what raised or saw nothing has failed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from expectations import checks as check
from expectations.checks import Check
from expectations.results import NO_ROW, NOT_MET, RAISED, CheckResult, as_json
from expectations.runner import evaluate

AMOUNT = check.lies_between("amount", 100, 30_000, "金额在范围内", 0.98)


def wages(amounts: list[float | None]) -> pd.DataFrame:
    keys = [f"wage/2026-10-30/abcd1234/0/{n}" for n in range(len(amounts))]
    return pd.DataFrame({"row_id": keys, "amount": pd.Series(amounts, dtype="float64")})


def run(stated: Check, frame: pd.DataFrame) -> CheckResult:
    (result,) = evaluate("wage", [stated], {"row": frame})
    return result


def test_plausible_amounts_pass_and_the_share_that_held_is_told() -> None:
    result = run(AMOUNT, wages([3000.0] * 99 + [5.0]))
    assert (result.passed, result.reason, result.rows_evaluated, result.rows_unexpected) == (True, None, 100, 1)
    assert (result.required, result.observed) == (0.98, 0.99)


def test_unexpected_rows_are_told_by_key_and_never_by_value() -> None:
    result = run(AMOUNT, wages([3000.0] * 30 + [66000.5] * 10))
    assert (result.passed, result.reason, result.rows_unexpected) == (False, NOT_MET, 10)
    assert result.keys == tuple(f"wage/2026-10-30/abcd1234/0/{n}" for n in range(30, 40))
    assert "66000" not in repr(result)
    assert result.message == "金额在范围内：未达到要求：评估40行，不符10行"


def test_an_expectation_that_evaluated_no_row_has_failed_and_says_so() -> None:
    result = run(AMOUNT, wages([None, None]))
    assert (result.passed, result.reason) == (False, NO_ROW)
    assert "没有一行可供评估" in result.message
    assert run(AMOUNT, wages([])).reason == NO_ROW
    assert run(check.median_lies_between("amount", 1, 2, "中位数"), wages([None] * 30)).reason == NO_ROW


def test_an_expectation_that_raised_has_failed() -> None:
    result = run(check.lies_between("no_such_column", 0, 1, "无此列", 1.0), wages([1.0]))
    assert (result.passed, result.reason) == (False, RAISED)


def test_dates_are_compared_as_dates() -> None:
    frame = wages([1.0, 1.0]).assign(paid_on=pd.to_datetime(["2026-10-01", "2026-11-02"]))
    result = run(check.lies_between("paid_on", date(2020, 1, 1), date(2026, 10, 31), "日期", 1.0), frame)
    assert (result.reason, result.keys) == (NOT_MET, ("wage/2026-10-30/abcd1234/0/1",))


def test_a_median_of_few_rows_is_judged_but_not_told() -> None:
    stated = check.median_lies_between("amount", 800, 15_000, "中位数")
    few, many = run(stated, wages([66000.5] * 19)), run(stated, wages([66000.5] * 20))
    assert (few.passed, few.observed) == (False, None)
    assert (many.passed, many.observed) == (False, 66000.5)


def test_the_published_form_holds_fifty_keys_of_all() -> None:
    result = run(AMOUNT, wages([1.0] * 70))
    assert (len(result.keys), len(as_json(result)["keys"])) == (70, 50)


def test_results_come_in_the_order_of_the_suite_whatever_the_library_does() -> None:
    stated = [
        check.median_lies_between("amount", 0, 1, "一"), check.is_unique("row_id", "二"),
        check.is_filled("amount", "三"), AMOUNT,
    ]  # fmt: skip
    found = evaluate("wage", stated, {"row": wages([3.0] * 5)})
    assert [result.title for result in found] == ["一", "二", "三", "金额在范围内"]
