"""Amounts in another unit than the contract's. Where a sheet says 万元 or 元/年 (in a column's own header, in a line of
units under the headers, in a line above the table), that is written behind the column's numbers (1.2万元, 15684元÷12),
so that each is read as what it is; whatever else differs, or would make nobody's amounts, is held."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.contracts import Column
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.periods import MONTH, MONTHS, YEAR, period_of
from pipelines.intake.headers.spelling import fold, unit_of
from pipelines.intake.messages import Message, Refused, place


@dataclass(frozen=True)
class Unit:
    """What one number counts: the money, and the span of time that it is for, where one is said."""

    money: str
    period: str | None = None

    def __str__(self) -> str:
        return f"{self.money}/{self.period}" if self.period else self.money


#: The contract's units, by their names there.
_OWN = {
    "yuan": Unit("元"),
    "yuan_month": Unit("元", MONTH),
    "yuan_year": Unit("元", YEAR),
    "10000_yuan": Unit("万元"),
}
#: Yuan in each kind of money that a sheet may count in.
_YUAN = {"元": 1.0, "分": 0.01, "百元": 100.0, "千元": 1000.0, "万元": 10_000.0}
#: What the middle one of a column's amounts may be in yuan, by the contract's unit: a header that still says 万元 over
#: yuan gives more, one that says 元 over 万元, or 分 over yuan, gives less.
_BELIEVED = {
    "yuan": (10, 1_000_000),
    "yuan_month": (30, 20_000),
    "yuan_year": (100, 500_000),
    "10000_yuan": (10_000, 10**12),
}
_UNIT_LINE = re.compile(r"单位:?\(?人?民?币?:?((?:千|百|万|亿)?元(?:/[年月季])?|分(?![一-鿿]))")
#: An amount with the period that it is for behind it, and the number alone before that.
_WITH_PERIOD = re.compile(r"\d\s*元?\s*[/每]\s*(?:人\s*[/每·]?\s*)?(年|季|月)度?\s*$")
_SPANS = frozenset(MONTHS)
_ITS_NUMBER = re.compile(r"\s*(-?[\d,]+(?:\.\d+)?)\s*元?\s*[/每].*")
_PLAIN_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_REMEDY = "请按约定的单位填写后重新报送"


def units_of(grid: Grid, header: Header, notes: Sequence[int]) -> dict[int, Unit]:
    """The unit that the sheet gives for each column with a unit in its contract; `notes` are the lines under the
    headers that explain them. A span of time in the header's words (年工资性收入) counts like one behind it."""
    line = _UNIT_LINE.search(fold(" ".join(cell_text(value) or "" for row in grid.rows[: header.row] for value in row)))
    units = {}
    for index, column in header.columns.items():
        if column.unit not in _OWN:
            continue
        parent, own = header.cells[index]
        below = (_note(grid.rows[row][index]) for row in notes if index < len(grid.rows[row]))
        said = unit_of(own) or next(filter(None, below), None) or unit_of(parent)
        if not said and line and column.type == "amount":  # a span in it is that of the columns that are for one
            said = line.group(1) if _OWN[column.unit].period else line.group(1).partition("/")[0]
        in_words = (period_of(own) or period_of(parent)) if column.averaged else None
        if said or in_words:
            money, _, period = (said or _OWN[column.unit].money).partition("/")
            units[index] = Unit(money, period or in_words)
    return units


def check_units(grid: Grid, header: Header, units: dict[int, Unit]) -> None:
    """Refused (held) when amounts are in a unit that is neither the contract's nor one that can be written behind."""
    for index, unit in units.items():
        if _written_behind(header.columns[index], unit) is None:
            raise _held(grid, header, index, f"列“{header.cells[index][1]}”的单位是{unit}，与约定不符")


