"""Whose a valid ID number is, from the names, sexes and birth dates of the rows that bear it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NUMBER = "34059019680817235?"  # a man born on 17 August 1968
OWN = {"name": "何永胜", "id_number": NUMBER}


@pytest.mark.parametrize(
    ("other", "owns"),
    [
        pytest.param({"name": "何永胜"}, True, id="the same name"),
        pytest.param({"name": "何咏胜"}, True, id="the same sound"),
        pytest.param({"name": "何永"}, True, id="a character missing"),
        pytest.param({"name": "何永利"}, True, id="one character of three, nothing else against it"),
        pytest.param(
            {"name": "何永利", "birth_date": "1990-02-03"}, False, id="one character of three, another birth date"
        ),
        pytest.param({"name": "潘志平"}, False, id="another name"),
        pytest.param({"name": "潘志平", "sex": "女"}, False, id="another name and sex"),
        pytest.param(
            {"name": "潘志平", "sex": "男", "birth_date": "1968-08-17"}, True, id="another name, born as in the number"
        ),
        pytest.param(
            {"name": "何永胜", "birth_date": "1968-08-18"}, True, id="the same name, a slip in the birth date"
        ),
        pytest.param({"name": "何永胜", "sex": "女"}, True, id="the same name, the sex mistyped"),
    ],
)
def test_a_third_row_with_the_number(other: dict[str, Any], owns: bool, link: Callable[..., Any]) -> None:
    rows = {"a": {**OWN, "feed": "dibao"}, "b": {**OWN, "feed": "wage"}, "c": {**OWN, **other, "feed": "payment"}}
    links = link(rows).person_link.sort("mention_id")
    assert links["owns_id_number"].to_list() == [True, True, owns]
    assert (links["person_id"][2] == links["person_id"][0]) is owns


@pytest.mark.parametrize(("birth_date", "owns"), [(None, True), ("1968-08-17", True), ("1990-02-03", False)])
def test_two_characters_of_another_surname(birth_date: str | None, owns: bool, link: Callable[..., Any]) -> None:
    """A surname may be misread; mother and daughter-in-law of like names in one household are two persons."""
    rows = {
        "a": {"name": "叶胜", "id_number": NUMBER, "feed": "dibao"},
        "b": {"name": "叶胜", "id_number": NUMBER, "feed": "wage"},
        "c": {"name": "赵胜", "id_number": NUMBER, "feed": "dibao", "birth_date": birth_date},
    }
    links = link(rows).person_link.sort("mention_id")
    assert links["owns_id_number"].to_list() == [True, True, owns]


def test_a_single_row_that_contradicts_its_number_in_sex_and_birth_does_not_own_it(link: Callable[..., Any]) -> None:
    row = {**OWN, "sex": "女", "birth_date": "1990-02-03"}
    linkage = link({"a": row})
    assert linkage.person_link["owns_id_number"].to_list() == [False]
    assert linkage.person_id_number.is_empty()


def test_the_spelling_with_most_support_owns_the_number(link: Callable[..., Any]) -> None:
    rows = {
        "a": {"name": "潘志平", "id_number": NUMBER},
        "b": {"name": "何永胜", "id_number": NUMBER, "feed": "wage"},
        "c": {"name": "何咏胜", "id_number": NUMBER, "feed": "payment"},
    }
    owns = dict(link(rows).person_link.select("mention_id", "owns_id_number").iter_rows())
    assert owns == {"a": False, "b": True, "c": True}


def test_the_row_that_agrees_with_the_number_outweighs_two_that_do_not(link: Callable[..., Any]) -> None:
    wrong = {"name": "潘志平", "id_number": NUMBER, "sex": "女", "birth_date": "1990-02-03"}
    rows = {
        "a": wrong,
        "b": {**wrong, "feed": "wage"},
        "c": {**OWN, "sex": "男", "birth_date": "1968-08-17", "feed": "payment"},
    }
    owns = dict(link(rows).person_link.select("mention_id", "owns_id_number").iter_rows())
    assert owns == {"a": False, "b": False, "c": True}


def test_rows_that_misuse_a_number_under_one_name_are_one_person(link: Callable[..., Any]) -> None:
    wrong = {"name": "潘志平", "id_number": NUMBER}
    rows = {
        "a": OWN,
        "b": {**OWN, "feed": "wage"},
        "c": {**OWN, "feed": "vehicle"},
        "x": wrong,
        "y": {**wrong, "feed": "wage"},
    }
    person = dict(link(rows).person_link.select("mention_id", "person_id").iter_rows())
    assert person["x"] == person["y"] != person["a"]
