"""Forms that give the values of a column as headers to tick: 供养方式 over 集中 and 分散, a √ under one of them."""

from __future__ import annotations

import re
from typing import Any

from pipelines.contracts import Column, Feed, code_lists
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.headers.dictionary import fold, look_up
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, place

TICKS = frozenset({"√", "✓", "✔", "☑", "■", "●", "▲", "V", "Y", "是", "有", "1"})
#: What stands in a cell that is not ticked.
NO_TICKS = frozenset({"", "×", "X", "✗", "□", "○", "/", "-", "—", "N", "否", "无", "0"})


def read_ticks(
    feed: Feed,
    header: Header,
    cells: list[list[Any]],
    texts: dict[int, list[str | None]],
    messages: list[Message],
    sheet: str | None,
) -> None:
    """Gives the first of the columns to tick the value that is ticked in each row, or all where there are several.

    Fills `texts` and the header's `columns`, and says so in `messages` instead of calling them unknown. The columns
    as delivered stay among the header's extra ones.
    """
    for parent, column, children in _groups(feed, header):
        values = {index: fold(header.cells[index][1]).upper() for index in children}
        marks = [{index: _mark(row, index) for index in children} for row in cells]
        if any(mark not in TICKS | NO_TICKS | {values[index]} for row in marks for index, mark in row.items()):
            continue
        first = children[0]
        header.columns[first], header.reasons[column.name] = column, "content"
        ticked = ([values[i] for i, mark in row.items() if mark in TICKS or mark == values[i]] for row in marks)
        texts[first] = ["、".join(chosen) or None for chosen in ticked]
        places = {place(sheet, header.last_row + 1, index) for index in children}
        messages[:] = [told for told in messages if told.code != "UNKNOWN_COLUMN" or told.where not in places]
        what = f"“{parent}”下打勾的“{'、'.join(values.values())}”已按“{column.header}”读取"
        messages.append(Message("COLUMN_BY_CONTENT", place(sheet, None, first), what, "请核对；今后请只用一列填写"))


def _groups(feed: Feed, header: Header) -> list[tuple[str, Column, list[int]]]:
    """(parent header, the column of codes that it means, the sheet's columns under it), where each header under it is
    a value of the list, each another one, and no other column of the sheet was taken for it."""
    found = {column.name for index, column in header.columns.items() if index not in header.extra}
    families: dict[str, list[int]] = {}
    for index in sorted(header.extra):
        families.setdefault(header.cells[index][0], []).append(index)
    groups = []
    for parent, children in families.items():
        hit = look_up(feed, parent) if parent and len(children) > 1 else None
        if hit is None or hit[0].codes is None or hit[0].name in found:
            continue
        known = {fold(spelling): value for spelling, value in code_lists()[hit[0].codes].items()}
        meant = {known.get(fold(header.cells[index][1])) for index in children}
        if len(meant) == len(children) and None not in meant:
            groups.append((parent, hit[0], children))
    return groups


#: Marks that are set or left out; a word (是) beside blanks may have been forgotten.
_MARKS = frozenset({"√", "✓", "✔", "☑", "■", "●", "▲"})


def assume_unticked(header: Header, texts: dict[int, list[str | None]], sheet: str | None) -> list[Message]:
    """Answers no where a column of yes and no holds nothing but ticks and blanks."""
    messages = []
    for index, column in header.columns.items():
        written = {fold(text) for text in texts[index] if text and text.strip()} if column.codes == "yes_no" else set()
        if not written or not written <= _MARKS:
            continue
        blank = sum(not (text and text.strip()) for text in texts[index])
        texts[index] = [text if text and text.strip() else "否" for text in texts[index]]
        what = f"列“{column.header}”只打了勾，未打勾的{blank}行按“否”理解"
        messages.append(Message("VALUE_ASSUMED", place(sheet, None, index), what, "请核对；今后请逐行填写是或否"))
    return messages


#: One of several words with a box before each, of which one is ticked: ☑低保 □特困 □临时救助.
_BOX = re.compile(r"([☑√✓✔■☒▣]|[□☐○])\s*([^☑√✓✔■☒▣□☐○\s]+)")


def ticked_words(texts: list[str | None]) -> list[str | None]:
    """The texts with the ticked words alone, where words have boxes before them."""
    return [_ticked(text) if text and ("□" in text or "☐" in text or "○" in text) else text for text in texts]


def _ticked(text: str) -> str | None:
    boxes = _BOX.findall(text)
    if not boxes or _BOX.sub("", text).strip(" 　、,，;；/\n"):
        return text
    return "、".join(word.strip("、,，;；/") for box, word in boxes if box not in "□☐○") or None


def _mark(row: list[Any], index: int) -> str:
    return fold((cell_text(row[index]) if index < len(row) else None) or "").upper()
