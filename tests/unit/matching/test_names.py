"""Names read column by column say what names read one by one say."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.matching.names import PARTS, comparison_key, comparison_keys, name_vocabulary, read_name

#: Surnames with readings of their own, compound surnames, traditional and variant forms, and what careful names hold.
SPELT = st.text("单于欧阳乾隆曾解王李長張龑瞭髮后陞英", min_size=1, max_size=6)
WRITTEN = st.text("单于欧阳乾隆王張· .AbⅣ１（）\u3000\u200b", min_size=1, max_size=8)
ANY_CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=5)
NAMES = st.lists(st.one_of(SPELT, WRITTEN, ANY_CHINESE), unique=True, max_size=30)


@settings(deadline=None, derandomize=True)
@given(NAMES)
def test_keys_of_many_names_are_the_keys_of_each(names: list[str]) -> None:
    assert comparison_keys(pl.Series(names, dtype=pl.String)).to_list() == [comparison_key(name) for name in names]


def test_a_missing_name_has_no_key() -> None:
    assert comparison_keys(pl.Series([None, "張偉"])).to_list() == [None, "张伟"]


@settings(deadline=None, derandomize=True)
@given(NAMES)
def test_parts_of_many_names_are_the_parts_of_each(names: list[str]) -> None:
    found = name_vocabulary(pl.Series(names, dtype=pl.String))
    assert found["value"].to_list() == sorted(names)
    assert found.select(*PARTS).rows() == [read_name(name) for name in sorted(names)]
    assert found["length"].to_list() == [len(name) for name in sorted(names)]
