"""Headers that say what a column's codes stand for: 性别（01-男；02-女）. The word is written behind its code, so that
each value is read as what the office meant by it, whatever the code means elsewhere."""

from __future__ import annotations

import re
import unicodedata

from pipelines.intake.headers.header_rows import Header
from pipelines.intake.headers.spelling import legend
from pipelines.intake.messages import Message, place


def read_legends(header: Header, texts: dict[int, list[str | None]], sheet: str | None) -> list[Message]:
    """Writes the words behind the codes in `texts`, and says so."""
    messages = []
    for index, column in header.columns.items():
        words = legend(header.cells[index][1]) if column.codes else {}
        known = {_code(code): word for code, word in words.items()}
        if not known or not any(_code(text) in known for text in texts[index]):
            continue
        texts[index] = [_with_word(text, known) for text in texts[index]]
        said = "、".join(f"{code}={word}" for code, word in words.items())
        what = f"列“{header.cells[index][1]}”的代码已按列名中的说明读取（{said}）"
        messages.append(Message("CODES_FROM_HEADER", place(sheet, None, index), what, "请核对；今后请直接填写文字"))
    return messages


def _with_word(text: str | None, words: dict[str, str]) -> str | None:
    code = _code(text)
    return f"{code}{words[code]}" if code in words else text


def _code(text: str | None) -> str:
    """A code without what a spreadsheet made of it: 01, 1.0 and a wide 1 are 1."""
    bare = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text or "").strip())
    return bare.lstrip("0") or bare[:1]
