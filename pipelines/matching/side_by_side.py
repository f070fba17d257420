"""Work side by side: tasks that do not wait for each other's answers share the processors.

Threads are enough, as numpy, Polars, Arrow and RapidFuzz let go of the interpreter while they count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

#: More would hold more tables in memory at a time than they would spare seconds.
MOST_THREADS = 4


def side_by_side(tasks: Iterable[Callable[[], Any]]) -> list[Any]:
    """The answers of the tasks, in their order; what the first of them to fail raised is raised when all have ended."""
    with ThreadPoolExecutor(min(MOST_THREADS, pl.thread_pool_size())) as threads:
        return list(threads.map(lambda task: task(), tasks))
