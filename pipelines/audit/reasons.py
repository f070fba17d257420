"""Why rows are, or are not, one person: what the release keeps of matching, told step by step.

Explained when asked, from the levels and weights of the pairs in the release's warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.audit.problem import NotPublished
from pipelines.matching.explain import Step, explain_pair

VERDICTS = {"same": "是同一人", "different": "不是同一人", "unsure": "不能确定"}
OWN_NUMBER = "{} 行写的是此人本人的有效身份证号。"
GROUPED = "{} 行作为一组比较：号码和姓名的写法相同，或同是一户的户主，或是同一行重复报送。"
NOT_COMPARED = "没有比较过：两行没有共同的线索（见 candidate_pairs 的规则）。"
_ADDRESS = ("mention_id", "feed", "delivery", "file", "sheet", "row_number", "role")


@dataclass(frozen=True)
class NamedRow:
    """One row in which a person is named, and in which role."""

    mention_id: str
    feed: str
    delivery: str
    file: str
    sheet: str | None
    row_number: int
    role: str


@dataclass(frozen=True)
class Reason:
    """Why rows are one person (`outcome` joined), may be (review) or are not (apart).

    `method`: id_number (rows with the person's own number), same_values (rows compared as one), model (probability and
    `waterfall`, in bits; `rows` are the first of each side), decision (a caseworker's verdict). Conflicts come first in
    the `sentence` and by themselves in `conflicts`.
    """

    outcome: str
    method: str
    rows: tuple[NamedRow, ...]
    sentence: str
    conflicts: tuple[str, ...] = ()
    probability: float | None = None
    waterfall: tuple[Step, ...] = ()


def reasons_of(connection: duckdb.DuckDBPyConnection, person_id: str) -> tuple[Reason, ...]:
    """How a person's rows came together: rows of one number and rows compared as one, each join in its order, verdicts
    that joined nothing, and pairs with other persons that await review. Empty for a release that kept no steps."""
    if not keeps_reasons(connection):
        return ()
    groups = connection.execute(
        "select owns_id_number, list(mention_id order by mention_id) from matched.person_link where person_id = ? "
        "group by compared_as, owns_id_number having owns_id_number or count(*) > 1 "
        "order by owns_id_number desc, compared_as",
        [person_id],
    ).fetchall()
    reasons = [_group(connection, bool(owns), mentions) for owns, mentions in groups]
    joins = connection.execute(
        "select mention_id_l, mention_id_r, verdict, person_id_l = person_id_r from matched.person_join "
        "where ? in (person_id_l, person_id_r) order by step nulls last, mention_id_l, mention_id_r, verdict",
        [person_id],
    ).fetchall()
    for left, right, verdict, are_one in joins:
        reasons.append(_pair(connection, (left, right), "joined" if are_one else "apart", verdict))
    awaiting = connection.execute(
        "select mention_id_l, mention_id_r from matched.duplicate_candidate where ? in (person_id_l, person_id_r) "
        "order by probability desc, pair_id",
        [person_id],
    ).fetchall()
    return (*reasons, *(_pair(connection, ends, "review") for ends in awaiting))


def explain_rows(release: Path, one: str, other: str | None = None) -> Reason:
    """Why two rows are, or are not, one person: by their mention ids, or by the pair_id of a pair that awaits review.

    Raises NotPublished when the release has no such rows, or kept nothing that explains them.
    """
    where = f"发布 {release.parent.name}/{release.name}"
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        if not keeps_reasons(connection):
            raise NotPublished(f"{where} 没有保存归并步骤。请用现行程序重新运行后再查。")
        if other is None:
            ends = connection.execute(
                "select mention_id_l, mention_id_r from matched.duplicate_candidate where pair_id = ?", [one]
            ).fetchone()
            if ends is None:
                raise NotPublished(
                    f"{where} 的 duplicate_candidate 中没有 {one}。请核对编号，或给出两行的 mention_id。"
                )
            one, other = ends
        found = connection.execute(
            "select mention_id, person_id, compared_as, owns_id_number from matched.person_link "
            "where mention_id in (?, ?) order by mention_id",
            [one, other],
        ).fetchall()
        if len(found) < 2:
            raise NotPublished(f"{where} 的 person_link 中没有这两行。请核对 mention_id（行编号#角色）。")
        (left, person_l, first_l, owns), (right, person_r, first_r, _) = found
        if first_l == first_r:
            return _group(connection, bool(owns), [left, right])
        verdict = connection.execute(
            "select verdict from matched.person_join where verdict is not null "
            "and (mention_id_l, mention_id_r) in ((?, ?), (?, ?)) order by verdict",
            [first_l, first_r, first_r, first_l],
        ).fetchone()
        outcome = _outcome(connection, person_l, person_r)
        return _pair(connection, (first_l, first_r), outcome, verdict[0] if verdict else None)


def keeps_reasons(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release kept the scored pairs and the joins."""
    query = "select count(*) from duckdb_tables() where schema_name = 'matched' and table_name = 'person_join'"
    return connection.execute(query).fetchall() == [(1,)]


def _outcome(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> str:
    if one == other:
        return "joined"
    query = "select count(*) from matched.duplicate_candidate where (person_id_l, person_id_r) in ((?, ?), (?, ?))"
    return "apart" if connection.execute(query, [one, other, other, one]).fetchone() == (0,) else "review"


def _named(connection: duckdb.DuckDBPyConnection, mentions: list[str]) -> tuple[NamedRow, ...]:
    """The rows, in the order of `mentions`."""
    marks = ", ".join("?" * len(mentions))
    query = f"select {', '.join(_ADDRESS)} from marts.person_link where mention_id in ({marks})"
    found = {row[0]: NamedRow(*row) for row in connection.execute(query, mentions).fetchall()}
    return tuple(found[mention] for mention in mentions)


def _group(connection: duckdb.DuckDBPyConnection, owns: bool, mentions: list[str]) -> Reason:
    sentence = (OWN_NUMBER if owns else GROUPED).format(len(mentions))
    return Reason("joined", "id_number" if owns else "same_values", _named(connection, mentions), sentence)


def _pair(
    connection: duckdb.DuckDBPyConnection, ends: tuple[str, str], outcome: str, verdict: str | None = None
) -> Reason:
    scored = connection.execute(
        "select * from matched.scored_pairs where (mention_id_l, mention_id_r) in ((?, ?), (?, ?))",
        [*ends, *ends[::-1]],
    )
    columns, values = [entry[0] for entry in scored.description or ()], scored.fetchone()
    row: dict[str, Any] = dict(zip(columns, values, strict=True)) if values else {}
    steps, conflicts, sentence = explain_pair(row) if row else ([], [], NOT_COMPARED)
    if verdict:
        sentence = f"人工核对的结论：{VERDICTS[verdict]}。{sentence}"
    return Reason(
        outcome,
        "decision" if verdict else "model",
        _named(connection, list(ends)),
        sentence,
        tuple(conflicts),
        row.get("probability"),
        tuple(steps),
    )
