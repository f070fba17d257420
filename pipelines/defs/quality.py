"""The quality of what came, as an asset: deliveries that must be held are held, and every suite is run on the rest."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb
import polars as pl

from expectations.checks import DIMENSIONS
from expectations.results import CheckResult, as_json, row_doubts
from expectations.suites import SUITES
from expectations.tables import checks_of, preparation
from pipelines.contracts import get_feed
from pipelines.defs.conventions import STAGING, spec
from pipelines.defs.holding import Past, drift_of, hold_back
from pipelines.defs.judging import judged
from pipelines.defs.metadata import frame_metadata
from pipelines.defs.workspace import RunWorkspace
from pipelines.storage.atomic import write_json, write_parquet

if TYPE_CHECKING:
    import pandas as pd

ROW_DOUBT = dg.AssetKey(["quality", "row_doubt"])
RESULTS = "quality.json"


def staging_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["staging", get_feed(feed).staging_model])


_SPEC = spec(
    ["quality", "row_doubt"],
    "数据质量存疑的行",
    "One row per accepted row and expectation that it does not meet. Beside it quality.json: every result, and what "
    "each delivery of each feed looked like. A delivery that must be held is left out before anything is judged.",
    group=STAGING,
    kinds=["parquet"],
    # Not the staging tables themselves: whoever reads those waits for the checks on them, which report this asset.
    deps=[dg.AssetKey(["intermediate", "int_row__delivered"])],
)


@dg.multi_asset(name="quality", specs=[_SPEC], required_resource_keys={"workspace", "dbt_worker"})
def quality(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """All suites in one step: Great Expectations is imported once."""
    workspace: RunWorkspace = context.resources.workspace
    warehouse = workspace.needs(workspace.warehouse, "dbt staging")
    deliveries = hold_back(workspace, context.resources.dbt_worker)
    results: list[CheckResult] = []
    doubts: list[pl.DataFrame] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for statement in preparation():
            connection.execute(statement)
        for feed, suite in SUITES.items():
            checks, state = checks_of(suite, workspace.as_of), {"feed": _state_of(workspace, feed)}
            found = judged(connection, feed, checks, workspace.as_of, state) + drift_of(feed, deliveries[feed])
            doubts.append(row_doubts(found, checks))
            results += found
    frame = pl.concat(doubts)
    write_parquet(frame, workspace.quality / "row_doubt.parquet")
    write_json(workspace.quality / RESULTS, _published(workspace, deliveries, results))
    passed = sum(result.passed for result in results)
    workspace.progress("quality", f"{len(results)} 项检查，{passed} 项符合")
    return dg.MaterializeResult(asset_key=ROW_DOUBT, metadata={**frame_metadata(frame), "passed": passed})


def _status(workspace: RunWorkspace, feed: str) -> dict[str, Any]:
    overview = pl.read_parquet(workspace.raw / "feed_status.parquet")
    return overview.row(by_predicate=pl.col("feed") == feed, named=True)


def _state_of(workspace: RunWorkspace, feed: str) -> "pd.DataFrame":
    """One row: how old the delivery in force is beside its limit, and whether it is the newest."""
    import pandas as pd

    status = _status(workspace, feed)
    age = None if status["age_days"] is None else status["age_days"] / status["freshness_days"]
    return pd.DataFrame({"row_id": [feed], "age_ratio": [age], "is_newest": [not status["is_fallback"]]})


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
