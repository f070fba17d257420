"""One reader on one landing folder; prints what it cost as JSON. Run by `benchmarks.intake`, in a process of its own.

Hedui receives, archives, parses, checks and chooses, and gives the raw table; the plain readers read the cells and no
more. Memory is the peak of the largest process; Hedui parses in children, whose CPU counts as its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.cost import children, cost_so_far, peak

FEED, AS_OF = "payment", date(2026, 10, 31)


def hedui(landing: Path, data: Path) -> int:
    from pipelines.intake import Limits, receive, take_in
    from pipelines.storage.paths import DataFolder

    receive(landing, DataFolder(data), AS_OF)
    taken = take_in(FEED, DataFolder(data), AS_OF, Limits())
    if unused := [receipt for receipt in taken.receipts if not receipt.in_force]:
        codes = sorted({message.code for receipt in unused for message in receipt.messages})
        raise RuntimeError(f"{len(unused)} files not in force: {', '.join(codes)}")
    return taken.frame.height


def calamine(landing: Path, _: Path) -> int:
    import python_calamine

    rows = 0
    for path in sorted(landing.rglob("*.xlsx")):
        book = python_calamine.CalamineWorkbook.from_path(path)
        rows += len(book.get_sheet_by_index(0).to_python()) - 1
    return rows


def polars(landing: Path, _: Path) -> int:
    import polars as pl

    rows = 0
    for path in sorted(landing.rglob("*.*")):
        rows += (pl.read_excel(path) if path.suffix == ".xlsx" else pl.read_parquet(path)).height
    return rows


READERS: dict[str, dict[str, Callable[[Path, Path], int]]] = {
    "xlsx": {"hedui": hedui, "calamine": calamine, "polars": polars},
    "parquet": {"hedui": hedui, "polars": polars},
}


def children_cost() -> dict[str, float]:
    """CPU seconds of all children, which it ends, and the peak MB of the largest."""
    from pipelines.intake.worker import close_workers

    memory = max(map(peak, children(os.getpid())), default=0.0)
    close_workers()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": usage.ru_utime + usage.ru_stime, "memory": memory}


def main(reader: str, kind: str, landing: str, data: str, started: str) -> None:
    rows = READERS[kind][reader](Path(landing), Path(data))
    cost = cost_so_far(float(started))
    if reader == "hedui":
        children = children_cost()
        cost["cpu"] += children["cpu"]
        cost["memory"] = max(cost["memory"], children["memory"])
    print(json.dumps({"rows": rows, **cost}))


if __name__ == "__main__":
    main(*sys.argv[1:])
