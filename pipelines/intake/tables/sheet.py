"""One sheet as delivered to rows under the contract's columns, with every row accounted for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from pipelines.contracts import Column, Feed, get_feed
from pipelines.intake.formats.cells import DIGITS_KEPT, cell_text, is_blank, loses_digits, month_texts
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.by_content import recognise
from pipelines.intake.headers.code_columns import settle_codes
from pipelines.intake.headers.column_mapping import map_columns, name_unheaded
from pipelines.intake.headers.dictionary import better_feed, fits, titled_feed
from pipelines.intake.headers.header_rows import Header, find_header
from pipelines.intake.headers.joined import find_joins, join_rows
from pipelines.intake.headers.legends import read_legends
from pipelines.intake.headers.profile import check_swapped
from pipelines.intake.headers.wide import Spread, wide_columns
from pipelines.intake.messages import Message, Refused, column_letter, place, plain
from pipelines.intake.tables import row_kinds
from pipelines.intake.tables.answers import nothing_found
from pipelines.intake.tables.around import Around, look_around, title_text
from pipelines.intake.tables.assumed import assume_blanks, state_in_remarks, states_of_remarks
from pipelines.intake.tables.blocks import check_blocks
from pipelines.intake.tables.completing import complete
from pipelines.intake.tables.dittos import check_dittos
from pipelines.intake.tables.households import fill_households
from pipelines.intake.tables.products import choose_amount
from pipelines.intake.tables.reporters import reporters
from pipelines.intake.tables.stopping import answers_as_states, state_in_question
from pipelines.intake.tables.table import SheetTable
from pipelines.intake.tables.ticks import assume_unticked, read_ticks, ticked_words
from pipelines.intake.tables.totals import check_total
from pipelines.intake.tables.units import check_units, units_of, write_units
from pipelines.intake.tables.wide import as_own_sheet, fill_values, pass_over_unpaid, take_amount, told_once

_KINDS = (row_kinds.TITLE, row_kinds.HEADER, row_kinds.TOTAL, row_kinds.BLANK, row_kinds.DATA)


def read_sheet(grid: Grid, feed: Feed) -> list[SheetTable]:
    """The sheet's table, or the tables that a wide one is read as; none when it holds no table of any feed (an empty
    sheet, instructions). Refused otherwise."""
    header = find_header(grid, feed)
    if header is None:
        _refuse_foreign(grid, feed)
        return []
    joined = find_joins(grid, feed, header)
    grid = join_rows(grid, header)
    _check_source(grid, feed, header)
    spreads = wide_columns(grid, feed, header)
    if not spreads:
        return [_read(grid, feed, header, joined + _map(grid, feed, header))]
    tables = [_read_spread(grid, feed, header, spread) for spread in spreads]
    tables[0].messages += joined
    told_once(tables, grid, feed, spreads)
    return tables


def read_continued(grid: Grid, feed: Feed, header: Header) -> SheetTable:
    """The table of a sheet that goes on without a header under that of the sheet before."""
    return _read(join_rows(grid, header), feed, header, [])


def _map(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    messages = recognise(grid, feed, header, map_columns(grid, feed, header))
    messages = state_in_question(grid, feed, header, messages + choose_amount(grid, feed, header))
    return messages + state_in_remarks(grid, feed, header)


def _read_spread(grid: Grid, feed: Feed, found: Header, spread: Spread) -> SheetTable:
    header = Header(
        found.row, found.height, found.cells, passed_over=spread.places, supplied=spread.supplied, joins=found.joins
    )
    own = as_own_sheet(grid, header, spread)
    messages = map_columns(own, feed, header)
    take_amount(header, spread)
    return _read(own, feed, header, messages, spread)


def _read(grid: Grid, feed: Feed, header: Header, messages: list[Message], spread: Spread | None = None) -> SheetTable:
    around = look_around(grid, feed, header)
    if spread:
        pass_over_unpaid(grid, around.kinds, spread)
    data = around.rows(row_kinds.DATA)
    units = units_of(grid, header, around.judge.notes(around.kinds))
    check_units(grid, header, units)
    _check_width(grid, header, data)
    messages += name_unheaded(grid, header, data)
    cells = _fill_merged(grid, header, data, messages)
    texts = _settled_texts(grid, feed, header, around, cells, messages)
    messages += _check_totals(grid, feed, header, around.kinds, texts)
    messages += write_units(grid, header, units, texts)
    table = _table(grid, header, around, texts, messages)
    table.extra = _extra(header, cells)
    if spread:
        fill_values(table, spread)
    complete(table, feed, header, around, cells)
    if not grid.visible:
        table.messages.append(plain("HIDDEN_SHEET", place(grid.name)))
    return table


def _settled_texts(
    grid: Grid, feed: Feed, header: Header, around: Around, cells: list[list[Any]], messages: list[Message]
) -> dict[int, list[str | None]]:
    """The texts of the contract's columns by place, after what headers, ticks and codes say of them; tells what it did.
    Refused where columns are exchanged or households cannot be told apart."""
    data = around.rows(row_kinds.DATA)
    texts = _texts(grid, feed, header, cells, messages)
    states_of_remarks(header, texts)
    answers_as_states(header, texts)
    read_ticks(feed, header, cells, texts, messages, grid.name)
    messages += assume_unticked(header, texts, grid.name)
    messages += read_legends(grid, feed, header, texts)
    messages += _failed_formulas(grid, header, data)
    check_swapped(header.columns, texts, grid.name)
    messages += fill_households(grid, feed, header, data, texts)
    check_blocks(feed, header, texts, grid.name)
    if around.judge.answers_of_nothing:
        messages.append(nothing_found(around.judge.answers_of_nothing, grid.name))
    messages += check_dittos(feed, header, texts, grid.name)
    messages += settle_codes(feed, header, texts, cells, grid.name)
    messages += assume_blanks(grid, header, data, texts, around.lines)
    return texts


def _table(
    grid: Grid, header: Header, around: Around, texts: dict[int, list[str | None]], messages: list[Message]
) -> SheetTable:
    counts = {kind: around.kinds.count(kind) for kind in _KINDS}
    table = SheetTable(grid.name, grid.sheet, grid.number, counts, header.row + 1, grid.first_row + 1)
    table.counts[row_kinds.BLANK] -= grid.first_row
    table.header = header
    table.mapping = {header.full_name(index): column.name for index, column in sorted(header.columns.items())}
    table.letters = {column.name: column_letter(index) for index, column in header.columns.items()}
    table.reasons = {name: header.reasons[name] for name in table.letters}
    table.headers = [header.full_name(index) for index, (_, text) in enumerate(header.cells) if text]
    table.rows = [row + 1 for row in around.rows(row_kinds.DATA)]
    table.columns = {column.name: texts[index] for index, column in header.columns.items()}
    table.messages = messages
    table.reported_by = reporters(grid.rows[row] for row in around.rows(row_kinds.TITLE))
    return table


def _refuse_foreign(grid: Grid, feed: Feed) -> None:
    """Refused when a sheet without a header of this feed has the header of another one."""
    for row in range(min(15, len(grid.rows))):
        cells = tuple(("", (cell_text(value) or "").strip()) for value in grid.rows[row])
        if sum(1 for _, text in cells if text) >= 2 and (other := better_feed(feed, cells)):
            raise Refused(_wrong_source(grid, other))


def _wrong_source(grid: Grid, other: str) -> Message:
    what = f"表头与本数据源不符，像是“{get_feed(other).title}”({other})"
    return Message("WRONG_SOURCE", place(grid.name), what, f"请核对后放入 {other} 文件夹重新报送")


def _check_source(grid: Grid, feed: Feed, header: Header) -> None:
    """Refused when the table is another feed's: by its columns, or by its title when the columns fit both."""
    cells = tuple(header.cells)
    if other := better_feed(feed, cells):
        raise Refused(_wrong_source(grid, other))
    if (other := titled_feed(feed, title_text(grid, header))) and fits(get_feed(other), cells):
        raise Refused(_wrong_source(grid, other))


