"""How offices deliver: workbooks, CSV and Parquet, with everything around the rows that is no data.

Writing a file tells every row its address. The same rows and seed give the same bytes.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import cn2an
import polars as pl
import xlsxwriter
import yaml
from xlsxwriter.worksheet import Worksheet

from pipelines.contracts import get_feed
from pipelines.demo.mess import RoundedNumber
from pipelines.demo.rows import Address, Row
from pipelines.demo.words import FOLDER

EXCEL_DAY_ZERO = date(1899, 12, 30)
DATE_STYLES: dict[str, Callable[[date], Any]] = {
    "dash": lambda d: d.isoformat(),
    "slash": lambda d: f"{d.year}/{d.month}/{d.day}",
    "dot": lambda d: f"{d.year}.{d.month}.{d.day}",
    "compact": lambda d: d.strftime("%Y%m%d"),
    "chinese": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "serial": lambda d: (d - EXCEL_DAY_ZERO).days,
    "excel": lambda d: d,
}
MONTH_STYLES: dict[str, Callable[[str], str]] = {
    "dash": lambda m: m,
    "slash": lambda m: m.replace("-", "/"),
    "dot": lambda m: m.replace("-", "."),
    "compact": lambda m: m.replace("-", ""),
    "chinese": lambda m: f"{m[:4]}年{int(m[5:])}月",
}


@dataclass(frozen=True)
class Layout:
    """One office's way of writing one feed; see data/offices.yaml."""

    kind: str
    columns: dict[str, str]
    encoding: str = "utf-8"
    sheets: str = "one"
    title: bool = False
    ordinal: bool = False
    groups: dict[str, list[str]] = field(default_factory=dict)
    total: str | None = None
    dates: str = "dash"
    months: str = "dash"
    older: bool = False
    note: bool = False
    repeat_header: int = 0
    split: str | None = None

    @property
    def suffix(self) -> str:
        return self.kind


@cache
def layouts() -> dict[str, Layout]:
    data = yaml.safe_load((FOLDER / "offices.yaml").read_text(encoding="utf-8"))
    return {feed: Layout(**layout) for feed, layout in data.items()}


@dataclass
class Sheet:
    """The lines of one sheet or file, with the rows that stand on them (1-based line numbers)."""

    name: str | None
    lines: list[list[Any]]
    placed: list[tuple[int, Row]]
    header_at: int


