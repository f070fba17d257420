"""Which of several amounts a roll means, proved by its own figures: where standard × persons is the total of every row,
the household is paid the total; where standard × months is, the month is paid the standard."""

from __future__ import annotations

import re
from typing import Any

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, place
from pipelines.intake.tables.units import plain_number

_MONTHS = re.compile(r"(?:发放|补发|享受|计发|补助)?月数|(?:发放|补发)?几个月|个月数")
#: So many rows with a factor above 1 that fit, and no more than this share that does not.
_FEWEST, _MISFITS = 2, 0.05
_LOOKED_AT = 2000
CENT = 0.01


def choose_amount(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Moves `monthly_amount` to the column that the sheet's own multiplication proves."""
    amount = feed.by_name.get("monthly_amount")
    chosen = next((index for index, column in header.columns.items() if column is amount), None)
    if amount is None or chosen is None:
        return []
    persons = next((i for i, column in header.columns.items() if column.name == "covered_count"), None)
    months = next((i for i in header.extra if _MONTHS.fullmatch(fold(header.cells[i][1]))), None)
    for other in sorted(header.extra):
        if persons is not None and _is_product(grid, header, chosen, persons, other):
            return [_moved(grid, header, chosen, other, f"列“{header.full_name(chosen)}”是每人的标准")]
        if months is not None and other != months and _is_product(grid, header, other, months, chosen):
            return [
                _moved(grid, header, chosen, other, f"列“{header.full_name(chosen)}”是{header.full_name(months)}的合计")
            ]
    return []


def _is_product(grid: Grid, header: Header, one: int, factor: int, product: int) -> bool:
    """Whether one × factor = product in the rows whose factor is above 1, and there are some."""
    rows = grid.rows[header.last_row + 1 : header.last_row + 1 + _LOOKED_AT]
    lines = [tuple(plain_number(_text(row, index)) or 0.0 for index in (one, factor, product)) for row in rows]
    filled = [line for line in lines if line[0] and line[1] > 1 and line[2]]
    fitting = sum(abs(each * count - total) < CENT for each, count, total in filled)
    return fitting >= _FEWEST and len(filled) - fitting <= _MISFITS * len(filled)


def _text(row: list[Any], index: int) -> str | None:
    return cell_text(row[index]) if index < len(row) else None


def _moved(grid: Grid, header: Header, old: int, new: int, because: str) -> Message:
    column = header.columns.pop(old)
    header.columns[new] = column
    header.extra[old] = header.full_name(old)
    header.extra.pop(new)
    header.reasons[column.name] = "content"
    what = f"{because}，“{column.header}”采用列“{header.full_name(new)}”"
    return Message(
        "AMOUNT_PROVED",
        place(grid.name, header.last_row + 1, new),
        what,
        "请核对；如应采用另一列，请更正列名后重新报送",
    )
