"""One column for several things: 住址、电话; 开户行及账号; 收养人/证件号; 证件类型及号码. Each cell is parted by what
its pieces look like; the column as delivered is kept beside."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed
from pipelines.intake.headers.dictionary import DERIVED, dictionary, look_up
from pipelines.intake.headers.spelling import fold, without_unit
from pipelines.intake.messages import Message, place

#: Numbers that are told from anything beside them.
_NUMBERS = {
    "id_number": re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"),
    "account_number": re.compile(r"(?<!\d)(?:\d{12,30}|\d{4}(?:[ -]\d{2,5}){2,7})(?!\d)"),
}
#: Levels of one place, which are told apart by their words.
PLACES = ("town", "village", "group")
#: The same of words of a closed list, by the list: 张三(女), 肢体残疾一级.
_WORDS = {
    "sex": re.compile(
        r"[(（]\s*([男女])性?\s*[)）]|(?<=[\u4e00-\u9fff])[\s,，/、]+([男女])$|^\s*([男女])(?=性?\s*[/、,，]\s*\d)"
    ),
    "disability_level": re.compile(r"([一二三四壹贰叁肆1-4ⅠⅡⅢⅣ]级)"),
}
#: A name with the sex behind it: 逝者(性别).
_NAME_WITH_SEX = re.compile(r"(.+)\(性别\)$")
#: The sex with the age behind it, which nothing is judged by: 性别/年龄.
_SEX_WITH_AGE = re.compile(r"(.*性别)[/、及和与](?:年龄|周岁)")
_BETWEEN = re.compile(r"[/、,，;；|]|以?及|和|与")
#: Where a number stood, and the word before it that said so: 电话：, 账号.
_TAKEN = "\0"
_LABELS = r"(?:联系电话|电话号码|电话|手机号码?|手机|联系方式|账号|帐号|卡号|身份证号?码?|证件号码?)"
_LABEL = re.compile(rf"{_LABELS}?[:：]?\s*{_TAKEN}|{_LABELS}[:：]\s*(?:无|没有|/)?$")
_EDGE = " \t\n/、,，;；|:：'`"
#: Brackets that nothing is left in.
_EMPTY = re.compile(r"[(（]\s*[)）]")
#: Words that run together without a sign between them.
_JOINED = {
    "住址电话": "住址/电话",
    "地址电话": "地址/电话",
    "姓名身份证号": "姓名/身份证号",
    "残疾类别等级": "残疾类别/等级",
    "类别等级": "类别/等级",
}
_KIND_OF_DOCUMENT = re.compile(r"证件(?:类型|种类|名称)(?:/|、|及|和|与)(?:证件)?(?:号码?|编号)$")


def parts_of(feed: Feed, header: str, parent: str = "") -> list[Column]:
    """The columns, two and more, that one header names (of 证件类型及号码 the number alone, of 性别/年龄 the sex);
    empty for a header of one thing or of what nobody knows."""
    bare = without_unit(fold(header))
    if _KIND_OF_DOCUMENT.search(bare):
        number = look_up(feed, _KIND_OF_DOCUMENT.sub("身份证号", bare), parent)
        return [number[0]] if number else []
    if (named := _NAME_WITH_SEX.fullmatch(bare)) and "sex" in feed.by_name:
        hit = look_up(feed, named[1], parent)
        return [hit[0], feed.by_name["sex"]] if hit and hit[0].type == "person_name" else []
    if (aged := _SEX_WITH_AGE.fullmatch(bare)) and (hit := look_up(feed, aged[1], parent)):
        return [hit[0]]
    bare = _JOINED.get(bare, bare)
    inside = re.fullmatch(r"([^()]*)\(([^()]+)\)", bare)
    before, text = (inside[1], inside[2]) if inside and _BETWEEN.search(inside[2]) else ("", bare)
    pieces = [piece for piece in _BETWEEN.split(re.sub(r"\([^()]*\)", "", text)) if piece]
    if len(pieces) < 2:
        return []
    if (listed := dictionary(feed).get(bare)) and listed[1] < DERIVED:
        return []  # one thing, whatever it is put together from: 家庭成员与户主关系
    stem = before or pieces[0]
    hits = [look_up(feed, before + pieces[0], parent) or look_up(feed, pieces[0], parent)]
    person = stem.removesuffix("姓名")  # of 监护人姓名/身份证号 the number is the guardian's too
    hits += [
        look_up(feed, stem + piece, parent) or look_up(feed, person + piece, parent) or look_up(feed, piece, parent)
        for piece in pieces[1:]
    ]
    columns = [hit[0] for hit in hits if hit]
    is_whole = len(columns) == len(pieces) and len({column.name for column in columns}) == len(columns)
    return columns if is_whole else []


def are_told_apart(columns: list[Column]) -> bool:
    """Whether the values of such columns can be told apart in one cell; of 家庭住址及开户行 they cannot."""
    return all(column.type in PLACES for column in columns) or sum(not _is_told(column) for column in columns) <= 1


def _is_told(column: Column) -> bool:
    """Whether a column's values are told from anything beside them."""
    return column.type in _NUMBERS or column.codes in _WORDS


def part(text: str | None, columns: list[Column]) -> dict[str, str | None]:
    """The pieces of one cell by column: numbers by their form, what is left to the one column of words."""
    rest = text or ""
    pieces: dict[str, str | None] = {column.name: None for column in columns}
    for column in sorted(
        columns, key=lambda column: list(_NUMBERS).index(column.type) if column.type in _NUMBERS else 9
    ):
        if column.type in _NUMBERS and (number := _NUMBERS[column.type].search(rest)):
            pieces[column.name] = number[0]
            rest = rest[: number.start()] + _TAKEN + rest[number.end() :]
    for column in columns:
        if column.codes in _WORDS and (written := _WORDS[column.codes].search(rest)):
            pieces[column.name] = next(group for group in written.groups() if group)
            rest = rest[: written.start()] + " " + rest[written.end() :]
    words = next((column for column in columns if not _is_told(column)), None)
    left = _EMPTY.sub("", _LABEL.sub(" ", rest)).strip(_EDGE)
    if words is not None and left:
        pieces[words.name] = left
    return pieces


def told_of_parts(header: str, columns: list[Column], sheet: str | None, row: int, index: int) -> Message:
    names = "”“".join(column.header for column in columns)
    what = f"列“{header}”已按内容拆为“{names}”" if len(columns) > 1 else f"列“{header}”中的“{names}”已按内容取出"
    return Message("COLUMN_SPLIT", place(sheet, row, index), what, "请核对；今后请分列填写")
