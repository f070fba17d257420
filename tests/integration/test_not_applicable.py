"""A county without fishing waters: once it says so, no household waits for the fishing registers."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.dbt_factory import PROJECT, dbt, link_by_number, write_run
from tests.integration.test_bad_policy_deliveries import ROWS

DECLARED = (
    "fishing_compensation,本县没有渔业水域,某县农业农村局,2026-01-01,,某县政函〔2026〕1号,confirmed\n"
    "adoption,没有办理机关,某县民政局,2026-01-01,,某县政函〔2026〕2号,confirmed\n"
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Households judged where the fishing payments never came, and are declared; adoptions are too, and came."""
    project, folder = tmp_path_factory.mktemp("project") / "dbt_project", tmp_path_factory.mktemp("county")
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    with (project / "seeds" / "feed_not_applicable.csv").open("a", encoding="utf-8") as seed:
        seed.write(DECLARED)
    write_run(folder, {name: ROWS[name] for name in ("assistance_standard", "dibao")})
    status = pl.read_parquet(folder / "raw" / "feed_status.parquet")
    gone = pl.col("feed") == "fishing_compensation"
    never = status.with_columns(
        pl.when(gone).then(pl.lit("never")).otherwise("state").alias("state"),
        *(pl.when(gone).then(None).otherwise(name).alias(name) for name in ("delivery", "delivered_on", "age_days")),
    )
    never.write_parquet(folder / "raw" / "feed_status.parquet")
    staged = dbt(folder, "run", "--select", "tag:before_matching", project=project)
    assert staged.returncode == 0, staged.stdout[-4000:]
    link_by_number(folder)
    told = "nothing_delivered_for_what_does_not_apply"
    wanted = ("--select", "+verified_household", told, "--indirect-selection", "empty")
    left_out = ("--exclude", "tag:before_matching", "--exclude-resource-type", "unit_test")
    judged = dbt(folder, "build", *wanted, *left_out, project=project)
    assert judged.returncode == 0, judged.stdout[-4000:]
    return folder


def test_a_household_does_not_wait_for_what_does_not_apply(work: Path) -> None:
    households = pl.read_parquet(work / "export" / "verified_household.parquet")
    good = households.filter(pl.col("case_number") == "GOOD").row(0, named=True)
    assert good["undecided_feeds"] == []
    assert good["outcome"] == "eligible", good["outcome_reason"]
    assert '"fishing_compensation":"not_asked"' in good["answers"], "nobody was asked: that is no evidence of absence"


def test_what_is_delivered_all_the_same_is_told(work: Path) -> None:
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as warehouse:
        query = "select message from faults.nothing_delivered_for_what_does_not_apply"
        messages = [message for (message,) in warehouse.execute(query).fetchall()]
    assert len(messages) == 1
    assert messages[0].startswith("《收养登记》已申明本县不适用（没有办理机关，某县民政局），却收到报送")
    assert "位置：adoption，报送 2026-10-31；处理：" in messages[0]
