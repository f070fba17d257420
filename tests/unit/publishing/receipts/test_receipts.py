"""The receipt of a delivery, as the office that sent it opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pipelines.contracts import get_feed
from pipelines.publishing.receipts import read_receipts, words
from pipelines.storage.paths import DataFolder
from tests import release_factory

DELIVERY = "2026-10-31"


@pytest.fixture
def book(release: Path) -> Iterator[openpyxl.Workbook]:
    book = openpyxl.load_workbook(release / "receipts" / "dibao" / f"{DELIVERY}.xlsx")
    yield book
    book.close()


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    header, *lines = book[sheet].iter_rows(min_row=3, values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_every_delivery_in_use_has_a_workbook_and_a_page(release: Path) -> None:
    files = {path.relative_to(release / "receipts").as_posix() for path in (release / "receipts").rglob("*.*")}
    assert files == {f"{feed}/{DELIVERY}.{ending}" for feed in ("dibao", "cremation") for ending in ("xlsx", "html")}
    report = (release / "reports" / "index.html").read_text(encoding="utf-8")
    assert f"../receipts/dibao/{DELIVERY}.html" in report


def test_the_top_says_what_became_of_it_and_adds_up(book: openpyxl.Workbook) -> None:
    facts = {row["项目"]: row["内容"] for row in rows(book, "回执")}
    assert facts["处理结果"] == "已采用"
    assert facts["行数"] == "读入 4 行，其中数据 2 行，其余为标题、表头、合计和空行"
    assert facts["数据行的去向"] == "采用 2 行，暂未采用 0 行，与前面的行重复 0 行；另有 1 个值不能使用"
    assert facts["与上次采用的报送相比"].startswith(
        "2026-09-30：新增 0 行，改动 1 行，减少 0 行。改动的列：身份证号 1 处"
    )


def test_a_column_is_shown_with_its_letter_and_why_it_was_recognised(book: openpyxl.Workbook) -> None:
    shown = {(row["列"], row["送达的列名"], row["读作"], row["依据"]) for row in rows(book, "列的对应")}
    assert shown == {
        ("B", "成员姓名", "姓名", words.REASONS["synonym"]),
        ("C", "身份证号", "身份证号", words.REASONS["header"]),
        (None, None, "乡镇", words.REASONS["sheet_name"]),
    }
    (sheet,) = rows(book, "文件与工作表")
    assert (sheet["工作表"], sheet["表头行"], sheet["读入行"], sheet["数据行"], sheet["采用"]) == ("测试镇", 3, 4, 2, 2)
    assert "家庭住址" in sheet["没有的列"]


def test_a_cell_to_correct_is_found_by_file_sheet_row_and_letter(book: openpyxl.Workbook) -> None:
    (cell,) = rows(book, "需要更正")
    assert (cell["文件"], cell["工作表"], cell["行"], cell["列"]) == ("dibao.xlsx", "测试镇", 5, "C")
    assert cell["送达的值"] == "340590********531X"
    assert (cell["问题"], cell["怎样更正"]) == ("校验位不符", "按身份证原件更正")
    assert cell["目前的处理"] == words.EFFECTS["value_not_used"]


def test_a_changed_row_is_told_without_its_numbers(book: openpyxl.Workbook) -> None:
    (row,) = rows(book, "与上次采用的报送相比")
    assert (row["变化"], row["哪一行"], row["行"], row["之前的行"]) == ("改动", "D0001 · 李四", 5, 6)
    assert row["改动"] == "身份证号：第18位不同；月保障金额：520 → （空）；银行卡号：尾号1239 → 尾号1234"


@pytest.mark.parametrize(
    ("column", "before", "after", "told"),
    [
        ("phone", "13800001111", "13900002222", "138****1111 → 139****2222"),
        ("account_number", "6217990000001234", "6217880000001234", "有改动（尾号1234）"),
        ("id_number", None, "340590195503124527", "补填"),
        ("id_number", "340590195503124527", " ", "清空"),
        ("address", "持340590195503124527者家", "东村", "持340590********4527者家 → 东村"),
    ],
)
def test_no_personal_number_is_ever_written_out(column: str, before: str | None, after: str | None, told: str) -> None:
    known = get_feed("dibao").by_name[column]
    assert words.changed_cell(known, column, before, after) == f"{known.header}：{told}"


def test_neither_page_nor_workbook_holds_a_full_number(release: Path, book: openpyxl.Workbook) -> None:
    page = (release / "receipts" / "dibao" / f"{DELIVERY}.html").read_text(encoding="utf-8")
    cells = [str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line]
    for number in (*release_factory.ID_NUMBERS, release_factory.ACCOUNT):
        assert number not in page
        assert not any(number in cell for cell in cells)
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_was_told_by_the_release_before_is_told_again_only_while_it_is_used(
    build: Callable[..., Path], data: DataFolder
) -> None:
    staged = build()
    work = data.run_folder("1")
    earlier = pl.read_parquet(work / "raw" / "delivered_file.parquet")
    old = [{**row, "delivery": "2026-09-30"} for row in earlier.filter(pl.col("feed") == "cremation").to_dicts()]
    files = pl.concat([pl.DataFrame(old, schema=earlier.schema), earlier])
    files.write_parquet(work / "raw" / "delivered_file.parquet")
    known = pl.read_parquet(work / "raw" / "delivery.parquet")
    month = [{**row, "delivery": "2026-09-30"} for row in known.filter(pl.col("feed") == "cremation").to_dicts()]
    pl.concat([pl.DataFrame(month, schema=known.schema), known]).write_parquet(work / "raw" / "delivery.parquet")

    def told(before: Path | None) -> list[str]:
        return [receipt.path for receipt in read_receipts(work, staged, before)]

    assert told(None) == ["cremation/2026-09-30", f"dibao/{DELIVERY}", f"cremation/{DELIVERY}"]
    before = staged.parent / "before"
    (before / "extracts").mkdir(parents=True)
    columns = ["feed", "delivery", "file", "sha256", "disposition", "in_force"]
    files.select(columns).write_parquet(before / "extracts" / "delivery_receipt.parquet")
    assert told(before) == [f"dibao/{DELIVERY}", f"cremation/{DELIVERY}"]
    files.select(columns).with_columns(in_force=False).write_parquet(before / "extracts" / "delivery_receipt.parquet")
    assert len(told(before)) == 3
