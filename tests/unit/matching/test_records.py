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


@pytest.mark.parametrize("column", ["record_id", "source", "name", "id_number"])
def test_a_column_whose_values_are_no_values_is_refused(column: str, records: pl.DataFrame) -> None:
    nested = records.with_columns(pl.concat_list(pl.col(column)).alias(column))
    with pytest.raises(MatchingInputError, match=rf"列 {column}（List.*；位置：.*；处理："):
        link_records(nested, load_model())


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64, pl.Boolean, pl.Datetime, pl.Categorical])
def test_a_column_of_another_plain_type_is_read_as_text(kind: type[pl.DataType], records: pl.DataFrame) -> None:
    for column in ("name", "id_number", "phone", "birth_date", "sex"):
        odd = records.with_columns(pl.lit(None, dtype=kind).alias(column))
        assert link_records(odd, load_model()).links.height == 3


def test_one_record_is_one_person(records: pl.DataFrame) -> None:
    assert link_records(records.head(1), load_model()).links["person_id"].to_list() == ["30"]


@pytest.mark.parametrize("valid", [True, False])
def test_a_number_on_five_thousand_names_is_a_placeholder_and_reported(
    valid: bool, number: Callable[[str], str]
) -> None:
    """A number that somebody typed for all whose own was not at hand; its check digit may well be right."""
    whole = number("34059019680817235?")
    typed = whole if valid else whole[:17] + ("1" if whole[17] != "1" else "2")
    names = [f"王{chr(0x4E00 + i // 70)}{chr(0x5E00 + i % 70)}" for i in range(5_000)]
    linkage = link_records(
        pl.DataFrame({"record_id": range(5_000), "name": names, "id_number": [typed] * 5_000}), load_model()
    )
    report = linkage.blocking_report.filter(rule="shared_number").row(0, named=True)
    assert (report["blocks_left_out"], report["rows_left_out"]) == (1, 5_000)
    assert set(linkage.links["link_method"]) == {"single"}
    assert linkage.pairs["weight_id_number"].null_count() == linkage.pairs.height


def test_the_number_of_a_head_on_the_rows_of_a_large_household_is_still_his(number: Callable[[str], str]) -> None:
    whole = number("34059019680817235?")
    names = ["何永胜", "何永胜", *(f"何{chr(0x4E00 + 50 * i)}{chr(0x5E00 + 70 * i)}" for i in range(20))]
    links = link_records(
        pl.DataFrame({"record_id": range(22), "name": names, "id_number": [whole] * 22}), load_model()
    ).links
    assert links["link_method"].to_list()[:2] == ["id_number"] * 2
    assert links["person_id"][0] == links["person_id"][1]


def test_a_number_of_fifteen_digits_is_the_same_as_its_eighteen(number: Callable[[str], str]) -> None:
    whole = number("34059019680817235?")
    rows = {"record_id": [1, 2], "name": ["何永胜", "何勇胜"], "id_number": [whole, whole[:6] + whole[8:17]]}
    links = link_records(pl.DataFrame(rows), load_model()).links
    assert links["person_id"].to_list() == ["1", "1"]
    assert links["link_method"].to_list() == ["id_number", "id_number"]


def test_an_empty_table_has_no_links(records: pl.DataFrame) -> None:
    assert link_records(records.clear(), load_model()).links.is_empty()
