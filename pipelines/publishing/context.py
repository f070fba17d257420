"""What a release says about the run that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class RunContext:
    """The one row of `raw/run_context.parquet`, and the release before (null on the first night)."""

    run_id: str
    as_of: date
    rule_version: str
    code_version: str
    model_version: str
    previous_as_of: date | None = None
    previous_run_id: str | None = None

    @classmethod
    def read(cls, work: Path) -> RunContext:
        row = pl.read_parquet(work / "raw" / "run_context.parquet").row(0, named=True)
        previous = pl.read_parquet(work / "previous" / "release_before.parquet").to_dicts()
        return cls(
            run_id=str(row["run_id"]),
            as_of=row["as_of"],
            rule_version=str(row["rule_version"]),
            code_version=str(row["code_version"]),
            model_version=str(row["model_version"]),
            previous_as_of=previous[0]["as_of"] if previous else None,
            previous_run_id=str(previous[0]["run_id"]) if previous else None,
        )
