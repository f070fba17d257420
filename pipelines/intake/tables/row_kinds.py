"""Says of every row of a sheet what it is: title, header, data, total, blank. Nothing is dropped; all is counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import cell_text, filled_places, is_blank
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.tables.answers import says_nothing, things, verdicts

#: Kinds of rows. A footer counts as title: both are text around the table.
TITLE, HEADER, DATA, TOTAL, BLANK = "title", "header", "data", "total", "blank"

_TOTAL = re.compile(
    r"^(?:[一-鿿]{0,8})?(?:合计|总计|小计|共计|累计|总合计)(?:金额|人数|户数)?(?:\(.*\))?[::]?(?:[\d,.]*(?:元|人|户|笔|条)?[,。;]?)*$"
    r"|^(?:合计|总计|共计|金额|人民币)+(?:\(?大写\)?)+[::].*$|^共\d+(?:人|户|笔|条).*$|^(?:总?记录数|记录总数|总条数|总笔数)[::]?\d*$"
)
_FOOTER = re.compile(
    r"^(?:备注|注\d?|说明|填表说明|填报说明|编制说明|注意事项|附注|附)[::].*"
    r"|^(?:制表人?|制表单位|审核人?|复核人?|审批人?|填表人?|填报人|经办人|负责人|单位负责人|主管领导|分管领导|单位领导|"
    r"财务负责人|会计|出纳|统计人|报送人|联系人|联系电话|填报单位|填报日期|填表日期|制表日期|打印日期|报送日期|报表日期|"
    r"统计日期|截止日期|单位|金额单位|制表时间|打印时间|填报时间|日期)(?:\((?:签字|签章|盖章|签名|公章|章)\))?[::].*"
    r"|^(?:\(?(?:盖章|公章|签章|签字)\)?|.{0,14}\((?:盖章|公章|签章|章)\)).*$"
    r"|^其中[::].*|^(?:导出|查询|筛选|统计|打印|数据)(?:条件|时间|人员?|日期|范围|说明|来源)[::].*"
    r"|^(?:以下空白|以上数据.*|本表.*|第\d+页.*|填表说明|填报说明|备注|说明)$"
)
#: A label that stands in a cell of its own, with what it labels in the next one; and an office's stamp.
_LABEL = re.compile(
    r"^(?:制表人?|审核人?|复核人?|审批人?|填表人?|填报人|经办人|负责人|单位负责人|主管领导|分管领导|单位领导|统计人|报送人|"
    r"联系人|填报单位|填报日期|填表日期|制表日期|报送日期|制表单位|盖章|公章)$"
)
_STAMP = re.compile(r"^.{2,24}\((?:盖章|公章|签章|印章|章)\)$")
#: Sums carried over from page to page.
_CARRIED = re.compile(r"^(?:承[上前]页|[转过]次?[下次]?页|接上页|续上页)(?:合计|小计|金额)?[::]?$")
#: A post or a matter before a colon, whoever signs there: 镇长:, 民政办主任:, 村委会意见:.
_SIGNATURE = re.compile(
    r"^[一-鿿()、]{0,12}(?:人|长|任|导|记|员|办|位|期|科|局|所|会计|签字|签名|盖章|意见|电话)[::].*$"
)
#: What is written under a table in words: no name or number has a comma or a full stop in so long a text.
_SENTENCE = re.compile(r"^(?=.{8,})[^\d]*[一-鿿]{4,}.*[,。;:].*$")
_SECTION = re.compile(
    r"^[一-鿿]{2,14}(?:村|镇|乡|社区|街道|居委会|村委会|办事处)(?:\([^()]*\))?$"
    r"|^[一二三四五六七八九十]{1,3}[、.].{2,20}$|^以[下上][^\d]{0,6}.{2,30}$"
)

#: What stands in a line under the header that only explains it: units, the numbers of the columns, an example.
_UNIT_CELL = re.compile(
    r"^(?:必填|选填|非必填|可不填|可空|不填|自动生成|只读).*$|^\(?(?:单位:?)?(?:万?元(?:/[月年人户])*|人|户|岁|周岁|个|套|辆|平方米|m2|年|月|日|年月日?|年/月/日|yyyy.*)\)?$",
    re.I,
)
#: So many numbers that count up one by one are no person's.
_NUMBERED_COLUMNS = 5
_COLUMN_NUMBERS = ("甲乙丙丁戊己庚辛壬癸", "abcdefghijklmnopqrstuvwxyz", "子丑寅卯辰巳午未申酉戌亥")
#: What such a line is called in a statistical form.
_NOTE_NAME = re.compile(r"^(?:栏次|栏目|列次|列号|栏号|行次|计量单位|单位)[::]?$")
_DASH = re.compile(r"^[—–\-/×]+$")
#: A column that is computed from others: 3=1×2.
_FORMULA = re.compile(r"^(\d{1,2})=[\d+\-*/×÷()]+$")
_EXAMPLE = re.compile(r"^\(?(?:示?例\d?|样例|填写示例|填写样例|例如|举例|范例)\)?[::]?$")

#: Text that stands under a table, in whatever column.
_TEXTS = (_TOTAL, _FOOTER, _SIGNATURE, _SENTENCE, _UNIT_CELL)

_NUMBER = re.compile(r"^[\d.、]+$")
#: The name of a part of the table, and the figures that may stand beside it.
_PART = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)).{1,20}$")
_FIGURE = re.compile(r"^[\d,.%]+[人户笔元%]*$")

#: So many lines under the header may explain it.
_NOTES = 4

#: A footer is a line of few cells; a data row that begins with such a word has more.
_FOOTER_CELLS = 6


def _folded(value: Any) -> str:
    text = cell_text(value) or ""
    if text.isascii() and text.isalnum():  # most numbers: nothing to fold
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


def _numbers_columns(texts: list[str]) -> bool:
    """Whether texts number columns: 1 2 3, (1) (2) (3), A B C, 甲 乙 1 2."""
    bare = [_FORMULA.sub(r"\1", text.strip("()[]栏列.").lower()) for text in texts]
    digits = [int(text) for text in bare if text.isascii() and text.isdigit()]
    letters = [text for text in bare if 0 < len(text) <= 2 and any(set(text) <= set(row) for row in _COLUMN_NUMBERS)]
    counted = digits == list(range(digits[0], digits[0] + len(digits))) if digits else True
    return len(bare) >= 3 and len(digits) + len(letters) == len(bare) and counted


class RowJudge:
    """Judges the rows below a sheet's header."""

    def __init__(self, grid: Grid, header: Header, feed: Feed) -> None:
        self.grid, self.header, self.feed = grid, header, feed
        self._raw_headers = [
            {index: value for index, value in enumerate(grid.rows[row]) if isinstance(value, str) and value.strip()}
            for row in range(header.row, header.row + header.height)
        ]
        self._header_texts = {text for headers in self._raw_headers for text in headers.values()}
        self._title_lines = {line for row in range(header.row) if any(line := self._line(row))}
        self._mapped = sorted(header.columns)
        self._things = things(feed, header.columns)
        self._answers = verdicts(
            [text if index in header.extra else "" for index, (_, text) in enumerate(header.cells)]
        )
        #: Rows that say that nothing was found, and lines over sections of the table: row (1-based) -> text.
        self.answers_of_nothing = 0
        self.headings: dict[int, str] = {}
        types = ("id_number", "account_number", "date")
        self._identity = [i for i, column in header.columns.items() if column.type in types] + list(header.composites)
        self._wide = {
            top
            for (top, left), (bottom, right) in grid.merged
            if top == bottom and top > header.last_row and (right - left + 1) * 2 >= len(self._mapped)
        }

    def _line(self, row: int) -> tuple[str, ...]:
        folded = [_folded(value) for value in self.grid.rows[row]]
        while folded and not folded[-1]:
            folded.pop()
        return tuple(folded)

    def kind(self, row: int) -> str:
        """The kind of a row; header and title rows above the table are told by their place."""
        if self.header.row <= row <= self.header.last_row:
            return HEADER
        cells = self.grid.rows[row]
        filled = filled_places(cells)
        if not filled:
            return BLANK
        if row < self.header.row:
            return TITLE
        # A line of a template that was numbered beforehand and never filled in.
        if all(index in self.header.ordinals and _NUMBER.match(_folded(cells[index])) for index in filled):
            return BLANK
        if self.header.height and row <= self.header.last_row + _NOTES and self._explains_header(row, cells, filled):
            return HEADER
        if self._explains_page(row, cells, filled):
            return HEADER
        kind = self._below(row, cells, filled)
        if kind == DATA and says_nothing(cells, self._things, self._answers):
            self.answers_of_nothing += 1
            return BLANK
        return kind

    def notes(self, kinds: Sequence[str]) -> list[int]:
        """The lines right under the header that explain it."""
        below = range(self.header.last_row + 1, min(self.header.last_row + _NOTES + 1, len(kinds)))
        return [row for row in below if kinds[row] == HEADER]

    def _explains_header(self, row: int, cells: list[Any], filled: list[int]) -> bool:
        """Whether a line right under the header gives units, column numbers, an example or the headers once more."""
        if _EXAMPLE.match(_folded(cells[filled[0]])):
            return True
        between = range(self.header.last_row + 1, row)
        if not all(self._is_note(line) or not filled_places(self.grid.rows[line]) for line in between):
            return False
        if self._same_headers(cells, filled):
            return True
        return self._is_note(row)

    def _explains_page(self, row: int, cells: list[Any], filled: list[int]) -> bool:
        """Whether a line further down is one of those under the header, which a page repeats."""
        if self._has_identity(cells):
            return False
        if len(filled) >= _NUMBERED_COLUMNS and _numbers_columns([_folded(cells[index]) for index in filled]):
            return True
        if not isinstance(cells[filled[0]], str):
            return False
        is_named = _NOTE_NAME.match(_folded(cells[filled[0]])) is not None
        return (is_named or self._repeats_header(row - 1)) and self._is_note(row)

    def _is_note(self, row: int) -> bool:
        """Whether a line gives nothing but units or the numbers of the columns."""
        cells = self.grid.rows[row]
        texts = [_folded(cells[index]) for index in filled_places(cells)]
        is_named = bool(texts) and _NOTE_NAME.match(texts[0]) is not None
        texts = [text for text in texts[is_named:] if not _DASH.match(text)]
        is_note = all(_UNIT_CELL.match(text) for text in texts) or _numbers_columns(texts)
        return (bool(texts) or is_named) and is_note and not self._has_identity(cells)

    def _same_headers(self, cells: list[Any], filled: list[int]) -> bool:
        """Whether a row says the headers once more, in other words or another language."""
        hits = {i: look_up(self.feed, _folded(cells[i])) for i in filled if i in self.header.columns}
        same = sum(1 for index, hit in hits.items() if hit and hit[0] is self.header.columns[index])
        return same >= 3 and same * 2 >= len(hits)

    def _below(self, row: int, cells: list[Any], filled: list[int]) -> str:
        first = next((index for index in filled if index not in self.header.ordinals), filled[0])
        if len(filled) <= 2 and _STAMP.match(_folded(cells[filled[0]])):
            return TITLE  # perhaps with the date of the stamp, under whatever header
        if not self._has_identity(cells):
            texts = [_folded(cells[index]) for index in dict.fromkeys((filled[0], first))]
            if any(_TOTAL.match(text) for text in texts):
                return TOTAL
            is_footer = any(words.match(text) for text in texts for words in (_FOOTER, _SIGNATURE, _LABEL, _CARRIED))
            if len(filled) <= _FOOTER_CELLS and is_footer:
                return TITLE
            if _PART.match(texts[0]) and all(_FIGURE.match(_folded(cells[index])) for index in filled[1:]):
                self.headings[row + 1] = texts[0]
                return TITLE
            is_line = row in self._wide or _SECTION.match(texts[0]) or _SENTENCE.match(texts[0])
            if len(filled) == 1 and is_line:
                self.headings[row + 1] = texts[0]
                return TITLE
        if isinstance(cells[first], str) and len(filled) > 1 and self._repeats_header(row):
            return HEADER
        return TITLE if self._title_lines and len(filled) <= 4 and self._line(row) in self._title_lines else DATA

    def _has_identity(self, cells: list[Any]) -> bool:
        """Whether the row holds an ID, an account or a date: a number of rows or a word is none."""
        texts = (_folded(cells[index]) for index in self._identity if index < len(cells))
        return any(
            len(text) >= 6 and (text.isascii() or not any(words.match(text) for words in _TEXTS)) for text in texts
        )

    def _repeats_header(self, row: int) -> bool:
        cells = self.grid.rows[row]
        if self._header_texts.isdisjoint(cells):  # most rows share no cell with the header
            return False
        for headers in self._raw_headers:
            same = sum(1 for index, text in headers.items() if index < len(cells) and cells[index] == text)
            if same >= 2 and same >= 0.8 * len(headers):
                others = sum(
                    1 for index, value in enumerate(cells) if not is_blank(value) and headers.get(index) != value
                )
                return others <= 0.2 * len(headers)
        return False
