"""One sheet as delivered to rows under the contract's columns, with every row accounted for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.contracts import Column, Feed, get_feed
from pipelines.intake import row_kinds
from pipelines.intake.answers import lists_nothing, nobody_found, nothing_found
from pipelines.intake.assumed import Lines, assume_blanks, assumed_values, told_of_assumed
from pipelines.intake.blocks import check_blocks
from pipelines.intake.cells import DIGITS_KEPT, cell_text, is_blank, loses_digits, month_texts
from pipelines.intake.code_columns import settle_codes
from pipelines.intake.column_mapping import map_columns, name_unheaded
from pipelines.intake.composites import part
from pipelines.intake.dittos import check_dittos
from pipelines.intake.grid import Grid
from pipelines.intake.header_rows import Header, find_header
from pipelines.intake.headers import better_feed, fits, nearest_seen, programmes_as_headers, titled_feed
from pipelines.intake.legends import read_legends
from pipelines.intake.messages import Message, NoPersons, NothingFound, Refused, column_letter, place, plain
from pipelines.intake.places import split_places, told_of_places
from pipelines.intake.products import choose_amount
from pipelines.intake.profile import check_swapped
from pipelines.intake.reporters import reporters
from pipelines.intake.sections import section_values, sections, told_of_sections
from pipelines.intake.supplied import missing_from_title, place_in_name, told, town_in_title, with_year
from pipelines.intake.ticks import read_ticks
from pipelines.intake.totals import check_total
from pipelines.intake.units import check_units, units_of, write_units


@dataclass
class SheetTable:
    """The rows of one sheet: `columns` (by name) and `extra` hold texts, one a data row; `counts` by kind of row.

    `reasons` say why a column was recognised: by its own header, a synonym, a derived spelling, its content, or
    supplied by the sheet's title or name. `reported_by` are the persons who drew it up, where it says so.
    """

    name: str | None
    number: int
    counts: dict[str, int]
    header_row: int | None = None
    headers: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    extra: list[str | None] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reported_by: list[str] = field(default_factory=list)
    header: Header | None = None

    @property
    def rows_read(self) -> int:
        return sum(self.counts.values())


def read_sheet(grid: Grid, feed: Feed, continued: Header | None = None) -> SheetTable | None:
    """The sheet's table; None when it holds no table of any feed (an empty sheet, instructions). Refused otherwise.

    `continued` is the header of the sheet before, for a sheet that goes on without one.
    """
    header = continued or find_header(grid, feed)
    if header is None:
        _refuse_foreign(grid, feed)
        return None
    messages: list[Message] = []
    if continued is None:
        messages += _check_source(grid, feed, header)
        messages += map_columns(grid, feed, header)
        messages += choose_amount(grid, feed, header)
    title = f"{_title_text(grid, header)} {grid.name or ''}"
    judge = row_kinds.RowJudge(grid, header, feed)
    kinds = [judge.kind(row) for row in range(len(grid.rows))]
    sectioned = sections(grid, feed, header, judge.headings)
    supplied = missing_from_title(feed, header.found, title, grid.name)
    lines = Lines(title, judge.headings)
    assumed = assumed_values(grid, feed, header, header.found | set(supplied) | set(sectioned), lines)
    _check_required(grid, feed, header, {*supplied, *assumed, *sectioned})
    data = [row for row, kind in enumerate(kinds) if kind == row_kinds.DATA]
    units = units_of(grid, header, judge.notes(kinds))
    check_units(grid, header, units)
    _check_width(grid, header, data)
    messages += name_unheaded(grid, header, data)
    cells = _fill_merged(grid, header, data, messages)
    texts = _texts(grid, feed, header, cells, messages)
    read_ticks(feed, header, cells, texts, messages, grid.name)
    messages += read_legends(header, texts, grid.name)
    messages += _failed_formulas(grid, header, data)
    check_swapped(header.columns, texts, grid.name)
    check_blocks(feed, header, texts, grid.name)
    if judge.answers_of_nothing:
        messages.append(nothing_found(judge.answers_of_nothing, grid.name))
    messages += check_dittos(feed, header, texts, grid.name)
    messages += settle_codes(feed, header, texts, cells, grid.name)
    messages += assume_blanks(grid, header, data, texts, lines)
    table = SheetTable(grid.name, grid.number, {kind: kinds.count(kind) for kind in _KINDS}, header.row + 1)
    table.counts[row_kinds.BLANK] -= grid.first_row
    table.header = header
    table.mapping = {header.full_name(index): column.name for index, column in sorted(header.columns.items())}
    table.letters = {column.name: column_letter(index) for index, column in header.columns.items()}
    table.reasons = {name: header.reasons[name] for name in table.letters}
    table.headers = [header.full_name(index) for index, (_, text) in enumerate(header.cells) if text]
    table.rows = [row + 1 for row in data]
    table.extra = _extra(header, cells)
    messages += _check_totals(grid, feed, header, kinds, texts)
    messages += write_units(grid, header, units, texts)
    table.columns = {column.name: texts[index] for index, column in header.columns.items()}
    _part_composites(table, header, cells)
    table.messages = messages
    table.reported_by = reporters(grid.rows[row] for row, kind in enumerate(kinds) if kind == row_kinds.TITLE)
    _fill_sections(table, feed, sectioned, supplied)
    _complete(table, feed, supplied, title)
    for name, value in assumed.items():
        table.columns[name], table.reasons[name] = [value] * len(table.rows), "assumed"
        table.messages.append(told_of_assumed(feed.by_name[name], value, grid.name))
    if (parted := split_places(feed, table.columns)) is not None:
        source, places = parted
        table.messages.append(told_of_places(feed, source, list(places), grid.name))
        table.columns |= places
        table.reasons |= {name: "content" for name in places if name != source}
    if not grid.visible:
        table.messages.append(plain("HIDDEN_SHEET", place(grid.name)))
    return table


def _part_composites(table: SheetTable, header: Header, cells: list[list[Any]]) -> None:
    """Fills the columns whose values stand together in one cell."""
    for index, columns in header.composites.items():
        parted = [part(cell_text(row[index]) if index < len(row) else None, columns) for row in cells]
        for column in columns:
            if column.name in table.columns:
                continue  # has a column of its own, or a better one of this kind
            table.columns[column.name] = [pieces[column.name] for pieces in parted]
            table.reasons[column.name] = "content"
            table.letters[column.name] = column_letter(index)


def _fill_sections(
    table: SheetTable, feed: Feed, sectioned: dict[str, list[tuple[int, str]]], supplied: dict[str, str]
) -> None:
    """Fills what the lines over parts of the table say of them; above the first such line the title speaks."""
    for name, headings in sectioned.items():
        table.columns[name] = section_values(headings, table.rows, supplied.get(name))
        table.reasons[name] = "title"
        table.messages.append(told_of_sections(feed.by_name[name], table.name))


def _complete(table: SheetTable, feed: Feed, supplied: dict[str, str], title: str) -> None:
    """Fills what the sheet says once for all its rows, and says so."""
    for name, value in supplied.items():
        if name in table.columns:
            continue  # found by its content meanwhile
        table.columns[name] = [value] * len(table.rows)
        table.reasons[name] = "title"
        table.messages.append(told(feed.by_name[name], value, table.name, "表题"))
    placeless = "town" in feed.by_name and not {"town", "village"} & table.columns.keys()
    if placeless and table.rows and (town := town_in_title(title)):
        table.columns["town"] = [town] * len(table.rows)
        table.reasons["town"] = "title"
        table.messages.append(told(feed.by_name["town"], town, table.name, "表题"))
    for column in feed.columns_of_type("year_month"):
        completed = with_year(table.columns.get(column.name, []), title)
        if completed is not None:
            table.columns[column.name] = completed
            what = f"列“{column.header}”只写月份，已按表题补上年份"
            table.messages.append(Message("YEAR_FROM_TITLE", place(table.name), what, "请核对年份；今后请写明年月"))


_KINDS = (row_kinds.TITLE, row_kinds.HEADER, row_kinds.TOTAL, row_kinds.BLANK, row_kinds.DATA)


def supply_place(table: SheetTable, feed: Feed) -> None:
    """Fills the town or village from the name of a sheet that is named after one, and says so."""
    found = place_in_name(table.name)
    if found is None or not table.rows or found[0] not in feed.by_name or found[0] in table.columns:
        return
    name, value = found
    table.columns[name] = [value] * len(table.rows)
    table.reasons[name] = "sheet_name"
    what = f"没有“{feed.by_name[name].header}”列，已按工作表名填入"
    table.messages.append(Message("PLACE_FROM_SHEET", place(table.name), what, "请核对工作表名即为乡镇或村(社区)名"))


def _refuse_foreign(grid: Grid, feed: Feed) -> None:
    """Refused when a sheet without a header of this feed has the header of another one."""
    for row in range(min(15, len(grid.rows))):
        cells = tuple(("", (cell_text(value) or "").strip()) for value in grid.rows[row])
        if sum(1 for _, text in cells if text) >= 2 and (other := better_feed(feed, cells)):
            raise Refused(_wrong_source(grid, other))


def _wrong_source(grid: Grid, other: str) -> Message:
    what = f"表头与本数据源不符，像是“{get_feed(other).title}”({other})"
    return Message("WRONG_SOURCE", place(grid.name), what, f"请核对后放入 {other} 文件夹重新报送")


def _title_text(grid: Grid, header: Header) -> str:
    return " ".join(cell_text(value) or "" for row in grid.rows[: header.row] for value in row)


def _check_source(grid: Grid, feed: Feed, header: Header) -> list[Message]:
    """Refused when the table is another feed's: by its columns, or by its title when the columns fit both."""
    cells = tuple(header.cells)
    if other := better_feed(feed, cells):
        raise Refused(_wrong_source(grid, other))
    if (other := titled_feed(feed, _title_text(grid, header))) and fits(get_feed(other), cells):
        raise Refused(_wrong_source(grid, other))
    return []


