"""The nightly run without a server: the same graph, in this process, recorded in the data folder's Dagster instance."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import get_feed
from pipelines.defs.workspace import Progress, RunWorkspace, open_workspace, silent
from pipelines.policy import not_applicable
from pipelines.settings import Settings

#: What the look at the landing folder says that holds nothing back.
ONLY_NOTES = ("FUTURE_DELIVERY", "TEMPORARY_FILE")

FINISHED, HELD_BACK, STOPPED, FAILED = "finished", "held_back", "stopped", "failed"


@dataclass(frozen=True)
class RunSummary:
    """What a run did. `state`: finished, held_back (rows or files were not used), stopped (by a gate), failed.

    `timings` are seconds per step, in order; `reasons` say why a run was stopped or failed, `warnings` what the office
    must put right though the release stands.
    """

    state: str
    run_id: str
    as_of: date
    release: Path | None
    reasons: tuple[str, ...] = ()
    feeds: tuple[dict[str, Any], ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    messages: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    nodes: tuple[dict[str, Any], ...] = ()


def run_headless(settings: Settings, as_of: date, progress: Progress = silent) -> RunSummary:
    """Runs the whole graph for one business date.

    Raises LockHeld when another run is at work on this data folder, KeyMissing when the county's key is gone.
    """
    begun = time.monotonic()
    with open_workspace(settings, as_of, progress) as workspace:
        outcome = _execute(workspace, begun)
        return summarise(workspace, *outcome)


def _execute(workspace: RunWorkspace, begun: float) -> tuple[bool, list[str], dict[str, float]]:
    from pipelines.defs.assembly import build_definitions
    from pipelines.defs.automation import JOB
    from pipelines.defs.instance import HEADLESS_TAG, close_crashed, open_instance

    definitions = build_definitions(workspace.settings, workspace, latest=workspace.as_of)
    job = definitions.resolve_job_def(JOB)
    with open_instance(workspace.settings.dagster_folder) as instance:
        close_crashed(instance)
        ready = time.monotonic()
        result = job.execute_in_process(
            instance=instance,
            partition_key=workspace.as_of.isoformat(),
            raise_on_error=False,
            run_config={"loggers": {"console": {}}},
            tags={HEADLESS_TAG: "true", "hedui/run_id": workspace.run_id},
        )
        timings = {"start": ready - begun, **_step_seconds(result.all_events), "all": time.monotonic() - begun}
        failures = [_reason(event) for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
        if not failures:
            ended = ("RUN_FAILURE", "STEP_SKIPPED")
            failures = [str(event.message) for event in result.all_events if event.event_type_value in ended]
        return result.success, failures, {name: round(seconds, 2) for name, seconds in timings.items()}


def _step_seconds(events: Sequence[Any]) -> dict[str, float]:
    done = (event for event in events if event.event_type_value == "STEP_SUCCESS")
    return {event.step_key: event.step_success_data.duration_ms / 1000 for event in done}


def _reason(event: Any) -> str:
    """The first cause of a failed step in one line; Dagster's wrapping and the stack are left to the log."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return f"{event.step_key}: {error.message.strip()}" if error else str(event.step_key)


def summarise(workspace: RunWorkspace, success: bool, failures: list[str], timings: dict[str, float]) -> RunSummary:
    """What became of the run whose steps `success` and `failures` tell of; read from what it left in the workspace."""
    feeds, messages = _deliveries(workspace)
    misplaced = _misplaced(workspace)
    held = misplaced or any(feed["quarantined"] or feed["files_held"] for feed in feeds)
    if workspace.published and success:
        state, reasons = (HELD_BACK if held else FINISHED), []
    elif workspace.gates:
        state, reasons = STOPPED, workspace.gates
    else:
        state, reasons = FAILED, failures
    return RunSummary(
        state=state,
        run_id=workspace.run_id,
        as_of=workspace.as_of,
        release=workspace.published,
        reasons=tuple(reasons),
        feeds=tuple(feeds),
        counts={name: value for name, value in workspace.notes.items() if isinstance(value, int)},
        messages=(*misplaced, *messages),
        warnings=tuple(workspace.warnings),
        timings=timings,
        nodes=tuple(workspace.timings),
    )


def _misplaced(workspace: RunWorkspace) -> list[dict[str, Any]]:
    """What lies in the landing folder and belongs to no delivery: it was not read, and somebody must move it."""
    said = workspace.notes.get("landing_messages", ())
    return [
        {"feed": None, "delivery": None, "file": None, **dataclasses.asdict(message)}
        for message in said
        if message.code not in ONLY_NOTES
    ]


def _deliveries(workspace: RunWorkspace) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Per feed: rows read, used, repeated, quarantined, files held; and what the receipts say of files not used."""
    path = workspace.raw / "delivered_file.parquet"
    if not path.exists():
        return [], []
    files = pl.read_parquet(path)
    status = {row["feed"]: row for row in pl.read_parquet(workspace.raw / "feed_status.parquet").iter_rows(named=True)}
    unused = files.filter(pl.col("disposition").is_in(["rejected", "held"]))
    held = Counter(unused["feed"].to_list())
    away = not_applicable(workspace.settings.dbt_project, workspace.as_of)
    feeds = []
    for feed, state in status.items():
        rows = workspace.notes.get("rows", {}).get(feed, {})
        feeds.append(
            {
                "feed": feed,
                "title": get_feed(feed).title,
                "delivery": state["delivery"],
                "unused_delivery": state["unused_delivery"],
                "age_days": state["age_days"],
                "freshness_days": state["freshness_days"],
                "state": "not_applicable" if state["state"] == "never" and feed in away else state["state"],
                "is_fallback": bool(state["is_fallback"]),
                "read": state["rows"],
                "used": rows.get("accepted", 0),
                "repeated": rows.get("repeat", 0),
                "quarantined": rows.get("quarantined", 0),
                "files_held": held[feed],
            }
        )
    messages = [
        {"feed": row["feed"], "delivery": row["delivery"], "file": row["file"], **message}
        for row in unused.iter_rows(named=True)
        for message in row["messages"] or ()
    ]
    return feeds, messages
