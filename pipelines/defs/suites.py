"""Checks on staging before anyone is linked: rows add up, and what the expectation suites said."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb

from expectations.suites import SUITES
from pipelines.contracts import all_feeds, get_feed
from pipelines.defs.matching import MENTIONS
from pipelines.defs.quality import RESULTS, ROW_DOUBT, staging_key
from pipelines.defs.workspace import RunWorkspace

IN_FORCE = "stands_in_a_delivery_in_force"
ROWS_ADD_UP, QUALITY, QUALITY_GATE = "rows_read_are_used_or_held_back", "quality", "quality_gate"
DISPOSITIONS = ("accepted", "quarantined", "repeat")


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
            additional_deps=[ROW_DOUBT],
            description="质量红线：任何一项不符都停止发布。No expectation of severity block has failed.",
        )
        for feed in SUITES
    ]
    told = [
        dg.AssetCheckSpec(
            QUALITY,
            asset=staging_key(feed),
            additional_deps=[ROW_DOUBT],
            description="完整、规范、合理、一致、互证、稳定、时效。Every other expectation of the feed holds.",
        )
        for feed in SUITES
    ]
    # Matching reads the mentions: the check on them makes it wait until what must be held is held.
    settled = dg.AssetCheckSpec(
        IN_FORCE,
        asset=MENTIONS,
        blocking=True,
        additional_deps=[ROW_DOUBT],
        description="每一条人员提及都来自在用的报送。Every mention stands in a delivery that is in force.",
    )
    return [*rows, *gates, *told, settled]


@dg.multi_asset_check(name="staging_checks", specs=_specs(), required_resource_keys={"workspace"})
def staging_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """All checks on staging in one step, on the deliveries that are in force when the suites are done."""
    workspace: RunWorkspace = context.resources.workspace
    results = json.loads(workspace.needs(workspace.quality / RESULTS, "quality").read_text(encoding="utf-8"))["results"]
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        for feed in all_feeds():
            yield _rows_add_up(workspace, connection, feed)
        yield _in_force(workspace, connection)
    for feed in SUITES:
        yield from _told(workspace, feed, [result for result in results if result["feed"] == feed])


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


def _in_force(workspace: RunWorkspace, connection: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
    query = (
        "select count(*) from intermediate.int_person__mentioned anti join "
        "(select feed, delivery, file from read_parquet(?) where in_force) using (feed, delivery, file)"
    )
    strangers = connection.execute(query, [str(workspace.raw / "delivered_file.parquet")]).fetchall()[0][0]
    if strangers:
        workspace.gates.append(f"{strangers} 条人员提及来自没有在用的报送，未作归并")
    return dg.AssetCheckResult(
        asset_key=MENTIONS,
        check_name=IN_FORCE,
        passed=not strangers,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"mentions_of_other_deliveries": strangers},
    )


def _told(workspace: RunWorkspace, feed: str, results: list[dict[str, Any]]) -> Iterator[dg.AssetCheckResult]:
    """A feed's results as its two checks, and what blocks as the run's gate."""
    key, title = staging_key(feed), get_feed(feed).title
    blocking = [result for result in results if result["severity"] == "block" and not result["passed"]]
    workspace.gates.extend(f"{title}: {result['message']}" for result in blocking)
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=QUALITY_GATE,
        passed=not blocking,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"failed": [result["title"] for result in blocking]},
    )
    others = [result for result in results if result["severity"] != "block"]
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=QUALITY,
        passed=all(result["passed"] for result in others),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=_facts(results),
    )


def _facts(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts, and every expectation that failed as a table. No value and no row key of a person."""
    counted = Counter(result["reason"] or "passed" for result in results)
    failed = [
        dg.TableRecord(
            {
                "expectation": result["name"],
                "what": result["message"],
                "severity": result["severity"],
                "rows_evaluated": result["rows_evaluated"],
                "rows_unexpected": result["rows_unexpected"],
            }
        )
        for result in results
        if not result["passed"]
    ]
    return {**counted, **({"failed": dg.MetadataValue.table(failed)} if failed else {})}
