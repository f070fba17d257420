"""Why rows are one person, from the tables that a release keeps of matching."""

from __future__ import annotations

from math import log
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.audit import NotPublished, Reason, explain_rows
from pipelines.audit.reasons import NOT_COMPARED, reasons_of
from pipelines.matching.comparisons import COMPARISONS

LINKS = {  # mention -> person, first mention of its group, whether it has the person's own number
    "a": ("p1", "a", True), "b": ("p1", "a", True), "c": ("p1", "c", False), "d": ("p1", "c", False),
    "e": ("p1", "e", False), "f": ("p2", "f", False), "g": ("p3", "g", False),
}  # fmt: skip
JOINS = [
    ("p1", "p1", 1, "e", "a", "decision", "same"),
    ("p1", "p1", 2, "c", "a", "model", None),
    ("p3", "p1", None, "g", "a", "decision", "different"),
]
#: left, right, level of the name, its weight, level of the sex, its weight, probability
SCORES = [("c", "a", "exact", 9.0, "same", 0.7, 0.97), ("f", "a", "exact", 9.0, "different", -4.6, 0.6)]


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    links = pl.DataFrame(
        [(name, *values) for name, values in LINKS.items()],
        schema=["mention_id", "person_id", "compared_as", "owns_id_number"],
        orient="row",
    )
    sides = ["person_id_l", "person_id_r", "step", "mention_id_l", "mention_id_r", "method", "verdict"]
    scores = [
        {
            "mention_id_l": left, "mention_id_r": right, "probability": probability, "vetoes": [], "refusal": None,
            "level_name": COMPARISONS["name"].index(name), "weight_name": of_name,
            "level_sex": COMPARISONS["sex"].index(sex), "weight_sex": of_sex,
        }
        for left, right, name, of_name, sex, of_sex, probability in SCORES
    ]  # fmt: skip
    waiting = {"pair_id": "q", "mention_id_l": "f", "mention_id_r": "a", "person_id_l": "p2", "person_id_r": "p1"}
    tables = {
        "matched.person_link": links,
        "matched.person_join": pl.DataFrame(JOINS, schema=sides, orient="row"),
        "matched.scored_pairs": pl.DataFrame(scores, schema_overrides={"vetoes": pl.List(pl.String)}),
        "matched.duplicate_candidate": pl.DataFrame([{**waiting, "probability": 0.6}]),
        "marts.person_link": links.select(
            "mention_id", feed=pl.lit("dibao"), delivery=pl.lit("2026-10-31"), file=pl.lit("d.xlsx"),
            sheet=pl.lit("甲"), row_number=pl.int_range(pl.len()), role=pl.lit("self"),
        ),
    }  # fmt: skip
    connection.execute("create schema matched; create schema marts")
    for name, frame in tables.items():
        connection.register("made", frame.to_arrow())
        connection.execute(f"create table {name} as from made")


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    make_tables(connection)
    return connection


def told(reasons: tuple[Reason, ...]) -> list[tuple[str, str, str]]:
    return [(reason.outcome, reason.method, "".join(row.mention_id for row in reason.rows)) for reason in reasons]


def test_a_person_is_told_from_its_number_to_what_awaits_review(warehouse: duckdb.DuckDBPyConnection) -> None:
    reasons = reasons_of(warehouse, "p1")
    assert told(reasons) == [
        ("joined", "id_number", "ab"),
        ("joined", "same_values", "cd"),
        ("joined", "decision", "ea"),
        ("joined", "model", "ca"),
        ("apart", "decision", "ga"),
        ("review", "model", "fa"),
    ]
    assert reasons[2].sentence == f"人工核对的结论：是同一人。{NOT_COMPARED}"
    assert reasons[4].sentence.startswith("人工核对的结论：不是同一人。")


def test_a_join_shows_the_waterfall_and_its_conflicts_first(warehouse: duckdb.DuckDBPyConnection) -> None:
    *_, joined, _, waiting = reasons_of(warehouse, "p1")
    assert [step.comparison for step in joined.waterfall] == ["name", "sex"]
    assert joined.waterfall[-1].running == pytest.approx(9.7 / log(2))
    assert (joined.conflicts, joined.probability) == ((), 0.97)
    assert waiting.conflicts == ("性别不同",)
    assert waiting.sentence == "不一致：性别不同；一致：姓名相同；同一人的可能性 60%。"


def test_the_other_side_of_a_verdict_is_told_of_it_too(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert told(reasons_of(warehouse, "p3")) == [("apart", "decision", "ga")]
    assert told(reasons_of(warehouse, "p2")) == [("review", "model", "fa")]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("q", None), ("review", "model", "af")),
        (("f", "b"), ("review", "model", "af")),
        (("d", "b"), ("joined", "model", "ac")),
        (("b", "a"), ("joined", "id_number", "ab")),
        (("g", "b"), ("apart", "decision", "ag")),
        (("f", "g"), ("apart", "model", "fg")),
    ],
)
def test_any_two_rows_are_explained(
    ends: tuple[str, str | None], expected: tuple[str, str, str], tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        make_tables(connection)
    assert told((explain_rows(tmp_path, *ends),)) == [expected]


@pytest.mark.parametrize("ends", [("q9", None), ("a", "z"), ("a", "a")])
def test_rows_that_were_not_published_are_refused(ends: tuple[str, str | None], tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        make_tables(connection)
    with pytest.raises(NotPublished):
        explain_rows(tmp_path, *ends)


def test_a_release_that_kept_no_steps_says_so(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert reasons_of(connection, "p1") == ()
    with pytest.raises(NotPublished, match="没有保存归并步骤"):
        explain_rows(tmp_path, "a", "b")
