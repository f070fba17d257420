"""One look for all printed lists: a title, a frozen header with filter, A4 landscape, a column for the verdict.

Every value is written as text or as a number, never as a formula or a link: a delivered value that begins with = + - @
stays what it was and is marked as quoted, so that editing the cell does not turn it into a formula either
(OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

VERDICTS = ("属实", "不属实", "待查")
VERDICT_HEADER = "核实结论"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_FONT = "等线"
_LINE_HEIGHT = 15.0
#: Excel allows a row 409 points.
_MOST_LINES = 27
#: Fonts differ between offices; a little room keeps the last line visible.
_WIDER = 1.25


@dataclass(frozen=True)
class ListColumn:
    """One column of a list; `kind` is text, count, amount, date, verdict or note."""

    header: str
    width: float
    kind: str = "text"


#: The number of a row in its list: see `numbered`.
NUMBER = ListColumn("序号", 5, "count")


def text_units(text: str) -> int:
    """Width of a text in units of column width: a Chinese character is two, others one."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _lines(columns: Sequence[ListColumn], row: Sequence[Any]) -> int:
    """Lines that the tallest cell of a row takes.

    No program computes the height of a wrapped row when it opens a file written row by row.
    """

    def lines(text: str, width: float) -> int:
        return sum(max(1, math.ceil(text_units(part) * _WIDER / width)) for part in text.split("\n"))

    texts = ((str(value), column) for value, column in zip(row, columns, strict=True) if value is not None)
    return min(max((lines(text, column.width) for text, column in texts), default=1), _MOST_LINES)


def numbered(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """The rows with a number before each, for the column NUMBER."""
    for number, row in enumerate(rows, start=1):
        yield (number, *row)


class ListWorkbook:
    """Writes lists to the workbook at `path`; use as a context manager. `signature` ends every printed page."""

    def __init__(
        self, path: Path, as_of: date, subject: str = "核查清单", signature: str = "经办人:____________"
    ) -> None:
        as_delivered = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        options = {"constant_memory": True, **as_delivered}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._as_of, self._signature = as_of, signature
        self._book.set_properties({"title": subject, "created": datetime(as_of.year, as_of.month, as_of.day)})
        cell: dict[str, Any] = {
            "font_name": _FONT,
            "font_size": 11,
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "border_color": "#BFBFBF",
        }
        kinds: dict[str, dict[str, Any]] = {
            "text": {"num_format": "@"},
            "quoted": {"num_format": "@", "quote_prefix": True},
            "count": {"num_format": "0", "align": "center"},
            "amount": {"num_format": "#,##0.00"},
            "date": {"num_format": "yyyy-mm-dd", "align": "center"},
            "verdict": {"bg_color": "#FFF9E5", "align": "center", "locked": False},
            "note": {"bg_color": "#FFF9E5", "locked": False},
        }
        self._formats = {kind: self._book.add_format({**cell, **extra}) for kind, extra in kinds.items()}
        self._title = self._book.add_format({"font_name": _FONT, "font_size": 14, "bold": True, "valign": "vcenter"})
        self._hint = self._book.add_format(
            {"font_name": _FONT, "font_size": 9, "font_color": "#595959", "valign": "vcenter", "text_wrap": True}
        )
        header: dict[str, Any] = {"bold": True, "bg_color": "#DCE6F1", "align": "center", "valign": "vcenter"}
        self._header = self._book.add_format({**cell, **header})

    def __enter__(self) -> ListWorkbook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def add_list(
        self,
        name: str,
        title: str,
        hint: str,
        columns: Sequence[ListColumn],
        rows: Iterable[Sequence[Any]],
        colour: str,
        unprinted: int = 1,
    ) -> int:
        """Adds one sheet and returns the number of rows written; its last `unprinted` columns stay off the paper."""
        sheet = self._book.add_worksheet(name)
        sheet.set_tab_color(colour)
        last = len(columns) - 1
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, title, self._title)
        self._write_hint(sheet, hint, columns[: last - unprinted + 1])
        sheet.set_row(2, 30)
        for position, column in enumerate(columns):
            sheet.write_string(2, position, column.header, self._header)
        count = 0
        for count, row in enumerate(rows, start=1):
            sheet.set_row(count + 2, _LINE_HEIGHT * _lines(columns, row))
            for position, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(sheet, count + 2, position, column.kind, value)
        sheet.freeze_panes(3, 2)
        sheet.autofilter(2, 0, max(count, 1) + 2, last)
        self._validate(sheet, columns, count)
        self._print_layout(sheet, title, count + 2, last - unprinted)
        return count

    def _write_hint(self, sheet: Any, hint: str, printed: Sequence[ListColumn]) -> None:
        """In one cell as wide as the printed list, which would cut it off, and as high as it then needs."""
        width = sum(column.width for column in printed)
        sheet.set_row(1, max(18, _LINE_HEIGHT * math.ceil(text_units(hint) / width)))
        if len(printed) > 1:
            sheet.merge_range(1, 0, 1, len(printed) - 1, hint, self._hint)
        else:
            sheet.write_string(1, 0, hint, self._hint)

    def _write(self, sheet: Any, row: int, position: int, kind: str, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, position, None, self._formats[kind])
        elif kind == "date" and isinstance(value, date):
            sheet.write_datetime(row, position, datetime(value.year, value.month, value.day), self._formats["date"])
        elif kind in ("count", "amount") and isinstance(value, (int, float, Decimal)):
            sheet.write_number(row, position, value, self._formats[kind])
        else:
            text = str(value)
            quoted = kind == "text" and text.startswith(_FORMULA_STARTS)
            sheet.write_string(row, position, text, self._formats["quoted" if quoted else kind])

    def _validate(self, sheet: Any, columns: Sequence[ListColumn], count: int) -> None:
        for position, column in enumerate(columns):
            if column.kind == "verdict" and count:
                sheet.data_validation(3, position, count + 2, position, {
                    "validate": "list", "source": list(VERDICTS), "input_title": VERDICT_HEADER,
                    "input_message": "请选择：属实、不属实或待查。", "error_title": "请从列表中选择",
                    "error_message": "核实结论只能是：属实、不属实、待查。",
                })  # fmt: skip

    def _print_layout(self, sheet: Any, title: str, last_row: int, last_column: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.print_area(0, 0, max(last_row, 3), last_column)
        safe = title.replace("&", "&&")
        sheet.set_header(f"&L{safe}&R数据截至 {self._as_of.isoformat()}")
        sheet.set_footer(f"&L内部资料，含个人信息，用后妥善保管&C第 &P 页，共 &N 页&R{self._signature}")
