"""Codes stand for values: equal values have one code, and a hash that two values share is noticed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.matching.codes import SEED, by_distinct, code_rows, code_values, each_distinct

TEXTS = st.lists(st.one_of(st.none(), st.sampled_from(["", "甲", "乙", "ab"])), max_size=20)
SAME_EVERY_TIME = settings(deadline=None, derandomize=True)


@SAME_EVERY_TIME
@given(TEXTS)
def test_a_code_leads_back_to_its_value_and_every_value_has_one(texts: list[str | None]) -> None:
    values = pl.Series(texts, dtype=pl.String)
    codes, distinct = code_values(values)
    assert distinct.gather(codes).to_list() == texts
    assert distinct.len() == len(set(texts))


@SAME_EVERY_TIME
@given(st.lists(st.tuples(st.sampled_from(["甲", None]), st.sampled_from([1, 2, None])), max_size=20))
def test_rows_are_coded_by_all_their_columns(rows: list[tuple[str | None, int | None]]) -> None:
    codes, distinct = code_rows(pl.DataFrame(rows, schema={"text": pl.String, "number": pl.Int64}, orient="row"))
    assert distinct[codes].rows() == rows
    assert distinct.height == len(set(rows))


def test_a_hash_that_two_values_share_is_not_taken_for_one_value(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = pl.DataFrame.hash_rows

    def hash_rows(frame: pl.DataFrame, seed: int) -> pl.Series:
        return pl.Series([7] * frame.height, dtype=pl.UInt64) if seed == SEED else honest(frame, seed=seed)

    monkeypatch.setattr(pl.DataFrame, "hash_rows", hash_rows)
    codes, distinct = code_values(pl.Series(["甲", "乙", "甲"]))
    assert distinct.gather(codes).to_list() == ["甲", "乙", "甲"]


def test_a_fold_sees_every_distinct_text_once() -> None:
    seen: list[str] = []

    def fold(text: str) -> str | None:
        seen.append(text)
        return None if text == "无" else text.upper()

    assert each_distinct(pl.Series(["a", None, "无", "a"]), fold).to_list() == ["A", None, None, "A"]
    assert sorted(seen) == ["a", "无"]


def test_a_fold_of_series_keeps_the_order_of_rows() -> None:
    assert by_distinct(pl.Series(["乙", "甲", "乙"]), lambda texts: texts + "村").to_list() == ["乙村", "甲村", "乙村"]
