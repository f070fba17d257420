"""What a share that fails for a moment makes of the step that reads from it."""

from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines.defs.raw import tried_again

MOMENTS = [FileNotFoundError, PermissionError, TimeoutError]


def _run(failing: list[type[Exception]]) -> tuple[bool, int, int]:
    """Whether the step succeeded, how often it was begun, how often it was tried again; it fails so often, so."""
    begun: list[int] = []

    @dg.multi_asset(specs=[dg.AssetSpec("table")])
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        begun.append(1)
        with tried_again(context, seconds=0):
            if len(begun) <= len(failing):
                raise failing[len(begun) - 1]
        yield dg.MaterializeResult(asset_key="table")

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([step], instance=instance, raise_on_error=False)
    retried = [event for event in result.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]
    return result.success, len(begun), len(retried)


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ([], (True, 1, 0)),
        (MOMENTS[:2], (True, 3, 2)),
        (MOMENTS, (False, 3, 2)),
        ([ValueError], (False, 1, 0)),
    ],
)
def test_a_share_that_fails_is_tried_again_twice_and_nothing_else_is(
    failing: list[type[Exception]], expected: tuple[bool, int, int]
) -> None:
    assert _run(failing) == expected
