"""Fills the columns that a sheet has no header for, from whatever else of it speaks, and says so."""

from __future__ import annotations

from typing import Any

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.headers.composites import part
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, column_letter, place
from pipelines.intake.tables.around import Around
from pipelines.intake.tables.assumed import told_of_assumed
from pipelines.intake.tables.certificates import holder_of, told_of_holders
from pipelines.intake.tables.places import split_places, told_of_places
from pipelines.intake.tables.sections import section_values, told_of_sections
from pipelines.intake.tables.supplied import place_in_name, told, town_in_title, with_year
from pipelines.intake.tables.table import SheetTable


def complete(table: SheetTable, feed: Feed, header: Header, around: Around, cells: list[list[Any]]) -> None:
    """What is surest comes first, and nothing displaces a column that is there. `cells` are the data rows."""
    _part_composites(table, header, cells)
    _from_certificates(table, feed, around)
    _from_sections(table, feed, around)
    _from_title(table, feed, around)
    for name, value in around.assumed.items():
        table.fill(name, [value] * len(table.rows), "assumed")
        table.messages.append(told_of_assumed(feed.by_name[name], value, table.name))
    _part_places(table, feed)


def _part_composites(table: SheetTable, header: Header, cells: list[list[Any]]) -> None:
    """Fills the columns whose values stand together in one cell."""
    for index, columns in header.composites.items():
        parted = [part(cell_text(row[index]) if index < len(row) else None, columns) for row in cells]
        for column in columns:
            if column.name in table.columns:
                continue  # has a column of its own, or a better one of this kind
            table.fill(column.name, [pieces[column.name] for pieces in parted], "content")
            table.letters[column.name] = column_letter(index)


def _from_certificates(table: SheetTable, feed: Feed, around: Around) -> None:
    for name, source in around.held.items():
        if name in table.columns:
            continue
        table.fill(name, [holder_of(text) for text in table.columns[source]], "content")
        table.letters[name] = table.letters[source]
        table.messages.append(told_of_holders(feed.by_name[name], feed.by_name[source], table.name))


def _from_sections(table: SheetTable, feed: Feed, around: Around) -> None:
    """What the lines over parts of the table say of them; above the first such line the title speaks."""
    for name, headings in around.sectioned.items():
        table.fill(name, section_values(headings, table.rows, around.supplied.get(name)), "title")
        table.messages.append(told_of_sections(feed.by_name[name], table.name))


def _from_title(table: SheetTable, feed: Feed, around: Around) -> None:
    """What the sheet says once for all its rows."""
    for name, value in around.supplied.items():
        if name in table.columns:
            continue  # found by its content meanwhile
        table.fill(name, [value] * len(table.rows), "title")
        table.messages.append(told(feed.by_name[name], value, table.name, "表题"))
    is_townless = "town" in feed.by_name and "town" not in table.columns
    if is_townless and table.rows and (town := town_in_title(around.lines.title)):
        table.fill("town", [town] * len(table.rows), "title")
        table.messages.append(told(feed.by_name["town"], town, table.name, "表题"))
    for column in feed.columns_of_type("year_month", "date"):
        completed = with_year(column, table.columns.get(column.name, []), around.lines.title)
        if completed is not None:
            table.columns[column.name] = completed
            what = f"列“{column.header}”没有写年份，已按表题补上"
            table.messages.append(Message("YEAR_FROM_TITLE", place(table.name), what, "请核对年份；今后请写明年月"))


def _part_places(table: SheetTable, feed: Feed) -> None:
    if (parted := split_places(feed, table.columns)) is None:
        return
    source, places = parted
    table.messages.append(told_of_places(feed, source, list(places), table.name))
    table.columns |= places
    table.reasons |= {name: "content" for name in places if name != source}


def supply_place(table: SheetTable, feed: Feed) -> None:
    """Fills the town or village from the name of a sheet that is named after one, and says so."""
    found = place_in_name(table.sheet)
    if found is None or not table.rows or found[0] not in feed.by_name or found[0] in table.columns:
        return
    name, value = found
    table.fill(name, [value] * len(table.rows), "sheet_name")
    what = f"没有“{feed.by_name[name].header}”列，已按工作表名填入"
    table.messages.append(Message("PLACE_FROM_SHEET", place(table.name), what, "请核对工作表名即为乡镇或村(社区)名"))
