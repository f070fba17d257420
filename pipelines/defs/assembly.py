"""Puts the graph together, and applies to every asset what all have in common."""

from __future__ import annotations

import logging
from datetime import date

import dagster as dg

from pipelines.defs.automation import nightly_job, nightly_schedule, settled_delivery_sensor
from pipelines.defs.conventions import business_dates
from pipelines.defs.dbt_builds import dbt_build_assets, dbt_worker_resource
from pipelines.defs.deliveries import delivery_specs
from pipelines.defs.matching import matching, memory
from pipelines.defs.own_run import workspace_resource
from pipelines.defs.quality import quality
from pipelines.defs.raw import intake
from pipelines.defs.release import release_assets
from pipelines.defs.suites import staging_checks
from pipelines.defs.workspace import RunWorkspace
from pipelines.settings import Settings


def build_definitions(
    settings: Settings, opened: RunWorkspace | None = None, latest: date | None = None
) -> dg.Definitions:
    """The one Dagster code location.

    `opened` is the workspace of a run that is under way in this process; `latest` a business date that must exist as a
    partition though the machine's clock has not reached it.
    """
    staging, marts = dbt_build_assets()
    # A release carries its policy; the report is drawn from pictures and counts that no mart reads, the public
    # statistics from cells, and the public notices from lists.
    drawn = ("int_picture__", "int_change__finding_counted", "int_publication__", "int_notice__")
    final = [key for key in sorted(marts.keys) if key.path[0] in ("marts", "policy") or key.path[-1].startswith(drawn)]
    assets = [intake, staging, quality, matching, memory, marts, *release_assets(final)]
    dates = business_dates(latest)
    partitioned = dg.map_asset_specs(lambda spec: spec.replace_attributes(partitions_def=dates), assets)
    job = nightly_job()
    return dg.Definitions(
        assets=[*delivery_specs(), *partitioned],
        asset_checks=[staging_checks],
        jobs=[job],
        schedules=[nightly_schedule(job)],
        sensors=[settled_delivery_sensor(job, settings)],
        resources={
            "workspace": workspace_resource(settings, opened),
            "dbt_worker": dg.ResourceDefinition(dbt_worker_resource, required_resource_keys={"workspace"}),
        },
        executor=dg.in_process_executor,
        loggers={"console": _quiet} if opened else None,
    )


@dg.logger
def _quiet(context: dg.InitLoggerContext) -> logging.Logger:
    """Nothing on the console: hedui run tells its own progress; the events are in Dagster's storage."""
    logger = logging.getLogger("hedui.dagster")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger
