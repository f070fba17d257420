"""Zips of tables: read in memory as one file, with the names that stand in them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.account import Account
from pipelines.intake.parse import parse_file
from tests.delivery_factory import Office, codes, id_number, write_workbook

BAD = [["姓名", "身份证号"], ["甲", id_number(2)]]
HEADER = ["姓名", "身份证号", "月津贴金额", "状态"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def person(number: int) -> list[Any]:
    return [f"甲{number}", id_number(number), 100, "在保"]


def zipped(folder: Path, files: dict[str, list[list[Any]] | bytes]) -> Path:
    """A zip of workbooks and other files, with names in GBK as programs for Chinese write them."""
    path = folder / "名册.zip"
    names = {}
    with zipfile.ZipFile(path, "w") as archive:
        for nth, (name, content) in enumerate(files.items()):
            written = name.encode("gb18030")
            placeholder = f"{nth}".rjust(len(written), "z")
            names[placeholder.encode()] = written
            if isinstance(content, bytes):
                archive.writestr(placeholder, content)
            else:
                archive.write(write_workbook(folder / "inner.xlsx", {"表一": content}), placeholder)
    data = path.read_bytes()
    for placeholder_bytes, written in names.items():
        data = data.replace(placeholder_bytes, written)
    path.write_bytes(data)
    return path


def parse(path: Path) -> tuple[Any, Account]:
    return parse_file(path, get_feed("elderly_allowance"), Limits())


def test_the_tables_of_a_zip_are_one_file(tmp_path: Path) -> None:
    text = "\r\n".join(",".join(map(str, row)) for row in (HEADER, person(3))).encode("gb18030")
    files = {
        "城关镇.xlsx": [["名册"], HEADER, person(1), person(2)],
        "双堰乡/名单.csv": text,
        "说明.docx": b"PK\x03\x04",
    }
    frame, account = parse(zipped(tmp_path, files))
    assert (account.verdict, account.detected_type, account.encoding) == ("accepted", "zip", "gb18030")
    assert frame.select("name", "_sheet", "_row").rows() == [
        ("甲3", "双堰乡/名单.csv", 2), ("甲1", "城关镇.xlsx/表一", 3), ("甲2", "城关镇.xlsx/表一", 4),
    ]  # fmt: skip
    assert frame["_sheet_number"].n_unique() == 2
    assert account.counts == {"title": 1, "header": 2, "total": 0, "blank": 0, "data": 3}
    assert [(message.code, message.where) for message in account.messages] == [("OTHER_FILE", "《说明.docx》")]


def test_one_table_keeps_its_sheets_name(tmp_path: Path) -> None:
    frame, _ = parse(zipped(tmp_path, {"名册.xlsx": [HEADER, person(1)], "__MACOSX/._名册.xlsx": b"x"}))
    assert frame["_sheet"].to_list() == ["表一"]


@pytest.mark.parametrize(
    ("files", "code", "where"),
    [
        ({"好.xlsx": [HEADER, person(1)], "坏.xlsx": BAD}, "MISSING_COLUMN", "《坏.xlsx》"),
        ({"好.xlsx": [HEADER, person(1)], "坏.xlsx": b"PK\x03\x04half"}, "TRUNCATED", "《坏.xlsx》"),
        ({"好.xlsx": [HEADER, person(1)], "里面.zip": b"PK\x03\x04"}, "ARCHIVE", ""),
        ({"照片.jpg": b"x"}, "ARCHIVE", ""),
    ],
)  # fmt: skip
def test_one_bad_table_stops_all_of_them(tmp_path: Path, files: dict[str, Any], code: str, where: str) -> None:
    frame, account = parse(zipped(tmp_path, files))
    assert (frame.height, account.verdict) == (0, "rejected")
    assert [message.code for message in account.messages] == [code]
    assert account.messages[0].where.startswith(where)


def test_a_zip_under_the_name_of_a_table_is_a_zip_in_a_zip(tmp_path: Path) -> None:
    inner = zipped(tmp_path, {"名册.xlsx": [HEADER, person(1)]}).read_bytes()
    _, account = parse(zipped(tmp_path, {"好.xlsx": [HEADER, person(2)], "坏.csv": inner}))
    assert [(message.code, message.where) for message in account.messages] == [("ARCHIVE", "《坏.csv》")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_tables_of_one_name_are_not_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "名册.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("a.csv", "y")
    _, account = parse(tmp_path / "名册.zip")
    assert [message.code for message in account.messages] == ["ARCHIVE"]


def test_an_entry_without_a_name_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "名册.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "\n".join(",".join(map(str, row)) for row in (HEADER, person(1))))
        archive.writestr(".", b"x")
    frame, account = parse(path)
    assert (frame.height, account.messages) == (1, [])


def test_damaged_bytes_in_a_zip_are_told(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.csv": ("姓名,身份证号\n" * 300).encode()})
    data = bytearray(path.read_bytes())
    data[100:140] = b"\0" * 40
    path.write_bytes(bytes(data))
    _, account = parse(path)
    assert [message.code for message in account.messages] == ["TRUNCATED"]


def test_a_zip_is_taken_in_like_any_file_and_leaves_nothing_unpacked(office: Office, tmp_path: Path) -> None:
    place = office.place("elderly_allowance", "名册.zip")
    zipped(tmp_path, {"城关镇.xlsx": [HEADER, person(1)]}).rename(place)
    taken = office.intake("elderly_allowance")
    assert taken.frame["name"].to_list() == ["甲1"]
    assert codes(taken) == []
    assert not [path for path in office.data.root.rglob("*") if path.suffix in (".xlsx", ".csv")]
