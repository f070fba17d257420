"""Checks on staging before anyone is linked: rows add up, and the expectation suites of the economic feeds."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb

from expectations.suites import SUITES
from pipelines.contracts import all_feeds, get_feed
from pipelines.defs.conventions import FIRST_BUSINESS_DATE
from pipelines.defs.workspace import RunWorkspace

ROWS_ADD_UP = "rows_read_are_used_or_held_back"
DISPOSITIONS = ("accepted", "quarantined", "repeat")


def staging_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["staging", get_feed(feed).staging_model])


def check_name(name: str) -> str:
    """An expectation's name in the alphabet of Dagster's names."""
    return "".join(character if character.isalnum() else "_" for character in name)


def _specs() -> list[dg.AssetCheckSpec]:
    rows = [
        dg.AssetCheckSpec(
            ROWS_ADD_UP,
            asset=staging_key(feed),
            blocking=True,
            additional_deps=[dg.AssetKey(["raw", feed])],
            description="读入行数 = 采用 + 重复 + 隔离。Every raw row is accepted, a repeat, or quarantined.",
        )
        for feed in all_feeds()
    ]
    suites = [
        dg.AssetCheckSpec(
            check_name(check.name),
            asset=staging_key(feed),
            blocking=check.severity == "block",
            description=check.title,
        )
        for feed, suite in SUITES.items()
        for check in suite(FIRST_BUSINESS_DATE)
    ]
    return [*rows, *suites]


@dg.multi_asset_check(name="staging_checks", specs=_specs(), required_resource_keys={"workspace"})
def staging_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """All checks on staging in one step: Great Expectations is imported once."""
    workspace: RunWorkspace = context.resources.workspace
    warehouse = workspace.needs(workspace.warehouse, "dbt staging")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for feed in all_feeds():
            yield _rows_add_up(workspace, connection, feed)
        for feed in SUITES:
            yield from _suite(workspace, connection, feed)


def _rows_add_up(workspace: RunWorkspace, connection: duckdb.DuckDBPyConnection, feed: str) -> dg.AssetCheckResult:
    model = get_feed(feed).staging_model
    raw = connection.read_parquet(str(workspace.raw / f"{feed}.parquet")).count("*").fetchall()[0][0]
    found = dict(connection.sql(f"select disposition, count(*) from staging.{model} group by disposition").fetchall())
    passed = sum(found.get(kind, 0) for kind in DISPOSITIONS) == raw == sum(found.values())
    if not passed:
        workspace.gates.append(f"{get_feed(feed).title}: 读入 {raw} 行，整理后 {sum(found.values())} 行，行数不守恒")
    metadata = {"read": raw, **{str(kind): count for kind, count in sorted(found.items(), key=str)}}
    workspace.notes.setdefault("rows", {})[feed] = metadata
    return dg.AssetCheckResult(
        asset_key=staging_key(feed),
        check_name=ROWS_ADD_UP,
        passed=passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def _suite(workspace: RunWorkspace, connection: duckdb.DuckDBPyConnection, feed: str) -> Iterator[dg.AssetCheckResult]:
    """The feed's suite on its accepted rows; without any row nothing is evaluated: a warning, not a pass, not a
    reason to stop."""
    from expectations.runner import run_suite

    key, contract = staging_key(feed), get_feed(feed)
    frame = connection.sql(
        f"select * exclude (problems) from staging.{contract.staging_model} where disposition = 'accepted'"
    ).df()
    if frame.empty:
        for check in SUITES[feed](workspace.as_of):
            reason = {"evaluated": False, "reason": "没有报送或没有可用的行，未评估"}
            yield _result(key, check.name, "warn", False, reason)
        return
    for result in run_suite(feed, frame, workspace.as_of):
        metadata = {
            "evaluated": True,
            "rows_evaluated": result.rows_evaluated,
            "rows_unexpected": result.rows_unexpected,
            "row_ids": list(result.row_ids),
        }
        if not result.passed and result.severity == "block":
            workspace.gates.append(f"{contract.title}: {result.title}")
        yield _result(key, result.name, result.severity, result.passed, metadata)


def _result(key: dg.AssetKey, name: str, severity: str, passed: bool, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    level = dg.AssetCheckSeverity.ERROR if severity == "block" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=key, check_name=check_name(name), passed=passed, severity=level, metadata=metadata
    )
