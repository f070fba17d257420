"""The command `hedui decide worklist`: what is in the ledger after a worklist was filled in and sent back."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue of faults
from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.console import worklists
from pipelines.console.exits import Exit, as_user_error
from pipelines.publishing.returned import NotAWorklist, Written
from pipelines.review import Ledger
from pipelines.storage.paths import DataFolder

TOWN = "测试镇.xlsx"
HEADER = 3

Change = Callable[[openpyxl.Workbook], None]


def column(sheet: Worksheet, header: str) -> int:
    return next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == header)


def write(sheet: Worksheet, row: int, verdict: str | None, note: str = "") -> None:
    sheet.cell(row, column(sheet, "核实结论"), verdict)
    sheet.cell(row, column(sheet, "核实情况说明"), note)


def append(sheet: Worksheet, values: Sequence[Any]) -> None:
    """A further row; a text that begins like a formula stays text, as spreadsheet programs keep it."""
    sheet.append(values)
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"


@pytest.fixture
def send(release: Path, data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Fills in the published list of the town, sends it back, and returns the status and what was printed as JSON."""

    def send(change: Change, who: str = "工号0001", name: str = "交回.xlsx") -> tuple[Exit, dict[str, Any]]:
        book = openpyxl.load_workbook(release / "worklists" / TOWN)
        change(book)
        book.save(tmp_path / name)
        status = worklists.record(data, tmp_path / name, who, json=True)
        return status, json.loads(capsys.readouterr().out)

    return send


def recorded(data: DataFolder) -> list[tuple[str, str, str, str]]:
    entries = [entry.content for entry in Ledger(data.decisions).history()]
    return [(entry["kind"], entry["verdict"], entry["who"], entry["reason"]) for entry in entries]


def all_kinds(book: openpyxl.Workbook) -> None:
    write(book["疑点清单"], 4, "属实", "已停发")
    write(book["应享未享"], 4, "属实", "已告知")
    write(book["重复待核"], 4, "不属实", "两人同名")


def test_each_verdict_is_recorded_with_its_note_and_a_hint_takes_none(
    send: Callable[..., Any], data: DataFolder
) -> None:
    status, told = send(all_kinds)
    assert (status, told["problems"]) == (Exit.DONE, [])
    assert (told["recorded"], told["notice"]) == (2, 1)
    assert recorded(data) == [
        ("finding", "confirmed", "工号0001", "已停发"), ("pair", "different", "工号0001", "两人同名"),
    ]  # fmt: skip


def test_H04_the_same_list_twice_changes_nothing(send: Callable[..., Any], data: DataFolder) -> None:
    send(all_kinds)
    before = recorded(data)
    status, told = send(all_kinds, name="交回(1).xlsx")
    assert (status, told["recorded"], told["known"]) == (Exit.DONE, 0, 2)
    assert recorded(data) == before


def test_H01_a_verdict_that_another_gave_meanwhile_stands_and_ones_own_may_be_corrected(
    send: Callable[..., Any], data: DataFolder
) -> None:
    send(lambda book: write(book["疑点清单"], 4, "属实"))
    status, told = send(lambda book: write(book["疑点清单"], 4, "不属实"), who="工号0002")
    assert (status, told["recorded"]) == (Exit.HELD_BACK, 0)
    assert "已有人登记为“属实”" in told["problems"][0]["what"]
    assert [verdict for _, verdict, *_ in recorded(data)] == ["confirmed"]
    assert send(lambda book: write(book["疑点清单"], 4, "不属实"))[0] == Exit.DONE
    assert [verdict for _, verdict, *_ in recorded(data)] == ["confirmed", "cleared"]


def moved(book: openpyxl.Workbook) -> None:
    """Rows above and below, columns in another order, a further column."""
    sheet = book["疑点清单"]
    write(sheet, 4, "不属实")
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    rows = [["经办人留言"], *([cell.value for cell in row] for row in sheet.iter_rows())]
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        append(sheet, [*row[::-1], "备注"] if any(row[2:]) else [*row, None])


def test_H03_another_order_of_rows_and_columns_makes_no_difference(send: Callable[..., Any], data: DataFolder) -> None:
    status, told = send(moved)
    assert told["problems"] == []
    assert (status, told["recorded"]) == (Exit.DONE, 1)
    assert [verdict for _, verdict, *_ in recorded(data)] == ["cleared"]


def at(header: str, value: str, verdict: str | None = "属实") -> Change:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["疑点清单"]
        write(sheet, 4, verdict, "说明" if verdict is None else "")
        sheet.cell(4, column(sheet, header), value)

    return change


