"""Deliveries against which an expectation of severity hold speaks: the last good one is used in their place.

Each delivery of a feed has a profile, kept in the data folder under its content; the ones before the delivery in force
are profiled from the archive when they are not, so that a business date built again compares the same figures. A hold
is noted in the register, where intake finds it: it lasts until a person lets the delivery pass or the content changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import dagster as dg
import duckdb
import polars as pl

from expectations.checks import Check
from expectations.history import Profile, drift_checks, figure_frame, profile_of, profile_query
from expectations.results import CheckResult
from expectations.suites import SUITES
from expectations.tables import checks_of, nothing_known
from pipelines.contracts import all_feeds, get_feed
from pipelines.defs.dbt_builds import BEFORE_MATCHING
from pipelines.defs.dbt_worker import DbtFailed, DbtWorker
from pipelines.defs.judging import judged
from pipelines.defs.raw import write_what_is_said
from pipelines.defs.restaging import stage, staging_connection
from pipelines.defs.workspace import RunWorkspace
from pipelines.intake import ContentPurged, FeedIntake, take_in
from pipelines.intake.choosing import standing
from pipelines.storage.atomic import write_json, write_parquet
from pipelines.storage.register import Register, content_key

#: So many deliveries of a feed are looked back on.
KEPT = 12


@dataclass(frozen=True)
class Past:
    """One delivery as it was in force: its profile, and the expectations of severity hold that it does not meet beside
    the good ones before it (`reasons`). `good` are the profiles it is compared with."""

    content: str
    profile: Profile
    good: tuple[Profile, ...]
    reasons: tuple[str, ...]


def hold_back(workspace: RunWorkspace, worker: DbtWorker) -> dict[str, list[Past]]:
    """Leaves out what must be held, stages the last good deliveries in its place, and returns of each feed with a suite
    its deliveries, oldest first; the last one is in force."""
    found = _histories(workspace)
    held = {feed: deliveries for feed, past in found.items() if (deliveries := _to_hold(feed, past))}
    for feed, deliveries in held.items():
        for delivery in deliveries:
            reason = "、".join(delivery.reasons)
            Register(workspace.data.register).hold(feed, delivery.profile.delivery, delivery.content, reason)
            workspace.warnings.append(_told(feed, delivery, reason))
        found[feed] = found[feed][: -len(deliveries)]
    if held:
        _stage_again(workspace, worker, list(held))
    return found


def drift_of(feed: str, past: Sequence[Past]) -> list[CheckResult]:
    """How far the delivery in force lies from the good ones before it; nothing where there is none to compare."""
    return _drift(feed, past[-1].profile, past[-1].good) if past else []


def _to_hold(feed: str, past: Sequence[Past]) -> list[Past]:
    """The newest deliveries up to the last good one; nothing where there is none to fall back on."""
    if get_feed(feed).is_append:
        return []
    newest_good = max((nth for nth, delivery in enumerate(past) if not delivery.reasons), default=None)
    return list(past[newest_good + 1 :]) if newest_good is not None else []


def _told(feed: str, delivery: Past, reason: str) -> str:
    where = f"{feed}/{delivery.profile.delivery}"
    return (
        f"{get_feed(feed).title}本次报送的数据质量未达到要求，改用上一次：{reason}；位置：{where}；"
        f"处理：请报送单位核对更正后重新报送；确认无误的，用 hedui deliveries approve {where.replace('/', ' ')} 放行"
    )


def _histories(workspace: RunWorkspace) -> dict[str, list[Past]]:
    register, limits = Register(workspace.data.register), workspace.settings.intake_limits
    found = {}
    with _databases(workspace) as (warehouse, memory):
        for feed in SUITES:
            stands = standing(register.rulings(feed), limits.approvals)
            approved = {delivery for delivery, ruling in stands.items() if ruling == "approved"}
            taken = _looked_back(workspace, feed)
            past = [
                (_content(delivery), _profile(workspace, memory, delivery, is_staged=False)) for delivery in taken[:-1]
            ]
            now = [
                (_content(delivery), _profile(workspace, warehouse, delivery, is_staged=True))
                for delivery in taken[-1:]
            ]
            found[feed] = _judged(feed, [*past, *now], approved)
    return found


@contextmanager
def _databases(workspace: RunWorkspace) -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]]:
    """The warehouse of the run, and a database in memory for deliveries that are in force no more."""
    with ExitStack() as stack:
        warehouse = stack.enter_context(duckdb.connect(str(workspace.warehouse), read_only=True))
        memory = stack.enter_context(staging_connection(workspace.settings.dbt_project))
        for connection in (warehouse, memory):
            for statement in nothing_known():
                connection.execute(statement)
        yield warehouse, memory


def _looked_back(workspace: RunWorkspace, feed: str) -> list[FeedIntake]:
    """The feed as it is in force, and as it was before each delivery in turn; oldest first."""
    found: list[FeedIntake] = []
    as_of = workspace.as_of
    while len(found) < KEPT:
        try:
            taken = take_in(feed, workspace.data, as_of, workspace.settings.intake_limits)
        except ContentPurged:  # further back nothing can be looked at
            break
        if taken.status.delivered_on is None:
            break
        found.insert(0, taken)
        as_of = taken.status.delivered_on - timedelta(days=1)
    return found


def _content(taken: FeedIntake) -> str:
    """What stands for the content of the delivery in force."""
    used = (r.sha256 for r in taken.receipts if r.in_force and r.delivery == taken.status.delivery and r.sha256)
    return content_key(used)


def _profile(
    workspace: RunWorkspace, connection: duckdb.DuckDBPyConnection, taken: FeedIntake, *, is_staged: bool
) -> Profile:
    """The delivery's profile: the kept one, or a new one from its staged rows, which is kept."""
    suite, delivery = SUITES[taken.feed], str(taken.status.delivery)
    kept = workspace.data.quality / taken.feed / f"{delivery}-{_content(taken)}.json"
    if kept.exists():
        return Profile.from_json(json.loads(kept.read_text(encoding="utf-8")))
    if not is_staged:
        rows = taken.frame.filter(pl.col("_delivery") == delivery)
        stage(connection, workspace.settings.dbt_project, get_feed(taken.feed), rows)
    row = connection.sql(profile_query(suite, delivery)).pl().row(0, named=True)
    profile = profile_of(suite, delivery, row, _failed_holds(workspace, connection, taken.feed))
    write_json(kept, profile.as_json())
    return profile


