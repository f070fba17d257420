"""Children that parse files end with the run that is told to end."""

from __future__ import annotations

import contextlib
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.intake.formats.limits import Limits
from pipelines.intake.worker import Interrupted, WorkerDied, this_threads_worker, workers_end_when_interrupted


@pytest.fixture
def endless(tmp_path: Path) -> dict[str, str]:
    """A request that no child answers: the file is a pipe into which nobody writes."""
    os.mkfifo(tmp_path / "endless.xlsx")
    return {"path": str(tmp_path / "endless.xlsx"), "feed": "payment", "target": str(tmp_path / "rows.parquet")}


def _ask_until_told(requests: list[dict[str, str]]) -> list[type[BaseException]]:
    limits = Limits()
    told: list[type[BaseException]] = []
    for request in requests:
        try:
            this_threads_worker().ask(request, limits)
        except Exception as error:
            told.append(type(error))
    return told


def _interrupted_while_asking(requests: list[dict[str, str]], asked: list[Future[list[type[BaseException]]]]) -> None:
    with ThreadPoolExecutor(1) as pool, workers_end_when_interrupted():
        asked.append(pool.submit(_ask_until_told, requests))
        _wait_for_a_reader(requests[0]["path"])
        raise KeyboardInterrupt


def _wait_for_a_reader(pipe: str) -> None:
    """A pipe can be opened for writing at once only while somebody reads from it; it is left open."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            return
        time.sleep(0.05)
    raise TimeoutError


def test_a_child_ends_at_once_when_the_run_is_interrupted_and_no_other_is_asked(endless: dict[str, str]) -> None:
    asked: list[Future[list[type[BaseException]]]] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted_while_asking([endless, endless], asked)
    assert asked[0].result() == [WorkerDied, Interrupted]
    with workers_end_when_interrupted():
        pass  # the next run in this process asks again
    assert _ask_until_told([{**endless, "path": "/nowhere"}]) == []