def _check_width(grid: Grid, header: Header, data: list[int]) -> None:
    """A data line of a text file has as many fields as the header; only blank fields at its end are forgiven."""
    if not grid.strict_width:
        return
    width = len(header.cells)
    for row in data:
        cells = grid.rows[row]
        if len(cells) < width or any(not is_blank(value) for value in cells[width:]):
            what = f"该行有{len(cells)}列，表头有{width}列"
            raise Refused(Message("BAD_STRUCTURE", place(row=row + 1), what, "请更正该行，或另存为 .xlsx 后重新报送"))


def _fill_merged(grid: Grid, header: Header, data: list[int], messages: list[Message]) -> list[list[Any]]:
    """The cells of the data rows, with a vertically merged cell's value in every row of its range, and nowhere else."""
    cells = {row: grid.rows[row] for row in data}
    filled = 0
    for (top, left), (bottom, _) in grid.merged:
        if (
            top == bottom
            or top not in cells
            or not (left in header.columns or left in header.spare or left in header.composites)
        ):
            continue
        value = grid.rows[top][left] if left < len(grid.rows[top]) else None
        for row in range(top + 1, bottom + 1):
            if row in cells and left < len(cells[row]) and is_blank(cells[row][left]) and not is_blank(value):
                cells[row] = [*cells[row]]
                cells[row][left] = value
                filled += 1
    if filled:
        what = f"有{filled}个纵向合并的单元格已按合并范围填入各行"
        messages.append(Message("FILLED_DOWN", place(grid.name), what, "今后请逐行填写"))
    return [cells[row] for row in data]


