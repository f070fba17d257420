"""Says which column of a sheet is which column of the contract, and what of it is worth telling the office."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed, withdrawals
from pipelines.intake.formats.cells import is_blank
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.composites import PLACES, are_told_apart, parts_of, told_of_parts
from pipelines.intake.headers.dictionary import COMPOUND, DERIVED, PERIOD, is_ordinal, look_up, nearest_header
from pipelines.intake.headers.header_rows import FEWEST_HITS, REGISTERED, SEARCHED_ROWS, Header, header_text
from pipelines.intake.headers.listed import listed_share
from pipelines.intake.headers.persons import choose_person
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, Refused, place


def map_columns(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Fills the header's `columns`, `extra` and `ordinals`; returns warnings. Refused for an ambiguous header."""
    taken: set[str] = set()
    ranked, composed, unknown = _look_up_all(feed, header, taken)
    warnings: list[Message] = []
    for index, parts in sorted(composed.items(), key=lambda item: (_is_old(header, item[0]), item[0])):
        if wanted := [column for column in parts if column.name not in ranked and column.name not in header.found]:
            header.composites[index] = parts
            warnings.append(told_of_parts(header.full_name(index), wanted, grid.name, header.last_row + 1, index))
    warnings += [_unknown(grid, feed, header, index, set(ranked) | header.found) for index in unknown]
    ranked = {name: _best_first(grid, feed.by_name[name], header, places) for name, places in ranked.items()}
    for name, places in choose_person(feed, ranked, header.cells).items():
        (rank, chosen), *others = places
        if rank == PERIOD and others:  # 9月金额 and 10月金额: which of them is meant, nobody says
            for _, index in sorted(places):
                header.extra[index] = _free_name(header.full_name(index), taken)
                warnings.append(_unknown(grid, feed, header, index, {name}))
            continue
        header.columns[chosen] = feed.by_name[name]
        header.reasons[name] = "header" if rank == 0 else "synonym" if rank < DERIVED else "derived"
        if rank in (COMPOUND, PERIOD):
            warnings.append(_put_together(grid, header, chosen))
        for _, index in others:
            warnings.append(_second(grid, header, feed.by_name[name], chosen, index))
            header.extra[index] = _free_name(header.full_name(index), taken)
            header.spare[index] = feed.by_name[name]
    return warnings


def _look_up_all(
    feed: Feed, header: Header, taken: set[str]
) -> tuple[dict[str, list[tuple[int, int]]], dict[int, list[Column]], list[int]]:
    """Column -> the (rank, index) of its headers; index -> the columns that one header names; and the unknown ones.
    Fills `ordinals` and, for composed and unknown headers, `extra`."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    composed: dict[int, list[Column]] = {}
    unknown: list[int] = []
    for index, (parent, text) in enumerate(header.cells):
        if not text or index in header.passed_over:
            continue
        parts = parts_of(feed, text, parent)
        if is_ordinal(text):
            header.ordinals.add(index)
        elif index in header.parts:
            header.extra[index] = _free_name(header.full_name(index), taken)
        elif parts and all(column.type in PLACES for column in parts):
            ranked.setdefault(parts[0].name, []).append((DERIVED, index))
        elif not parts and (hit := look_up(feed, text, parent)):
            ranked.setdefault(hit[0].name, []).append((hit[1], index))
        else:
            header.extra[index] = _free_name(header.full_name(index), taken)
            if parts and are_told_apart(parts):
                composed[index] = parts
            else:
                unknown.append(index)
    return ranked, composed, unknown


def _best_first(grid: Grid, column: Column, header: Header, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The (rank, index) of headers for one column, the closest first.

    An empty one and one that counts the rows (编号 beside 代码) come last, 户籍地址 behind where one lives, 是否发放
    behind 享受状态. Of several for an ID number the one under which the most stand comes first: 纳税人识别号 may be a
    person's number, and a company's beside 身份证号. Of several for a closed list it is the one whose values are on
    the list, and words go before codes (规划用途名称 before 规划用途).
    """
    if len(places) == 1:
        return places
    rows = grid.rows[header.last_row + 1 : header.last_row + 1 + SEARCHED_ROWS]

    def worth(place: tuple[int, int]) -> tuple[bool, bool, bool, float, bool, tuple[int, int]]:
        texts = [text for row in rows if place[1] < len(row) and (text := header_text(row[place[1]]))]
        fitting = float(sum(map(is_id_number, texts))) if column.type == "id_number" else _share(column, texts)
        is_counting = len(texts) >= FEWEST_HITS and texts == [str(n) for n in range(1, len(texts) + 1)]
        is_code = column.type == "code" and all(text.isascii() for text in texts)
        is_question = column.type == "code" and "是否" in header.full_name(place[1]) and "是否" not in column.header
        is_old = column.type == "address" and _is_old(header, place[1])
        is_behind = is_question or (is_old and "户籍" not in column.header)
        return not texts, is_counting, is_behind, -fitting, is_code, place

    return sorted(places, key=worth)


