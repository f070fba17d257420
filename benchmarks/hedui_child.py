"""Links one set with Hedui in a process of its own: records.parquet and settings.json in, links and pairs out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl


def main(folder: Path) -> None:
    from pipelines.matching import link_records, load_model
    from pipelines.matching.tables import link_table, load_table_model

    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    table = pl.read_parquet(folder / "records.parquet")
    text = pl.col("record_id").cast(pl.String)
    if settings["model"]:
        linkage = link_table(table, load_table_model(Path(settings["model"])))
        links, pairs = linkage.links, linkage.pairs.select("record_id_l", "record_id_r", "match_weight")
    else:
        found = link_records(table, load_model())
        links = found.links.select(text, "person_id")
        odds = (pl.col("probability") / (1 - pl.col("probability"))).log()
        pairs = found.pairs.select(
            pl.col("record_id_l").cast(pl.String), pl.col("record_id_r").cast(pl.String), match_weight=odds
        )
    links.write_parquet(folder / "links.parquet")
    pairs.write_parquet(folder / "pairs.parquet")
    (folder / "told.json").write_text(json.dumps({"pairs": pairs.height}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
