"""What a column's codes stand for, where its header says it (性别（01-男；02-女）) or another sheet of the workbook
does (数据字典). The word is written behind its code, so that each value is read as what the office meant by it,
whatever the code means elsewhere."""

from __future__ import annotations

import re
import unicodedata

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.listed import listed_value
from pipelines.intake.headers.spelling import CHINESE, fold, legend
from pipelines.intake.messages import Message, place


def read_legends(grid: Grid, feed: Feed, header: Header, texts: dict[int, list[str | None]]) -> list[Message]:
    """Writes the words behind the codes in `texts`, and says so."""
    messages = []
    for index, column in header.columns.items():
        if column.codes is None and column.type != "relation":
            continue
        in_header = legend(header.cells[index][1]) if column.codes else {}
        words = in_header or _in_tables(grid, feed, header, index)
        known = {_code(code): word for code, word in words.items()}
        if not known or not any(_code(text) in known for text in texts[index]):
            continue
        texts[index] = [_with_word(text, known) for text in texts[index]]
        said = "、".join(f"{code}={word}" for code, word in words.items())
        source = "列名中的说明" if in_header else "代码表"
        what = f"列“{header.cells[index][1]}”的代码已按{source}读取（{said}）"
        where = place(grid.name, None, index)
        messages.append(Message("CODES_FROM_HEADER", where, what, "请核对；今后请直接填写文字"))
    return messages


def _in_tables(grid: Grid, feed: Feed, header: Header, index: int) -> dict[str, str]:
    """Code -> word for one column by the workbook's tables of codes; of a table that does not say what it is about,
    those of the column's list. Empty where a code means two values."""
    column, own = header.columns[index], _bare_item(header.cells[index][1])
    words: dict[str, list[str]] = {}
    for item, code, word in grid.legend:
        bare = _bare_item(item)
        hit = look_up(feed, bare) if bare else None
        is_meant = bare == own or (hit is not None and hit[0] is column)
        if is_meant or (not item and column.codes and listed_value(word, column.codes)):
            words.setdefault(code, []).append(word)
    meanings = [
        {listed_value(word, column.codes) or word for word in found} for found in words.values() if column.codes
    ]
    return {code: found[0] for code, found in words.items()} if all(len(found) == 1 for found in meanings) else {}


def _bare_item(text: str) -> str:
    return re.sub(r"(?:代码|编码)表?$", "", re.sub(r"\([^()]*\)", "", fold(text)))


#: The headers of a table of codes: the code, the word for it, and before them what is coded.
_CODE_HEAD = re.compile(r"(?:字典|指标|选项|分类)?(?:代码值?|编码|码值?|取?值|键值?)")
_WORD_HEAD = re.compile(r"(?:代码|字典|选项|指标|分类|值|中文)?(?:名称?|含义|说明|释义|描述|文字|内容|标签|中文)")
_CODE = re.compile(r"[A-Za-z]?\d{1,4}|[A-Za-z]{1,2}")
#: The header stands in one of so many first rows, and has so many columns at most.
_SEARCHED, _WIDEST = 10, 4
_FITTING = 0.9


def code_table(grid: Grid) -> list[tuple[str, str, str]]:
    """The entries of a sheet that only says what codes stand for (Grid.legend); none for any other sheet."""
    for row, cells in enumerate(grid.rows[:_SEARCHED]):
        heads = {index: fold(header_text(cells[index])) for index in filled_places(cells)}
        codes = [index for index, text in heads.items() if _CODE_HEAD.fullmatch(text)]
        words = [index for index, text in heads.items() if _WORD_HEAD.fullmatch(text)]
        if len(codes) == 1 and words and codes[0] < words[0] and len(heads) <= _WIDEST:
            before = [index for index in heads if index < codes[0]][-1:]
            behind = [index for index, text in heads.items() if index > words[0] and "字段" in text]
            return _entries(grid, row, codes[0], words[0], before + behind)
    return []


def _entries(grid: Grid, head: int, code: int, word: int, items: list[int]) -> list[tuple[str, str, str]]:
    """`items` are the columns that say what is coded; a blank in them means what stands above it."""
    entries: list[tuple[str, str, str]] = []
    about = dict.fromkeys(items, "")
    rows = [row for row in grid.rows[head + 1 :] if filled_places(row)]
    fitting = 0
    for row in rows:
        about |= {index: text for index in items if index < len(row) and (text := header_text(row[index]))}
        value, meant = (header_text(row[index]) if index < len(row) else "" for index in (code, word))
        value = re.sub(r"\.0$", "", value)
        if _CODE.fullmatch(value) and CHINESE.search(meant):
            fitting += 1
            entries += [(item, value, meant) for item in set(about.values()) or {""}]
    return entries if fitting > 1 and fitting >= _FITTING * len(rows) else []


def _with_word(text: str | None, words: dict[str, str]) -> str | None:
    code = _code(text)
    return f"{code}{words[code]}" if code in words else text


def _code(text: str | None) -> str:
    """A code without what a spreadsheet made of it: 01, 1.0 and a wide 1 are 1."""
    bare = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text or "").strip())
    return bare.lstrip("0") or bare[:1]
