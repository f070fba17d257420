"""What a release says about the run that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class RunContext:
    """The one row of `raw/run_context.parquet`."""

    run_id: str
    as_of: date
    rule_version: str
    code_version: str
    model_version: str

    @classmethod
    def read(cls, work: Path) -> RunContext:
        row = pl.read_parquet(work / "raw" / "run_context.parquet").row(0, named=True)
        return cls(
            run_id=str(row["run_id"]),
            as_of=row["as_of"],
            rule_version=str(row["rule_version"]),
            code_version=str(row["code_version"]),
            model_version=str(row["model_version"]),
        )
