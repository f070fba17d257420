"""The workspace of a run as a Dagster resource: of one that `hedui run` has opened, or of one that Dagster started."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from pipelines.defs.announcing import announce, check_addresses, send
from pipelines.defs.outcome import summarise
from pipelines.defs.workspace import RunWorkspace, open_workspace
from pipelines.settings import Settings

PARTITION_TAG = "dagster/partition"


def workspace_resource(settings: Settings, opened: RunWorkspace | None) -> dg.ResourceDefinition:
    """The resource `workspace`: the one that `hedui run` has opened, or a new one for a run that Dagster started."""

    @dg.resource(description="The lock, the run number and the working folder of this run.")
    def workspace(context: dg.InitResourceContext) -> Iterator[RunWorkspace]:
        if opened is not None:
            yield opened
            return
        partition = context.run.tags.get(PARTITION_TAG) if context.run else None
        if partition is None:
            raise dg.Failure("a run needs a business date; start the job nightly for one date of its partitions")
        check_addresses(settings)
        with open_workspace(settings, date.fromisoformat(partition), settle_seconds=settings.settle_seconds) as own:
            try:
                yield own
            finally:
                ended = summarise(own, success=own.published is not None, failures=[], timings={})
                problems = announce(own, ended)
        for problem in (*problems, *send(settings)):
            dg.get_dagster_logger().warning(problem)

    return workspace
