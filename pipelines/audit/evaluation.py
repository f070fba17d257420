"""How right a release is, measured against a county whose truth is known.

Links are judged on mentions (row and role): pairwise precision, recall and F1 over all pairs of mentions, the same
over the pairs that need more than one identical valid ID number, and B-cubed (Bagga and Baldwin 1998). Pairs are
counted from group sizes and never enumerated. Truth marked `optional` (rows that may be held back, readings that may
differ) counts neither for nor against.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.audit.finding_evaluation import finding_scores
from pipelines.audit.reasons import keeps_reasons
from pipelines.audit.scores import per_feed_address, score
from pipelines.matching.calibration import expected_calibration_error, reliability

#: Roles that a truth may name otherwise than the extracts do.
_SAME_ROLE = {"payee": "self"}


def evaluate(truth: Path, release: Path) -> dict[str, Any]:
    """Scores of the extracts of `release` against the tables `record, finding, household` in folder `truth`.

    Returns `{"links": …, "findings": …, "households": …}`, and `further_findings` where the truth tells of them; shares
    are between 0 and 1, null where nothing was counted. With a table `person` findings are also scored by town.
    """
    extracts = release / "extracts"
    record, link = pl.read_parquet(truth / "record.parquet"), pl.read_parquet(extracts / "person_link.parquet")
    people = truth / "person.parquet"
    towns = _towns(people) if people.exists() else None

    def findings_of(name: str) -> dict[str, Any]:
        published = pl.read_parquet(extracts / f"{name}.parquet")
        return finding_scores(record, pl.read_parquet(truth / f"{name}.parquet"), published, towns)

    scores = {
        "links": {**link_scores(record, link), "calibration": calibration_scores(record, link, scored_pairs(release))},
        "findings": findings_of("finding"),
        "households": household_scores(
            pl.read_parquet(truth / "household.parquet"), pl.read_parquet(extracts / "verified_household.parquet")
        ),
    }
    if (truth / "further_finding.parquet").exists():
        scores["further_findings"] = findings_of("further_finding")
    return scores


def _towns(people: Path) -> dict[int, str]:
    """True person -> town; who lives nowhere known is left out."""
    return dict(pl.read_parquet(people, columns=["person_uid", "town"]).drop_nulls().iter_rows())


def _pairs(frame: pl.DataFrame, *by: str) -> int:
    """Number of unordered pairs of rows that agree in all of `by`."""
    sizes = frame.group_by(by).agg(size=pl.len().cast(pl.Int64)).get_column("size")
    return int((sizes * (sizes - 1) // 2).sum())


def _b_cubed(frame: pl.DataFrame) -> dict[str, float | None]:
    """Mean over mentions: the share of its cluster that is its person, and the share of its person in its cluster."""
    if frame.is_empty():
        return {"precision": None, "recall": None, "f1": None}
    shared = frame.select(
        both=pl.len().over("person", "truth"), cluster=pl.len().over("person"), entity=pl.len().over("truth")
    )
    # Polars says of a mean no more than that it is some value.
    precision = float((shared["both"] / shared["cluster"]).mean())  # type: ignore[arg-type]  # a mean of shares is a number
    recall = float((shared["both"] / shared["entity"]).mean())  # type: ignore[arg-type]  # a mean of shares is a number
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def link_scores(record: pl.DataFrame, link: pl.DataFrame) -> dict[str, Any]:
    """Scores of the links. A mention that was not linked stands alone; of a row delivered twice a link given to either
    copy stands for both."""
    key = ["feed", "delivery", "file", "sheet", "row_number", "role"]
    same_role = pl.col("role").replace(_SAME_ROLE)
    scored = per_feed_address(record.filter(~pl.col("optional"))).with_columns(same_role)
    given = per_feed_address(link).with_columns(same_role).unique(key, keep="first").select(*key, "person_id")
    joined = scored.join(given, on=key, how="left", nulls_equal=True, maintain_order="left")
    missing = joined.get_column("person_id").null_count()
    if "rid" in joined.columns:
        copy = pl.col("person_id").drop_nulls().first().over("rid", "role")
        joined = joined.with_columns(person_id=pl.coalesce("person_id", copy))
    alone = pl.format("unlinked-{}", pl.int_range(pl.len()))
    mentions = joined.select(
        truth="person_uid", number="norm_id", person=pl.coalesce("person_id", alone), is_head=pl.col("role") == "head"
    )
    numbered = mentions.filter(pl.col("number").is_not_null())
    everything = (_pairs(mentions, "truth", "person"), _pairs(mentions, "person"), _pairs(mentions, "truth"))
    by_number = (("truth", "person", "number"), ("person", "number"), ("truth", "number"))
    easy = tuple(_pairs(numbered, *columns) for columns in by_number)
    hard = tuple(whole - part for whole, part in zip(everything, easy, strict=True))
    return {
        "mentions": mentions.height,
        "without_link": missing,
        "pairwise": score(*everything),
        "pairwise_beyond_id_number": score(*hard),
        "b_cubed": _b_cubed(mentions),
        "b_cubed_without_head_references": _b_cubed(mentions.filter(~pl.col("is_head"))),
    }


def scored_pairs(release: Path) -> pl.DataFrame:
    """mention_id_l, mention_id_r, probability of the compared pairs; none for a release that kept none."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        if not keeps_reasons(connection):
            return pl.DataFrame(
                schema={"mention_id_l": pl.String, "mention_id_r": pl.String, "probability": pl.Float64}
            )
        query = "select mention_id_l, mention_id_r, probability from matched.scored_pairs order by all"
        return connection.sql(query).pl()


