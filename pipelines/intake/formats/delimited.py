"""Text files (.csv and its kin) to one grid: encoding first, then the delimiter, then strict reading.

Guessers are wrong on short Chinese files, so an encoding is never guessed: a byte order mark decides, else strict UTF-8
and strict GB18030 are tried and the one whose text holds more known headers is taken.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from pathlib import Path

from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Message, Refused, place, plain

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_DELIMITERS = (",", "\t", ";", "|", "，", "；", "、")

#: So many lines from the top are searched for headers.
_HEAD_LINES = 40


def read_delimited(path: Path, is_header: Callable[[str], bool]) -> tuple[Grid, str]:
    """The grid and the encoding; Refused for bytes that fit no encoding, and for broken quoting.

    `is_header` says of a text whether it is a known header, by which encoding and delimiter are told."""
    text, encoding = decode(path.read_bytes(), is_header)
    if "\0" in text:
        raise Refused(plain("NUL_BYTE", place(row=text[: text.index("\0")].count("\n") + 1)))
    delimiter = _delimiter(text, is_header)
    csv.field_size_limit(10_000_000)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row)
    except csv.Error as error:
        what = "引号不成对或列的分隔有误"
        raise Refused(
            Message("BAD_STRUCTURE", place(row=len(rows) + 1), what, "请更正该行，或另存为 .xlsx 后重新报送")
        ) from error
    return Grid(None, 1, rows, strict_width=True), encoding


def decode(content: bytes, is_header: Callable[[str], bool]) -> tuple[str, str]:
    """Text and encoding of a file; Refused with BAD_BYTES, naming the line, when it fits none."""
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec), name
    texts = {}
    for codec in ("utf-8", "gb18030"):
        try:
            texts[codec] = content.decode(codec)
        except UnicodeDecodeError:
            continue
    if not texts:
        lenient = {codec: content.decode(codec, errors="ignore") for codec in ("utf-8", "gb18030")}
        likeliest = max(lenient, key=lambda codec: _known_headers(lenient[codec], is_header))
        return _strict(content, likeliest), likeliest
    codec = max(texts, key=lambda name: _known_headers(texts[name], is_header))
    return texts[codec], codec


def _strict(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(codec, errors="ignore")
        where = place(row=before.count("\n") + 1)
        what = f"有不符合{codec}编码的字节(第{error.start}字节起)"
        raise Refused(Message("BAD_BYTES", where, what, "请用表格软件打开核对该行，另存为 .xlsx 后重新报送")) from error


def _head(text: str) -> list[str]:
    return text[:20_000].splitlines()[:_HEAD_LINES]


def _known_headers(text: str, is_header: Callable[[str], bool]) -> int:
    """The most known headers in one of the first lines, whatever the delimiter."""
    return max((_hits(line, delimiter, is_header) for line in _head(text) for delimiter in _DELIMITERS), default=0)


def _hits(line: str, delimiter: str, is_header: Callable[[str], bool]) -> int:
    return sum(1 for part in line.split(delimiter) if part.strip() and is_header(part))


def _delimiter(text: str, is_header: Callable[[str], bool]) -> str:
    lines = _head(text)
    return max(_DELIMITERS, key=lambda delimiter: max((_hits(line, delimiter, is_header) for line in lines), default=0))
