"""Flat tables: raw values are cleaned, columns may be missing, answers keep the record ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from pipelines.matching import MatchingInputError, link_records, load_model


@pytest.fixture
def records(number: Callable[[str], str]) -> pl.DataFrame:
    whole = number("34059019680817235?")
    return pl.DataFrame(
        {
            "record_id": [30, 10, 20],
            "source": ["a", "b", "c"],
            "name": ["何永胜（大）", " 何 永勝 ", "潘志平"],
            "id_number": ["'" + whole, None, "无"],
            "birth_date": [date(1968, 8, 17), date(1968, 8, 17), date(1975, 12, 25)],
            "sex": ["男", "M", "男性"],
            "village": ["塘口村", "塘口村委会", "东桥村"],
            "colour": ["x", "y", "z"],
        }
    )


def test_raw_values_are_cleaned_before_they_are_compared(records: pl.DataFrame) -> None:
    linkage = link_records(records, load_model())
    assert linkage.links.select("record_id", "person_id").rows() == [(30, "30"), (10, "30"), (20, "20")]
    assert linkage.links["link_method"].to_list() == ["id_number", "model", "single"]


def test_columns_that_nobody_knows_are_named(records: pl.DataFrame) -> None:
    assert link_records(records, load_model()).unused_columns == ("colour",)


def test_pairs_carry_record_ids_and_a_weight_per_comparison(records: pl.DataFrame) -> None:
    pair = link_records(records, load_model()).pairs.row(0, named=True)
    assert {pair["record_id_l"], pair["record_id_r"]} == {10, 30}
    assert pair["weight_name"] > 0
    assert pair["weight_phone"] is None


def test_names_alone_are_enough_to_run(records: pl.DataFrame) -> None:
    assert link_records(records.select("record_id", "name"), load_model()).links.height == 3


def test_dates_may_be_text(records: pl.DataFrame) -> None:
    as_text = records.with_columns(birth_date=pl.Series(["1968年8月17日", "19680817", "1975.12.25"]))
    assert link_records(as_text, load_model()).links["person_id"].to_list() == ["30", "30", "20"]


@pytest.mark.parametrize(
    ("columns", "words"), [(["name"], "record_id"), (["record_id", "sex"], "既无 name 也无 id_number")]
)
def test_a_table_that_cannot_be_linked_is_refused(columns: list[str], words: str, records: pl.DataFrame) -> None:
    with pytest.raises(MatchingInputError, match=words):
        link_records(records.select(columns), load_model())


def test_a_record_id_that_comes_twice_is_refused(records: pl.DataFrame) -> None:
    with pytest.raises(MatchingInputError, match="重复"):
        link_records(pl.concat([records, records]), load_model())


def test_an_empty_table_has_no_links(records: pl.DataFrame) -> None:
    assert link_records(records.clear(), load_model()).links.is_empty()
