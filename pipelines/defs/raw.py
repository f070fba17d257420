"""Deliveries to raw Parquet: one asset per feed, made from the contracts, with the checks on shape and counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import dagster as dg
import polars as pl

from pipelines.contracts import Feed, all_feeds, get_feed
from pipelines.defs.conventions import INTAKE, spec
from pipelines.defs.deliveries import delivery_key
from pipelines.defs.metadata import column_schema, file_metadata, frame_metadata, same_columns
from pipelines.defs.restaging import judge_waiting
from pipelines.defs.versions import code_version, rule_version
from pipelines.defs.workspace import RunWorkspace
from pipelines.intake import (
    STATUS_FEEDS,
    ContentPurged,
    FeedIntake,
    Receipt,
    earlier_status,
    receive,
    take_in,
    workers_end_when_interrupted,
    write_overview,
)
from pipelines.intake.messages import plain
from pipelines.matching import load_model
from pipelines.policy import policy_problems
from pipelines.storage.atomic import write_parquet

#: Parsing runs in child processes; two at a time suit the smallest machine we support.
PARALLEL_FEEDS = 2

#: The address of a raw row, as text; `_row` is a number.
ADDRESS = ("_row_id", "_feed", "_delivery", "_file", "_sheet", "_row_sha256", "_extra")

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
        metadata={
            "dagster/column_schema": column_schema(dict.fromkeys(described, "String"), described),
            "dagster/column_lineage": same_columns({n: (delivery_key(feed.name), h) for n, h in described.items()}),
        },
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
            "One row per delivered file up to the business date: type, encoding, header row, counts, disposition.",
            group=INTAKE,
            kinds=["parquet"],
            deps=feeds,
        ),
        spec(
            ["raw", "earlier_status"],
            "以往报送的状态",
            "One row per case and status in each delivery that a newer one has replaced, as text as delivered.",
            group=INTAKE,
            kinds=["parquet"],
            deps=[raw_key(feed) for feed in STATUS_FEEDS],
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
                description="逐文件行数守恒：读入 = 标题 + 表头 + 合计 + 空行 + 数据行。Rows add up in every file.",
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
                description="在时效内，且用的是最新一次报送。The newest delivery is in use and fresh.",
            ),
        )
    ]
    return [
        *per_feed,
        dg.AssetCheckSpec(
            "names_assistance_units",
            asset=dg.AssetKey(["raw", "feed_status"]),
            blocking=True,
            description="至少一类救助名册有数据。At least one register of assistance units was delivered.",
        ),
    ]


@dg.multi_asset(
    name="intake",
    specs=[*(_feed_spec(feed) for feed in all_feeds().values()), *_overview_specs()],
    check_specs=_check_specs(),
    required_resource_keys={"workspace"},
)
def intake(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Receives what has arrived, and takes in of every feed what is in force for the business date."""
    workspace: RunWorkspace = context.resources.workspace
    settings = workspace.settings
    if problems := policy_problems(settings.dbt_project, workspace.as_of):
        workspace.gates.extend(problems)
        raise dg.Failure(f"{len(problems)} faults in the policy tables; nothing is judged by them", allow_retries=False)
    with tried_again(context):
        received = receive(settings.landing, workspace.data, workspace.as_of, workspace.settle_seconds)
        workspace.notes["landing_messages"] = received.messages
        taken = _take_in_all(workspace)
    seen = _reported_deliveries(context)
    for feed_intake in taken:
        yield from _feed_events(context, workspace, feed_intake, seen)
    write_what_is_said(taken, workspace)
    write_parquet(run_context(workspace), workspace.raw / "run_context.parquet")
    for name in ("feed_status", "delivered_file", "earlier_status", "run_context"):
        yield dg.MaterializeResult(asset_key=raw_key(name), metadata=file_metadata(workspace.raw / f"{name}.parquet"))
    yield _names_units(workspace, taken)
    rows = sum(feed_intake.status.rows for feed_intake in taken)
    workspace.progress("intake", f"{rows:,} 行，{sum(len(feed_intake.receipts) for feed_intake in taken)} 个文件")


@contextmanager
def tried_again(context: dg.AssetExecutionContext, seconds: int = 3) -> Iterator[None]:
    """Files on a network share can fail for a moment: the step is tried again, twice. A broken file is no exception but
    a receipt. (Not Dagster's retry policy: under one, a step that is told to end is begun anew as well.)"""
    try:
        yield
    except OSError as error:
        raise dg.RetryRequested(max_retries=2, seconds_to_wait=seconds * 2**context.retry_number) from error


def _take_in_all(workspace: RunWorkspace) -> list[FeedIntake]:
    limits = workspace.settings.intake_limits
    try:
        with ThreadPoolExecutor(PARALLEL_FEEDS) as pool, workers_end_when_interrupted():
            taken = list(pool.map(lambda feed: take_in(feed, workspace.data, workspace.as_of, limits), all_feeds()))
    except ContentPurged as gone:
        workspace.gates.append(str(gone))
        raise dg.Failure("the business date rests on purged deliveries", allow_retries=False) from None
    if missed := [_missed(workspace, receipt) for feed_intake in taken for receipt in feed_intake.missed]:
        workspace.gates.extend(missed)
        raise dg.Failure(f"the archive has lost {len(missed)} files that would be in force", allow_retries=False)
    return taken


