"""The few figures of a release that a summary shows: counts by group, never a row of a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class ReleaseFigures:
    """`findings`: code, severity, certain, uncertain. `households`: case feed, outcome, units. Counts only."""

    persons: int
    mentions: int
    pairs_for_review: int
    findings: list[tuple[str, str, int, int]]
    households: list[tuple[str, str, int]]


def release_figures(release: Path) -> ReleaseFigures:
    extracts = release / "extracts"
    finding = pl.scan_parquet(extracts / "finding.parquet").group_by("code", "severity").agg(
        certain=pl.col("certain").sum(), uncertain=(~pl.col("certain")).sum()
    )  # fmt: skip
    household = pl.scan_parquet(extracts / "verified_household.parquet").group_by("case_feed", "outcome").len()
    return ReleaseFigures(
        persons=_rows(extracts / "person.parquet"),
        mentions=_rows(extracts / "person_link.parquet"),
        pairs_for_review=_rows(extracts / "duplicate_candidate.parquet"),
        findings=finding.sort("severity", "code").collect().rows(),
        households=household.sort("case_feed", "outcome").collect().rows(),
    )


def _rows(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
