"""Runs every dbt unit test of the project in one dbt call, on empty tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dbt_factory import PROJECT, dbt, write_run


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """The results of dbt's unit tests; building on empty tables makes the relations whose columns the tests need."""
    work = tmp_path_factory.mktemp("unit")
    write_run(work, {})
    finished = dbt(work, "build", "--exclude-resource-type", "test", "--no-use-colors")
    report = work / "target" / "run_results.json"
    assert report.exists(), finished.stdout[-4000:]
    return json.loads(report.read_text(encoding="utf-8"))["results"]


def test_every_unit_test_of_the_rules_passes(results: list[dict]) -> None:
    unit_tests = [result for result in results if result["unique_id"].startswith("unit_test.")]
    failed = [f"{result['unique_id']}: {result['message']}" for result in unit_tests if result["status"] != "pass"]
    assert unit_tests
    assert not failed, "\n".join(failed)


def test_every_model_builds_on_a_county_that_has_delivered_nothing(results: list[dict]) -> None:
    failed = [f"{r['unique_id']}: {r['message']}" for r in results if r["status"] in ("error", "skipped")]
    assert not failed, "\n".join(failed)


def test_every_finding_has_a_unit_test(results: list[dict]) -> None:
    tested = {result["unique_id"].split(".")[2] for result in results if result["unique_id"].startswith("unit_test.")}
    models = {path.stem for path in Path(PROJECT / "models").rglob("int_*finding__*.sql")}
    assert models
    assert models <= tested
