"""One archived file to its rows and its account. Pure reading: what comes of it is decided elsewhere."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import Feed, code_lists
from pipelines.intake.formats.archive import other_files, table_names, unpacked
from pipelines.intake.formats.cells import cell_text, filled_places, is_blank
from pipelines.intake.formats.columnar import read_columnar
from pipelines.intake.formats.container import identify
from pipelines.intake.formats.delimited import read_delimited
from pipelines.intake.formats.grid import Grid
from pipelines.intake.formats.limits import Limits
from pipelines.intake.formats.workbook import read_workbook
from pipelines.intake.headers.descriptions import description, with_names
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.header_rows import SEARCHED_ROWS, Header, header_text
from pipelines.intake.headers.legends import code_table
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.messages import Message, NoPersons, NothingFound, Refused, place, plain
from pipelines.intake.tables import row_kinds
from pipelines.intake.tables.beside import sides
from pipelines.intake.tables.completing import supply_place
from pipelines.intake.tables.sheet import read_continued, read_sheet
from pipelines.intake.tables.stacked import is_appendix, left_out, parted
from pipelines.intake.tables.table import SheetTable

#: Part of the cache's key: raise it whenever the same bytes would give other rows or another account.
PARSER_VERSION = 21

#: A row of fewer words is no header.
_FEWEST_WORDS = 3
_NUMBER = re.compile(r"[\d.,\-]+[Xx]?")
#: A covering note has no more lines, and longer ones than names.
_NOTE_LINES, _LONGEST_NAME = 30, 5
#: A row's address names its sheet by number: those of the files in a zip have numbers that no sheet has.
_IN_ARCHIVE = 100_000_000
#: What a further table of a sheet may be left out for.
_INCOMPLETE = frozenset({"MISSING_COLUMN", "NO_HEADER"})


@dataclass
class Account:
    """What was found in a file. `verdict` is accepted, rejected or held; counts are rows by kind over all sheets, and
    `sheet_rows` the same by sheet ("" where a file has no sheets). `reported_by`: who drew it up, where it says so."""

    verdict: str = "accepted"
    detected_type: str | None = None
    encoding: str | None = None
    sheets: list[str] = field(default_factory=list)
    header_row: int | None = None
    column_mapping: dict[str, dict[str, Any]] = field(default_factory=dict)
    sheet_rows: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reported_by: list[str] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        return sum(self.counts.values())

    def take(self, table: SheetTable) -> None:
        """Counts a table's rows and keeps its columns: as its sheet's, or as those `further` of the sheet's tables."""
        sheet = table.sheet or ""
        columns: dict[str, Any] = {
            "header_row": table.header_row, "columns": table.mapping, "letters": table.letters,
            "reasons": table.reasons,
        }  # fmt: skip
        if sheet in self.column_mapping:
            further = self.column_mapping[sheet].setdefault("further", [])
            further.append({"from_row": table.from_row, **columns})
        else:
            self.column_mapping[sheet] = columns
        self._count(sheet, {**table.counts, row_kinds.DATA: table.counts[row_kinds.DATA] - len(table.again)})
        if table.again:
            self.column_mapping[table.name or ""] = columns
            self._count(table.name or "", {**dict.fromkeys(table.counts, 0), row_kinds.DATA: len(table.again)})

    def _count(self, sheet: str, counts: dict[str, int]) -> None:
        rows = self.sheet_rows.setdefault(sheet, {})
        for kind, count in counts.items():
            rows[kind] = rows.get(kind, 0) + count
            self.counts[kind] = self.counts.get(kind, 0) + count

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Account:
        return cls(**{**data, "messages": [Message(**message) for message in data["messages"]]})


def raw_schema(feed: Feed) -> dict[str, Any]:
    """The columns of a parsed file: place, hash, unknown columns, then the contract's columns as text."""
    place_and_hash = {
        "_sheet": pl.String, "_sheet_number": pl.Int64, "_row": pl.Int64, "_row_sha256": pl.String, "_extra": pl.String,
    }  # fmt: skip
    return {**place_and_hash, **{column.name: pl.String for column in feed.columns}}


def parse_file(path: Path, feed: Feed, limits: Limits) -> tuple[pl.DataFrame, Account]:
    """Rows and account of one file; a file that cannot be used gives no rows and says why in its account."""
    account = Account()
    try:
        tables = _read_tables(path, feed, limits, account)
        if not any(table.rows for table in tables):
            where = place(tables[0].name, tables[0].header_row)
            if not feed.is_append:
                raise Refused(plain("EMPTY", where))
            account.messages.append(plain("NOTHING_NEW", where))  # adds nothing, and takes nothing away
    except Refused as refusal:
        account.verdict = refusal.disposition
        read_anyway = ("OLD_XLS", "WRONG_EXTENSION")  # said of what was read in spite of it
        account.messages = [message for message in account.messages if message.code not in read_anyway]
        account.messages.append(refusal.message)
        return pl.DataFrame(schema=raw_schema(feed)), account
    return pl.concat([_frame(table, feed) for table in tables]), account


