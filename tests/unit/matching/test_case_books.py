"""The case books in tests/cases: readable examples of who is one person and who is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "cases"
FILES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
#: Books of other rooms lie in the same folder; those of matching say who the persons are.
BOOKS = {
    name: book for name, book in FILES.items() if isinstance(book, dict) and "persons" in str(book.get("cases", [])[:1])
}
CASES = [pytest.param(book, case, id=case["sentence"]) for book in BOOKS.values() for case in book["cases"]]


def _rows(book: dict[str, Any], case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    common = {**book.get("common", {}), **case.get("common", {})}
    return {name: {**common, **values} for name, values in {**book.get("background", {}), **case["rows"]}.items()}


@pytest.mark.parametrize(("book", "case"), CASES)
def test_case(
    book: dict[str, Any], case: dict[str, Any], link: Callable[..., Any], grouped: Callable[..., Any]
) -> None:
    linkage = link(_rows(book, case))
    asked = set(case["rows"])
    found = {group & asked for group in grouped(linkage)} - {frozenset()}
    assert found == {frozenset(group) for group in case["persons"]}
    owns = dict(linkage.person_link.select("mention_id", "owns_id_number").iter_rows())
    assert [name for name in case.get("not_owner", []) if owns[name]] == []
    person = dict(linkage.person_link.select("mention_id", "person_id").iter_rows())
    waiting = {frozenset(pair) for pair in linkage.duplicate_candidate.select("person_id_l", "person_id_r").iter_rows()}
    for left, right in case.get("review", []):
        assert frozenset((person[left], person[right])) in waiting, f"{left} and {right} are not waiting for review"


def test_case_sentences_are_unique() -> None:
    sentences = [case["sentence"] for book in BOOKS.values() for case in book["cases"]]
    assert len(sentences) == len(set(sentences)) >= 25


def test_every_book_names_itself() -> None:
    assert all(book["title"] and book["cases"] for book in BOOKS.values())


def test_the_order_of_rows_decides_nothing(link: Callable[..., Any], mentions_of: Callable[..., pl.DataFrame]) -> None:
    """The longest case of each book, read backwards; test_engine tries any order."""
    for book in BOOKS.values():
        case = max(book["cases"], key=lambda case: len(case["rows"]))
        mentions = mentions_of(_rows(book, case))
        assert link(mentions).person_link.equals(link(mentions.reverse()).person_link), case["sentence"]
