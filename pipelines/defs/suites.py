"""Checks on staging before anyone is linked: rows add up, and the expectation suites of expectations/."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import duckdb

from expectations.checks import Check
from expectations.results import CheckResult, as_json, not_evaluated
from expectations.suites import SUITES
from expectations.tables import checks_of, preparation, row_query, town_query
from pipelines.contracts import all_feeds, get_feed
from pipelines.defs.workspace import RunWorkspace
from pipelines.storage.atomic import write_json

ROWS_ADD_UP, QUALITY, QUALITY_GATE = "rows_read_are_used_or_held_back", "quality", "quality_gate"
DISPOSITIONS = ("accepted", "quarantined", "repeat")


def staging_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["staging", get_feed(feed).staging_model])


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
    gates = [
        dg.AssetCheckSpec(
            QUALITY_GATE,
            asset=staging_key(feed),
            blocking=True,
            description="质量红线：任何一项不符都停止发布。No expectation of severity block has failed.",
        )
        for feed in SUITES
    ]
    told = [
        dg.AssetCheckSpec(
            QUALITY,
            asset=staging_key(feed),
            description="完整、规范、合理、一致、互证、时效。Every expectation of the feed's suite, hold and warn.",
        )
        for feed in SUITES
    ]
    return [*rows, *gates, *told]


@dg.multi_asset_check(name="staging_checks", specs=_specs(), required_resource_keys={"workspace"})
def staging_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """All checks on staging in one step: Great Expectations is imported once."""
    workspace: RunWorkspace = context.resources.workspace
    warehouse = workspace.needs(workspace.warehouse, "dbt staging")
    results: list[CheckResult] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for feed in all_feeds():
            yield _rows_add_up(workspace, connection, feed)
        for statement in preparation():
            connection.execute(statement)
        for feed in SUITES:
            found = judged(connection, feed, workspace.as_of)
            yield from _told(workspace, feed, found)
            results += found
    write_json(workspace.folder / "quality" / "results.json", [as_json(result) for result in results])


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


def judged(
    connection: duckdb.DuckDBPyConnection, feed: str, as_of: date, checks: list[Check] | None = None
) -> list[CheckResult]:
    """The feed's suite, or some of its checks, on its accepted rows. `connection` knows the staging schema and what
    `preparation` made.

    Without any row nothing is evaluated: a warning, not a pass, not a reason to stop.
    """
    from expectations.runner import evaluate

    suite = SUITES[feed]
    checks = checks_of(suite, as_of) if checks is None else checks
    frames = {"row": connection.sql(row_query(suite, as_of)).df()}
    if frames["row"].empty:
        return not_evaluated(feed, checks)
    if query := town_query(suite):
        frames["town"] = connection.sql(query).df()
    return evaluate(feed, checks, frames)


def _told(workspace: RunWorkspace, feed: str, results: list[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """A feed's results as its two checks, and what blocks as the run's gate."""
    key, title = staging_key(feed), get_feed(feed).title
    blocking = [result for result in results if result.severity == "block" and not result.passed]
    workspace.gates.extend(f"{title}: {result.message}" for result in blocking)
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=QUALITY_GATE,
        passed=not blocking,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"failed": [result.title for result in blocking]},
    )
    others = [result for result in results if result.severity != "block"]
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=QUALITY,
        passed=all(result.passed for result in others),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=_facts(results),
    )


def _facts(results: list[CheckResult]) -> dict[str, Any]:
    """Counts, and every expectation that failed as a table. No value and no row key of a person."""
    counted = Counter(result.reason or "passed" for result in results)
    failed = [
        dg.TableRecord(
            {
                "expectation": result.name,
                "what": result.message,
                "severity": result.severity,
                "rows_evaluated": result.rows_evaluated,
                "rows_unexpected": result.rows_unexpected,
            }
        )
        for result in results
        if not result.passed
    ]
    return {**counted, **({"failed": dg.MetadataValue.table(failed)} if failed else {})}
