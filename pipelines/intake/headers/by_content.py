"""Headers that no dictionary knows, recognised by what stands under them: 火化那一日 over dates is 火化日期, where the
header shares a word with that column alone. Words and content must agree, and no other column may be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from pipelines.contracts import Column, Feed, get_feed, withdrawals
from pipelines.intake.formats.cells import filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.compounds import DOING, TURNING, without_subjects
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.listed import listed_share
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.headers.spelling import fold, key, without_unit
from pipelines.intake.messages import Message, place

#: So many cells are looked at, so few say nothing, and so many of them must have the column's form.
_LOOKED_AT, _FEWEST, _FITTING = 400, 3, 0.8
#: A line of so few cells ends a page.
_FOOTER = 3
#: Lists whose values stand under any question: 是 and 否, 男 and 女.
_ANYTHINGS = frozenset({"yes_no", "sex"})
#: When something was written down, paid out, checked or looked up is not when it happened.
_PAPERWORK = re.compile(
    r"申报|申请|受理|公示|录入|填报|打印|导出|更新|创建|上报|采集|制表|统计|截止|审[批核]|修改|登录|入库|同步|查询|签[名章]|有效|到期|期满|期限|检验|年检"
)
#: Whose it is, where it is somebody else's.
_OF_OTHERS = re.compile(
    r"经办|联系|代[领办理]|监护|抚养|配偶|户主|父|母|法人|法定|负责|操作|审核|录入|单位|机构|部门|银行|开户"
)
#: Words of a kind of column, enough for the one that must be there. Of amounts there are too many kinds.
_KIND_WORDS = {
    "date": "日|时间|何时",
    "year_month": "月",
    "person_name": "[人者员名民]",
    "id_number": "证|身份|号",
    "code": "[类型]|状[态况]|情况|代码|级",
}


def recognise(grid: Grid, feed: Feed, header: Header, messages: list[Message]) -> list[Message]:
    """Maps the unknown headers whose column is plain; returns the messages with what was read instead of its being
    unknown."""
    wanted = [column for column in feed.columns if column.name not in header.found and column.type in _FORMS]
    if not wanted:
        return messages
    claims = {index: _meant(grid, feed, header, index, wanted) for index in _unknown(header)}
    for column in wanted:
        claiming = [index for index, meant in claims.items() if column in meant]
        if len(claiming) != 1 or claims[claiming[0]] != [column]:
            continue
        (index,) = claiming
        where = place(grid.name, header.last_row + 1, index)
        name = header.extra.pop(index)
        header.columns[index], header.reasons[column.name] = column, "content"
        said = f"列“{name}”不在约定之内，按列名和内容已作“{column.header}”读取"
        messages = [m for m in messages if (m.code, m.where) != ("UNKNOWN_COLUMN", where)]
        messages.append(Message("COLUMN_BY_CONTENT", where, said, "请核对；今后请用约定的列名"))
    return messages


def _unknown(header: Header) -> list[int]:
    known = {*header.spare, *header.composites, *header.parts}
    return [index for index in sorted(header.extra) if index not in known and index < len(header.cells)]


def _meant(grid: Grid, feed: Feed, header: Header, index: int, wanted: list[Column]) -> list[Column]:
    """The columns that an unknown header may mean by its words and by the cells under it."""
    parent, text = header.cells[index]
    name = without_unit(fold(text))
    if any(re.search(asked, name) for asked, _ in withdrawals(feed.kind_of_rows)):
        return []
    named = [column for column in wanted if _is_named(feed, column, key(fold(parent) + name), key(name))]
    if not named:
        return []
    rows = grid.rows[header.last_row + 1 : header.last_row + 1 + _LOOKED_AT]
    cells = [header_text(row[index]) for row in rows if index < len(row) and len(filled_places(row)) > 1]
    filled = [cell for cell in cells if cell and cell != text.strip()]
    lines = sum(len(filled_places(row)) > _FOOTER for row in rows)
    return [column for column in named if len(filled) >= _fewest(column, lines) and _share(column, filled) >= _FITTING]


def _fewest(column: Column, lines: int) -> int:
    """How many filled cells must agree: names under a word for persons, and answers that name what is asked, are plain
    in the shortest list."""
    if column.codes in _ANYTHINGS:
        return 1
    return max(1, min(_FEWEST, lines)) if column.type == "person_name" else _FEWEST


def _is_named(feed: Feed, column: Column, full: str, own: str) -> bool:
    """Whether a header shares two signs with this column's headers and no other's of its kind, and says nothing that
    theirs do not: whose it is, which of several, when it was written down."""
    theirs = "|".join(key(fold(header)) for header in column.headers)
    turned = [
        found[0]
        for words in (TURNING, DOING, _PAPERWORK, _OF_OTHERS)
        for found in words.finditer(without_subjects(feed.name, full))
    ]
    if any(word not in theirs for word in turned):
        return False
    shares = any(pair in own for pair in _own_pairs(feed.name)[column.name])
    return shares or (column.required and re.search(_KIND_WORDS.get(column.type, "$."), own) is not None)


@cache
def _own_pairs(feed_name: str) -> dict[str, frozenset[str]]:
    """Column -> the pairs of signs that stand in its headers and in those of no other column that could hold its
    values."""
    columns = get_feed(feed_name).columns
    pairs = {column.name: frozenset().union(*map(_pairs, column.headers)) for column in columns}
    return {
        column.name: pairs[column.name].difference(
            *(pairs[other.name] for other in columns if other is not column and _kind(other) == _kind(column))
        )
        for column in columns
    }


def _pairs(header: str) -> frozenset[str]:
    text = key(fold(header))
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _kind(column: Column) -> str:
    return "date" if column.type == "year_month" else column.type


def _share(column: Column, filled: list[str]) -> float:
    """The share of cells (of a closed list: of different values) that are such as the column holds."""
    return _FORMS[column.type](column, filled)


def _written_as(form: re.Pattern[str]) -> Callable[[Column, list[str]], float]:
    return lambda _, filled: sum(bool(form.fullmatch(_bare(text))) for text in filled) / len(filled)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _listed(column: Column, filled: list[str]) -> float:
    """Of yes and no only answers that name what is asked: 已消除 under a word for 风险是否消除."""
    if column.codes in _ANYTHINGS:
        asked = frozenset().union(*map(_pairs, column.headers))
        words = [text for text in filled if not text.isdigit()]  # forms number their columns
        filled = words if all(_pairs(text) & asked for text in words) else []
    return listed_share(filled, column.codes or "")


def _id_numbers(_: Column, filled: list[str]) -> float:
    return sum(map(is_id_number, filled)) / len(filled)


#: Roughly how cells of each type are written: what one of them means is read later, and elsewhere.
_FORMS: dict[str, Callable[[Column, list[str]], float]] = {
    "date": _written_as(re.compile(r"(?:19|20)\d\d(?:[年./\-]\d{1,2}[月./\-]\d{1,2}日?|\d{4})(?:[\dT:.]*)")),
    "year_month": _written_as(re.compile(r"(?:19|20)\d\d(?:[年./\-]\d{1,2}月?份?|\d\d)(?:[月./\-]?\d{1,2}日?)?")),
    "person_name": _written_as(re.compile(r"[\u3400-\u9fff]{2,4}(?:\(.*\))?|[\u3400-\u9fff·]{2,15}")),
    "id_number": _id_numbers,
    "phone": _written_as(re.compile(r"1[3-9]\d-?\d{4}-?\d{4}|0\d{2,3}-?\d{7,8}")),
    "amount": _written_as(re.compile(r"[¥￥]?-?(?:\d{1,9}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,4})?(?:元|万元|分)?")),
    "code": _listed,
}
