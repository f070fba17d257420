"""How rows came together is kept: every join in its order, with the verdicts that asked for it or forbade it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import rustworkx as rx

from pipelines.matching import Linkage

OWNER = {
    "name": "欧阳建国",
    "id_number": "34059019560311121?",
    "phone": "13900001111",
    "town": "青溪镇",
    "village": "东村",
}
ROWS: dict[str, dict[str, Any]] = {
    "a": OWNER,
    "b": {**OWNER, "feed": "vehicle"},
    "c": {"name": "欧阳建国", "phone": "13900001111", "birth_date": "1956-03-11", "feed": "wage"},
    "d": {"name": "欧阳建国", "town": "青溪镇", "village": "东村", "birth_date": "1956-03-11", "feed": "tekun"},
    "e": {"name": "诸葛秀英", "feed": "wage"},
}


def verdicts_of(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["mention_id_l", "mention_id_r", "verdict"], orient="row")


def steps_of(linkage: Linkage) -> list[tuple[Any, ...]]:
    joins = linkage.person_join
    ends = pl.concat_list("mention_id_l", "mention_id_r").list.sort().list.join("-")
    return joins.select("step", ends.alias("ends"), "method", "verdict").rows()


def test_rows_without_a_number_join_from_the_surest_down(link: Callable[..., Linkage]) -> None:
    linkage = link(ROWS)
    probability = {
        "-".join(sorted(row[:2])): row[2]
        for row in linkage.scored_pairs.select("mention_id_l", "mention_id_r", "probability").iter_rows()
    }
    steps = steps_of(linkage)
    assert [step[0] for step in steps] == [1, 2]
    assert {step[2:] for step in steps} == {("model", None)}
    assert probability[steps[0][1]] >= probability[steps[1][1]]
    assert dict(linkage.person_link.select("mention_id", "compared_as").iter_rows())["b"] == "a"


def test_a_verdict_that_joins_is_the_first_step(link: Callable[..., Linkage]) -> None:
    steps = steps_of(link(ROWS, verdicts=verdicts_of(("a", "e", "same"))))
    assert steps[0] == (1, "a-e", "decision", "same")
    assert [step[0] for step in steps] == [1, 2, 3]


@pytest.mark.parametrize("verdict", ["different", "unsure"])
def test_a_verdict_that_joins_nothing_is_kept_without_a_step(verdict: str, link: Callable[..., Linkage]) -> None:
    linkage = link(ROWS, verdicts=verdicts_of(("a", "e", verdict)))
    kept = linkage.person_join.filter(pl.col("verdict").is_not_null())
    assert kept.select("step", "method", "verdict").rows() == [(None, "decision", verdict)]
    assert (kept["person_id_l"] != kept["person_id_r"]).all()


def test_the_steps_make_the_persons(link: Callable[..., Linkage]) -> None:
    linkage = link(ROWS, verdicts=verdicts_of(("a", "e", "same"), ("c", "d", "unsure")))
    groups = linkage.person_link["compared_as"].unique().sort().to_list()
    joined = linkage.person_join.drop_nulls("step")
    graph = rx.PyGraph()
    graph.add_nodes_from(groups)
    graph.add_edges_from_no_data(
        [(groups.index(one), groups.index(other)) for one, other in joined.select("^mention_id.*$").iter_rows()]
    )
    made = {frozenset(groups[index] for index in part) for part in rx.connected_components(graph)}
    persons = linkage.person_link.group_by("person_id").agg("compared_as")["compared_as"]
    assert made == {frozenset(members) for members in persons}
    assert joined.height == len(groups) - len(made)
