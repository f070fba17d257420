"""A wide table read as one table for each of its columns of amounts: the rows that have an amount there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.contracts import Feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.wide import Spread, is_nothing_paid
from pipelines.intake.messages import Message, column_letter, place
from pipelines.intake.tables import row_kinds
from pipelines.intake.tables.table import SheetTable

#: A row's address names its sheet by number: the further tables of a sheet have numbers that no sheet has.
_FURTHER = 1000


def as_own_sheet(grid: Grid, header: Header, spread: Spread) -> Grid:
    """The sheet under the name and number of one of its columns."""
    nth = sorted(spread.places).index(spread.index)
    name = f"{grid.name or ''}（{header.full_name(spread.index)}）"
    return replace(grid, name=name, number=grid.number + _FURTHER * nth, part_of=(grid.sheet,))


def take_amount(header: Header, spread: Spread) -> None:
    """Maps the amount to the spread's column, and no other; the table's other columns of amounts are not looked at."""
    for index in [index for index, column in header.columns.items() if column.name == spread.amount.name]:
        del header.columns[index]
        header.extra[index] = header.full_name(index)
    header.columns[spread.index] = spread.amount
    header.reasons[spread.amount.name] = "content"


def pass_over_unpaid(grid: Grid, kinds: list[str], spread: Spread) -> None:
    """A row without an amount in the column is none of this table's."""
    for row, kind in enumerate(kinds):
        cells = grid.rows[row]
        is_paid = spread.index < len(cells) and not is_nothing_paid(header_text(cells[spread.index]))
        if kind == row_kinds.DATA and not is_paid:
            kinds[row] = row_kinds.BLANK


def fill_values(table: SheetTable, spread: Spread) -> None:
    """What the header of the column says of every amount under it."""
    for name, value in spread.values.items():
        table.fill(name, [value] * len(table.rows), "content")
        table.letters[name] = column_letter(spread.index)


def told_once(tables: Sequence[SheetTable], grid: Grid, feed: Feed, spreads: Sequence[Spread]) -> None:
    """Says of the first table that the sheet was wide, and nothing twice that was said of it already; and which rows of
    a table another one has had."""
    header = tables[0].header
    assert header is not None
    seen: set[int] = set()
    for table in tables:
        table.again = seen.intersection(table.rows)
        seen |= {*table.rows}
    names = "”“".join(header.full_name(spread.index) for spread in spreads)
    wanted = "、".join(feed.by_name[name].header for name in spreads[0].values)
    what = f"“{names}”各占一列，已按每列一笔读取，“{wanted}”取自列名"
    where = place(grid.name, header.last_row + 1, spreads[0].index)
    said = {(message.code, message.what) for message in tables[0].messages}
    for table in tables[1:]:
        table.messages = [message for message in table.messages if (message.code, message.what) not in said]
    tables[0].messages.append(Message("WIDE_TABLE", where, what, "请核对；今后请每笔一行，写明项目、月份和金额"))
