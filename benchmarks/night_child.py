"""One night of matching in a process of its own: `first`, `full` or `increment`; tables in, tables and cost out.

`first` links yesterday's mentions and keeps the state; the others link tonight's with the population of then, `full`
by comparing everything, `increment` from the state, which it reads and writes. Cost: from the start of the process.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import polars as pl

KEY = b"a key for benchmarks, 32 bytes!!"


def main(folder: Path, mode: str) -> None:
    from pipelines.matching import link_mentions, link_night, load_model
    from pipelines.matching.state import State

    model, kept = load_model(), folder / "first" / "state"
    before = None
    if mode != "first":
        before = State.from_frames({path.stem: pl.read_parquet(path) for path in kept.glob("*.parquet")})
    identity = folder / "first" / "identity.parquet"
    mentions = pl.read_parquet(folder / ("yesterday.parquet" if mode == "first" else "tonight.parquet"))
    told: dict[str, object] = {}
    previous = None if before is None else pl.read_parquet(identity)
    if mode == "full" and before is not None:
        linkage = link_mentions(mentions, model, key=KEY, previous=previous, population=before.population)
    else:
        night = link_night(mentions, model, key=KEY, previous=previous, state=before)
        (folder / mode / "state").mkdir(parents=True, exist_ok=True)
        for name, frame in night.state.frames().items():
            frame.write_parquet(folder / mode / "state" / f"{name}.parquet", compression="lz4")
        linkage, told = night.linkage, {"changed": night.changed, "reason": night.reason, "compared": night.compared}
    (folder / mode).mkdir(exist_ok=True)
    for name in ("person_link", "person_id_number", "duplicate_candidate", "scored_pairs", "identity"):
        getattr(linkage, name).write_parquet(folder / mode / f"{name}.parquet")
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "pairs": linkage.scored_pairs.height,
    }
    (folder / mode / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
