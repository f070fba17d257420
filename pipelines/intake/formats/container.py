"""What a file really is, told by its bytes; and the look into a zip before anything is unpacked."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.intake.formats.archive import is_of_tables
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import Refused, plain

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BZh", b"\x7fELF", b"MZ\x90")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
#: Parts of a workbook that lead to other files or are objects of other programs.
_OUTWARD = ("xl/externalLinks/", "xl/embeddings/", "xl/activeX/")

#: What a file's name may end in, by what it is.
ENDINGS = {
    "xlsx": {".xlsx"},
    "xls": {".xls"},
    "csv": {".csv", ".txt", ".tsv"},
    "parquet": {".parquet", ".pq"},
    "zip": {".zip"},
}


@dataclass(frozen=True)
class Container:
    """The kind of a file: xlsx, xls, csv, parquet or zip (of such); `dates_from_1904` for a workbook with the other
    epoch, `reaches_out` for one that links to other files or holds objects of other programs."""

    kind: str
    dates_from_1904: bool = False
    reaches_out: bool = False


def identify(path: Path, limits: Limits) -> Container:
    """Tells the kind of a file by its content; Refused when it is none that is read."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(4096)
        handle.seek(max(0, size - 4))
        tail = handle.read(4)
    if not size:
        raise Refused(plain("EMPTY_FILE"))
    if head.startswith(b"PAR1"):
        if tail != b"PAR1" or size < 12:
            raise Refused(plain("TRUNCATED"))
        return Container("parquet")
    if head.startswith(b"PK"):
        return _workbook(path, limits)
    if head.startswith(_OLE):
        return _compound(path)
    if head.startswith(_ARCHIVES):
        raise Refused(plain("ARCHIVE"))
    if head.startswith(_FOREIGN):
        raise Refused(plain("UNSUPPORTED_TYPE"))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<div", b"<style")):
        raise Refused(plain("HTML_TABLE"))
    if b"\0" in head and not head.startswith(_BOMS[1:]):
        raise Refused(plain("NUL_BYTE"))
    return Container("csv")


def _workbook(path: Path, limits: Limits) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size, limits)
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names:
                is_document = "mimetype" in names or "[Content_Types].xml" in names
                if not is_document and is_of_tables(entries):
                    return Container("zip")
                raise Refused(plain("UNSUPPORTED_TYPE" if is_document else "ARCHIVE"))
            with archive.open("xl/workbook.xml") as part:
                properties = part.read(200_000)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(plain("TRUNCATED")) from error
    dates_from_1904 = b'date1904="1"' in properties or b'date1904="true"' in properties
    return Container("xlsx", dates_from_1904, any(name.startswith(_OUTWARD) for name in names))


def _check_directory(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """Refuses a bomb, a path that leads out, macros and encryption from the zip directory alone."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes or (unpacked > 20_000_000 and unpacked > limits.unpacked_ratio * size):
        raise Refused(plain("ZIP_BOMB"))
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.split("/")[0]:
            raise Refused(plain("UNSAFE_PATH"))
        if name.lower().endswith("vbaproject.bin"):
            raise Refused(plain("MACROS"))
        if entry.flag_bits & 0x1:
            raise Refused(plain("PASSWORD"))


def _compound(path: Path) -> Container:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused(plain("PASSWORD"))
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise Refused(plain("MACROS"))
        return Container("xls")
    raise Refused(plain("UNSUPPORTED_TYPE"))
