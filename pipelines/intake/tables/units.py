"""Amounts in another unit than the contract's. Where a sheet says 万元 (in a column's own header, in a line of units
under the headers, in a line above the table), that unit is written behind the column's numbers, so that each is read as
what it is; whatever else differs, or would make nobody's amounts, is held."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from statistics import median

from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.spelling import fold, unit_of
from pipelines.intake.messages import Message, Refused, place

#: How much one written yuan is worth in the contract's unit, by what is written behind a header.
_UNITS = {
    "yuan": {"元"},
    "yuan_month": {"元", "元/月"},
    "yuan_year": {"元", "元/年"},
    "10000_yuan": {"万元"},
}
#: Units that a sheet may give instead, with the word that is written behind each number, and what the middle one of a
#: column's numbers may be, as written in that unit: a header that still says 万元 over yuan gives more, one that says
#: 元 over 万元, or 分 over yuan, gives less.
_OTHERWISE: dict[str, dict[str, tuple[str, float, float]]] = {
    "yuan": {"万元": ("万元", 0, 100), "分": ("分", 1000, 10**14)},
    "yuan_month": {
        **dict.fromkeys(("万元", "万元/月"), ("万元", 0, 2)),
        **dict.fromkeys(("分", "分/月"), ("分", 3000, 10**9)),
    },
    "yuan_year": {
        **dict.fromkeys(("万元", "万元/年"), ("万元", 0, 50)),
        **dict.fromkeys(("分", "分/年"), ("分", 10_000, 10**11)),
    },
    "10000_yuan": {"元": ("元", 10_000, 10**12)},
}
_UNIT_LINE = re.compile(r"单位:?\(?人?民?币?:?((?:千|百|万|亿)元|分(?![一-鿿]))")
#: A period written behind an amount that is not the contract's.
_OTHER_PERIOD = {
    "yuan_month": re.compile(r"\d\s*元?\s*[/每]\s*(?:人\s*[/每·]?\s*)?(?:年|季度?)\s*$"),
    "yuan_year": re.compile(r"\d\s*元?\s*[/每]\s*(?:人\s*[/每·]?\s*)?(?:月|季度?)\s*$"),
}
_PLAIN_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_REMEDY = "请按约定的单位填写后重新报送"


def units_of(grid: Grid, header: Header, notes: Sequence[int]) -> dict[int, str]:
    """The unit that the sheet gives for each column with a unit in its contract; `notes` are the lines under the
    headers that explain them."""
    line = _UNIT_LINE.search(fold(" ".join(cell_text(value) or "" for row in grid.rows[: header.row] for value in row)))
    units = {}
    for index, column in header.columns.items():
        if column.unit not in _UNITS:
            continue
        parent, own = header.cells[index]
        below = (_note(grid.rows[row][index]) for row in notes if index < len(grid.rows[row]))
        said = unit_of(own) or next(filter(None, below), None) or unit_of(parent)
        if said := said or (line.group(1) if line and column.type == "amount" else None):
            units[index] = said
    return units


def check_units(grid: Grid, header: Header, units: dict[int, str]) -> None:
    """Refused (held) when amounts are in a unit that is neither the contract's nor one that can be written behind."""
    for index, unit in units.items():
        column = header.columns[index]
        if unit not in {*_UNITS[column.unit or ""], *_OTHERWISE[column.unit or ""]}:
            raise _held(grid, header, index, f"列“{header.cells[index][1]}”的单位是{unit}，与约定不符")


def write_units(grid: Grid, header: Header, units: dict[int, str], texts: dict[int, list[str | None]]) -> list[Message]:
    """Writes another unit behind the plain numbers of its column; held when they would not be believed, or when values
    themselves name another period than the contract's."""
    messages = []
    for index, column in header.columns.items():
        other = _OTHER_PERIOD.get(column.unit or "")
        if other and (rows := sum(1 for text in texts[index] if text and other.search(text))):
            raise _held(grid, header, index, f"列“{header.cells[index][1]}”有{rows}行的金额写明是另一时段的（如元/年）")
    for index, unit in units.items():
        column = header.columns[index]
        if not (otherwise := _OTHERWISE.get(column.unit or "", {}).get(unit)):
            continue
        word, low, high = otherwise
        numbers = [number for text in texts[index] if (number := plain_number(text))]
        if numbers and not low <= median(numbers) < high:
            raise _held(grid, header, index, f"列“{header.cells[index][1]}”注明单位为{word}，数值却不像以{word}为单位")
        texts[index] = [
            text if plain_number(text) is None else f"{(text or '').strip()}{word}" for text in texts[index]
        ]
        what = f"列“{header.cells[index][1]}”以{word}为单位，其中{len(numbers)}个数值已按{word}读取"
        messages.append(
            Message("UNIT_FROM_HEADER", place(grid.name, None, index), what, "请核对；今后请按约定的单位填写")
        )
    return messages


def _note(value: object) -> str | None:
    """The unit in a cell under a header; an example of a value (500元) is none."""
    text = cell_text(value) or ""
    return None if re.search(r"\d", text) else unit_of(text)


def plain_number(text: str | None) -> float | None:
    """The value of digits alone, with or without thousands; None of anything else."""
    folded = unicodedata.normalize("NFKC", text or "").strip()
    return float(folded.replace(",", "")) if _PLAIN_NUMBER.fullmatch(folded) else None


def _held(grid: Grid, header: Header, index: int, what: str) -> Refused:
    return Refused(Message("UNIT_NOT_YUAN", place(grid.name, header.row + 1, index), what, _REMEDY), "held")