def _missed(workspace: RunWorkspace, receipt: Receipt) -> str:
    assert receipt.sha256 is not None
    message, where = plain("ARCHIVE_DAMAGED"), workspace.data.archived_file(receipt.sha256)
    return f"{receipt.feed}/{receipt.delivery}：{message.what}；位置：{where}；处理：{message.remedy}"


def write_what_is_said(taken: list[FeedIntake], workspace: RunWorkspace) -> None:
    """What is said of all deliveries beside their rows: status of feeds, receipts, rows that wait, what replaced
    deliveries said."""
    write_overview(taken, workspace.raw)
    waiting = judge_waiting(workspace.settings.dbt_project, workspace.data, taken)
    write_parquet(waiting, workspace.raw / "waiting_row.parquet")
    write_parquet(earlier_status(taken, workspace.data), workspace.raw / "earlier_status.parquet")


def _feed_events(
    context: dg.AssetExecutionContext, workspace: RunWorkspace, taken: FeedIntake, seen: dict[str, str]
) -> Iterator[Any]:
    """One feed: its table is written, a delivery that is new is reported, and the feed's three checks are made."""
    feed, status = get_feed(taken.feed), taken.status
    write_parquet(taken.frame, workspace.raw / f"{feed.name}.parquet")
    if status.delivery and seen.get(feed.name, "") < str(status.delivered_on):
        facts: dict[str, Any] = {
            "delivery": status.delivery,
            "delivered_on": str(status.delivered_on),
            "rows": status.rows,
        }
        context.log_event(dg.AssetMaterialization(asset_key=delivery_key(feed.name), metadata=facts))
    metadata: dict[str, Any] = {
        "state": status.state,
        "delivery": status.delivery or "",
        "is_fallback": status.is_fallback,
    }
    yield dg.MaterializeResult(asset_key=raw_key(feed.name), metadata={**frame_metadata(taken.frame), **metadata})
    yield _rows_are_conserved(workspace, taken)
    yield _has_contract_columns(workspace, taken, feed)
    fresh = status.state == "fresh" and not status.is_fallback
    facts = {
        **metadata,
        "age_days": status.age_days if status.age_days is not None else -1,
        "limit_days": status.freshness_days,
    }
    yield dg.AssetCheckResult(
        asset_key=raw_key(feed.name),
        check_name="is_fresh",
        passed=fresh,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=facts,
    )


def _rows_are_conserved(workspace: RunWorkspace, taken: FeedIntake) -> dg.AssetCheckResult:
    in_force = [receipt for receipt in taken.receipts if receipt.in_force]
    unbalanced = [receipt for receipt in in_force if receipt.account.rows_read != sum(receipt.account.counts.values())]
    told = sum(receipt.rows for receipt in in_force)
    passed = not unbalanced and told == taken.frame.height == taken.status.rows
    metadata = {
        "files": len(in_force),
        "unbalanced_files": len(unbalanced),
        "rows_told": told,
        "rows_in_table": taken.frame.height,
    }
    if not passed:
        workspace.gates.append(
            f"{get_feed(taken.feed).title}: 文件中的行数与读入的行数不符({told} 与 {taken.frame.height})"
        )
    return dg.AssetCheckResult(
        asset_key=raw_key(taken.feed),
        check_name="rows_are_conserved",
        passed=passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def _has_contract_columns(workspace: RunWorkspace, taken: FeedIntake, feed: Feed) -> dg.AssetCheckResult:
    expected = {**dict.fromkeys(ADDRESS, pl.String), **dict.fromkeys(feed.by_name, pl.String), "_row": pl.Int64}
    missing = sorted(name for name, kind in expected.items() if taken.frame.schema.get(name) != kind)
    if missing:
        workspace.gates.append(f"{feed.title}: 读入的表缺少列或类型不符({'、'.join(missing)})")
    return dg.AssetCheckResult(
        asset_key=raw_key(feed.name),
        check_name="has_contract_columns",
        passed=not missing,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"missing": missing},
    )


def _names_units(workspace: RunWorkspace, taken: list[FeedIntake]) -> dg.AssetCheckResult:
    rows = {feed_intake.feed: feed_intake.status.rows for feed_intake in taken if feed_intake.feed in UNIT_FEEDS}
    if not any(rows.values()):
        titles = "、".join(get_feed(feed).title for feed in UNIT_FEEDS)
        workspace.gates.append(f"{titles} 都没有可用的报送，没有可核对的家庭；请补报其中至少一类")
    return dg.AssetCheckResult(
        asset_key=raw_key("feed_status"),
        check_name="names_assistance_units",
        passed=any(rows.values()),
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=rows,
    )


def _reported_deliveries(context: dg.AssetExecutionContext) -> dict[str, str]:
    """Feed -> date of the newest delivery that Dagster was told of."""
    found = {}
    events = context.instance.get_latest_materialization_events([delivery_key(feed) for feed in all_feeds()])
    for key, event in events.items():
        if event and event.asset_materialization:
            found[key.path[-1]] = str(event.asset_materialization.metadata["delivered_on"].value)
    return found


def run_context(workspace: RunWorkspace) -> pl.DataFrame:
    """`run_id, as_of, policy_on, rule_version, code_version, model_version`: what a release says about its run.
    `policy_on` is the day whose policy judges; in a run it is the business date."""
    settings = workspace.settings
    row = {
        "run_id": workspace.run_id,
        "as_of": workspace.as_of,
        "policy_on": workspace.as_of,
        "rule_version": rule_version(settings.dbt_project),
        "code_version": code_version(),
        "model_version": load_model(settings.model).version,
    }
    return pl.DataFrame([row])
