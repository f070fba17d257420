"""Links one set with Hedui in a process of its own: records.parquet and settings.json in, links and pairs out."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.cost import cost_so_far

#: Thresholds of linking tried for the best one, besides the model's own.
THRESHOLDS = (0.3, 0.5, 0.7, 0.8, 0.95, 0.99)


def link_county(folder: Path, table: pl.DataFrame, settings: dict[str, Any]) -> dict[str, Any]:
    """Links with the shipped model; the other thresholds and the pairs come after the cost is taken."""
    from pipelines.matching import link_records, load_model

    model, text = load_model(), pl.col("record_id").cast(pl.String)
    found = link_records(table, model)
    found.links.select(text, "person_id").write_parquet(folder / "links.parquet")
    told = {**cost_so_far(settings["started"]), "pairs": found.pairs.height}
    if not settings["thorough"]:
        return told
    odds = (pl.col("probability") / (1 - pl.col("probability"))).log()
    ends = [pl.col(side).cast(pl.String) for side in ("record_id_l", "record_id_r")]
    found.pairs.select(*ends, "probability", match_weight=odds).write_parquet(folder / "pairs.parquet")
    for threshold in THRESHOLDS:
        stay = min(threshold, model.thresholds["stay"])
        other = replace(model, thresholds={**model.thresholds, "link": threshold, "stay": stay})
        links = link_records(table, other).links.select(text, "person_id")
        links.write_parquet(folder / f"links_{threshold}.parquet")
    return told


def link_other(folder: Path, table: pl.DataFrame, settings: dict[str, Any]) -> dict[str, Any]:
    """Links with the set's own model file."""
    from pipelines.matching.tables import link_table, load_table_model

    found = link_table(table, load_table_model(Path(settings["model"])))
    found.links.write_parquet(folder / "links.parquet")
    told = {**cost_so_far(settings["started"]), "pairs": found.pairs.height}
    found.pairs.select("record_id_l", "record_id_r", "match_weight").write_parquet(folder / "pairs.parquet")
    return told


def main(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    table = pl.read_parquet(folder / "records.parquet")
    told = (link_other if settings["model"] else link_county)(folder, table, settings)
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
