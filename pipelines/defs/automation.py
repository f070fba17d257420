"""What starts a run: the night, and a delivery that has settled."""

import time
from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.defs.conventions import DELIVERIES
from pipelines.defs.settling import look
from pipelines.settings import BUSINESS_ZONE, Settings, business_today

JOB = "nightly"

#: A run that crashed is started again as a whole: its working folder is gone. One stopped by a gate is not.
JOB_TAGS = {"dagster/retry_strategy": "ALL_STEPS", "dagster/max_runtime": "7200"}


def nightly_job() -> UnresolvedAssetJobDefinition:
    """The whole graph for one business date, in one process: it holds the lock, the steps share a working folder."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.groups(DELIVERIES),
        description="核对全流程。From the deliveries in force on the business date to a published release.",
        executor_def=dg.in_process_executor,
        tags=JOB_TAGS,
    )


def nightly_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="nightly_0200",
        job=job,
        cron_schedule="0 2 * * *",
        execution_timezone="Asia/Shanghai",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="每天凌晨两点(北京时间)。Every night at 02:00 in China, for the business date that has just begun.",
    )
    def nightly_0200(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        moment = context.scheduled_execution_time.astimezone(BUSINESS_ZONE)
        return dg.RunRequest(run_key=f"night-{moment.date()}", partition_key=moment.date().isoformat())

    return nightly_0200


def settled_delivery_sensor(job: UnresolvedAssetJobDefinition, settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="settled_delivery",
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="报送文件到齐且不再变化后启动。Starts a run when all new deliveries have stopped changing.",
    )
    def settled_delivery(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        found = look(settings.landing, context.cursor, time.time(), settings.settle_seconds)
        context.update_cursor(found.cursor)
        if found.run_key:
            yield dg.RunRequest(run_key=found.run_key, partition_key=business_today().isoformat())
        elif found.waiting:
            yield dg.SkipReason(
                f"{len(found.waiting)} deliveries may still be changing: {', '.join(found.waiting[:5])}"
            )
        else:
            yield dg.SkipReason("no new delivery")

    return settled_delivery
