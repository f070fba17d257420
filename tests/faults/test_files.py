"""Files as they should not be: each ends in a disposition and a message of three parts, and harms no other file."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.intake import Limits
from tests.delivery_factory import ELDERLY, PAYMENT, Office, codes, elderly, payment, write_text_file, write_workbook

FEED = "elderly_allowance"


def _sheet(path: Path, **more: Any) -> Path:
    return write_workbook(path, {"表": [ELDERLY, *(elderly(n) for n in range(5))]}, **more)


def _cut(path: Path) -> None:
    content = _sheet(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _with_part(path: Path, name: str, content: bytes) -> None:
    _sheet(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)


def _compound(path: Path, stream: str) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * 1000)


def _stray_cell(path: Path) -> None:
    write_workbook(path, {"表": [ELDERLY, elderly(1)]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", stray)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _entity_bomb(path: Path) -> None:
    _sheet(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    declaration = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "bomb">{entities}]>'.encode()
    strings = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = declaration + strings[strings.index(b"<sst") :].replace(b"</t>", b"&e11;</t>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@dataclass(frozen=True)
class Case:
    id: str
    file: str
    make: Callable[[Path], Any]
    code: str
    disposition: str = "rejected"


CASES = [
    Case("F01_empty", "a.xlsx", lambda p: p.write_bytes(b""), "EMPTY_FILE"),
    Case("F02_cut_workbook", "a.xlsx", _cut, "TRUNCATED"),
    Case("F02_cut_parquet", "a.parquet", lambda p: p.write_bytes(b"PAR1" + b"x" * 50), "TRUNCATED"),
    Case("F06_html_named_xls", "a.xls", lambda p: p.write_text("<html><table></table></html>"), "HTML_TABLE"),
    Case("F06_text_named_xls", "a.xls", lambda p: write_text_file(p, [ELDERLY, elderly(1)], delimiter="\t"), "TEXT_AS_WORKBOOK"),
    Case("F06_workbook_named_xls", "a.xls", lambda p: os.replace(_sheet(p.with_suffix(".xlsx")), p), "WRONG_EXTENSION", "accepted"),
    Case("F06_workbook_named_csv", "a.csv", lambda p: os.replace(_sheet(p.with_suffix(".xlsx")), p), "WRONG_EXTENSION", "accepted"),
    Case("F07_password", "a.xlsx", lambda p: _compound(p, "EncryptedPackage"), "PASSWORD"),
    Case("F08_macros", "a.xlsx", lambda p: _with_part(p, "xl/vbaProject.bin", b"x"), "MACROS"),
    Case("F09_bomb", "a.xlsx", lambda p: _with_part(p, "xl/media/x.bin", b"\0" * 40_000_000), "ZIP_BOMB"),
    Case("F10_stray_cell", "a.xlsx", _stray_cell, "RANGE_TOO_LARGE"),
    Case("F11_path_out", "a.xlsx", lambda p: _with_part(p, "../../etc/x", b"x"), "UNSAFE_PATH"),
    Case("F11_zip_of_files", "a.zip", lambda p: zipfile.ZipFile(p, "w").writestr("a.csv", "x"), "ARCHIVE"),
    Case("F11_device_name", "CON.xlsx", _sheet, "BAD_FILE_NAME"),
    Case("F11_override_in_name", "a\u202exslx.csv", lambda p: p.write_text("x"), "BAD_FILE_NAME"),
    Case("F13_symlink", "a.xlsx", lambda p: p.symlink_to("/etc/hosts"), "SYMLINK"),
    Case("F13_folder", "a.xlsx", lambda p: p.mkdir(), "NOT_A_FILE"),
    Case("F13_pipe", "a.xlsx", os.mkfifo, "NOT_A_FILE"),
    Case("F15_entity_bomb", "a.xlsx", _entity_bomb, "NOT_READABLE"),
    Case("E17_nul", "a.csv", lambda p: p.write_bytes(b"a,b\0\n"), "NUL_BYTE"),
    Case("E17_picture", "a.csv", lambda p: p.write_bytes(b"\x89PNG\r\n"), "UNSUPPORTED_TYPE"),
    Case("S12_hidden_sheet", "a.xlsx", lambda p: write_workbook(p, {"说明": [["x"]], "表": [ELDERLY, elderly(1)]}, hidden=["表"]), "HIDDEN_SHEET", "accepted"),
    Case("S14_other_feed", "a.csv", lambda p: write_text_file(p, [PAYMENT, payment(1)]), "WRONG_SOURCE"),
    Case("S14_other_feeds_name", "特困人员救助供养花名册.csv", lambda p: write_text_file(p, [[*ELDERLY, "供养证号"], [*elderly(1), "T1"]]), "WRONG_SOURCE"),
    Case("S18_header_only", "a.csv", lambda p: write_text_file(p, [ELDERLY]), "EMPTY"),
    Case("S17_no_header", "a.csv", lambda p: p.write_text("村,户数\n东村,3\n"), "NO_HEADER"),
    Case("unit", "a.csv", lambda p: write_text_file(p, [["金额单位:万元", *[""] * 5], ELDERLY, elderly(1)]), "UNIT_NOT_YUAN", "held"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_bad_file_is_named_and_the_last_good_delivery_stays(tmp_path: Path, case: Case) -> None:
    office = Office(tmp_path)
    write_text_file(office.place(FEED, "好.csv", "2026-09-30"), [ELDERLY, *(elderly(n) for n in range(2))])
    path = office.place(FEED, case.file)
    case.make(path)
    taken = office.intake(FEED, limits=Limits(memory_bytes=700_000_000, seconds=60))
    receipt = taken.receipts[-1]
    assert receipt.disposition == case.disposition
    assert case.code in [message.code for message in receipt.messages]
    assert all(message.what and message.remedy and "《" in message.where for message in receipt.messages)
    is_good = case.disposition == "accepted"
    assert taken.status.delivery == ("2026-10-31" if is_good else "2026-09-30")
    assert taken.status.is_fallback is not is_good
    assert taken.frame.height == (receipt.rows if is_good else 2)


@pytest.mark.parametrize("name", ["~$名册.xlsx", "a.tmp", "Thumbs.db", ".DS_Store", "a.xlsx.crdownload", ".hidden.csv"])
def test_F05_temporary_files_are_passed_over_and_listed(tmp_path: Path, name: str) -> None:  # noqa: N802
    office = Office(tmp_path)
    _sheet(office.place(FEED, "名册.xlsx"))
    office.place(FEED, name).write_bytes(b"x")
    taken = office.intake(FEED)
    assert sorted(receipt.disposition for receipt in taken.receipts) == ["accepted", "ignored"]
    assert taken.frame.height == 5


def test_F14_an_unreadable_file_keeps_no_other_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    office = Office(tmp_path)
    write_text_file(office.place("payment", "好.csv"), [PAYMENT, payment(1)])
    write_text_file(office.place("payment", "锁.csv"), [PAYMENT, payment(2)])
    really_open = os.open

    def guarded(path: Any, *rest: Any, **more: Any) -> int:
        if str(path).endswith("锁.csv"):
            raise PermissionError
        return really_open(path, *rest, **more)

    monkeypatch.setattr(os, "open", guarded)
    taken = office.intake("payment")
    assert codes(taken) == ["UNREADABLE"]
    assert taken.frame.height == 1


def test_F12_a_name_in_gbk_is_read_as_such(tmp_path: Path) -> None:  # noqa: N802
    office = Office(tmp_path)
    path = write_text_file(office.place(FEED, "a.csv"), [ELDERLY, elderly(1)])
    os.rename(path, os.path.join(os.fsencode(path.parent), "名单.csv".encode("gb18030")))
    assert office.intake(FEED).receipts[0].file == "名单.csv"


def test_F10_the_next_file_is_read_after_one_that_ended_its_reader(tmp_path: Path) -> None:  # noqa: N802
    office = Office(tmp_path)
    _stray_cell(office.place(FEED, "大.xlsx"))
    write_text_file(office.place("payment", "好.csv"), [PAYMENT, payment(1)])
    assert office.intake(FEED, limits=Limits(memory_bytes=700_000_000)).receipts[0].disposition == "rejected"
    assert office.intake("payment").frame.height == 1


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    office = Office(tmp_path)
    _sheet(office.place(FEED, "a.xlsx"))
    assert codes(office.intake(FEED, limits=Limits(seconds=0.0))) == ["TOO_SLOW"]
    assert office.intake(FEED).frame.height == 5


def test_V01_numbers_that_lost_digits_stay_visible(tmp_path: Path) -> None:  # noqa: N802
    office = Office(tmp_path)
    row = elderly(1)
    write_workbook(office.place(FEED, "a.xlsx"), {"表": [ELDERLY, [row[0], 3.40590193811073e17, *row[2:]], elderly(2)]})
    taken = office.intake(FEED)
    assert taken.frame["id_number"][0] == "3.40590193811073E+17"
    assert codes(taken) == ["DIGITS_LOST"]


def test_parquet_keeps_whole_numbers_dates_and_decimals_exact(tmp_path: Path) -> None:
    from datetime import date
    from decimal import Decimal

    office = Office(tmp_path)
    frame = pl.DataFrame(
        {
            "姓名": ["甲", None], "身份证号": [340590193001010016, 340590193001010017], "金融机构": ["甲行", "乙行"],
            "余额": [Decimal("1200.50"), Decimal("3.00")], "截止日期": [date(2026, 9, 30), None], "资产类型": ["存款", "理财"],
        },
        schema_overrides={"余额": pl.Decimal(14, 2)},
    )  # fmt: skip
    frame.write_parquet(office.place("deposit", "a.parquet"))
    frame.with_columns(pl.col("身份证号").cast(pl.Float64)).write_parquet(office.place("deposit", "b.parquet"))
    rows = office.intake("deposit").frame
    assert rows["_row"].to_list() == [1, 2, 1, 2]
    assert rows["id_number"].to_list()[:2] == ["340590193001010016", "340590193001010017"]
    assert rows["id_number"].to_list()[2] == "3.4059019300101E+17"
    assert rows["balance"].to_list()[:2] == ["1200.50", "3.00"]
    assert rows["as_of"].to_list()[:2] == ["2026-09-30", None]


def test_a_bad_zip_directory_is_no_crash(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = _sheet(office.place(FEED, "a.xlsx"))
    content = bytearray(path.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(content)
    assert codes(office.intake(FEED)) == ["TRUNCATED"]
