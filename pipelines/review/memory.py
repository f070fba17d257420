"""What a run must remember of earlier ones: findings seen before, and the verdicts in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipelines.review.ledger import Ledger
from pipelines.storage import atomic
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import release_before

#: The extracts that hold findings; an earlier release may know fewer of them.
FINDING_EXTRACTS = ("finding", "further_finding")
MEMORY_SCHEMA = {"finding_id": pl.String, "first_seen_as_of": pl.Date, "fingerprint": pl.String}


def finding_memory(data: DataFolder, as_of: date) -> pl.DataFrame:
    """`finding_id, first_seen_as_of, fingerprint` of the release before; else empty.

    Findings and further findings together: their ids are apart.
    """
    release = release_before(data, as_of)
    if release is None:
        return pl.DataFrame(schema=MEMORY_SCHEMA)
    paths = [path for name in FINDING_EXTRACTS if (path := release / "extracts" / f"{name}.parquet").exists()]
    # A schema as it is given to a frame is wider than what cast says it takes.
    findings = [pl.read_parquet(path, columns=list(MEMORY_SCHEMA)).cast(MEMORY_SCHEMA) for path in paths]  # type: ignore[arg-type]
    return pl.concat(findings).sort("finding_id")


def write_review_tables(data: DataFolder, as_of: date, matched: Path) -> None:
    """Writes `finding_memory.parquet` and `finding_verdict.parquet` into the run's folder `matched`."""
    atomic.write_parquet(finding_memory(data, as_of), matched / "finding_memory.parquet")
    atomic.write_parquet(Ledger(data.decisions).finding_verdicts(as_of), matched / "finding_verdict.parquet")
