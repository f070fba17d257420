"""Builders shared by the tests of matching: mentions from short descriptions, ID numbers with their check digit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.matching import Linkage, link_mentions, load_model

KEY = b"a key for tests only, 32 bytes!!"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
COLUMNS = [
    "mention_id",
    "row_id",
    "feed",
    "role",
    "name",
    "id_number",
    "id_number_status",
    "id_number_delivered",
    "name_delivered",
    "sex",
    "town",
    "village",
    "group_no",
    "address",
    "phone",
    "account_number",
    "certificate_number",
    "case_key",
    "relation_to_head",
    "vessel_number",
    "shared_key",
    "section",
    "event",
    "event_on",
]


def complete_number(text: str) -> str:
    """A trailing ? becomes the right check digit (GB 11643)."""
    if not text.endswith("?"):
        return text
    return text[:-1] + "10X98765432"[sum(int(d) * w for d, w in zip(text[:17], WEIGHTS, strict=True)) % 11]


def read_number(delivered: str | None) -> tuple[str | None, str]:
    """(valid number or None, status) as the staging models give them."""
    if not delivered:
        return None, "missing"
    if "E+" in delivered:
        return None, "precision_lost"
    if not re.fullmatch(r"\d{17}[\dX]", delivered):
        return None, "bad_length"
    return (delivered, "valid") if complete_number(delivered[:17] + "?") == delivered else (None, "bad_checksum")


def build_mention(mention_id: str, **values: Any) -> dict[str, Any]:
    """One mention; `id_number` as delivered, everything else clean."""
    delivered = complete_number(values.pop("id_number")) if values.get("id_number") else values.pop("id_number", None)
    number, status = read_number(delivered)
    born = values.pop("birth_date", None)
    row = dict.fromkeys(COLUMNS) | {
        "mention_id": mention_id,
        "row_id": mention_id,
        "feed": "dibao",
        "role": "self",
        "id_number": number,
        "id_number_status": status,
        "id_number_delivered": delivered,
        "is_repeat": False,
        "birth_date": date.fromisoformat(born) if isinstance(born, str) else born,
    }
    assert not set(values) - set(row), f"unknown column {set(values) - set(row)}"
    return row | values


def table(rows: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """Mentions by id."""
    schema: dict[str, Any] = {
        **dict.fromkeys(COLUMNS, pl.String),
        "is_repeat": pl.Boolean,
        "birth_date": pl.Date,
        "event_on": pl.Date,
    }
    return pl.DataFrame([build_mention(name, **values) for name, values in rows.items()], schema=schema)


def persons_of(linkage: Linkage) -> set[frozenset[str]]:
    """The mentions of each person."""
    groups = linkage.person_link.group_by("person_id").agg("mention_id")
    return {frozenset(mentions) for mentions in groups["mention_id"].to_list()}


@pytest.fixture
def mentions_of() -> Callable[[dict[str, dict[str, Any]]], pl.DataFrame]:
    return table


@pytest.fixture
def number() -> Callable[[str], str]:
    return complete_number


@pytest.fixture
def grouped() -> Callable[[Linkage], set[frozenset[str]]]:
    return persons_of


@pytest.fixture
def link() -> Callable[..., Linkage]:
    def run(mentions: pl.DataFrame | dict[str, dict[str, Any]], **options: Any) -> Linkage:
        frame = table(mentions) if isinstance(mentions, dict) else mentions
        return link_mentions(frame, load_model(), key=KEY, **options)

    return run
