"""The files of a publication: a page, a workbook and a CSV file, each complete by itself."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipelines.publishing.statistics.cells import Statistics
from pipelines.publishing.statistics.grids import Grid, flat

#: How a hidden figure is shown.
MARK = "＊"
_FONT = "等线"


def write_files(made: Sequence[Grid], statistics: Statistics, folder: Path) -> None:
    """Writes index.html, statistics.xlsx and statistics.csv; the same tables give the same page and CSV."""
    folder.mkdir(parents=True)
    environment = Environment(
        loader=PackageLoader("pipelines.publishing"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    page = environment.get_template("statistics.html.j2").render(
        grids=made, as_of=statistics.as_of, rules=statistics.rules.to_dicts(), mark=MARK
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    _write_csv(made, folder / "statistics.csv")
    _write_workbook(made, statistics, folder / "statistics.xlsx")


def _figure(figure: int | Decimal | None) -> str:
    if figure is None:
        return MARK
    return f"{figure:,.0f}" if figure == int(figure) else f"{figure:,}"


def _write_csv(made: Sequence[Grid], path: Path) -> None:
    """With a byte order mark, so that a spreadsheet opens it as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["统计表", "行", "列", "数值", "说明"])
        writer.writeheader()
        writer.writerows(flat(made))


def _write_workbook(made: Sequence[Grid], statistics: Statistics, path: Path) -> None:
    """One sheet a table; names and towns are written as text, never as a formula."""
    day = datetime(statistics.as_of.year, statistics.as_of.month, statistics.as_of.day)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "社会救助核对统计", "created": day})
    look = {"font_name": _FONT, "border": 1, "border_color": "#BFBFBF"}
    title = book.add_format({"font_name": _FONT, "font_size": 14, "bold": True})
    note = book.add_format({"font_name": _FONT, "font_size": 9, "font_color": "#595959"})
    head = book.add_format({**look, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "align": "center"})
    kinds = {
        is_total: {
            "text": book.add_format({**look, "bold": is_total}),
            "figure": book.add_format({**look, "bold": is_total, "num_format": "#,##0.##;-#,##0.##;0"}),
            "hidden": book.add_format({**look, "bold": is_total, "align": "right"}),
        }
        for is_total in (False, True)
    }
    for number, grid in enumerate(made, start=1):
        sheet = book.add_worksheet(f"表{number}")
        sheet.write_string(0, 0, grid.title, title)
        sheet.write_string(1, 0, f"{grid.sentence}业务日期 {statistics.as_of}；{MARK} 不公布。", note)
        for position, header in enumerate((grid.corner, *grid.columns)):
            sheet.write_string(2, position, header, head)
        for row, line in enumerate(grid.lines, start=3):
            sheet.write_string(row, 0, line.label, kinds[line.is_total]["text"])
            for position, figure in enumerate(line.figures, start=1):
                if figure is None:
                    sheet.write_string(row, position, MARK, kinds[line.is_total]["hidden"])
                else:
                    sheet.write_number(row, position, float(figure), kinds[line.is_total]["figure"])
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(grid.columns), 13)
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    book.close()
