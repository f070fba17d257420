"""Checks on staging before anyone is linked: rows add up, and the expectation suites of expectations/.

What must be held is held first, so that everything after rests on the deliveries that are in force.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb
import polars as pl

from expectations.checks import DIMENSIONS
from expectations.results import CheckResult, as_json, row_doubts
from expectations.suites import SUITES
from expectations.tables import checks_of, preparation
from pipelines.contracts import all_feeds, get_feed
from pipelines.defs.holding import Past, drift_of, hold_back
from pipelines.defs.judging import judged
from pipelines.defs.matching import MENTIONS
from pipelines.defs.workspace import RunWorkspace
from pipelines.storage.atomic import write_json, write_parquet

if TYPE_CHECKING:
    import pandas as pd

IN_FORCE = "stands_in_a_delivery_in_force"
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
            description="完整、规范、合理、一致、互证、稳定、时效。Every other expectation of the feed holds.",
        )
        for feed in SUITES
    ]
    # Matching reads the mentions: the check on them makes it wait until what must be held is held.
    settled = dg.AssetCheckSpec(
        IN_FORCE,
        asset=MENTIONS,
        blocking=True,
        description="每一条人员提及都来自在用的报送。Every mention stands in a delivery that is in force.",
    )
    return [*rows, *gates, *told, settled]


@dg.multi_asset_check(name="staging_checks", specs=_specs(), required_resource_keys={"workspace", "dbt_worker"})
def staging_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """All checks on staging in one step: Great Expectations is imported once."""
    workspace: RunWorkspace = context.resources.workspace
    warehouse = workspace.needs(workspace.warehouse, "dbt staging")
    deliveries = hold_back(workspace, context.resources.dbt_worker)
    results: list[CheckResult] = []
    doubts: list[pl.DataFrame] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for feed in all_feeds():
            yield _rows_add_up(workspace, connection, feed)
        for statement in preparation():
            connection.execute(statement)
        for feed, suite in SUITES.items():
            state, checks = {"feed": _state_of(workspace, feed)}, checks_of(suite, workspace.as_of)
            found = judged(connection, feed, checks, workspace.as_of, state) + drift_of(feed, deliveries[feed])
            yield from _told(workspace, feed, found)
            results += found
            doubts.append(row_doubts(found, checks))
        yield _in_force(workspace, connection)
    write_parquet(pl.concat(doubts), workspace.folder / "quality" / "row_doubt.parquet")
    write_json(workspace.folder / "quality" / "quality.json", _published(workspace, deliveries, results))


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


def _status(workspace: RunWorkspace, feed: str) -> dict[str, Any]:
    overview = pl.read_parquet(workspace.raw / "feed_status.parquet")
    return overview.row(by_predicate=pl.col("feed") == feed, named=True)


def _state_of(workspace: RunWorkspace, feed: str) -> "pd.DataFrame":
    """One row: how old the delivery in force is beside its limit, and whether it is the newest."""
    import pandas as pd

    status = _status(workspace, feed)
    age = None if status["age_days"] is None else status["age_days"] / status["freshness_days"]
    return pd.DataFrame({"row_id": [feed], "age_ratio": [age], "is_newest": [not status["is_fallback"]]})


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


def _held(workspace: RunWorkspace, feed: str) -> list[dict[str, str]]:
    """The deliveries that are left out for their quality, and why."""
    files = pl.read_parquet(workspace.raw / "delivered_file.parquet").filter(pl.col("feed") == feed, disposition="held")
    said = files.select("delivery", "messages").explode("messages").unnest("messages").filter(code="QUALITY_HELD")
    return said.select("delivery", reason="what").unique().sort("delivery", "reason").to_dicts()


def _published(
    workspace: RunWorkspace, deliveries: Mapping[str, Sequence[Past]], results: Sequence[CheckResult]
) -> dict[str, Any]:
    """What the quality page is drawn from, and what is published beside it: the results, and what each delivery of
    each feed looked like."""
    feeds = []
    for feed, past in deliveries.items():
        status = _status(workspace, feed)
        feeds.append(
            {
                "feed": feed,
                "title": get_feed(feed).title,
                "delivery": status["delivery"],
                "state": status["state"],
                "is_fallback": status["is_fallback"],
                "held": _held(workspace, feed),
                "deliveries": [{**delivery.profile.as_json(), "reasons": delivery.reasons} for delivery in past],
            }
        )
    return {
        "as_of": workspace.as_of.isoformat(),
        "dimensions": [{"name": name, "title": title} for name, title in DIMENSIONS.items()],
        "feeds": feeds,
        "results": [as_json(result) for result in results],
    }
