"""Values of a closed list: a spelling as delivered to the canonical value."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import is_placeholder, squeeze

#: A year or month written before the thing itself: 2026年10月低保金.
_PERIOD = re.compile(r"^(\d{4}年度?)?(第?[一二三四1-4]季度|\d{1,2}月份?)?")


def fold_spelling(text: str) -> str:
    """How spellings are compared: narrow, upper case, without blanks."""
    return squeeze(text).upper()


def read_codes(values: pl.Series, spellings: Mapping[str, str]) -> pl.DataFrame:
    """Canonical values of a code list (spelling -> canonical). Problems: unknown_code; a placeholder is no value."""
    known = {fold_spelling(spelling): canonical for spelling, canonical in spellings.items()}

    def read(text: str) -> Reading:
        folded = re.sub(r"\.0+$", "", fold_spelling(text))
        canonical = known.get(folded) or known.get(_PERIOD.sub("", folded))
        if canonical or not folded or is_placeholder(folded):
            return canonical, None
        return None, "unknown_code"

    return read_each(values, read, pl.String())
