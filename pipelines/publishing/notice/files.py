"""The files of a notice: a workbook to print, one sheet a village, and a page; and the list of whom no notice names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from pipelines.publishing.notice.sheets import ProgrammeList, Value, VillageNotice, town_title
from pipelines.publishing.pages import page_environment
from pipelines.publishing.people import NO_TOWN
from pipelines.publishing.workbook import NUMBER, ListColumn, ListWorkbook, numbered, text_units

#: Why an entry of the roll is on no notice, and what makes it one.
REASONS = {
    "minor": ("户主或本人未成年", "依规定不公示，无需处理"),
    "age_unknown": ("年龄不明", "补报出生日期或身份证号；确认成年后下次公示"),
    "no_place": ("没有乡镇或村（社区）", "在名册中补上乡镇和村（社区）"),
    "no_name": ("没有姓名", "在名册中补上户主或本人姓名"),
    "status_unreadable": ("状态无法识别", "在名册中把状态写作在保、渐退或停保"),
}
_LEFT_OUT = (
    NUMBER,
    ListColumn("乡镇", 12),
    ListColumn("村(社区)", 14),
    ListColumn("项目", 26),
    ListColumn("证号", 26),
    ListColumn("姓名", 12),
    ListColumn("为什么没有公示", 22),
    ListColumn("怎样处理", 40),
)
_FONT = "等线"
_UNFIT = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31
#: Columns of a sheet beside the number; lists with fewer spread their last one over the rest.
_COLUMNS = 3
_NUMBER_WIDTH, _WIDTH = 8, 24
#: Of what stands over the whole width; column widths count characters of the normal size.
_FONT_SIZES = {"title": 20, "note": 11, "list": 14, "period": 11, "foot": 11}
_NORMAL_FONT_SIZE = 11


def write_page(town: str, notices: Sequence[VillageNotice], path: Path) -> None:
    """The notices of a town as one self-contained page."""
    template = page_environment().get_template("notice.html.j2")
    path.write_text(template.render(title=town_title(town), notices=notices, number=NUMBER.header), encoding="utf-8")


def write_workbook(town: str, notices: Iterable[VillageNotice], as_of: date, path: Path) -> None:
    """The notices of a town to print on A4: equal notices give equal bytes."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": town_title(town), "created": datetime(as_of.year, as_of.month, as_of.day)})
        formats = _formats(book)
        names: set[str] = set()
        for notice in notices:
            _VillageSheet(book.add_worksheet(_sheet_name(notice.village, names)), formats, notice).write()


def _sheet_name(village: str, taken: set[str]) -> str:
    """The village as Excel takes it for the name of a sheet, no two alike (Excel does not tell cases apart)."""
    plain = _UNFIT.sub("", village)[:_LONGEST_SHEET_NAME] or "村"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_SHEET_NAME - 4]}({number})"
    taken.add(name.casefold())
    return name


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": _FONT, "font_size": 13, "border": 1, "valign": "vcenter", "align": "center"}
    kinds: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
        "note": {"align": "center", "font_color": "#404040"},
        "list": {"bold": True, "valign": "bottom"},
        "period": {"font_color": "#404040"},
        "foot": {"text_wrap": True, "valign": "top"},
        "header": {**cell, "bold": True, "bg_color": "#EDEDED", "text_wrap": True},
        "text": {**cell, "num_format": "@", "text_wrap": True},
        "quoted": {**cell, "num_format": "@", "text_wrap": True, "quote_prefix": True},
        "count": {**cell, "num_format": "0"},
        "amount": {**cell, "num_format": "#,##0.00"},
    }
    sized = {kind: {"font_size": size, **kinds[kind]} for kind, size in _FONT_SIZES.items()}
    return {kind: book.add_format({"font_name": _FONT, **look}) for kind, look in (kinds | sized).items()}


class _VillageSheet:
    """Writes one sheet from top to bottom."""

    def __init__(self, sheet: Any, formats: dict[str, Any], notice: VillageNotice) -> None:
        self._sheet, self._formats, self._notice = sheet, formats, notice
        self._row = 0
        self._last = max(_COLUMNS, *(len(each.headers) for each in notice.lists))

    def write(self) -> None:
        self._sheet.set_column(0, 0, _NUMBER_WIDTH)
        self._sheet.set_column(1, self._last, _WIDTH)
        self._across(self._notice.title, "title", 34)
        self._across(self._notice.note, "note", 20)
        for each in self._notice.lists:
            self._write_list(each)
        self._row += 1
        for foot in self._notice.feet:
            self._across(foot, "foot", 20)
        self._print_layout()

    def _across(self, text: str, kind: str, line_height: float) -> None:
        """One text over the whole width of the sheet, on as many lines as it takes: no program computes the height of
        merged cells."""
        wider = _FONT_SIZES[kind] / _NORMAL_FONT_SIZE
        width = _NUMBER_WIDTH + _WIDTH * self._last
        self._sheet.set_row(self._row, line_height * math.ceil(text_units(text) * wider / width))
        self._sheet.merge_range(self._row, 0, self._row, self._last, text, self._formats[kind])
        self._row += 1

    def _write_list(self, each: ProgrammeList) -> None:
        self._across(each.title, "list", 32)
        self._across(each.period, "period", 20)
        self._line((NUMBER.header, *each.headers), is_header=True)
        for line in numbered(each.lines):
            self._line(line)

    def _line(self, values: Sequence[Value], *, is_header: bool = False) -> None:
        self._sheet.set_row(self._row, 24)
        for position, value in enumerate(values):
            look = self._formats["header" if is_header else _kind(value)]
            if position == len(values) - 1 < self._last:
                self._sheet.merge_range(self._row, position, self._row, self._last, "", look)
            self._write(position, value, look)
        self._row += 1

    def _write(self, position: int, value: Value, look: Any) -> None:
        if value is None:
            self._sheet.write_blank(self._row, position, None, look)
        elif isinstance(value, str):
            self._sheet.write_string(self._row, position, value, look)
        else:
            self._sheet.write_number(self._row, position, value, look)

    def _print_layout(self) -> None:
        self._sheet.set_portrait()
        self._sheet.set_paper(9)  # A4
        self._sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        self._sheet.center_horizontally()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0, 1)
        self._sheet.print_area(0, 0, self._row - 1, self._last)
        self._sheet.set_start_page(1)  # each village is posted by itself, also when the whole workbook is printed
        self._sheet.set_footer("&C第 &P 页")


def _kind(value: Value) -> str:
    if isinstance(value, Decimal):
        return "amount"
    if isinstance(value, int):
        return "count"
    return "quoted" if value is not None and value.startswith(("=", "+", "-", "@")) else "text"


def write_left_out(entries: pl.DataFrame, titles: dict[str, str], as_of: date, path: Path) -> None:
    """For the office alone: who of the roll is on no notice, and why. `titles`: programme -> its list."""
    ordered = entries.sort("town", "village", "programme", "household_id", "person_id", nulls_last=True)
    rows = numbered(
        (
            row["town"] or NO_TOWN,
            row["village"],
            titles[row["programme"]],
            row["case_number"],
            row["head_name"],
            *REASONS[row["left_out_because"]],
        )
        for row in ordered.iter_rows(named=True)
    )
    with ListWorkbook(path, as_of, subject="未列入公示名单") as book:
        hint = "在名册上而没有写进公示名单的，只供民政部门内部使用，不得张贴。"
        book.add_list("未列入", "未列入公示名单的家庭和人员", hint, _LEFT_OUT, rows, "#7F7F7F", unprinted=0)
