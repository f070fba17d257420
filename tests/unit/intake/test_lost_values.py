"""What a spreadsheet lost or hides: months as numbers, error cells, the other epoch, the old format, no rows at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipelines.intake.formats.cells import month_texts
from pipelines.intake.formats.error_cells import error_cells
from tests.delivery_factory import (
    ELDERLY,
    PAYMENT,
    Office,
    codes,
    elderly,
    id_number,
    payment,
    write_text_file,
    write_workbook,
)
from tests.faults.mutations import SHEET, with_parts

OLD_WORKBOOK = Path(__file__).parent / "old_workbook.xls"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.parametrize(
    ("values", "texts", "unclear"),
    [
        ([2026.01, 2026.02, 2026.1, 2026.11], ["2026.01", "2026.02", "2026.10", "2026.11"], 0),
        ([2026.1, 2026.2, 2026.11], ["2.0261E+3", "2026.2", "2026.11"], 1),
        (["2026.1", "2026-10", None], ["2026.1", "2026-10", None], 0),
        ([202610.0, 46082.0], ["202610", "46082"], 0),
    ],
    ids=["two digits", "nobody knows", "text", "no year and month"],
)
def test_a_month_that_lost_its_zero_is_october_or_unclear_and_never_january(
    values: list[Any], texts: list[str | None], unclear: int
) -> None:
    assert month_texts(values) == (texts, unclear)


def test_the_office_is_asked_which_month_it_meant(office: Office) -> None:
    rows = [[*payment(n)[:4], month, 100] for n, month in enumerate((2026.1, 2026.9))]
    write_workbook(office.place("payment", "明细.xlsx"), {"明细": [PAYMENT, *rows]})
    taken = office.intake("payment")
    assert taken.frame["paid_month"].to_list() == ["2.0261E+3", "2026.9"]
    (message,) = [m for receipt in taken.receipts for m in receipt.messages]
    assert (message.code, message.where) == ("MONTH_UNCLEAR", "《明细.xlsx》工作表“明细”E列")
    assert "有1行" in message.what


def test_an_error_cell_is_no_blank(office: Office) -> None:
    path = office.place("elderly_allowance", "名册.xlsx")
    book = openpyxl.Workbook()
    page = book.active
    page.title = "一&二"
    for row in (ELDERLY, elderly(1), elderly(2)):
        page.append(row)
    page["E2"], page["E2"].data_type = "#N/A", "e"
    page["C3"], page["C3"].data_type = "#REF!", "e"
    book.save(path)
    assert error_cells(path) == {"一&二": {(1, 4): "#N/A", (2, 2): "#REF!"}}
    frame = office.intake("elderly_allowance").frame
    assert frame["monthly_amount"].to_list() == ["#N/A", "100"]
    assert frame["town"].to_list() == ["白鹭镇", "#REF!"]


def test_an_error_cell_of_a_formula_is_found_and_a_text_like_one_is_left(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"甲": [["#N/A", "x"]], "乙": [["y"]]})
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("甲").write_formula("AB7", "=1/0", None, "#DIV/0!")
    assert error_cells(path) == {"甲": {}, "乙": {}}
    assert error_cells(tmp_path / "b.xlsx") == {"甲": {(6, 27): "#DIV/0!"}}


def _formulas(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("甲")
        page.write_formula("A1", '=IF(1,"","x")', None, "x")
        page.write_formula("B1", "=1+1", None, 2)


def test_a_formula_without_its_result_is_told_from_a_blank_and_from_an_empty_result(office: Office) -> None:
    path = office.place("elderly_allowance", "名册.xlsx")
    book = openpyxl.Workbook()
    for row in (ELDERLY, elderly(1), elderly(2, "=50+50"), elderly(3, ""), elderly(4)):
        book.active.append(row)
    book.active["C3"] = '=A1&"镇"'
    book.active["H3"] = "=1+1"  # under no header of the contract, and no row of the office's
    book.save(path)
    assert error_cells(path) == {"Sheet": {(2, 2): "", (2, 4): "", (2, 7): ""}}
    with_parts({SHEET: lambda xml: xml.replace(b"<v>x</v>", b"<v></v>")}, _formulas)(office.landing / "b.xlsx")
    assert error_cells(office.landing / "b.xlsx") == {"甲": {}}, "an empty text may be what was meant"
    (receipt,) = office.intake("elderly_allowance").receipts
    said = [(m.where, m.what) for m in receipt.messages if m.code == "FORMULA_NO_VALUE"]
    assert said == [
        ("《名册.xlsx》工作表“Sheet”C列", "列“乡镇”有1行的公式没有保存结果，按空白处理"),
        ("《名册.xlsx》工作表“Sheet”E列", "列“月津贴金额”有1行的公式没有保存结果，按空白处理"),
    ]


def test_dates_of_the_other_epoch_are_the_days_that_were_meant(office: Office) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in ((*ELDERLY, "出生日期"), [*elderly(1), date(1940, 3, 1)]):
        book.active.append(row)
    book.save(office.place("elderly_allowance", "名册.xlsx"))
    taken = office.intake("elderly_allowance")
    assert taken.frame["birth_date"].to_list() == ["1940-03-01"]
    assert codes(taken) == ["DATE_1904"]


def test_an_old_workbook_is_read_and_the_office_is_asked_for_the_new_form(office: Office) -> None:
    path = office.place("elderly_allowance", "名册.xls")
    path.write_bytes(OLD_WORKBOOK.read_bytes())
    taken = office.intake("elderly_allowance")
    assert codes(taken) == ["OLD_XLS"]
    assert taken.frame.select("name", "town", "birth_date", "monthly_amount").rows() == [
        ("张三1", "白鹭镇", "1940-03-01", "100"), ("张三2", "白鹭镇", "1941-04-02", "120.5"),
    ]  # fmt: skip


def test_a_period_without_an_event_is_no_failure_and_a_roster_without_persons_is(office: Office) -> None:
    for feed, header in (("payment", PAYMENT), ("elderly_allowance", ELDERLY)):
        make = payment if feed == "payment" else elderly
        rows = [[*payment(n)[:4], "2026-09", 100] if feed == "payment" else make(n) for n in range(3)]
        write_text_file(office.place(feed, "名册.csv", "2026-09-30"), [header, *rows])
        write_text_file(office.place(feed, "名册.csv", "2026-10-31"), [header])
    taken = office.intake("payment")
    assert (codes(taken), taken.frame.height) == (["NOTHING_NEW"], 3)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-10-31", False)
    taken = office.intake("elderly_allowance")
    assert (codes(taken), taken.frame.height) == (["EMPTY"], 3)
    assert (taken.status.delivery, taken.status.is_fallback) == ("2026-09-30", True)


def test_a_register_of_certificates_holds_the_id_numbers_of_their_holders(office: Office) -> None:
    numbers = [id_number(n) for n in range(3)]
    rows = [["姓名", "残疾证号", "残疾类别"], *([f"甲{n}", number + "43", "肢体"] for n, number in enumerate(numbers))]
    write_workbook(office.place("disability", "名册.xlsx"), {"名册": rows})
    taken = office.intake("disability")
    assert taken.frame["id_number"].to_list() == numbers
    (message,) = [m for receipt in taken.receipts for m in receipt.messages]
    assert message.what == "没有“身份证号”列，已按“残疾证号”的前18位填入"


def test_other_certificate_numbers_hold_none(office: Office) -> None:
    rows = [["姓名", "残疾证号", "残疾类别"], *([f"甲{n}", f"皖残{n:04d}", "肢体"] for n in range(3))]
    write_workbook(office.place("disability", "名册.xlsx"), {"名册": rows})
    assert codes(office.intake("disability")) == ["MISSING_COLUMN"]
