"""Cells of a workbook that hold an error (#N/A, #REF!) or a formula without its result.

The reader gives a blank for either, and a blank is another thing.

Read from the sheets' XML by pattern, piece by piece: nothing is parsed, so that nothing in it can be expanded.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(#[^<]{1,20})</",
    re.DOTALL,
)
#: A formula that gave an empty text has t="str" and is a blank that was meant.
_BARE_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s(?![^>]*?\bt="(?:str|e)")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*"
    rb"</(?:\w+:)?c>"
)
_PIECE, _OVERLAP = 1 << 20, 1 << 13


def error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row, column), 0-based -> the error's text, "" for a formula without its result. Empty for what is no
    zip."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        return {sheet: dict(_cells(archive, part)) for sheet, part in _parts(archive)}


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\s" + name.encode() + rb'="([^"]*)"', tag)
    return html.unescape(found[1].decode("utf-8", errors="replace")) if found else ""


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the entry of the zip that holds it."""
    names = set(archive.namelist())
    if "xl/_rels/workbook.xml.rels" not in names:
        return
    relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in relations}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = targets.get(_attribute(tag, "r:id"), "")
        part = target.removeprefix("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if part in names:
            yield _attribute(tag, "name"), part


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    with archive.open(part) as stream:
        kept = b""
        while piece := stream.read(_PIECE):
            text = kept + piece
            if b't="e"' in text:
                for column, row, error in _ERROR_CELL.findall(text):
                    yield (int(row) - 1, _number(column)), html.unescape(error.decode("ascii", errors="replace"))
            if b"<f" in text or b":f" in text:
                for column, row in _BARE_FORMULA.findall(text):
                    yield (int(row) - 1, _number(column)), ""
            kept = text[-_OVERLAP:]


def _number(letters: bytes) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
