"""One night of matching in a process of its own: `first`, `full` or `increment`; tables in, tables and cost out.

`first` links yesterday's mentions and keeps the state; the others link tonight's with the population of then, `full`
by comparing everything, `increment` from the state, which it maps into memory and writes. Both write the result as
uncompressed Arrow files (the increment's stands in its state). Cost: from the start of the process.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa

KEY = b"a key for benchmarks, 32 bytes!!"
TABLES = ("person_link", "person_id_number", "person_join", "duplicate_candidate", "scored_pairs", "identity")


def mapped(path: Path) -> pl.DataFrame:
    """An uncompressed Arrow file as a frame that lies in the file."""
    with pa.memory_map(str(path)) as source:
        frame = pl.from_arrow(pa.ipc.open_file(source).read_all())
    assert isinstance(frame, pl.DataFrame)
    return frame


def main(folder: Path, mode: str) -> None:
    from pipelines.matching import link_mentions, link_night, load_model
    from pipelines.matching.state import State

    model, before = load_model(), None
    if mode != "first":
        before = State.from_frames({path.stem: mapped(path) for path in (folder / "first").glob("*.arrow")})
    mentions = pl.read_parquet(folder / ("yesterday.parquet" if mode == "first" else "tonight.parquet"))
    told: dict[str, object] = {}
    if mode == "full" and before is not None:
        earlier, population = before.linkage.identity, before.population
        linkage = link_mentions(mentions, model, key=KEY, previous=earlier, population=population)
        frames = {f"linkage_{name}": getattr(linkage, name) for name in TABLES}
    else:
        night = link_night(mentions, model, key=KEY, state=before)
        linkage, frames = night.linkage, night.state.frames()
        told = {"changed": night.changed, "reason": night.reason, "compared": night.compared}
    (folder / mode).mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.write_ipc(folder / mode / f"{name}.arrow", compression="uncompressed")
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "pairs": linkage.scored_pairs.height,
    }
    (folder / mode / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
