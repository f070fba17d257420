"""Scores on tables small enough to count by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.audit import evaluate
from pipelines.audit.evaluation import calibration_scores, household_scores, link_scores
from pipelines.audit.finding_evaluation import finding_scores

N1, N2 = "340590195503124527", "340590196808085316"


def records(rows: list[tuple[int, int, str | None]], **more: Any) -> pl.DataFrame:
    """Rows of (row number, true person, readable ID number)."""
    return pl.DataFrame(
        [
            {
                "feed": "wage",
                "delivery": "2026-10-31",
                "file": "w.csv",
                "sheet": None,
                "row_number": number,
                "role": "self",
                "person_uid": person,
                "norm_id": number_read,
                "optional": False,
                "rid": number,
                **more,
            }
            for number, person, number_read in rows
        ],
        schema_overrides={"sheet": pl.String, "norm_id": pl.String},
    )


def links(persons: dict[int, str]) -> pl.DataFrame:
    rows = [
        {
            "feed": "wage",
            "delivery": "2026-10-31",
            "file": "a/w.csv",
            "sheet": "w",
            "row_number": number,
            "role": "payee",
            "person_id": person,
        }
        for number, person in persons.items()
    ]
    return pl.DataFrame(rows)


def test_links_are_scored_by_pairs_and_by_mention() -> None:
    record = records([(1, 7, N1), (2, 7, N1), (3, 7, None), (4, 8, N2)])
    scores = link_scores(record, links({1: "a", 2: "a", 3: "b", 4: "b"}))
    # True pairs: 12, 13, 23. Given: 12, 34. One in common, and that one needs the ID number alone.
    assert scores["pairwise"] == pytest.approx(
        {"precision": 1 / 2, "recall": 1 / 3, "f1": 2 / 5, "hits": 1, "given": 2, "true": 3}
    )
    assert scores["pairwise_beyond_id_number"] == {
        "precision": 0,
        "recall": 0,
        "f1": 0,
        "hits": 0,
        "given": 1,
        "true": 2,
    }
    assert scores["b_cubed"] == pytest.approx(
        {"precision": 3 / 4, "recall": (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, "f1": 0.7058823}
    )


def test_a_mention_without_link_stands_alone_unless_its_copy_was_linked() -> None:
    record = records([(1, 7, N1), (2, 7, N1)])
    assert link_scores(record, links({1: "a"}))["pairwise"]["hits"] == 0
    copies = record.with_columns(rid=pl.lit(1))
    scores = link_scores(copies, links({1: "a"}))
    assert (scores["pairwise"]["hits"], scores["without_link"]) == (1, 1)


def test_what_was_said_of_pairs_is_held_against_the_truth() -> None:
    record = records([(1, 7, N1), (2, 7, None), (3, 8, None)])
    link = links({1: "a", 2: "a", 3: "a", 4: "a"}).with_columns(mention_id=pl.col("row_number").cast(pl.String))
    said = [("1", "2", 0.9), ("3", "1", 0.5), ("2", "3", 0.001), ("4", "1", 0.8)]
    pairs = pl.DataFrame(said, schema=["mention_id_l", "mention_id_r", "probability"], orient="row")
    scores = calibration_scores(record, link, pairs)
    assert scores["pairs"] == 2  # one is too unlikely to be asked for, of one the truth is not known
    assert scores["expected_calibration_error"] == pytest.approx((0.1 + 0.5) / 2)
    assert [(row["said"], row["found"]) for row in scores["bins"]] == [(0.5, 0.0), (0.9, 1.0)]
    nothing = calibration_scores(record, link, pairs.clear())
    assert nothing == {"pairs": 0, "expected_calibration_error": None, "bins": []}


def test_optional_mentions_do_not_count() -> None:
    assert link_scores(records([(1, 7, N1)], optional=True), links({1: "a"}))["mentions"] == 0


def truth(code: str, persons: list[int], case: str = "", **more: Any) -> dict[str, Any]:
    feed = "dibao" if case else ""
    return {
        "code": code,
        "person_uids": persons,
        "household_feed": feed,
        "household_case": case,
        "optional": False,
        **more,
    }


def finding(code: str, rows: list[int], case: str | None = None, certain: bool = True) -> dict[str, Any]:
    evidence = [
        {"feed": "wage", "delivery": "2026-10-31", "file": "w.csv", "sheet": None, "row_number": row} for row in rows
    ]
    named = {"code": code, "household_feed": "dibao", "household_case": case}
    return {**named, "certain": certain, "evidence": evidence, "town": "丙镇"}


def scored(
    truths: list[dict[str, Any]], findings: list[dict[str, Any]], towns: dict[int, str] | None = None
) -> dict[str, Any]:
    record = records([(1, 7, N1), (2, 8, N2), (3, 9, None)])
    frame = pl.DataFrame(findings, infer_schema_length=None)
    return finding_scores(record, pl.DataFrame(truths, infer_schema_length=None), frame, towns)


def test_findings_are_matched_by_case_or_by_the_persons_of_their_evidence() -> None:
    scores = scored(
        [truth("vehicle_owned", [7], "A"), truth("age_mismatch", [7]), truth("age_mismatch", [8])],
        [finding("vehicle_owned", [1], "A"), finding("age_mismatch", [1]), finding("age_mismatch", [3])],
    )
    assert scores["by_code"]["vehicle_owned"]["f1"] == 1
    assert scores["by_code"]["age_mismatch"] == pytest.approx(
        {
            "precision": 0.5,
            "recall": 0.5,
            "f1": 0.5,
            "hits": 1,
            "given": 2,
            "true": 2,
            "certain_given": 2,
            "certain_precision": 0.5,
        }
    )
    assert scores["overall"]["hits"] == 2


def test_the_same_statement_twice_is_one_answer_and_optional_truth_counts_neither_way() -> None:
    scores = scored(
        [truth("age_mismatch", [7]), truth("age_mismatch", [8], optional=True)],
        [finding("age_mismatch", [1], certain=False), finding("age_mismatch", [1]), finding("age_mismatch", [2])],
    )
    assert (scores["overall"]["given"], scores["overall"]["true"], scores["overall"]["f1"]) == (1, 1, 1)
    assert scores["overall"]["certain_given"] == 1


def test_a_shared_account_is_right_when_most_of_its_persons_are() -> None:
    assert scored([truth("shared_account", [7, 8])], [finding("shared_account", [1, 2, 3])])["overall"]["hits"] == 1
    assert scored([truth("shared_account", [7, 8])], [finding("shared_account", [1, 3])])["overall"]["hits"] == 0


def test_a_true_finding_counts_where_its_persons_live_and_a_wrong_one_where_it_was_published() -> None:
    truths = [truth("age_mismatch", [7]), truth("age_mismatch", [8]), truth("vehicle_owned", [8, 9], "A")]
    findings = [finding("age_mismatch", [1]), finding("age_mismatch", [3]), finding("vehicle_owned", [2], "A")]
    scores = scored(truths, findings, {7: "甲镇", 8: "乙镇", 9: "乙镇"})
    counts = [(row["town"], row["hits"], row["given"], row["true"]) for row in scores["by_town"]]
    assert counts == [("丙镇", 0, 1, 0), ("乙镇", 1, 1, 2), ("甲镇", 1, 1, 1)]
    cells = {(row["town"], row["code"]): (row["precision"], row["recall"]) for row in scores["by_town_and_code"]}
    assert cells == {
        ("丙镇", "age_mismatch"): (0, None),
        ("乙镇", "age_mismatch"): (None, 0),
        ("乙镇", "vehicle_owned"): (1, 1),
        ("甲镇", "age_mismatch"): (1, 1),
    }
    assert "by_town" not in scored(truths, findings)


def test_a_finding_that_leads_to_nobody_is_wrong() -> None:
    scores = scored([truth("age_mismatch", [7])], [finding("age_mismatch", [99])])
    assert (scores["without_subject"], scores["overall"]["precision"]) == (1, 0)


def test_a_household_that_is_missing_agrees_in_nothing() -> None:
    true = pl.DataFrame(
        [
            {
                "case_feed": "dibao",
                "case_number": case,
                "outcome": "eligible",
                "verified_income_per_capita": 100.0,
                "verified_member_count": 1,
                "optional": False,
            }
            for case in ("A", "B", "C", "D")
        ]
    )
    published = true.head(3).with_columns(
        verified_income_per_capita=pl.Series([100.9, 101.1, None]),
        outcome=pl.Series(["eligible", "ineligible", "eligible"]),
    )
    scores = household_scores(true, published.drop("optional"))
    assert (scores["missing"], scores["outcome_agreement"], scores["income_within_1_yuan"]) == (1, 0.5, 0.25)


def test_a_release_is_evaluated_as_a_whole(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "truth"
    folder.mkdir()
    record = pl.read_parquet(release / "extracts" / "person_link.parquet").with_columns(
        person_uid=pl.col("person_id").str.slice(1).cast(pl.Int64),
        norm_id=pl.lit(None, pl.String),
        optional=pl.lit(False),
    )
    record.write_parquet(folder / "record.parquet")
    pl.DataFrame([truth("deceased_recipient", [1]), truth("uncovered_hardship", [2], "D0001")]).write_parquet(
        folder / "finding.parquet"
    )
    pl.read_parquet(release / "extracts" / "verified_household.parquet").with_columns(
        pl.col("verified_income_per_capita").cast(pl.Float64), optional=pl.lit(False)
    ).write_parquet(folder / "household.parquet")
    people = {"person_uid": [1, 2, 3], "town": ["石桥铺镇", None, "石桥铺镇"]}
    pl.DataFrame(people).write_parquet(folder / "person.parquet")
    scores = evaluate(folder, release)
    assert {row["town"]: row["true"] for row in scores["findings"]["by_town"]} == {"未注明乡镇": 1, "石桥铺镇": 1}
    assert scores["links"]["pairwise"]["f1"] == 1
    assert scores["links"]["calibration"]["pairs"] == 2
    assert scores["findings"]["overall"]["f1"] == 1
    assert scores["households"]["outcome_agreement"] == scores["households"]["income_within_1_yuan"] == 1
