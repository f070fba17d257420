"""The last look at a finished notice: read back from its files, as a stranger finds it on the wall.

It knows nothing of how entries and columns were chosen. It looks for what may stand on no notice whatever the policy
says: a number that leads to a person or an account, a half-hidden one too, a word of disability, illness or plight, the
name of a minor.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

NUMBER, HALF_HIDDEN, MINOR = "number", "half_hidden", "minor"
KINDS = {
    NUMBER: "完整的证件号、账号或电话号码",
    HALF_HIDDEN: "只隐去一部分的号码",
    MINOR: "未成年人的姓名",
    "disability": "残疾或失能的字样",
    "illness": "疾病的字样",
    "plight": "困境或特定身份的字样",
}
#: Numbers of a notice are counts and yuan; what has nine digits is an account, a telephone or a document.
_NUMBER = re.compile(r"\d{9}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s,·.\-—–_'’]+(?=[\dXx])")
_HALF_HIDDEN = re.compile(r"\d{3}[*•●×xX]{2,}[\dXx]{2}")
#: What may be a name: letters of any script, with the dot of minority names.
_TOKEN = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*")
#: A longer run without a dot is no name but a text that may hold one.
_LONGEST_NAME = 4


@dataclass(frozen=True)
class Problem:
    """Something that may not be shown: its kind, and where it stands, without saying it."""

    kind: str
    where: str


@dataclass(frozen=True)
class _Text:
    """A text of a finished file; `part` is the sheet or section that it stands in."""

    text: str
    part: int
    where: str
    is_place: bool = False


class Guard:
    """Looks at files. `words`: word -> kind; `namesakes`: name of a minor, town, adults of the name there;
    `divisions`: official names of places; `contact`: the office's own number, which a notice must show."""

    def __init__(self, words: dict[str, str], namesakes: pl.DataFrame, divisions: frozenset[str], contact: str) -> None:
        self._words = {_plain(word): kind for word, kind in words.items()}
        self._divisions, self._contact = divisions, contact
        # A town may be called 哑柏镇: its name says nothing of a person.
        self._like_words = sorted(name for name in divisions if any(word in _plain(name) for word in self._words))
        self._minors = frozenset(namesakes.get_column("name"))
        self._adults: dict[tuple[str, str | None], int] = {
            (name, town): count for name, town, count in namesakes.select("name", "town", "adult_count").iter_rows()
        }

    def problems(self, path: Path, town: str, fixed: frozenset[str]) -> list[Problem]:
        """What of a finished workbook or page may not be shown. `fixed`: headings and feet, in which a name would be
        part of another word; they are looked through for numbers and words like everything else."""
        texts = list(_workbook_texts(path) if path.suffix == ".xlsx" else _page_texts(path))
        found = [problem for text in texts for problem in self._numbers_and_words(text)]
        found += [Problem(MINOR, text.where) for text in self._names(texts, town, fixed)]
        return found

    def _numbers_and_words(self, text: _Text) -> Iterator[Problem]:
        plain = _plain(text.text.replace(self._contact, "") if self._contact else text.text)
        if _NUMBER.search(_BETWEEN_DIGITS.sub("", plain)):
            yield Problem(NUMBER, text.where)
        if _HALF_HIDDEN.search(plain):
            yield Problem(HALF_HIDDEN, text.where)
        dense = re.sub(r"\s", "", plain)
        for name in self._like_words:
            dense = dense.replace(_plain(name), "")
        for kind in sorted({kind for word, kind in self._words.items() if word in dense}):
            yield Problem(kind, text.where)

    def _names(self, texts: Iterable[_Text], town: str, fixed: frozenset[str]) -> Iterator[_Text]:
        """Texts with a minor's name: those that bear it as a whole more often than adults of the town do, and those
        that hold one somewhere."""
        whole: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for text in texts:
            if text.is_place:
                if text.text in self._minors and text.text not in self._divisions:
                    yield text
                continue
            if text.text in fixed:
                continue
            for token in _TOKEN.findall(text.text):
                if token in self._minors:
                    whole[text.part][token] += 1
                    if whole[text.part][token] > self._adults_of(token, town):
                        yield text
                elif len(token) > _LONGEST_NAME and "·" not in token and self._holds_minor(token):
                    yield text

    def _adults_of(self, name: str, town: str) -> int:
        return self._adults.get((name, town), 0) + self._adults.get((name, None), 0)

    def _holds_minor(self, token: str) -> bool:
        parts = (token[start : start + size] for size in range(2, len(token)) for start in range(len(token) - size + 1))
        return any(part in self._minors for part in parts)


def _plain(text: str) -> str:
    """Full-width digits, letters and stars as plain ones, letters small."""
    return unicodedata.normalize("NFKC", text).lower()


def _workbook_texts(path: Path) -> Iterator[_Text]:
    with CalamineWorkbook.from_path(path) as book:
        for part, name in enumerate(book.sheet_names, start=1):
            yield _Text(name, part, f"第 {part} 张表的表名", is_place=True)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for row, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells):
                    if cell not in ("", None):
                        yield _Text(_written(cell), part, f"第 {part} 张表 {chr(ord('A') + column)}{row}")


def _written(cell: object) -> str:
    """A cell as its digits: a number of eighteen of them is read as a float."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class _PageReader(HTMLParser):
    """Collects the texts of a page that are shown, by section."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[_Text] = []
        self._part, self._tag = 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self._part += tag == "section"

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if text and self._tag != "style":
            self.texts.append(_Text(text, self._part, f"第 {self.getpos()[0]} 行", is_place=self._tag == "a"))


def _page_texts(path: Path) -> list[_Text]:
    reader = _PageReader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.texts
