"""A roll without a column for the state: whoever is listed is being paid, unless a remark says otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text, filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import nearest_seen
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.listed import folded, listed_value
from pipelines.intake.messages import Message, Refused, place

#: Remarks on persons who are still listed though they are no longer paid.
_STOPPED = re.compile(
    r"停发|停保|停供|停止|暂停|死亡|去世|已故|病故|过世|注销|退出|退保|取消|终止|清退|不再享受|不符合|转特困|转为特困|迁出"
)


@dataclass(frozen=True)
class Lines:
    """What is written around a table: its title with the sheet's name, and the lines over its parts, row (1-based) ->
    text."""

    title: str
    headings: dict[int, str]


#: Columns that are filled for those who are no longer paid (停保日期, 是否死亡), those of somebody else, and what an
#: answer of no looks like.
_OF_LEAVING = re.compile(r"停发|停保|停供|停止|暂停|死亡|去世|注销|退出|退保|终止|减员")
_OF_OTHERS = re.compile(r"父|母|配偶|监护|抚养|家庭|子女")
_NO = re.compile(r"[/\\—–\-0]*|否|无|未|没有|n|no|正常", re.IGNORECASE)
#: The same behind a name: 甲（已故）.
_DEAD_NAME = re.compile(r"[(（]\s*(?:已?故|已?去世|已?死亡|已?亡故?|病故|停发|停保|注销)\s*[)）]")
#: What a list of those who are no longer paid is called.
_LEFT = re.compile(r"减少|停发|停保|退出|死亡|核减|清退|注销|取消|减员|迁出")
#: What a column of remarks is called, and remarks that say of the benefit itself, with or without when and why, that it
#: has stopped. Of one who died or moved away they leave open whether he is still paid.
_REMARKS = re.compile(r"备注|备考|说明|情况|变动|动态")
_WHEN_AND_WHY = re.compile(
    r"^(?:自|从|于)?(?:(?:20)?\d\d[年./\-])?(?:\d{1,2}月?(?:份|\d{1,2}日?)?)?起?|\([^()]*\)$|[,;。].*$"
)
_OF_THE_BENEFIT = re.compile(r"停|退|取消|注销|终止|不再享受")
#: Forms number their columns below the header.
_NUMBER_OF_COLUMN = re.compile(r"[(（]?\d{1,2}(?:\.0)?[)）]?|[甲乙丙丁戊己庚辛壬癸]")
#: A line of so few cells ends a page.
_FOOTER = 3
#: Where so many rows leave the state blank, and nobody's is what the contract assumes, the blank means that.
_MOSTLY = 0.5


def assumed_values(grid: Grid, feed: Feed, header: Header, found: set[str], lines: Lines) -> dict[str, str]:
    """Column -> what the contract lets a roll without it mean; none where a header comes near it or the title speaks
    of those who left.

    Refused where a remark or a line says that somebody is no longer paid: who that is must stand in a column.
    """
    missing = [column for column in feed.columns if column.assumed and column.name not in found]
    free = [text for index, (_, text) in enumerate(header.cells) if index in header.extra]
    if _LEFT.search(lines.title) or any(nearest_seen(column, free) for column in missing):
        return {}  # a header that nobody knows may be the column
    required = {column.name for column in feed.columns if column.required}
    if not missing or not required <= found | {column.name for column in missing}:
        return {}
    for row in range(header.last_row + 1, len(grid.rows)):
        if (index := _stopped_at(grid, header, row)) is not None or _STOPPED.search(lines.headings.get(row + 1, "")):
            wanted = missing[0].header
            source = "备注" if index is not None else "小标题"
            what = f"没有“{wanted}”列，而该行{source}写有停发、死亡一类的情况，分不清谁在享受"
            remedy = f"请补上“{wanted}”列后重新报送"
            raise Refused(Message("MISSING_COLUMN", place(grid.name, row + 1, index), what, remedy))
    return {column.name: column.assumed or "" for column in missing}


def state_in_remarks(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Takes a column of remarks for the state that a roll has no column for, where every remark on somebody who left is
    a state itself (停发, 2026年8月停发); whoever has none is listed as on a roll without such a column."""
    missing = [column for column in feed.columns if column.assumed and column.name not in header.found]
    if len(missing) != 1:
        return []
    rows = range(header.last_row + 1, len(grid.rows))
    stopped = [(row, index) for row in rows if (index := _stopped_at(grid, header, row)) is not None]
    places = {index for _, index in stopped}
    if len(places) != 1 or not places <= header.extra.keys() or _speaks_of_leavers(grid, header):
        return []
    (column,), (index,) = missing, places
    texts = [cell_text(grid.rows[row][index]) or "" for row, _ in stopped]
    states = {_state(text, column) for text in texts}
    is_of_states = all(listed_value(text, column.codes or "") for text in _filled(grid, header, index))
    if not (is_of_states or _REMARKS.search(header.full_name(index))) or states & {None, column.assumed}:
        return []
    header.columns[index], header.remarks = column, index
    header.reasons[column.name] = "content"
    said = f"列“{header.full_name(index)}”中有{len(stopped)}行写明已停"
    what = f"没有“{column.header}”列，{said}，其余按“{column.assumed}”理解"
    remedy = f"请核对；今后请加“{column.header}”列，逐行填写"
    return [Message("VALUE_ASSUMED", place(grid.name, header.last_row + 1, index), what, remedy)]


