"""Tasks side by side answer in their order, one does not wait for another, and none fails in silence."""

from __future__ import annotations

import threading

import polars as pl
import pytest

from pipelines.matching import side_by_side as module
from pipelines.matching.side_by_side import side_by_side


def test_answers_stand_in_the_order_of_the_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 2)
    second_ran = threading.Event()

    def first() -> str:
        assert second_ran.wait(60)  # never, were the second task to wait for this one
        return "first"

    def second() -> str:
        second_ran.set()
        return "second"

    assert side_by_side([first, second]) == ["first", "second"]


def test_what_a_task_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side([lambda: 1, lambda: 1 // 0])


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (64, module.MOST_THREADS)])
def test_there_are_no_more_threads_than_processors(
    processors: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: processors)
    together = threading.Barrier(threads)
    places = side_by_side([lambda: together.wait(60)] * threads)
    assert sorted(places) == list(range(threads))
    assert len(set(side_by_side([threading.get_ident] * 50))) <= threads