def write_units(
    grid: Grid, header: Header, units: dict[int, Unit], texts: dict[int, list[str | None]]
) -> list[Message]:
    """Writes another unit behind the plain numbers of its column; held when they would not be believed, or when values
    themselves name a period that the contract's amount cannot be told from."""
    for index, column in header.columns.items():
        if column.unit in _OWN and _OWN[column.unit].period:
            texts[index] = _of_their_own_periods(grid, header, index, texts[index])
    messages = []
    for index, unit in units.items():
        behind = _written_behind(header.columns[index], unit)
        numbers = [number for text in texts[index] if (number := plain_number(text))]
        if not behind or not numbers:
            continue
        if not _is_believed(header.columns[index], unit, median(numbers)):
            raise _held(grid, header, index, f"列“{header.cells[index][1]}”注明单位为{unit}，数值却不像以{unit}为单位")
        texts[index] = [
            text if plain_number(text) is None else f"{(text or '').strip()}{behind}" for text in texts[index]
        ]
        what = f"列“{header.cells[index][1]}”以{unit}为单位，其中{len(numbers)}个数值已按{unit}读取"
        messages.append(
            Message("UNIT_FROM_HEADER", place(grid.name, None, index), what, "请核对；今后请按约定的单位填写")
        )
    return messages


def _written_behind(column: Column, unit: Unit) -> str | None:
    """What is written behind a number in a unit to make it one in the contract's; nothing where it is that, None where
    it cannot be told."""
    own = _OWN[column.unit or ""]
    spread = _spread(column, unit.period)
    if unit.money not in _YUAN or spread is None:
        return None
    return "" if unit.money == own.money and not spread else unit.money + spread


def _spread(column: Column, period: str | None) -> str | None:
    """How an amount for a period becomes one for the contract's: ÷12, ×12; None where it does not."""
    own = _OWN[column.unit or ""].period
    if period in (None, own):
        return ""
    if not column.averaged or own is None or period not in MONTHS:
        return None
    theirs, ours = MONTHS[period or ""], MONTHS[own]
    return f"÷{theirs // ours}" if theirs > ours else f"×{ours // theirs}"


def _is_believed(column: Column, unit: Unit, middle: float) -> bool:
    own, (low, high) = _OWN[column.unit or ""], _BELIEVED[column.unit or ""]
    factor = _YUAN[unit.money] * (MONTHS[own.period] / MONTHS[unit.period] if own.period and unit.period else 1)
    amount = middle * factor
    is_smaller = _YUAN[unit.money] < _YUAN[own.money]  # a year's rent may be little for a month, 分 for yuan may not
    return amount >= low if is_smaller else amount < high


def _of_their_own_periods(grid: Grid, header: Header, index: int, texts: list[str | None]) -> list[str | None]:
    """The texts with 1200元/年 spread over the contract's period; held where it is no average of anything."""
    column = header.columns[index]
    own = _OWN[column.unit or ""].period
    spoken = {at: _narrow(text) for at, text in enumerate(texts) if text and not _SPANS.isdisjoint(text)}
    named = {at: found[1] for at, text in spoken.items() if (found := _WITH_PERIOD.search(text))}
    others = {at: period for at, period in named.items() if period != own}
    if not others:
        return texts
    numbers = {at: _ITS_NUMBER.fullmatch(spoken[at]) for at in others}
    if not column.averaged or not all(numbers.values()):
        what = f"列“{header.cells[index][1]}”有{len(others)}行的金额写明是另一时段的（如元/年）"
        raise _held(grid, header, index, what)
    written = {at: f"{number[1]}元{_spread(column, others[at])}" for at, number in numbers.items() if number}
    return [written.get(at, text) for at, text in enumerate(texts)]


def _narrow(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "")


def _note(value: object) -> str | None:
    """The unit in a cell under a header; an example of a value (500元) is none."""
    text = cell_text(value) or ""
    return None if re.search(r"\d", text) else unit_of(text)


def plain_number(text: str | None) -> float | None:
    """The value of digits alone, with or without thousands; None of anything else."""
    folded = _narrow(text).strip()
    return float(folded.replace(",", "")) if _PLAIN_NUMBER.fullmatch(folded) else None


def _held(grid: Grid, header: Header, index: int, what: str) -> Refused:
    return Refused(Message("UNIT_NOT_YUAN", place(grid.name, header.row + 1, index), what, _REMEDY), "held")