def _check_required(grid: Grid, feed: Feed, header: Header, supplied: set[str]) -> None:
    found = header.found | supplied
    missing = [column for column in feed.columns if column.required and column.name not in found]
    if not missing:
        return
    if lists_nothing(grid.rows[header.last_row + 1 :], feed):
        raise NothingFound(nobody_found(grid.name))
    seen = "、".join(text for text in header.seen if not re.search(r"\d{5}", text))
    free = [text for index, (_, text) in enumerate(header.cells) if index not in header.columns]
    pairs = [(column.header, nearest_seen(column, free)) for column in missing]
    near = [f"“{wanted}”最接近的列名是“{nearest}”" for wanted, nearest in pairs if nearest]
    what = f"缺少必需的列“{'”“'.join(column.header for column in missing)}”；见到的列名：{seen}"
    remedy = "；".join(near) + ("。如是该列，请改用约定的列名后重新报送" if near else "请补上该列后重新报送")
    if len(wide := programmes_as_headers(feed, free)) > 1 and "programme" in {column.name for column in missing}:
        remedy = f"“{'”“'.join(wide)}”各占一列，看不出每笔发放；请改为每笔一行，写明项目和金额后重新报送"
    persons = {name for mention in feed.mentions for name in mention.columns.values()}
    identifying = {c.name for c in feed.columns_of_type("person_name", "id_number") if c.name in persons}
    refusal = NoPersons if identifying and not identifying & found else Refused
    raise refusal(Message("MISSING_COLUMN", place(grid.name, header.row + 1), what, remedy))


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