def _filled(grid: Grid, header: Header, index: int) -> set[str]:
    """The different texts of a column, in rows of several cells: a footer may stand under it."""
    rows = (row for row in grid.rows[header.last_row + 1 :] if index < len(row) and len(filled_places(row)) > _FOOTER)
    texts = {(cell_text(row[index]) or "").strip() for row in rows}
    return {text for text in texts if text and not _NUMBER_OF_COLUMN.fullmatch(text)}


def _speaks_of_leavers(grid: Grid, header: Header) -> bool:
    """Whether a title or the sheet's name, or a line over a part of the table, speaks of those who left."""
    above = [cell_text(value) or "" for row in grid.rows[: header.row] for value in row]
    lines = [row for row in grid.rows[header.last_row + 1 :] if len(filled_places(row)) == 1]
    texts = [cell_text(row[filled_places(row)[0]]) or "" for row in lines]
    return bool(_LEFT.search(f"{' '.join(above)} {grid.name or ''}")) or any(map(_STOPPED.search, texts))


def states_of_remarks(header: Header, texts: dict[int, list[str | None]]) -> None:
    """Writes the states in the place of the remarks."""
    if header.remarks is not None:
        column = header.columns[header.remarks]
        written = texts[header.remarks]
        texts[header.remarks] = [_state(text or "", column) or column.assumed for text in written]


def _state(text: str, column: Column) -> str | None:
    """The state that a remark is; None for one on something else."""
    bare = _WHEN_AND_WHY.sub("", folded(text))
    return listed_value(bare, column.codes or "") if _OF_THE_BENEFIT.search(bare) else None


def _stopped_at(grid: Grid, header: Header, row: int) -> int | None:
    """The column in which a row says beside the contract's columns, or behind the name, that the person is no longer
    paid."""
    for index in filled_places(grid.rows[row]):
        text = (cell_text(grid.rows[row][index]) or "").strip()
        column = header.columns.get(index)
        if column is not None:
            if column.type == "person_name" and _DEAD_NAME.search(text):
                return index
            continue
        name = header.full_name(index) if index < len(header.cells) else ""
        if _OF_OTHERS.search(name) or index in header.composites:
            continue
        if _STOPPED.search(text) or (_OF_LEAVING.search(name) and not _NO.fullmatch(text)):
            return index
    return None


def assume_blanks(
    grid: Grid, header: Header, data: list[int], texts: dict[int, list[str | None]], lines: Lines
) -> list[Message]:
    """Fills the state where an office writes it only for those who are no longer paid; not in rows with a remark on
    that, nor below a line that says it."""
    messages = []
    stops = [row - 1 for row, text in lines.headings.items() if _STOPPED.search(text)]
    for index, column in header.columns.items():
        if column.assumed is None or column.codes is None or _LEFT.search(lines.title):
            continue
        written = [text for text in texts[index] if text and text.strip()]
        meant = {listed_value(text, column.codes) for text in set(written)}
        blank = {at for at, text in enumerate(texts[index]) if not (text and text.strip())}
        if not blank or len(blank) < _MOSTLY * len(texts[index]) or meant & {None, column.assumed}:
            continue
        filled = {at for at in blank if data[at] < min(stops, default=len(grid.rows))}
        filled -= {at for at in filled if _stopped_at(grid, header, data[at]) is not None}
        texts[index] = [column.assumed if at in filled else text for at, text in enumerate(texts[index])]
        what = f"列“{column.header}”有{len(filled)}行空白，写了的都不是“{column.assumed}”，空白按“{column.assumed}”理解"
        messages.append(Message("VALUE_ASSUMED", place(grid.name, None, index), what, "请核对；今后请逐行填写"))
    return messages


def told_of_assumed(column: Column, value: str, sheet: str | None) -> Message:
    what = f"没有“{column.header}”列，按名册所列都“{value}”理解"
    remedy = f"请核对；有已停发的，请补上“{column.header}”列后重新报送"
    return Message("VALUE_ASSUMED", place(sheet), what, remedy)
