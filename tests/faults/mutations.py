"""What can be wrong with a file, as functions that write it to a path. A good file has five persons."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tests.delivery_factory import ELDERLY, PAYMENT, elderly, payment, write_text_file, write_workbook

PERSONS = 5
#: The persons of the earlier good delivery count from here.
FIRST_BEFORE = 100
SHEET = "xl/worksheets/sheet1.xml"


def people(count: int = PERSONS) -> list[list[Any]]:
    return [elderly(number) for number in range(count)]


def table() -> list[Sequence[Any]]:
    return [ELDERLY, *people()]


def good(path: Path, **more: Any) -> Path:
    return write_workbook(path, {"表": table()}, **more)


def sheet(rows: Sequence[Sequence[Any]], **more: Any) -> Callable[[Path], Path]:
    return lambda path: write_workbook(path, {"表": rows}, **more)


def sheets(**named: Sequence[Sequence[Any]]) -> Callable[[Path], Path]:
    return lambda path: write_workbook(path, named)


def text(rows: Sequence[Sequence[Any]] | None = None, **how: Any) -> Callable[[Path], Path]:
    return lambda path: write_text_file(path, rows or table(), **how)


def content(data: bytes | str) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(data.encode() if isinstance(data, str) else data)


def csv_text(separator: str = ",", line_end: str = "\r\n") -> str:
    return "".join(separator.join(map(str, row)) + line_end for row in table())


def cut(path: Path) -> None:
    whole = good(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def broken_directory(path: Path) -> None:
    """A zip directory that points far behind the end of the file."""
    whole = bytearray(good(path).read_bytes())
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 16 : end + 20] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(whole)


def renamed_workbook(path: Path) -> None:
    os.replace(good(path.with_name("x.xlsx")), path)


def with_part(name: str, data: bytes) -> Callable[[Path], None]:
    """A good workbook with one more part."""

    def make(path: Path) -> None:
        good(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)

    return make


def with_parts(changes: Mapping[str, Callable[[bytes], bytes]], base: Callable[[Path], Any] = good) -> Any:
    """A workbook some of whose parts were written anew."""

    def make(path: Path) -> None:
        base(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for name, change in changes.items():
            changed = change(parts[name])
            assert changed != parts[name], f"{name} was not changed"
            parts[name] = changed
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return make


def compound(stream: str) -> Callable[[Path], Any]:
    """An OLE file that names a stream, as encrypted workbooks and old .xls files are."""
    return content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * 1000)


stray_cell = with_parts(
    {
        SHEET: lambda xml: xml.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        )
    }
)


def _declared(declaration: str, use: bytes) -> Callable[[bytes], bytes]:
    def change(strings: bytes) -> bytes:
        head = f'<?xml version="1.0"?><!DOCTYPE x [{declaration}]>'.encode()
        return head + strings[strings.index(b"<sst") :].replace(b"</t>", use + b"</t>")

    return change


entity_bomb = with_parts(
    {
        "xl/sharedStrings.xml": _declared(
            '<!ENTITY e0 "bomb">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)), b"&e11;"
        )
    }
)
external_entity = with_parts(
    {"xl/sharedStrings.xml": _declared('<!ENTITY host SYSTEM "file:///etc/hostname">', b"&host;")}
)


def formula(cached: bool) -> Callable[[Path], None]:
    """The amount of the first person as a formula, with its last result or without one."""
    result = b"<v>100</v>" if cached else b""

    def change(xml: bytes) -> bytes:
        start = xml.index(b'<c r="E2"')
        end = xml.index(b"</c>", start)
        return xml[:start] + b'<c r="E2"><f>50+50</f>' + result + xml[end:]

    made: Callable[[Path], None] = with_parts({SHEET: change})
    return made


def error_cell(path: Path) -> None:
    """The amount of the first person is #REF!."""

    def change(xml: bytes) -> bytes:
        start = xml.index(b'<c r="E2"')
        end = xml.index(b"</c>", start)
        return xml[:start] + b'<c r="E2" t="e"><v>#REF!</v>' + xml[end:]

    with_parts({SHEET: change})(path)


def epoch_1904(path: Path) -> None:
    """A workbook that counts days from 1904."""
    with_parts({"xl/workbook.xml": lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"')})(path)


def hidden_rows_and_columns(path: Path) -> None:
    with_parts({SHEET: lambda xml: xml.replace(b'<row r="3"', b'<row r="3" hidden="1"')})(path)


def parquet(path: Path) -> None:
    pl.DataFrame([dict(zip(ELDERLY, map(str, row), strict=True)) for row in people()]).write_parquet(path)


def cut_parquet(path: Path) -> None:
    parquet(path)
    path.write_bytes(path.read_bytes()[:-10])


def zip_of_files(path: Path) -> None:
    """A zip as programs for Chinese write it: the name in GBK, without the flag for UTF-8."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("abcd.csv", csv_text())
    path.write_bytes(path.read_bytes().replace(b"abcd.csv", "名单.csv".encode("gb18030")))


def zip_in_a_zip(path: Path) -> None:
    zip_of_files(path)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("roll.csv", csv_text())
        archive.writestr("more.zip", inner)


def zip_of_pictures(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scan.jpg", b"picture")


def twice_under_two_names(path: Path) -> None:
    write_text_file(path, table())
    write_text_file(path.with_name("乙.csv"), table())


def payments(path: Path) -> None:
    write_text_file(path, [PAYMENT, *(payment(number) for number in range(PERSONS))])
