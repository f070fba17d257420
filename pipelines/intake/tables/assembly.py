"""The sheets of one file together: which hold its tables, which explain others, which go on with the one before, and
which are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from pipelines.contracts import Feed, code_lists
from pipelines.intake.account import Account
from pipelines.intake.formats.cells import cell_text, filled_places, is_blank
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.descriptions import description, with_names
from pipelines.intake.headers.header_rows import SEARCHED_ROWS, Header, header_text
from pipelines.intake.headers.legends import code_table
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.messages import Message, NoPersons, NothingFound, Refused, place, plain
from pipelines.intake.tables.beside import sides
from pipelines.intake.tables.completing import supply_place
from pipelines.intake.tables.sheet import read_continued, read_sheet
from pipelines.intake.tables.stacked import is_appendix, left_out, parted
from pipelines.intake.tables.table import SheetTable

#: A row of fewer words is no header.
_FEWEST_WORDS = 3
_NUMBER = re.compile(r"[\d.,\-]+[Xx]?")
#: A covering note has no more lines, and longer ones than names.
_NOTE_LINES, _LONGEST_NAME = 30, 5
#: What a further table of a sheet may be left out for.
_INCOMPLETE = frozenset({"MISSING_COLUMN", "NO_HEADER"})


def _explained(grids: list[Grid], account: Account) -> list[Grid]:
    """The sheets beside those that only explain codes or columns, with what these say; all where nothing else is."""
    if len(grids) < 2:
        return grids
    legends = {grid.number: entries for grid in grids if (entries := code_table(grid))}
    described = {grid.number: found for grid in grids if (found := description(grid)) is not None}
    others = [grid for grid in grids if grid.number not in {*legends, *described}]
    if not others:
        return grids
    account.messages += [plain("CODE_TABLE", place(grid.name)) for grid in grids if grid.number in legends]
    account.messages += [plain("FIELD_TABLE", place(grid.name)) for grid in grids if grid.number in described]
    legend = tuple(entry for found in legends.values() for entry in found)
    names = {field: name for found in described.values() for field, name in found.items()}
    return [with_names(replace(grid, legend=legend), names) for grid in others]


def tables_of_sheets(whole_grids: list[Grid], feed: Feed, account: Account) -> list[SheetTable]:
    """The tables of all sheets; the account gets what is told of sheets that are none. Refused where there is none."""
    grids = _explained(whole_grids, account)
    tables: list[SheetTable] = []
    refusals: list[NoPersons] = []
    for grid, *further in [parted(side, feed) for whole in grids for side in sides(whole, feed)]:
        refusal: NoPersons | None = None
        try:
            found = read_sheet(grid, feed) or _continued(grid, feed, tables)
        except NothingFound as nothing:
            refusal, found = nothing, []
        except NoPersons as summary:
            refusal, found = summary, _continued(grid, feed, tables, summary)
        refusals += [refusal] if refusal else []
        if found:
            tables += found
        elif isinstance(refusal, NothingFound):
            account.messages.append(refusal.message)
        elif not refusals or grid is not grids[0] or len(grids) > 1:
            code = "SUMMARY_SHEET" if refusals else "IGNORED_SHEET"
            account.messages.append(plain(code, place(grid.name)))
        tables += _further_tables(further, feed, tables, account)
    if not tables:
        raise refusals[0] if refusals else Refused(_no_header(grids))
    tables = _newest_month(_without_examples(tables, account), feed, account)
    for table in tables:
        if not table.rows and any(other.rows for other in tables):
            account.messages.append(plain("EMPTY_SHEET", place(table.name)))
        if len(grids) > 1:
            supply_place(table, feed)
    return tables


def _no_header(grids: list[Grid]) -> Message:
    """NO_HEADER with the words of the row that looks most like one; BLANK_FILE where there are no words at all, and
    COVER_NOTE where they are lines of text."""
    if not any(filled_places(cells) for grid in grids for cells in grid.rows):
        return plain("BLANK_FILE")
    if all(_is_note(grid) or description(grid) is not None for grid in grids):
        return plain("COVER_NOTE")
    said = plain("NO_HEADER")
    for grid in grids:
        if found := _words_over_numbers(grid):
            row, words = found
            what = f"{said.what}；最像表头的一行写着：{'、'.join(words)}"
            return replace(said, what=what, where=place(grid.name, row + 1), remedy="请改用约定的列名后重新报送")
    return said


def _is_note(grid: Grid) -> bool:
    """Whether a file holds a few lines of text, half of them longer than a name, and no person: 报送说明.txt."""
    lines = [filled_places(row) for row in grid.rows if filled_places(row)]
    texts = [header_text(value) for row in grid.rows for value in row if not is_blank(value)]
    is_text = len(lines) <= _NOTE_LINES and all(len(places) == 1 for places in lines)
    return (
        is_text and not any(map(is_id_number, texts)) and sum(len(t) > _LONGEST_NAME for t in texts) * 2 >= len(texts)
    )


def _words_over_numbers(grid: Grid) -> tuple[int, list[str]] | None:
    """The first row of nothing but words, one of them over a number; None when there is none.

    A person's row in a list without a header is no such row: where others have a number it has one too, or nothing.
    """
    rows = [(row, cells) for row, cells in enumerate(grid.rows[:SEARCHED_ROWS]) if filled_places(cells)]
    for (row, cells), (_, below) in pairwise(rows):
        places = filled_places(cells)
        words = [header_text(cells[index]) for index in places]
        has_numbers = any(index < len(below) and _NUMBER.fullmatch(header_text(below[index])) for index in places)
        if len(words) >= _FEWEST_WORDS and has_numbers and not any(re.search(r"\d", word) for word in words):
            return row, words
    return None


def _further_tables(grids: list[Grid], feed: Feed, before: list[SheetTable], account: Account) -> list[SheetTable]:
    """The tables below the first one of a sheet. An appendix that lacks columns counts as text around the table above;
    Refused for a larger one."""
    found: list[SheetTable] = []
    for grid in grids:
        try:
            tables = read_sheet(grid, feed)
            if not tables:
                raise Refused(plain("NO_HEADER", place(grid.name)))
        except Refused as refusal:
            rows = sum(bool(filled_places(cells)) for cells in grid.rows)
            above = next((table for table in reversed(before) if table.number == grid.number), None)
            is_incomplete = refusal.message.code in _INCOMPLETE
            if above is None or not is_incomplete or not is_appendix(rows, len(above.rows)):
                raise
            above.counts["title"] += rows
            above.counts["blank"] += len(grid.rows) - grid.first_row - rows
            account.messages.append(left_out(grid, rows))
        else:
            found += tables
    return found


_EXAMPLE = re.compile(r"示例|样例|样表|例表|范例|作废|废弃|备份|副本")
_MONTH_OF_SHEET = re.compile(r"(?:(20\d\d|\d\d)年?[.\-]?)?(1[0-2]|0?[1-9])月(?:份)?")


def _without_examples(tables: list[SheetTable], account: Account) -> list[SheetTable]:
    """Leaves out sheets that are called examples, when another sheet holds data."""
    examples = [table for table in tables if table.name and _EXAMPLE.search(table.name)]
    others = [table for table in tables if table not in examples]
    if not examples or not any(table.rows for table in others):
        return tables
    account.messages += [plain("EXAMPLE_SHEET", place(table.name)) for table in examples]
    return others


def _newest_month(tables: list[SheetTable], feed: Feed, account: Account) -> list[SheetTable]:
    """The tables without those of earlier months, where each sheet is named after a month and holds a whole roll."""
    if feed.is_append or not any(column.assumed for column in feed.columns):
        return tables
    months: list[tuple[int, int]] = []
    for table in tables:
        found = _MONTH_OF_SHEET.search(table.name or "")
        if found is None:
            return tables
        months.append((int(found[1] or 0) % 100, int(found[2])))
    wanted = max(months, default=(0, 0))
    if len({bool(year) for year, _ in months}) > 1 or {(0, 1), (0, 12)} <= set(months):
        raise Refused(plain("SEVERAL_MONTHS"), "held")
    dated = list(zip(tables, months, strict=True))
    account.messages += [plain("EARLIER_SHEET", place(table.name)) for table, month in dated if month != wanted]
    return [table for table, month in dated if month == wanted]


def _continued(grid: Grid, feed: Feed, tables: list[SheetTable], refusal: NoPersons | None = None) -> list[SheetTable]:
    """A sheet without a header under the header of the sheet before, when ID numbers stand in the same column; in a
    feed without persons, when the values of its closed lists do.

    Refused when ID numbers stand in it elsewhere: persons are never passed over. `refusal` is what was wrong with the
    header that the sheet has.
    """
    before = tables[-1].header if tables else None
    if not feed.columns_of_type("id_number"):
        return [_under(before, grid, feed)] if before and _fills_lists(grid, before) else []
    numbers = [{index for index, value in enumerate(row) if is_id_number(cell_text(value))} for row in grid.rows]
    rows = [found for found in numbers if found]
    if not rows:
        return []
    own = [i for i, c in before.columns.items() if c.type == "id_number"] if before else []
    if before is None or not any(sum(index in found for found in rows) >= 0.6 * len(rows) for index in own):
        raise refusal or Refused(plain("SHEET_WITHOUT_HEADER", place(grid.name)))
    if (words := _words_over_numbers(grid)) and header_text(grid.rows[words[0]][own[0]]):
        raise refusal or Refused(_no_header([grid]))
    return [_under(before, grid, feed)]


def _fills_lists(grid: Grid, before: Header) -> bool:
    """Whether most rows hold, in every column of a closed list, a value of that list."""
    lists = {index: code_lists()[column.codes] for index, column in before.columns.items() if column.codes}
    rows = [row for row in grid.rows if any(not is_blank(value) for value in row)]
    fitting = sum(
        all(index < len(row) and cell_text(row[index]) in known for index, known in lists.items()) for row in rows
    )
    return bool(lists and rows) and fitting >= 0.6 * len(rows)


def _under(before: Header, grid: Grid, feed: Feed) -> SheetTable:
    header = replace(before, row=0, height=0, columns=dict(before.columns), extra=dict(before.extra))
    table = read_continued(grid, feed, header)
    table.header_row, table.header = None, before
    table.messages.append(plain("CONTINUED_SHEET", place(grid.name)))
    return table
