"""Who is touched: the households and findings of one release, judged twice, compared. Pure functions on frames."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

#: Columns of a judged household that are shown before and after.
COMPARED = ("outcome", "outcome_reason", "is_low_income_margin", "standard", "income", "finding_codes")


@dataclass(frozen=True)
class Effects:
    """What differs between two judgements of the same households.

    `households`: one row per household whose outcome or 低保边缘 mark differs: household_id, case_feed, case_number,
    town, village, head_name, monthly_amount (yuan a month enrolled), each of COMPARED with `_before` and `_after`,
    and codes_new and codes_gone (its findings).
    `moves`: outcome_before, outcome_after, units, monthly_amount (their sum, yuan a month).
    `findings`: code, title, new, gone. `judged`: how many households were judged.
    """

    households: pl.DataFrame
    moves: pl.DataFrame
    findings: pl.DataFrame
    margin_new: int
    margin_gone: int
    judged: int


def compare(before: tuple[pl.DataFrame, pl.DataFrame], after: tuple[pl.DataFrame, pl.DataFrame]) -> Effects:
    """Compares two judgements (households, findings): the same households, another policy."""
    told = [name for name in before[0].columns if name not in COMPARED]
    joined = (
        before[0]
        .rename({name: f"{name}_before" for name in COMPARED})
        .join(
            after[0].select("household_id", *(pl.col(name).alias(f"{name}_after") for name in COMPARED)),
            on="household_id",
            how="inner",
        )
    )
    differs = pl.any_horizontal(
        pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in ("outcome", "is_low_income_margin")
    )
    changed = joined.filter(differs).sort("town", "village", "household_id", nulls_last=True)
    pairs = [f"{name}_{side}" for name in COMPARED for side in ("before", "after")]
    moves = (
        changed.filter(pl.col("outcome_before") != pl.col("outcome_after"))
        .group_by("outcome_before", "outcome_after")
        .agg(units=pl.len(), monthly_amount=pl.col("monthly_amount").sum())
        .sort("outcome_before", "outcome_after")
    )
    mark_before, mark_after = pl.col("is_low_income_margin_before"), pl.col("is_low_income_margin_after")
    return Effects(
        households=changed.select(
            *told,
            *pairs,
            codes_new=pl.col("finding_codes_after").list.set_difference("finding_codes_before").list.sort(),
            codes_gone=pl.col("finding_codes_before").list.set_difference("finding_codes_after").list.sort(),
        ),
        moves=moves,
        findings=_findings(before[1], after[1]),
        margin_new=changed.filter(mark_after & ~mark_before).height,
        margin_gone=changed.filter(mark_before & ~mark_after).height,
        judged=joined.height,
    )


def _findings(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """New and gone findings by code; a finding is the same one when its id is."""
    new = after.join(before, on="finding_id", how="anti").with_columns(new=1, gone=0)
    gone = before.join(after, on="finding_id", how="anti").with_columns(new=0, gone=1)
    return pl.concat([new, gone]).group_by("code", "title").agg(pl.col("new").sum(), pl.col("gone").sum()).sort("code")
