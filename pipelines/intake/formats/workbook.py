"""Workbooks (.xlsx, and .xls that is one) to grids of typed cells: values only, no formula, macro or link."""

from __future__ import annotations

import zipfile
from pathlib import Path

import python_calamine

from pipelines.intake.formats.cells import is_blank
from pipelines.intake.formats.error_cells import error_cells
from pipelines.intake.formats.grid import Grid
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import Refused, place, plain


def read_workbook(path: Path, limits: Limits) -> list[Grid]:
    """Every worksheet, hidden ones too; Refused when one cannot be read or its used range is too large."""
    try:
        errors = error_cells(path)
        with path.open("rb") as handle:
            book = python_calamine.CalamineWorkbook.from_filelike(handle)
            return [
                _with_errors(_read_sheet(book, metadata, number, limits), errors.get(metadata.name, {}))
                for number, metadata in enumerate(book.sheets_metadata, start=1)
                if metadata.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError as error:
        raise Refused(plain("PASSWORD")) from error
    except (python_calamine.ZipError, zipfile.BadZipFile) as error:
        raise Refused(plain("TRUNCATED")) from error
    except (python_calamine.CalamineError, python_calamine.XmlError, ValueError, OSError) as error:
        raise Refused(plain("NOT_READABLE")) from error


def _with_errors(grid: Grid, errors: dict[tuple[int, int], str]) -> Grid:
    """The grid with the text of each error in place of the blank that the reader gives; a formula without its result
    stays blank."""
    for (row, column), text in errors.items():
        if row < len(grid.rows) and column < len(grid.rows[row]) and is_blank(grid.rows[row][column]):
            grid.rows[row][column] = text
            grid.errors[row, column] = text
    return grid


def _read_sheet(
    book: python_calamine.CalamineWorkbook, metadata: python_calamine.SheetMetadata, number: int, limits: Limits
) -> Grid:
    sheet = book.get_sheet_by_name(metadata.name)
    if sheet.total_height * sheet.total_width > limits.cells:
        raise Refused(plain("RANGE_TOO_LARGE", place(metadata.name)))
    rows = sheet.to_python(skip_empty_area=False)
    visible = metadata.visible == python_calamine.SheetVisibleEnum.Visible
    return Grid(metadata.name, number, rows, list(sheet.merged_cell_ranges or ()), visible)