def twice(book: openpyxl.Workbook) -> None:
    sheet = book["疑点清单"]
    write(sheet, 4, "属实")
    append(sheet, [cell.value for cell in sheet[4]])
    write(sheet, sheet.max_row, "不属实")


WRONG: dict[str, tuple[Change, str]] = {
    "another name under the number": (at("姓名", "赵六"), "姓名"),
    "a number that was retyped": (at("疑点编号", "f99"), "不在这次发布的清单里"),
    "a number that is gone": (at("疑点编号", ""), "不在这次发布的清单里"),
    "a word of one's own": (at("核实结论", "是的", "是的"), "核实结论不是"),
    "a note without a verdict": (at("级别", "红", None), "没有选核实结论"),
    "two rows that contradict each other": (twice, "不一致"),
}


@pytest.mark.parametrize(("change", "what"), WRONG.values(), ids=WRONG)
def test_H03_a_row_that_is_not_what_was_published_is_told_and_not_recorded(
    send: Callable[..., Any], data: DataFolder, change: Change, what: str
) -> None:
    status, told = send(change)
    assert (status, told["recorded"]) == (Exit.HELD_BACK, 0)
    assert all(what in problem["what"] and problem["remedy"] for problem in told["problems"])
    assert (told["problems"][0]["sheet"], told["problems"][0]["row"]) == ("疑点清单", 4)
    assert recorded(data) == []


def without(header: str) -> Change:
    return lambda book: book["疑点清单"].delete_cols(column(book["疑点清单"], header))


def without_release(book: openpyxl.Workbook) -> None:
    for sheet in book:
        sheet["A2"] = "已核"


def renamed(book: openpyxl.Workbook) -> None:
    for sheet in book:
        sheet.title = f"{sheet.title}2"


UNUSABLE: dict[str, tuple[Change, str]] = {
    "no column of verdicts": (without("核实结论"), "缺少列“核实结论”"),
    "no column of numbers": (without("疑点编号"), "缺少列“疑点编号”"),
    "no release": (without_release, "看不出是哪次发布"),
    "other sheets": (renamed, "没有工作表"),
}


@pytest.mark.parametrize(("change", "what"), UNUSABLE.values(), ids=UNUSABLE)
def test_H03_a_workbook_that_is_no_worklist_any_more_is_refused(
    send: Callable[..., Any], data: DataFolder, change: Change, what: str
) -> None:
    with pytest.raises(NotAWorklist, match=what) as error:
        send(change)
    told = as_user_error(error.value, "hedui decide")
    assert told.status == Exit.USAGE
    assert told.where.startswith("《交回.xlsx》")
    assert told.remedy
    assert recorded(data) == []


def test_a_file_that_is_no_workbook_is_refused(data: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "清单.xlsx").write_text("不是工作簿", encoding="utf-8")
    with pytest.raises(NotAWorklist, match="不能作为工作簿打开"):
        worklists.record(data, tmp_path / "清单.xlsx", "工号0001", json=False)


def test_H03_a_list_saved_as_xls_is_read(send: Callable[..., Any], data: DataFolder, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed on this machine")
    send(lambda book: write(book["重复待核"], 4, "待查", "等公安答复"))
    folder, filled = tmp_path / "xls", tmp_path / "交回.xlsx"
    command = ["soffice", "--headless", "--convert-to", "xls", "--outdir", str(folder), str(filled)]
    subprocess.run(command, check=True, capture_output=True, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert worklists.record(data, folder / "交回.xls", "工号0001", json=False) == Exit.DONE
    assert recorded(data) == [("pair", "unsure", "工号0001", "等公安答复")]


def test_what_is_printed_counts_the_rows_and_names_no_person(
    send: Callable[..., Any], data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(at("姓名", "赵六"))
    worklists.record(data, tmp_path / "交回.xlsx", "工号0001", json=False)
    printed = capsys.readouterr().out
    assert "位置：《交回.xlsx》工作表“疑点清单”第4行；处理：" in printed
    assert "新登记 0 行" in printed
    assert "未登记 1 行（发布 2026-10-31/1 的清单）" in printed
    assert "赵六" not in printed


def test_two_rows_about_the_same_two_records_are_one_verdict(
    release: Path, data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that was delivered twice may stand in two pairs; the second row is known, not a conflict."""
    subject = {"content_key_l": "a" * 32, "content_key_r": "b" * 32}
    monkeypatch.setattr(worklists, "pair_subjects", lambda *_: {"p1": subject, "p2": subject})
    rows = [Written("重复待核", row, "pair", number, "属实", "") for row, number in ((4, "p1"), (5, "p2"))]
    assert list(worklists._recorded(data, release, rows, "工号0001")) == ["recorded", "known"]
    assert len(recorded(data)) == 1
