"""The population: measured once, kept, given to a later night; unseen values are rare; a county that moved is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.matching import Linkage
from pipelines.matching.population import COUNTS, SCHEMAS, UNMEASURED, Population

HERE = {"town": "柳河镇", "village": "塘口村"}


def county(persons: int) -> dict[str, dict[str, Any]]:
    """Owners of numbers in two registers, some with one name, and rows without a number."""
    rows: dict[str, dict[str, Any]] = {}
    for i in range(persons):
        own = {"name": f"王{'伟芳'[i % 2]}{chr(0x4E00 + i // 4)}", "id_number": f"3405901968{1 + i % 9:02}17{100 + i}?"}
        rows[f"o{i}"] = {**own, **HERE, "phone": "13900001111" if i < 3 else None}
        rows[f"p{i}"] = {**own, "feed": "payment"}
        rows[f"r{i}"] = {"name": own["name"], **HERE, "feed": "roster", "birth_date": "1968-03-17"}
    return rows


@pytest.fixture
def measured(link: Callable[..., Linkage]) -> Population:
    return link(county(20)).population


def test_the_population_given_back_changes_nothing(link: Callable[..., Linkage]) -> None:
    one = link(county(20))
    other = link(county(20), population=one.population)
    for field in fields(Linkage):
        if field.name != "population":
            assert_frame_equal(getattr(one, field.name), getattr(other, field.name), check_exact=True)
    assert one.scored_pairs.height > 20


def test_with_a_population_given_a_row_more_elsewhere_changes_no_other_score(
    link: Callable[..., Linkage], measured: Population
) -> None:
    more = county(20) | {f"x{i}": {"name": "王伟一", "id_number": f"34059019700{1 + i}17123?"} for i in range(9)}
    before, kept, anew = (
        link(rows, population=population).scored_pairs.filter(pl.col("mention_id_l").str.starts_with("r"))
        for rows, population in ((county(20), measured), (more, measured), (more, None))
    )
    pairs = ["mention_id_l", "mention_id_r"]
    both = kept.join(before.select(pairs), on=pairs, how="semi").sort(pairs)
    assert_frame_equal(both.select(*pairs, "match_weight"), before.select(*pairs, "match_weight"), check_exact=True)
    changed = anew.join(before, on=pairs).filter(pl.col("match_weight") != pl.col("match_weight_right"))
    assert changed.height > 0


def test_it_is_stored_and_read_back(measured: Population) -> None:
    again = Population.from_frames({name: frame.reverse() for name, frame in measured.frames().items()})
    assert {name: getattr(again, name) for name in COUNTS} == {name: getattr(measured, name) for name in COUNTS}
    for name in SCHEMAS:
        assert_frame_equal(getattr(again, name), getattr(measured, name), check_exact=True)
    assert measured.persons == 20
    assert measured.frequencies.filter(pl.col("attribute") == "phone")["persons"].to_list() == [3]


def test_a_value_that_nobody_was_seen_with_is_one_persons(measured: Population) -> None:
    phones = pl.DataFrame({"value": ["13900001111", "13700000000"]})
    shares = measured.frequency("phone", phones)["frequency"].to_list()
    assert shares == [2.5 / 20, 0.5 / 20]
    assert UNMEASURED.frequency("phone", phones)["frequency"].to_list() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("rows", "nodes", "owners", "drifted"),
    [
        (0, 0, 0, False), (3, 2, 1, False), (-3, -2, -1, False), (4, 0, 0, True), (-4, 0, 0, True), (0, 3, 0, True),
        (0, 0, 2, True), (0, 0, -2, True),
    ],
)  # fmt: skip
def test_a_county_that_moved_by_more_than_a_twentieth_is_told(
    rows: int, nodes: int, owners: int, drifted: bool, measured: Population
) -> None:
    assert (measured.mentions, measured.nodes, measured.owners) == (60, 40, 20)
    assert measured.has_drifted(60 + rows, 40 + nodes, 20 + owners) is drifted


def test_nothing_measured_drifts_with_the_first_row() -> None:
    assert UNMEASURED.has_drifted(1, 1, 0)
    assert not UNMEASURED.has_drifted(0, 0, 0)
