"""Builds deliveries for tests: small tables of made-up persons, written the ways offices write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.intake import FeedIntake, Limits, receive, take_in
from pipelines.storage.paths import DataFolder

AS_OF = date(2026, 10, 31)

#: A feed with few columns, an ID, an account and amounts: what most tests need.
ELDERLY = ("姓名", "身份证号", "乡镇", "银行卡号", "月津贴金额", "状态")
PAYMENT = ("姓名", "身份证号", "银行卡号", "补贴项目", "发放月份", "发放金额")

HOUSEHOLD = ("低保证号", "户主姓名", "姓名", "身份证号", "与户主关系", "月保障金额", "状态")


def id_number(number: int) -> str:
    """A valid ID number in the reserved area, different for each number."""
    body = f"340590{1930 + number % 30}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def elderly(number: int, amount: Any = 100) -> list[Any]:
    return [f"张三{number}", id_number(number), "白鹭镇", f"62179936500{number:08d}", amount, "在保"]


def payment(number: int) -> list[Any]:
    return [f"李四{number}", id_number(number), f"62179936500{number:08d}", "高龄津贴", "2026-09", 100]


def head(number: int) -> list[Any]:
    return [f"D3405900{number:05d}", f"王五{number}", f"王五{number}", id_number(number), "户主", 500, "在保"]


def write_workbook(
    path: Path,
    sheets: dict[str, Sequence[Sequence[Any]]],
    merges: Iterable[tuple[str, int, int, int, int, Any]] = (),
    hidden: Iterable[str] = (),
) -> Path:
    """Writes rows as given; `merges` are (sheet, first row, first column, last row, last column, value)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
    pages = {}
    for name, rows in sheets.items():
        pages[name] = page = book.add_worksheet(name)
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if value not in (None, ""):
                    page.write(index, column, value)
        if name in hidden:
            page.hide()
    for name, *area, value in merges:
        pages[name].merge_range(*area, value)
    book.close()
    return path


def write_text_file(path: Path, rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(delimiter.join("" if v is None else str(v) for v in row) + "\r\n" for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


class Office:
    """A landing folder and a data folder; `deliver` names a file's place, `intake` receives and takes in."""

    def __init__(self, root: Path, landing: Path | None = None) -> None:
        self.landing = landing or root / "landing"
        self.landing.mkdir(exist_ok=True)
        self.data = DataFolder(root / "data")

    def place(self, feed: str, file: str, delivery: str = "2026-10-31") -> Path:
        path = self.landing / feed / delivery / file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def receive(self, as_of: date = AS_OF) -> Any:
        return receive(self.landing, self.data, as_of)

    def intake(self, feed: str, as_of: date = AS_OF, limits: Limits | None = None) -> FeedIntake:
        self.receive(as_of)
        return take_in(feed, self.data, as_of, limits or Limits())


def codes(intake: FeedIntake) -> list[str]:
    """All message codes, in order of the files."""
    return [message.code for receipt in intake.receipts for message in receipt.messages]
