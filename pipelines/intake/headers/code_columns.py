"""Headers like 类别 that stand for several columns: the closed list of the values says which one is meant."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.headers.header_rows import REGISTERED, Header
from pipelines.intake.headers.listed import folded, listed_share
from pipelines.intake.messages import Message, place

FEWEST_VALUES = 3
#: So many of a column's different values are on the list that it is.
FITTING = 0.9


def settle_codes(
    feed: Feed, header: Header, texts: dict[int, list[str | None]], cells: list[list[Any]], sheet: str | None
) -> list[Message]:
    """Gives a column whose values are all of another closed list to that column, when the sheet has no such column.

    Fills `texts` for columns that were spare before.
    """
    moved = _exchanged(feed, header, texts, sheet) + _of_the_benefit(feed, header, texts, cells, sheet)
    spare = {index: column for index, column in header.spare.items() if column.type == "code"}
    for index, column in [*header.columns.items(), *spare.items()]:
        if column.type != "code" or header.cells[index][1] == column.header:
            continue
        column_texts = texts.get(index) or _texts(cells, index)
        meant = _meant(feed, header, index, column, column_texts)
        if meant is not None:
            header.columns[index] = meant
            header.reasons[meant.name] = "content"
            header.extra.pop(index, None)
            texts[index] = column_texts
            moved.append(_by_content(header, index, meant, sheet))
    return moved + _area_of_values(feed, header, texts, cells, sheet)


def _texts(cells: list[list[Any]], index: int) -> list[str | None]:
    return [cell_text(row[index]) if index < len(row) else None for row in cells]


def _of_the_benefit(
    feed: Feed, header: Header, texts: dict[int, list[str | None]], cells: list[list[Any]], sheet: str | None
) -> list[Message]:
    """Whether a benefit is the town's or the countryside's is said by its own kind (农村居民最低生活保障) before the
    registration of the household."""
    registered = next((i for i, column in header.columns.items() if column.codes == "area_type"), None)
    if registered is None or not REGISTERED.search(header.full_name(registered)):
        return []
    area = header.columns[registered]
    mapped = [i for i, c in header.columns.items() if c.type == "code" and _share_of(texts[i], c) == 0]
    for index in (*header.spare, *mapped):
        column_texts = texts.get(index) or _texts(cells, index)
        if index == registered or _share_of(column_texts, area) < FITTING:
            continue
        header.columns[index] = header.columns.pop(registered)
        header.extra[registered] = header.full_name(registered)
        header.extra.pop(index, None)
        texts[index] = column_texts
        del texts[registered]
        header.reasons[area.name] = "content"
        return [_by_content(header, index, area, sheet)]
    return []


#: Words that say of anything whether it is the town's or the countryside's, and nothing else.
_AREAS = frozenset({"城市", "农村", "城镇", "乡村"})


def _area_of_values(
    feed: Feed, header: Header, texts: dict[int, list[str | None]], cells: list[list[Any]], sheet: str | None
) -> list[Message]:
    """An unknown column of nothing but 城市 and 农村 (地区, 范围) is the area type, where the sheet has none."""
    area = next((column for column in feed.columns if column.codes == "area_type"), None)
    if area is None or area.name in header.found:
        return []
    unknown = {index: _texts(cells, index) for index in header.extra if index not in header.spare}
    values = {index: {folded(text) for text in found if text and text.strip()} for index, found in unknown.items()}
    fitting = [index for index, found in values.items() if found and found <= _AREAS]
    if len(fitting) != 1:
        return []
    (index,) = fitting
    header.columns[index], header.reasons[area.name] = area, "content"
    header.extra.pop(index)
    texts[index] = unknown[index]
    return [_by_content(header, index, area, sheet)]


def _exchanged(feed: Feed, header: Header, texts: dict[int, list[str | None]], sheet: str | None) -> list[Message]:
    """Two columns under words that may mean either (保障类别 and 低保类别) are what their values are."""
    codes = [index for index, column in header.columns.items() if column.type == "code"]
    for first, second in combinations(codes, 2):
        one, other = header.columns[first], header.columns[second]
        shares = [_share_of(texts[first], other), _share_of(texts[second], one)]
        own = [_share_of(texts[first], one), _share_of(texts[second], other)]
        if one.codes == other.codes or min(shares) < FITTING or max(own) > 1 - FITTING / 2:
            continue
        header.columns[first], header.columns[second] = other, one
        header.reasons[one.name] = header.reasons[other.name] = "content"
        return [_by_content(header, index, header.columns[index], sheet) for index in (first, second)]
    return []


def _share_of(texts: list[str | None], column: Column) -> float:
    """The share of a column's different values that are on another's list; 0 where too few cells are filled."""
    filled = [folded(text) for text in texts if text and text.strip()]
    return listed_share(set(filled), column.codes or "") if len(filled) >= FEWEST_VALUES else 0.0


def _by_content(header: Header, index: int, meant: Column, sheet: str | None) -> Message:
    what = f"列“{header.cells[index][1]}”的内容是“{meant.header}”，已按“{meant.header}”读取"
    return Message("COLUMN_BY_CONTENT", place(sheet, None, index), what, "请改用约定的列名")


def _meant(feed: Feed, header: Header, index: int, column: Column, texts: list[str | None]) -> Column | None:
    """The one column, not yet found in the sheet, whose list holds the values; None when they fit where they are."""
    filled = [folded(text) for text in texts if text and text.strip()]
    values = set(filled)
    is_spare = index in header.spare
    if len(filled) < FEWEST_VALUES or (not is_spare and listed_share(values, column.codes or "") > 0):
        return None
    taken = {other.name for other in header.columns.values()}
    fitting = [other for other in feed.columns if _fits(other, taken, values)]
    own = [other for other in fitting if other is column]
    return (own or fitting)[0] if len(fitting) == 1 or own else None


def _fits(column: Column, taken: set[str], values: set[str]) -> bool:
    return column.type == "code" and column.name not in taken and listed_share(values, column.codes or "") >= FITTING