def _failed_holds(workspace: RunWorkspace, connection: duckdb.DuckDBPyConnection, feed: str) -> list[str]:
    checks = [check for check in checks_of(SUITES[feed], workspace.as_of) if check.severity == "hold"]
    return [result.title for result in judged(connection, feed, checks, workspace.as_of) if result.is_held]


def _judged(feed: str, profiles: Sequence[tuple[str, Profile]], approved: set[str]) -> list[Past]:
    """Each delivery beside the good ones before it. What a person let pass is good."""
    good: list[Profile] = []
    found = []
    for content, profile in profiles:
        before = tuple(good)
        reasons = (
            ()
            if profile.delivery in approved
            else (*map(_quoted, profile.failed_holds), *_gross_drift(feed, profile, before))
        )
        if not reasons:
            good.append(profile)
        found.append(Past(content, profile, before, reasons))
    return found


def _quoted(title: str) -> str:
    return f"要求“{title}”"


def _gross_drift(feed: str, profile: Profile, good: Sequence[Profile]) -> list[str]:
    found = _drift(feed, profile, good, "hold")
    return [f"{_quoted(result.title)}，不符的是{'、'.join(result.keys)}" for result in found if result.is_held]


def _drift(feed: str, profile: Profile, good: Sequence[Profile], severity: str | None = None) -> list[CheckResult]:
    from expectations.runner import evaluate

    checks: list[Check] = [check for check in drift_checks(profile, good) if severity in (None, check.severity)]
    return evaluate(feed, checks, {"figure": figure_frame(profile, good)}) if checks else []


def _stage_again(workspace: RunWorkspace, worker: DbtWorker, feeds: Sequence[str]) -> None:
    """Raw tables and staging of the feeds, and what is said of all deliveries, as they are with the holds."""
    limits = workspace.settings.intake_limits
    taken = [take_in(feed, workspace.data, workspace.as_of, limits) for feed in all_feeds()]
    for feed_intake in taken:
        if feed_intake.feed in feeds:
            write_parquet(feed_intake.frame, workspace.raw / f"{feed_intake.feed}.parquet")
    write_what_is_said(taken, workspace)
    chosen = [f"{get_feed(feed).staging_model}+,{BEFORE_MATCHING}" for feed in feeds]
    try:
        failed = [
            node.unique_id.split(".")[2]
            for node in worker.build("--select", *chosen, "--exclude", "test_type:singular")
            if node.status == "fail"
        ]
    except DbtFailed as error:
        raise dg.Failure(f"dbt could not build the tables: {error}", allow_retries=False) from error
    if failed:
        raise dg.Failure(f"{len(failed)} dbt tests failed: {', '.join(failed[:10])}", allow_retries=False)
    titles = "、".join(get_feed(feed).title for feed in feeds)
    workspace.progress("quality", f"{titles}：数据质量未达到要求，改用上一次报送")