def _is_old(header: Header, index: int) -> bool:
    """Whether a column is of where one is registered rather than of where one lives."""
    return REGISTERED.search(header.full_name(index)) is not None


def _share(column: Column, texts: list[str]) -> float:
    return listed_share(texts, column.codes) if column.codes else 0.0


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}({number})", number + 1
    taken.add(free)
    return free


def _unknown(grid: Grid, feed: Feed, header: Header, index: int, found: set[str]) -> Message:
    """`found` are the columns that the sheet has anyway: none of them can be what is meant."""
    near = nearest_header(feed, header.cells[index][1], found)
    remedy = f"如指“{near.header}”，请改用该列名" if near else "如有用途，请告知管理员补充列名"
    where = place(grid.name, header.last_row + 1, index)
    asks = any(re.search(asked, fold(header.cells[index][1])) for asked, _ in withdrawals(feed.kind_of_rows))
    use = "只看其中有无作废、失败一类的字样" if asks else "不参与核对"
    what = f"列“{header.full_name(index)}”不在约定之内，原样保留，{use}"
    return Message("UNKNOWN_COLUMN", where, what, remedy)


def _put_together(grid: Grid, header: Header, index: int) -> Message:
    text, column = header.full_name(index), header.columns[index]
    where = place(grid.name, header.last_row + 1, index)
    return Message("COMPOUND_HEADER", where, f"列“{text}”已按“{column.header}”读取", "请核对；今后请用约定的列名")


def _second(grid: Grid, header: Header, column: Column, chosen: int, index: int) -> Message:
    first, second = header.full_name(chosen), header.full_name(index)
    where = place(grid.name, header.last_row + 1, index)
    if first == second:
        what = f"列名“{second}”重复出现，无法分辨"
        raise Refused(Message("DUPLICATE_HEADER", where, what, "请改为不同的列名，或补上上级表头后重新报送"))
    what = f"列“{second}”与列“{first}”都可作“{column.header}”，采用“{first}”，另一列原样保留，不参与核对"
    return Message("SECOND_SPELLING", where, what, "请核对；如应采用另一列，请更正列名后重新报送")


def name_unheaded(grid: Grid, header: Header, data_rows: list[int]) -> list[Message]:
    """Columns with data but without a header: kept when they hold a note here and there, Refused when they are full."""
    warnings: list[Message] = []
    width = max((len(grid.rows[row]) for row in data_rows), default=0)
    for index in range(width):
        if index < len(header.cells) and header.cells[index][1]:
            continue
        filled = [row for row in data_rows if index < len(grid.rows[row]) and not is_blank(grid.rows[row][index])]
        if not filled:
            continue
        if len(filled) * 2 > len(data_rows) and len(filled) > 2:
            where = place(grid.name, header.last_row + 1, index)
            raise Refused(Message("BLANK_HEADER", where, "该列有数据，却没有列名", "请补上列名，或删除该列后重新报送"))
        header.extra[index] = f"第{index + 1}列"
        where = place(grid.name, filled[0] + 1, index)
        what = "没有列名的列中有内容，原样保留，不参与核对"
        warnings.append(Message("UNKNOWN_COLUMN", where, what, "请补上列名，或删除该列"))
    return warnings
