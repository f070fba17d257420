"""What became of a run, read from what it left in its workspace."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import get_feed
from pipelines.defs.workspace import RunWorkspace
from pipelines.intake.messages import NOTES
from pipelines.matching.identity import MERGED_EARLIER
from pipelines.policy import not_applicable

#: What the look at the landing folder says that holds nothing back.
ONLY_NOTES = ("FUTURE_DELIVERY", "TEMPORARY_FILE")

FINISHED, HELD_BACK, STOPPED, FAILED = "finished", "held_back", "stopped", "failed"


@dataclass(frozen=True)
class ModelChange:
    """A run that matched by another model than the release it follows on (`release`: business date/run): the versions,
    and how many persons were merged and split between the two, by the model, the data or a verdict."""

    release: str
    before: str
    after: str
    merged: int
    split: int


@dataclass(frozen=True)
class RunSummary:
    """What a run did. `state`: finished, held_back (rows or files were not used), stopped (by a gate), failed.

    `timings` are seconds per step, in order; `reasons` say why a run was stopped or failed, `warnings` what the office
    must put right though the release stands; `model_change` is None where the model stayed, or nothing came before.
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
    model_change: ModelChange | None = None


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
        model_change=_model_change(workspace),
    )


def _model_change(workspace: RunWorkspace) -> ModelChange | None:
    path = workspace.previous / "release_before.parquet"
    if not (workspace.published and path.exists()):
        return None
    (run,) = pl.read_parquet(workspace.raw / "run_context.parquet").to_dicts()
    for before in pl.read_parquet(path).to_dicts():
        if before["model_version"] != run["model_version"]:
            superseded = pl.read_parquet(workspace.matched / "person_superseded.parquet")
            return ModelChange(
                release=f"{before['as_of']}/{before['run_id']}",
                before=before["model_version"],
                after=run["model_version"],
                merged=superseded.filter(pl.col("reason") != MERGED_EARLIER).height,
                split=pl.read_parquet(workspace.matched / "person_split.parquet").height,
            )
    return None


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
        for message in stopping(row["messages"] or ())
    ]
    return feeds, messages


def stopping(messages: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Of what is said of a file that is not used, what it is not used for; all of it where that cannot be told."""
    return [message for message in messages if message["code"] not in NOTES] or messages
