"""Wide tables: a column of amounts for each programme (低保金, 高龄津贴), month (1月, 2月) or kind of area, where the
contract asks for a row each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.contracts import Column, Feed, code_lists
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import DERIVED, look_up, value_in_header, without_money
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.spelling import fold

_MONTH = re.compile(r"(?:(20\d\d)[年.\-/]?)?(1[0-2]|0?[1-9])(?:月份?|(?<=\d[.\-/]\d\d)|(?<=\d[.\-/]\d))")
_YEAR = re.compile(r"(20\d\d)年")
_AMOUNT = re.compile(r"[¥￥]?-?[\d,]+(?:\.\d+)?元?")
#: A column of amounts may hold a few words.
_AMOUNTS = 0.9
#: What stands where nothing is paid.
_NOTHING = re.compile(r"[-—–/\\无]*|0+(?:\.0+)?")


@dataclass(frozen=True)
class Spread:
    """One column of amounts: its place in the sheet, the places of all such columns (and of empty ones with such a
    header), the contract's columns that its header is a value of, and the value."""

    index: int
    places: frozenset[int]
    amount: Column
    values: dict[str, str]

    @property
    def supplied(self) -> frozenset[str]:
        """The names of the columns that the sheet need not have otherwise."""
        return frozenset({self.amount.name, *self.values})


def is_nothing_paid(text: str) -> bool:
    return _NOTHING.fullmatch(text.strip()) is not None


def wide_columns(grid: Grid, feed: Feed, header: Header) -> list[Spread]:
    """The columns of amounts of a wide table, from left to right; none where the sheet has one row for each amount."""
    if feed.wide is None:
        return []
    amount = feed.by_name[feed.wide[0]]
    ranks: dict[str, int] = {}
    for parent, text in header.cells:
        if text and (hit := look_up(feed, text, parent)):
            ranks[hit[0].name] = min(hit[1], ranks.get(hit[0].name, hit[1]))
    for by in (feed.by_name[name] for name in feed.wide[1:]):
        if ranks.get(by.name, DERIVED) < DERIVED:
            continue
        years = _years(grid, header)
        named = {i: value for i, cell in enumerate(header.cells) if cell[1] and (value := _value(by, cell, years))}
        written = {index: _written(grid, header, index) for index in named}
        values = {index: value for index, value in named.items() if _are_amounts(written[index])}
        if len(values) > 1 or (values and amount.name not in ranks):
            places = frozenset(values) | {index for index, texts in written.items() if not texts}
            return [Spread(index, places, amount, _meant(feed, by, values[index], ranks)) for index in sorted(values)]
    return []


def _value(by: Column, cell: tuple[str, str], years: set[str]) -> str | None:
    """What a header says as a value of `by`: 低保金 of 低保金(元), 2026年1月 of 1月 under 2026年."""
    parent, text = cell
    bare = without_money(text)
    if by.type == "year_month":
        found = _MONTH.fullmatch(bare.removesuffix("-01") if bare.count("-") == 2 else bare)
        year = found and (found[1] or next(iter(_YEAR.findall(fold(parent))), None) or (min(years) if years else None))
        return f"{year}年{int(found[2])}月" if found and year and (found[1] or len(years) < 2) else None
    return value_in_header(by, text)


def _years(grid: Grid, header: Header) -> set[str]:
    """The years that the lines above the table and the sheet's name speak of."""
    above = " ".join(header_text(value) for row in grid.rows[: header.row] for value in row)
    return set(_YEAR.findall(fold(f"{above} {grid.name or ''}")))


def _written(grid: Grid, header: Header, index: int) -> list[str]:
    """What stands under a header, without the cells that say that nothing was paid, and the header on further pages."""
    texts = (header_text(row[index]) for row in grid.rows[header.last_row + 1 :] if index < len(row))
    return [text for text in texts if not is_nothing_paid(text) and text not in header.cells[index]]


def _are_amounts(texts: list[str]) -> bool:
    return bool(texts) and sum(bool(_AMOUNT.fullmatch(text)) for text in texts) >= _AMOUNTS * len(texts)


def _meant(feed: Feed, by: Column, value: str, ranks: dict[str, int]) -> dict[str, str]:
    """The value for `by`, and for the other columns that the sheet lacks and whose list has the same word: 城市低保 is
    a programme and says the area."""
    others = (feed.by_name[name] for name in (feed.wide or ())[1:] if name != by.name and name not in ranks)
    return {by.name: value} | {
        other.name: value for other in others if value in code_lists().get(other.codes or "", ())
    }
