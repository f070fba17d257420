"""Deliveries to raw Parquet: one asset per feed, made from the contracts, with the checks on shape and counts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dagster as dg
import polars as pl

from pipelines.contracts import Feed, all_feeds
from pipelines.defs.conventions import INTAKE, spec
from pipelines.defs.deliveries import delivery_key
from pipelines.defs.metadata import column_schema, file_metadata, frame_metadata
from pipelines.defs.workspace import RunWorkspace
from pipelines.intake import FeedIntake, receive, take_in, write_overview
from pipelines.storage.atomic import write_parquet

#: Files on a network share can fail for a moment; a broken file is no exception but a receipt.
TRANSIENT = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)

#: Parsing runs in child processes; two at a time suit the smallest machine we support.
PARALLEL_FEEDS = 2

#: Feeds that list assistance units. Without any of them there is no household to verify, hence no release.
UNIT_FEEDS = ("dibao", "tekun", "application")


def raw_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", feed])


def _feed_spec(feed: Feed) -> dg.AssetSpec:
    described = {column.name: column.header for column in feed.columns}
    return spec(
        ["raw", feed.name],
        f"{feed.title}(原样)",
        f"Every delivered row of feed {feed.name} in force for the business date, cells as text exactly as delivered, "
        f"with the row's address. One row per delivered row ({feed.grain}).",
        group=INTAKE,
        kinds=["polars", "parquet"],
        deps=[delivery_key(feed.name)],
        metadata={"dagster/column_schema": column_schema(dict.fromkeys(described, "String"), described)},
    )


def _overview_specs() -> list[dg.AssetSpec]:
    feeds = [raw_key(feed) for feed in all_feeds()]
    return [
        spec(
            ["raw", "feed_status"],
            "各数据源时效",
            "One row per feed: the delivery in force, its age, and whether it is fresh, stale or never came.",
            group=INTAKE,
            kinds=["parquet"],
            deps=feeds,
        ),
        spec(
            ["raw", "delivered_file"],
            "报送文件回执",
            "One row per delivered file up to the business date: type, encoding, header row, counts, what was done with it.",
            group=INTAKE,
            kinds=["parquet"],
            deps=feeds,
        ),
        spec(
            ["raw", "run_context"],
            "本次运行信息",
            "One row: run id, business date, and the versions of rules, code and matching model.",
            group=INTAKE,
            kinds=["parquet"],
        ),
    ]


def _check_specs() -> list[dg.AssetCheckSpec]:
    per_feed = [
        check
        for feed in all_feeds()
        for check in (
            dg.AssetCheckSpec(
                "rows_are_conserved",
                asset=raw_key(feed),
                blocking=True,
                description="逐文件行数守恒:读入 = 标题 + 表头 + 合计 + 空行 + 数据行。Rows read add up in every file in force.",
            ),
            dg.AssetCheckSpec(
                "has_contract_columns",
                asset=raw_key(feed),
                blocking=True,
                description="列与约定一致。The table has the row address and every column of the contract, as text.",
            ),
            dg.AssetCheckSpec(
                "is_fresh",
                asset=raw_key(feed),
                description="在时效内,且用的是最新一次报送。The newest delivery is in use and within the freshness limit.",
            ),
        )
    ]
    return [
        *per_feed,
        dg.AssetCheckSpec(
            "names_assistance_units",
            asset=dg.AssetKey(["raw", "feed_status"]),
            blocking=True,
            description="至少一类救助名册有数据。At least one register of assistance units was delivered: without one there is nothing to release.",
        ),
    ]


@dg.multi_asset(
    name="intake",
    specs=[*(_feed_spec(feed) for feed in all_feeds().values()), *_overview_specs()],
    check_specs=_check_specs(),
    retry_policy=TRANSIENT,
    required_resource_keys={"workspace"},
)
def intake(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Receives what has arrived, and takes in of every feed what is in force for the business date."""
    workspace: RunWorkspace = context.resources.workspace
    settings = workspace.settings
    receive(settings.landing, workspace.data, workspace.as_of)
    with ThreadPoolExecutor(PARALLEL_FEEDS) as pool:
        taken = list(pool.map(lambda feed: take_in(feed, workspace.data, workspace.as_of, settings.hold_limits), all_feeds()))
    for feed_intake in taken:
        yield from _feed_events(context, workspace, feed_intake)
    write_overview(taken, workspace.raw)


def _feed_events(context: dg.AssetExecutionContext, workspace: RunWorkspace, taken: FeedIntake) -> Iterator[Any]:
    feed = taken.feed
    path = workspace.raw / f"{feed}.parquet"
    write_parquet(taken.frame, path)