def _read_tables(path: Path, feed: Feed, limits: Limits, account: Account) -> list[SheetTable]:
    container = identify(path, limits)
    account.detected_type = container.kind
    if container.dates_from_1904:
        account.messages.append(plain("DATE_1904"))
    if container.reaches_out:
        account.messages.append(plain("EXTERNAL_CONTENT"))
    if container.kind == "zip":
        return _archived_tables(path, feed, limits, account)
    if container.kind == "parquet":
        tables = _columnar_tables(path, feed, limits)
    else:
        tables = _grid_tables(_grids(path, feed, limits, account), feed, account)
    for table in tables:
        account.messages += table.messages
        account.reported_by += [name for name in table.reported_by if name not in account.reported_by]
        account.headers += [header for header in table.headers if header not in account.headers]
        account.take(table)
    account.header_row = tables[0].header_row
    return tables


def _archived_tables(path: Path, feed: Feed, limits: Limits, account: Account) -> list[SheetTable]:
    """The tables of all files in a zip, as one file's; Refused where one of them is, with its name."""
    tables: list[SheetTable] = []
    account.messages += [_not_a_table(name) for name in other_files(path)]
    names = table_names(path)
    for nth, name in enumerate(names):
        inner = Account()
        try:
            with unpacked(path, name) as member:
                found = _read_tables(member, feed, limits, inner)
        except Refused as refusal:
            raise Refused(refusal.message.in_file(name), refusal.disposition) from refusal
        account.encoding = account.encoding or inner.encoding
        account.messages += [message.in_file(name) for message in inner.messages]
        for table in found:
            table.number += nth * _IN_ARCHIVE
            if len(names) > 1:
                table.sheet = f"{name}/{table.sheet}" if table.sheet else name
            account.take(table)
            account.headers += [header for header in table.headers if header not in account.headers]
            account.reported_by += [person for person in table.reported_by if person not in account.reported_by]
        account.sheets += [f"{name}/{sheet}" for sheet in inner.sheets]
        tables += found
    account.header_row = tables[0].header_row
    return tables


def _not_a_table(name: str) -> Message:
    return Message(
        "OTHER_FILE", f"《{name}》", "压缩包中的这个文件不是表格，未使用", "如其中有名册，请另存为 .xlsx 后重新报送"
    )


def _grids(path: Path, feed: Feed, limits: Limits, account: Account) -> list[Grid]:
    if account.detected_type == "csv":
        grid, account.encoding = read_delimited(path, lambda text: look_up(feed, text) is not None)
        return [grid]
    if account.detected_type == "xls":
        account.messages.append(plain("OLD_XLS"))
    grids = read_workbook(path, limits)
    account.sheets = [grid.name for grid in grids if grid.name is not None]
    return grids


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


def _grid_tables(whole_grids: list[Grid], feed: Feed, account: Account) -> list[SheetTable]:
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


def _columnar_tables(path: Path, feed: Feed, limits: Limits) -> list[SheetTable]:
    """A Parquet file goes the way of a sheet with a header, so that the same checks hold; rows count from 1."""
    tables = read_sheet(read_columnar(path, limits), feed)
    if not tables:
        raise Refused(plain("NO_HEADER"))
    for table in tables:
        table.rows = [row - 1 for row in table.rows]
        table.counts["header"] -= 1
        table.header_row = None
    return tables


def row_sha256(names: list[str], values: tuple[str | None, ...]) -> str:
    """SHA-256 of a row's delivered cells: `name=text` of each filled column in the contract's order, then `_extra`.

    The order of the columns in the file plays no part, and the hash can be recomputed from the raw table.
    """
    filled = [name + "=" + value for name, value in zip(names, values, strict=True) if value is not None]
    return hashlib.sha256("\x1f".join(filled).encode("utf-8", errors="surrogatepass")).hexdigest()


def _frame(table: SheetTable, feed: Feed) -> pl.DataFrame:
    count = len(table.rows)
    names = [column.name for column in feed.columns]
    columns = {name: table.columns.get(name) or [None] * count for name in names}
    hashes = [row_sha256([*names, "_extra"], row) for row in zip(*columns.values(), table.extra, strict=True)]
    data = {
        "_sheet": table.sheet_of_rows, "_sheet_number": [table.number] * count, "_row": table.rows,
        "_row_sha256": hashes, "_extra": table.extra, **columns,
    }  # fmt: skip
    return pl.DataFrame(data, schema=raw_schema(feed))
