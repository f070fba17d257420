"""The few figures of a release that a summary shows: counts by group, never a row of a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.review import FINDING_EXTRACTS

#: The order in which severities are read: what stops a payment first, help that is due beside it.
GRAVITY = {"红": 0, "蓝": 1, "黄": 2, "灰": 3}


@dataclass(frozen=True)
class ReleaseFigures:
    """Counts only. `findings`: severity, title, code, certain, uncertain, the gravest first; `households`: case feed,
    outcome, units."""

    persons: int
    mentions: int
    pairs_for_review: int
    findings: list[tuple[str, str, str, int, int]]
    households: list[tuple[str, str, int]]


def release_figures(release: Path) -> ReleaseFigures:
    extracts = release / "extracts"
    counts = {"certain": pl.col("certain").sum(), "uncertain": (~pl.col("certain")).sum()}
    parts = [pl.scan_parquet(extracts / f"{name}.parquet") for name in FINDING_EXTRACTS]
    findings = pl.concat([part.select("severity", "title", "code", "certain") for part in parts])
    finding = findings.group_by("severity", "title", "code").agg(**counts)
    gravity = pl.col("severity").replace_strict(GRAVITY, default=len(GRAVITY))
    household = pl.scan_parquet(extracts / "verified_household.parquet").group_by("case_feed", "outcome").len()
    return ReleaseFigures(
        persons=_rows(extracts / "person.parquet"),
        mentions=_rows(extracts / "person_link.parquet"),
        pairs_for_review=_rows(extracts / "duplicate_candidate.parquet"),
        findings=finding.sort(gravity, "code").collect().rows(),
        households=household.sort("case_feed", "outcome").collect().rows(),
    )


def _rows(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