def calibration_scores(record: pl.DataFrame, link: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, Any]:
    """Of the compared pairs said to be one person with a probability, how many are: the reliability curve in ten bins,
    and its expected calibration error. `pairs`: mention_id_l, mention_id_r, probability; pairs whose truth is not known
    are left out."""
    key = ["feed", "delivery", "file", "sheet", "row_number", "role"]
    known = per_feed_address(record.filter(~pl.col("optional"))).with_columns(pl.col("role").replace(_SAME_ROLE))
    named = per_feed_address(link).with_columns(pl.col("role").replace(_SAME_ROLE))
    truth = named.join(known.select(*key, "person_uid"), on=key, nulls_equal=True).unique("mention_id")
    for side in ("l", "r"):
        of_side = truth.select(pl.col("mention_id", "person_uid").name.suffix(f"_{side}"))
        pairs = pairs.join(of_side, on=f"mention_id_{side}")
    curve = reliability(pairs.select("probability", is_same=pl.col("person_uid_l") == pl.col("person_uid_r")))
    counted = int(curve["pairs"].sum())
    error = expected_calibration_error(curve) if counted else None
    return {"pairs": counted, "expected_calibration_error": error, "bins": curve.to_dicts()}


def household_scores(truth: pl.DataFrame, published: pl.DataFrame) -> dict[str, Any]:
    """Agreement on outcomes and incomes (within 1 yuan a month and person). A missing unit agrees in nothing."""
    key = ["case_feed", "case_number"]
    mine = published.with_columns(pl.col("case_number").str.strip_chars()).unique(key, keep="first").select(
        *key, "outcome", "verified_income_per_capita", "verified_member_count"
    )  # fmt: skip
    joined = truth.join(mine, on=key, how="left", suffix="_published")
    core = joined.filter(~pl.col("optional"))
    income = joined.filter(pl.col("verified_income_per_capita").is_not_null())
    published_income = pl.col("verified_income_per_capita_published").cast(pl.Float64)
    within = (published_income - pl.col("verified_income_per_capita")).abs() <= 1
    members = pl.col("verified_member_count_published")
    confusion = core.group_by("outcome", "outcome_published").len().sort("outcome", "outcome_published")
    return {
        "units": truth.height,
        "missing": joined.get_column("outcome_published").null_count(),
        "extra": mine.join(truth, on=key, how="anti").height,
        "outcome_agreement": _share(core, pl.col("outcome") == pl.col("outcome_published")),
        "income_compared": income.height,
        "income_within_1_yuan": _share(income, within),
        "member_count_agreement": _share(core, members == pl.col("verified_member_count")),
        "outcomes": [
            {"truth": a, "published": b, "units": count} for a, b, count in confusion.iter_rows()
        ],
    }  # fmt: skip


def _share(frame: pl.DataFrame, holds: pl.Expr) -> float | None:
    return None if frame.is_empty() else frame.select(holds.fill_null(False).mean()).item()
