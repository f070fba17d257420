"""Every value of the catalogue, delivered in a workbook and staged by dbt in one go: value, problem, row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.contracts import all_feeds, get_feed
from tests.dbt_factory import dbt, write_run
from tests.delivery_factory import Office, id_number, write_workbook
from tests.faults.catalogue import FAULTS, Fault, ValueCase

CASES = [(fault, case) for fault in FAULTS for case in fault.cases if isinstance(case, ValueCase)]
FEEDS = sorted({case.feed for _, case in CASES})

#: Values of a good row by canonical column; what a case does not change.
GOOD: dict[str, Any] = {
    "name": "张三", "id_number": id_number(1), "case_number": "D1", "status": "在保", "monthly_amount": 500,
    "granted_on": "2026-10-02", "amount": 500, "reason": "疾病", "account_number": "6217993650000000001",
    "programme": "高龄津贴", "paid_month": "2026-09",
}  # fmt: skip


def _name(fault: Fault, case: ValueCase) -> str:
    return f"{fault.id}-{case.variant}"


def _unlike_others(fault: Fault, case: ValueCase) -> dict[str, Any]:
    """Values by which the rows of one case are no repeats of those of another."""
    number = CASES.index((fault, case))
    return {
        "reason": f"疾病{number}",
        "case_number": f"D{number}",
        "paid_month": f"20{number // 12:02d}-{number % 12 + 1:02d}",
    }


def _deliver(office: Office, fault: Fault, case: ValueCase) -> None:
    """A workbook of one good row and the row of the case, under the contract's own headers."""
    columns = [column for column in get_feed(case.feed).columns if column.name in GOOD or column.name in case.cells]
    rows = ({}, case.cells)
    good, bad = (
        [{**_unlike_others(fault, case), **row}.get(c.name, GOOD.get(c.name, "")) for c in columns] for row in rows
    )
    good[next(index for index, column in enumerate(columns) if column.name == "name")] = "李好"
    path = office.place(case.feed, f"{_name(fault, case)}.xlsx")
    write_workbook(path, {"表": [[column.header for column in columns], good, bad]})


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    office = Office(tmp_path_factory.mktemp("office"))
    for fault, case in CASES:
        _deliver(office, fault, case)
    work = tmp_path_factory.mktemp("work")
    write_run(work, {})
    for feed in FEEDS:
        taken = office.intake(feed)
        assert {receipt.disposition for receipt in taken.receipts} == {"accepted"}
        taken.frame.write_parquet(work / "raw" / f"{feed}.parquet")
    models = [f"stg_{all_feeds()[feed].department}__{feed}" for feed in FEEDS]
    made = dbt(work, "run", "--select", *models, "problem_code")
    assert made.returncode == 0, made.stdout[-3000:]
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def _row(staged: duckdb.DuckDBPyConnection, fault: Fault, case: ValueCase) -> dict[str, Any]:
    model = f"staging.stg_{get_feed(case.feed).department}__{case.feed}"
    query = f"select * from {model} where file = ? and row_number = 3"
    (row,) = staged.sql(query, params=[f"{_name(fault, case)}.xlsx"]).pl().iter_rows(named=True)
    return dict(row)


@pytest.mark.parametrize(("fault", "case"), CASES, ids=[_name(*both) for both in CASES])
def test_a_delivered_value(staged: duckdb.DuckDBPyConnection, fault: Fault, case: ValueCase) -> None:
    row = _row(staged, fault, case)
    assert row[case.column] == case.value
    problems = {problem["code"]: problem for problem in row["problems"]}
    found = [code for code, problem in problems.items() if problem["column_name"] == case.column]
    assert found == ([case.code] if case.code else [])
    assert row["disposition"] == case.row
    if case.status:
        assert row[f"{case.column}_status"] == case.status
    _no_number_is_shown(row, case)


def _no_number_is_shown(row: dict[str, Any], case: ValueCase) -> None:
    """I7: what is listed of an ID number, an account or a phone is masked."""
    if case.column in ("id_number", "account_number", "phone"):
        for problem in row["problems"]:
            delivered = problem["delivered"] or ""
            assert delivered != str(case.cells.get(case.column)) or len(delivered) < 10 or "*" in delivered, problem


def test_every_row_is_there_once(staged: duckdb.DuckDBPyConnection) -> None:
    """I1, I4: two rows a case, whatever became of them."""
    for feed in FEEDS:
        model = f"staging.stg_{get_feed(feed).department}__{feed}"
        expected = 2 * sum(case.feed == feed for _, case in CASES)
        counted = staged.sql(f"select count(*), count(distinct row_id) from {model}").fetchall()
        assert counted == [(expected, expected)]


def test_every_problem_of_a_value_has_its_sentence() -> None:
    """I8: the office is told what is wrong and what to do."""
    listed = pl.read_csv("dbt_project/seeds/problem_code.csv")
    told = {code for code, what, remedy in listed.iter_rows() if what and remedy}
    assert {case.code for _, case in CASES if case.code} <= told
