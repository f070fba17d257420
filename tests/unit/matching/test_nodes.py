"""Nodes: what the rows of one node say together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.matching import Linkage
from pipelines.matching.comparisons import COMPARISONS
from tests.unit.matching.test_scoring import pair_of, strangers


@pytest.mark.parametrize(
    ("delivered", "is_read"),
    [
        ("340590196808172340", True),
        ("3.40590196808172E+17", True),
        ("340590196808172000", True),
        ("34059019680817234", False),
        ("340590190013012340", False),
        ("340590690108172", False),
    ],
)
def test_the_birth_date_in_a_number_with_a_wrong_or_lost_end_is_evidence(
    delivered: str, is_read: bool, link: Callable[..., Linkage]
) -> None:
    rows = {"a": {"name": "何永胜", "birth_date": "1968-08-17"}, "b": {"name": "何永胜", "id_number": delivered}}
    assert (pair_of(link(rows), "a", "b")["weight_birth_date"] is not None) is is_read


def level_of_residence(link: Callable[..., Linkage], *rows: dict[str, Any]) -> str | None:
    """Of a row without a number and the rows (of one number) beside it."""
    named = {f"b{i}": {"name": "何永胜", "id_number": "34059019680817235?", **row} for i, row in enumerate(rows[1:])}
    linkage = link({"a": {"name": "何永胜", **rows[0]}, **named})
    found = pair_of(linkage, "a", "b0")["level_residence"]
    return None if found is None else COMPARISONS["residence"].levels[found].name


def test_a_town_without_a_village_says_nothing_more_where_the_village_is_known(link: Callable[..., Linkage]) -> None:
    whole, other, town = (
        {"town": "柳河镇", "village": "塘口村"},
        {"town": "柳河镇", "village": "东桥村"},
        {"town": "柳河镇"},
    )
    assert level_of_residence(link, whole, town) == "town_alone"
    assert level_of_residence(link, whole, other, town) == "same_town"
    assert level_of_residence(link, {"town": "沙洲镇"}, whole) == "other_town"


def test_a_small_town_weighs_more_than_a_large_one(link: Callable[..., Linkage]) -> None:
    towns = strangers(12, town="柳河镇", village="塘口村")
    towns |= {"s": {"name": "路远", "id_number": "34059019720101235?", "town": "沙洲镇", "village": "东桥村"}}
    linkage = link(
        towns
        | {f"x{i}": {"name": "何永胜", "town": town} for i, town in enumerate(("柳河镇", "沙洲镇"))}
        | {f"y{i}": {"name": "何永胜", "town": town, "sex": "男"} for i, town in enumerate(("柳河镇", "沙洲镇"))}
    )
    large, small = (pair_of(linkage, f"x{i}", f"y{i}")["weight_residence"] for i in range(2))
    assert small > large > 0