class Office:
    """Writes one file of one feed."""

    def __init__(self, feed: str, county_name: str, rng: random.Random) -> None:
        self.feed, self.county_name, self.rng = feed, county_name, rng
        self.layout = layouts()[feed]
        self.types = {column.name: column.type for column in get_feed(feed).columns}
        self.title = get_feed(feed).title

    def cell(self, column: str, value: Any) -> Any:
        kind = self.types[column]
        if value is None:
            return None
        if isinstance(value, date):
            return DATE_STYLES[self.layout.dates](value)
        if kind == "year_month" and len(value) == 7:
            return MONTH_STYLES[self.layout.months](value)
        if kind == "amount" and isinstance(value, int) and value > 0 and self.rng.random() < 0.012:
            return self._amount_text(value)
        return value

    def _amount_text(self, value: int) -> str:
        ways = [f"{value:,}.00", f"{value}元", f"￥{value}"]
        if value % 100 == 0 and value < 10_000:
            ways.append(cn2an.an2cn(value, "rmb"))
        return self.rng.choice(ways)

    def sheets(self, rows: list[Row], day: date) -> Iterator[Sheet]:
        if self.layout.sheets != "town":
            yield self._sheet("Sheet1" if self.layout.kind == "xlsx" else None, rows, day)
            return
        towns: dict[str, list[Row]] = {}
        for row in rows:
            towns.setdefault(row.delivered["town"], []).append(row)
        for town, own in sorted(towns.items()):
            yield self._sheet(town, own, day)

    def _sheet(self, name: str | None, rows: list[Row], day: date) -> Sheet:
        layout = self.layout
        header = (["序号"] if layout.ordinal else []) + list(layout.columns.values())
        lines: list[list[Any]] = []
        place = self.county_name if name in (None, "Sheet1") else str(name)
        if layout.title:
            lines += [[f"{place}{self.title}"], [f"填报单位：{place}", None, f"填报日期：{day.isoformat()}"]]
        if layout.groups:
            lines.append(self._upper_header())
        header_at = len(lines)
        lines.append(header)
        placed = []
        for number, row in enumerate(rows):
            if layout.kind == "xlsx" and number and self.rng.random() < 0.004:
                lines.append([])
            if layout.repeat_header and number and number % layout.repeat_header == 0:
                lines.append(header)
            cells = [self.cell(column, row.delivered.get(column)) for column in layout.columns]
            lines.append([number + 1, *cells] if layout.ordinal else cells)
            placed.append((len(lines), row))
        if layout.total:
            lines.append(self._total(rows, layout.total))
        if layout.note:
            lines.append(["备注：本表由填报单位负责解释，如有疑问请联系经办人。"])
        return Sheet(name, lines, placed, header_at)

    def _upper_header(self) -> list[Any]:
        grouped = {column: group for group, columns in self.layout.groups.items() for column in columns}
        upper = [grouped.get(column, header) for column, header in self.layout.columns.items()]
        return ["序号", *upper] if self.layout.ordinal else upper

    def _total(self, rows: list[Row], column: str) -> list[Any]:
        total = sum(row.values[column] for row in rows)
        cells: list[Any] = [total if name == column else None for name in self.layout.columns]
        cells = [None, *cells] if self.layout.ordinal else cells
        cells[0] = "合计"
        return cells

    # one writer per kind of file ----------------------------------------------------------------------------------
    def write(self, path: Path, rows: list[Row], day: date, into: str = "addresses") -> int:
        """Writes the rows and returns how many lines of data the file has; `into` receives the addresses."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.layout.kind == "parquet":
            self._write_parquet(path, rows)
            placed: list[tuple[str | None, int, Row]] = [(None, number + 1, row) for number, row in enumerate(rows)]
        else:
            sheets = list(self.sheets(rows, day))
            (self._write_workbook if self.layout.kind == "xlsx" else self._write_csv)(path, sheets)
            placed = [(sheet.name, line, row) for sheet in sheets for line, row in sheet.placed]
        for sheet_name, line, row in placed:
            address: Address = (self.feed, path.parent.name, path.name, sheet_name, line)
            getattr(row, into).append(address)
        return len(placed)

    def _write_parquet(self, path: Path, rows: list[Row]) -> None:
        table: dict[str, list[Any]] = {}
        for column, header in self.layout.columns.items():
            values = [row.delivered.get(column) for row in rows]
            if self.types[column] in ("id_number", "person_name"):
                values = [_number_text(value) if isinstance(value, RoundedNumber) else value for value in values]
            table[header] = values
        pl.DataFrame(table).write_parquet(path)

    def _write_csv(self, path: Path, sheets: list[Sheet]) -> None:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for line in sheets[0].lines:
            writer.writerow([_number_text(cell) if isinstance(cell, RoundedNumber) else cell for cell in line])
        path.write_bytes(out.getvalue().encode(self.layout.encoding))

    def _write_workbook(self, path: Path, sheets: list[Sheet]) -> None:
        with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
            book.set_properties({"created": datetime(2026, 1, 1)})
            formats = {
                "date": book.add_format({"num_format": "yyyy-mm-dd"}),
                "title": book.add_format({"bold": True, "align": "center"}),
            }
            for sheet in sheets:
                page = book.add_worksheet(sheet.name)
                for number, line in enumerate(sheet.lines):
                    _write_line(page, number, line, formats["date"])
                width = len(sheet.lines[sheet.header_at])
                if self.layout.title:
                    page.merge_range(0, 0, 0, width - 1, sheet.lines[0][0], formats["title"])
                if self.layout.groups:
                    _merge_upper_header(page, sheet, formats["title"])


def _write_line(page: Worksheet, number: int, line: list[Any], date_format: Any) -> None:
    for column, cell in enumerate(line):
        if cell is None:
            continue
        if isinstance(cell, date):
            page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), date_format)
        elif isinstance(cell, (int, float)):
            page.write_number(number, column, cell)
        else:
            page.write_string(number, column, cell)


def _merge_upper_header(page: Worksheet, sheet: Sheet, style: Any) -> None:
    """Groups are merged across, other headers down over both lines."""
    upper, lower, top = sheet.lines[sheet.header_at - 1], sheet.lines[sheet.header_at], sheet.header_at - 1
    begin = 0
    while begin < len(upper):
        end = begin
        while end + 1 < len(upper) and upper[end + 1] == upper[begin]:
            end += 1
        if end > begin:
            page.merge_range(top, begin, top, end, upper[begin], style)
        elif upper[begin] == lower[begin]:
            page.merge_range(top, begin, top + 1, begin, upper[begin], style)
        begin = end + 1


def _number_text(value: float) -> str:
    """A rounded number as a spreadsheet saves it as text."""
    return f"{value:.14E}"


def file_name(county_name: str, feed: str, day: date, part: str | None = None) -> str:
    layout = layouts()[feed]
    piece = f"-{part}" if part else ""
    return f"{county_name}-{get_feed(feed).title}{piece}({day:%Y年%m月}).{layout.suffix}"


def earlier(day: date, days: int) -> date:
    return day - timedelta(days=days)