def _texts(
    grid: Grid, feed: Feed, header: Header, cells: list[list[Any]], messages: list[Message]
) -> dict[int, list[str | None]]:
    texts: dict[int, list[str | None]] = {}
    for index, column in header.columns.items():
        values = [row[index] if index < len(row) else None for row in cells]
        if column.type == "year_month":
            texts[index], unclear = month_texts(values)
            if unclear:
                messages.append(_unclear_months(column, unclear, place(grid.name, None, index)))
            continue
        is_lossy = loses_digits(column, values)
        texts[index] = [value if type(value) is str and value else cell_text(value, is_lossy) for value in values]
        if column.codes:
            texts[index] = ticked_words(texts[index])
        if is_lossy:
            lost = sum(1 for value in values if isinstance(value, float) and abs(value) >= DIGITS_KEPT)
            said = plain("DIGITS_LOST", place(grid.name, None, index))
            message = replace(said, what=f"列“{column.header}”有{lost}行的{said.what}")
            if column.name == feed.case_column and lost * 2 > len(values):
                raise Refused(message)  # households would run into one another
            messages.append(message)
    return texts


def _failed_formulas(grid: Grid, header: Header, data: list[int]) -> list[Message]:
    """Cells of data rows that would have a value if their formula had worked, by column."""
    failed: dict[tuple[int, str], int] = {}
    rows = set(data)
    for (row, index), text in sorted(grid.errors.items()):
        if row in rows and index in header.columns:
            kind = (index, "ERROR_CELLS" if text else "FORMULA_NO_VALUE")
            failed[kind] = failed.get(kind, 0) + 1
    messages = []
    for (index, code), count in sorted(failed.items()):
        said = plain(code, place(grid.name, None, index))
        messages.append(replace(said, what=f"列“{header.columns[index].header}”有{count}行的{said.what}"))
    return messages


def _unclear_months(column: Column, rows: int, where: str) -> Message:
    what = f"列“{column.header}”有{rows}行是2026.1一类的数值，分不清1月还是10月，不采用"
    return Message("MONTH_UNCLEAR", where, what, "请将该列设为文本，写成2026-01或2026-10后重新报送")


def _extra(header: Header, cells: list[list[Any]]) -> list[str | None]:
    if not header.extra:
        return [None] * len(cells)
    kept = []
    for row in cells:
        texts = {name: cell_text(row[index]) for index, name in header.extra.items() if index < len(row)}
        texts = {name: text for name, text in texts.items() if text is not None}
        kept.append(json.dumps(texts, ensure_ascii=False, sort_keys=True) if texts else None)
    return kept


def _check_totals(
    grid: Grid, feed: Feed, header: Header, kinds: list[str], texts: dict[int, list[str | None]]
) -> list[Message]:
    """Every total line against all rows above it, one right under the header against all below it; a 小计 against the
    rows since the last one."""
    messages: list[Message] = []
    data = [row for row, kind in enumerate(kinds) if kind == row_kinds.DATA]
    case = next((i for i, column in header.columns.items() if column.name == feed.case_column), None)
    seen = since = 0
    for row, kind in enumerate(kinds):
        if kind == row_kinds.DATA:
            seen += 1
        elif kind == row_kinds.TOTAL:
            line = [cell_text(value) for value in grid.rows[row]]
            if header.passed_over:  # the line of a wide table counts the rows of all its columns
                line = [text if index in header.passed_over else None for index, text in enumerate(line)]
            partial = any(re.search("小计|本页", re.sub(r"\s", "", text)) for text in line if text)
            if seen == 0 and partial:
                continue  # of the section that follows; where that ends, nobody says
            rows = slice(0, len(data)) if seen == 0 else slice(since if partial else 0, seen)
            values = {index: column[rows] for index, column in texts.items()}
            cases = values[case] if case is not None else [None] * len(data[rows])
            written = {index: [_written(grid, place, index) for place in data[rows]] for index in header.columns}
            messages += check_total(line, row + 1, header.columns, values, cases, written, grid.name)
            since = seen
    return messages


def _written(grid: Grid, row: int, index: int) -> str | None:
    return cell_text(grid.rows[row][index]) if index < len(grid.rows[row]) else None
