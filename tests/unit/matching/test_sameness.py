"""What the rows under one number show: how often one person's values agree, and how far that draws the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipelines.matching import Linkage, load_model
from pipelines.matching.sameness import FEWEST_ROWS, drawn, fitted

HERE = {"town": "柳河镇", "village": "塘口村", "address": "塘口村3组5号"}
THERE = {"town": "石桥镇", "village": "荷叶村"}


def county(moved: int, persons: int = 40) -> dict[str, dict[str, Any]]:
    """Owners of numbers in two registers, the first `moved` of them with another village and phone in the second."""
    rows: dict[str, dict[str, Any]] = {}
    for i in range(persons):
        own = {"name": f"王{chr(0x4E00 + i)}", "id_number": f"3405901968{1 + i % 9:02}17{100 + i}?"}
        rows[f"a{i}"] = {**own, **HERE, "feed": "roster", "phone": f"139{i:08}"}
        elsewhere = {**THERE, "phone": f"138{i:08}"} if i < moved else {**HERE, "phone": f"139{i:08}"}
        rows[f"b{i}"] = {**own, **elsewhere, "feed": "payment"}
    return rows


def rows_at(linkage: Linkage, comparison: str) -> dict[str, int]:
    table = linkage.population.sameness
    return {level: rows for name, level, rows in table.iter_rows() if name == comparison}


def test_the_rows_of_one_number_are_held_against_each_other(link: Callable[..., Linkage]) -> None:
    found = link(county(moved=10))
    assert rows_at(found, "phone") == {"same": 60, "different": 20}
    assert rows_at(found, "residence") == {"same_house": 60, "other_town": 20}
    assert rows_at(found, "name") == {"exact": 80}


def test_one_register_says_nothing(link: Callable[..., Linkage]) -> None:
    """A payment list copies the same phone from month to month."""
    rows = county(moved=10)
    for row in rows.values():
        row["feed"] = "payment"
    assert link(rows).population.sameness.is_empty()


def test_another_persons_row_under_the_number_is_not_counted(link: Callable[..., Linkage]) -> None:
    """The row bears his number beside another name and sex: it is not his."""
    rows = county(moved=0)
    alone = rows_at(link(rows), "phone")
    wrong = {
        **rows["a0"],
        "name": "赵秀兰",
        "sex": "女",
        "birth_date": "1955-02-03",
        "feed": "wage",
        "phone": "13700000000",
    }
    assert rows_at(link(rows | {"w": wrong}), "phone") == alone


def test_few_rows_leave_the_model_as_it_is() -> None:
    table = load_model().levels["phone"]
    seen = drawn(table, {"same": FEWEST_ROWS - 1, "different": FEWEST_ROWS - 1}, "phone")
    assert seen == dict(table)


def test_many_rows_draw_it_to_what_they_show() -> None:
    table = load_model().levels["phone"]
    seen = drawn(table, {"same": 20_000, "different": 60_000}, "phone")
    assert seen["same"].m == pytest.approx(0.25, abs=0.01)
    assert seen["different"].m == pytest.approx(0.75, abs=0.01)
    assert seen["same"].u == table["same"].u


def test_a_house_is_a_share_of_the_pairs_that_name_one() -> None:
    """Nine pairs in ten stand in one village; of those that name a house all name the same."""
    table = load_model().levels["residence"]
    seen = drawn(table, {"same_house": 9_000, "same_village": 81_000, "other_town": 10_000}, "residence")
    assert seen["same_village"].m == pytest.approx(0.9, abs=0.01)
    assert seen["same_house"].m == pytest.approx(0.9, abs=0.01)
    assert seen["other_town"].m == pytest.approx(0.1, abs=0.01)


def test_levels_that_ownership_refuses_keep_their_m(link: Callable[..., Linkage]) -> None:
    population = link(county(moved=5)).population
    many = replace(population, sameness=population.sameness.with_columns(rows=population.sameness["rows"] * 1000))
    levels, shipped = fitted(load_model(), many).levels["name"], load_model().levels["name"]
    assert levels["different"] == shipped["different"]
    assert levels["exact"].m > shipped["exact"].m
