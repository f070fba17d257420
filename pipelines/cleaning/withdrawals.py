"""Rows that say of themselves that they do not count: 是否删除 1, 发放结果 退汇, 证件状态 注销, 权利类型 抵押权."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence

import polars as pl

#: What may stand before an answer: 02-已注销.
_CODE = r"(?:\w{1,6}[-—:.|、])?已?"


def read_withdrawals(extra: pl.Series, marks: Sequence[tuple[str, str]]) -> pl.Series:
    """`header：value` of the cell that takes a row back, or null. `extra`: the cells of each row outside the contract,
    a JSON object header -> text; `marks`: what headers ask and the answers that take back, as patterns."""
    asked = re.compile("|".join(asks for asks, _ in marks))
    known = [(re.compile(asks), re.compile(f"{_CODE}(?:{answers})")) for asks, answers in marks]
    marked = {
        text: mark for text in extra.unique().drop_nulls() if asked.search(_bare(text)) and (mark := _mark(text, known))
    }
    if not marked:
        return pl.Series([None] * len(extra), dtype=pl.String)
    return extra.replace_strict(marked, default=None, return_dtype=pl.String)


def _mark(text: str, known: list[tuple[re.Pattern[str], re.Pattern[str]]]) -> str | None:
    for header, value in json.loads(text).items():
        asked, answer = _bare(header), _bare(value).lower()
        if any(asks.search(asked) and answers.fullmatch(answer) for asks, answers in known):
            return f"{header}：{value}"
    return None


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
