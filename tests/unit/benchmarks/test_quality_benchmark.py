"""The engines that are measured beside each other judge the same expectations and find the same rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.plain_checks import CONDITIONS
from benchmarks.quality import line, multiply
from benchmarks.quality_child import ENGINES, judged
from expectations.suites import SUITES
from expectations.tables import checks_of, row_query
from tests.staging_factory import AS_OF, id_number, staged

ROWS = [
    {"name": "李一", "id_number": id_number(1), "monthly_amount": "3000", "period": "2026-09", "employer": "甲"},
    {"name": "李二", "id_number": "340590198801010010", "monthly_amount": "50", "period": "2026-12"},
    {"name": "李三", "id_number": "", "monthly_amount": "99999", "period": "去年"},
]


def test_every_engine_finds_the_same_rows() -> None:
    suite = SUITES["wage"]
    checks = [check for check in checks_of(suite, AS_OF) if check.grain == "row"]
    connection = staged({"wage": ROWS})
    found = {engine: judged(connection, engine, "wage", row_query(suite, AS_OF, checks), checks) for engine in ENGINES}
    assert found["duckdb"] == found["pandas"] == found["arrow"]
    by_name = {check.name: result for check, result in zip(checks, found["duckdb"], strict=True)}
    assert by_name["monthly_amount_in_range"][0] == 2
    assert by_name["monthly_amount_median"] is None
    assert by_name["id_number_bad_checksum"][0] == 1


@pytest.mark.parametrize("feed", SUITES)
def test_every_expectation_on_rows_has_its_plain_condition(feed: str) -> None:
    stated = {check.expectation for check in checks_of(SUITES[feed], AS_OF) if check.grain == "row"}
    assert stated <= {*CONDITIONS, "ExpectColumnMedianToBeBetween"}


def test_rows_are_repeated_with_keys_and_cases_of_their_own(tmp_path: Path) -> None:
    source = tmp_path / "release.duckdb"
    connection = staged({"dibao": [{"name": "王", "case_number": "D1", "status": "在保", "monthly_amount": "5"}]})
    connection.execute(f"attach '{source}' as copied")
    connection.execute("create schema copied.staging")
    tables = connection.sql("select table_name from duckdb_tables() where database_name = 'memory' and not temporary")
    for (table,) in tables.fetchall():
        connection.execute(f"create table copied.staging.{table} as from staging.{table}")
    connection.execute("detach copied")
    assert multiply(source, tmp_path / "many.duckdb", 7) == 7
    with duckdb.connect(str(tmp_path / "many.duckdb"), read_only=True) as many:
        query = (
            "select count(*), count(distinct row_id), count(distinct case_number) from staging.stg_civil_affairs__dibao"
        )
        assert many.sql(query).fetchall() == [(7, 7, 7)]


def test_costs_stand_as_ratios_to_the_plain_check() -> None:
    plain = {"wall": 2.0, "cpu": 4.0, "memory": 100.0, "rows": 10, "expectations": 3}
    shipped = {**plain, "wall": 5.0, "cpu": 5.0, "memory": 250.0}
    assert line("pandas", shipped, plain).endswith("| 2.50, 1.25, 2.50 |")
    assert line("duckdb", plain, plain).endswith("| – |")
