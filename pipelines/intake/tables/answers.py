"""Registers that were asked about a list of persons answer for each of them, also that nothing was found: 名下无车, 无,
未查询到. Such a row names no thing; taken for one, it would be a car without a type or a wage without an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text, filled_places
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, place

_NOTHING = re.compile(
    r"(?:经?(?:核查|查询|核对|比对)(?:后|成功|完成)?)?[,，]?(?:名下)?(?:无|没有|未有|暂无)[一-鿿]{0,8}"
    r"|.{0,6}(?:未查到|未查询到|未查得|未检索到|未发现|未找到|查无|无匹配|不存在).{0,12}"
)
_ASKED = re.compile(r"(?:查询|核查|比对|返回|反馈)(?:结果|情况|状态)|有无|是否有")
#: What may stand beside such an answer in the other columns.
_EMPTY = re.compile(r"[/\\—–\-*]*|0+(?:\.0+)?|否")
#: Columns that say what was found; which bank was asked, and when, says nothing of it.
_OF_A_THING = ("code", "amount", "number")


def things(feed: Feed, columns: dict[int, Column]) -> list[int]:
    """The sheet's columns that say what a register holds on a person; empty for feeds that are no registers."""
    if not feed.economic:
        return []
    persons = {name for mention in feed.mentions for name in mention.columns.values()}
    own = {*feed.key, *(column.name for column in feed.columns if column.type in _OF_A_THING)} - persons
    asked = {"institution", "as_of", "employer", "period"}
    return [index for index, column in columns.items() if column.name in own - asked]


def verdicts(headers: Sequence[str]) -> list[int]:
    """The columns under which a register answers whether it knows a person: 查询结果, 是否有记录, 有无车辆."""
    return [index for index, header in enumerate(headers) if _ASKED.search(fold(header))]


def says_nothing(cells: Sequence[Any], places: list[int], answers: list[int]) -> bool:
    """Whether a row's things are blank or 无, and one of its cells says in words, or one of its `answers` by a 0, that
    there is nothing."""
    if not places:
        return False
    texts = [_text(cells, index) for index in places]
    if not all(_EMPTY.fullmatch(text) or _NOTHING.fullmatch(text) for text in texts):
        return False
    if any(_text(cells, index) in ("0", "否", "n") for index in answers):
        return True
    return any(_NOTHING.fullmatch(_text(cells, index)) for index in range(len(cells)))


def _text(cells: Sequence[Any], index: int) -> str:
    return fold(cell_text(cells[index]) or "") if index < len(cells) else ""


def nothing_found(rows: int, sheet: str | None) -> Message:
    what = f"有{rows}行写明没有查到登记，按“已查询、没有”理解，不作为登记，计入空行"
    return Message("NOTHING_FOUND", place(sheet), what, "请核对这些行确无登记")


def lists_nothing(rows: Sequence[Sequence[Any]], feed: Feed) -> bool:
    """Whether the rows of a sheet only name persons of whom a register knows nothing."""
    filled = [row for row in rows if len(filled_places(row)) > 1]
    nothing = sum(any(_NOTHING.fullmatch(fold(cell_text(value) or "")) for value in row) for row in filled)
    return feed.economic and nothing > 0 and nothing >= 0.9 * len(filled)


def nobody_found(sheet: str | None) -> Message:
    what = "工作表列出的是没有查到登记的人，按“已查询、没有”理解，不作为登记"
    return Message("NOTHING_FOUND", place(sheet), what, "请核对这些人确无登记")
