"""The nightly run without a server: the same graph, in this process, recorded in the data folder's Dagster instance."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from pipelines.defs.announcing import announce, send
from pipelines.defs.outcome import RunSummary, summarise
from pipelines.defs.workspace import Progress, RunWorkspace, open_workspace, silent
from pipelines.settings import Settings


def run_headless(settings: Settings, as_of: date, progress: Progress = silent) -> RunSummary:
    """Runs the whole graph for one business date.

    Raises LockHeld when another run is at work on this data folder, KeyMissing when the county's key is gone.
    """
    begun = time.monotonic()
    with open_workspace(settings, as_of, progress) as workspace:
        summary = summarise(workspace, *_execute(workspace, begun))
        problems = announce(workspace, summary)
    return dataclasses.replace(summary, warnings=(*summary.warnings, *problems, *send(settings)))


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
