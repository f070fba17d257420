"""What offices add to a header, taken off step by step: width, blanks, stars, ordinals, units, notes, other scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from pipelines.contracts import header_words

_UNIT_WORDS = (
    r"单位|人民币|千元|百元|万元|元|角|分|每月|每年|每|月|年|日|季度|季|人|户|次|个|套|辆|亩|平方米|平米|m2|岁|周岁|必填项|必填|选填|可不填|"
    r"文本格式|文本|数字|小写|yyyy|mm|dd"
)
_UNIT = re.compile(rf"\((?:(?:{_UNIT_WORDS})[::/、,.\-·*]?)+\)$", re.IGNORECASE)
_SLASH_UNIT = re.compile(r"(?:[/,:]?(?:万元|千元|元)|[/,:_\-]分)(?:[/每](?:月|年|人|户))*$")
_ORDINAL = re.compile(r"^(?:\d{1,2}[.、)](?!\d)|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\))")
#: Numbers in a circle before a header; NFKC would make digits of them.
_CIRCLED = re.compile("^[\u2460-\u2473\u24f5-\u24fe\u2776-\u277f]")
_BRACKETS = str.maketrans("【】[]〔〕{}「」", "()()()()()")
_INVISIBLE = dict.fromkeys(map(ord, "*★☆※#“”‘’《》\u200b\u200c\u200d\ufeff\u00ad'\""))
_NOTE = re.compile(r"^(.+?)\(([^()]*)\)$")
#: A database's own name for a column with the Chinese one in brackets: AAC040(月工资(分)).
_CODED = re.compile(r"^[a-z][a-z0-9_]*\((.*[\u3400-\u9fff].*)\)$")
#: A column of remarks that says which: 备注(状态).
_REMARK = re.compile(r"^(?:备注|说明|情况)\((.+)\)$")
#: The man and the woman of a wedding: 当事人1(男)姓名, 一方(女)证件号.
_PARTY = re.compile(r"^(?:当事人|双方|一方|申请人)\d?\(?([男女])方?\)?(.+)$")
_PARTIES = {"man": "男方", "male": "男方", "woman": "女方", "female": "女方"}
_OF_A_PARTY = re.compile(r"(man|male|woman|female)_(.+)|(.+)_(man|male|woman|female)")
#: 何时死亡 asks for 死亡日期; 手机号码1 stands beside 手机号码2.
_WHEN_ASKED = re.compile(r"^何时(.{2,})$")
_FIRST_OF_SEVERAL = re.compile(r"^(.{2,})[1一]$")
_DASHED = re.compile(r"(?<!\d)(20\d\d)[-./](\d{1,2})(?:[-./]\d{1,2})?(?!\d)")
_WHEN = re.compile(r"(?:截[至止])?((?:20\d\d年度?)?(?:\d{1,2}月份?)?(?:\d{1,2}日)?)")
_WITHIN = re.compile(r"^([^()]+)\(([^()]+)\)([^()]+)$")
#: A note with one of these changes what the header means.
_TELLING = re.compile(
    r"年|季|[万千百亿]|累计|人均|合计|变更|原|旧|新|前|后|次|户主|申请人|监护人|配偶|男|女|父|母|经办|代"
)
#: The values to choose from (男/女), or the form of a date.
_CHOICE = re.compile(r"(?!户主/申请人)[^元]{1,6}([/、][^元]{1,6})+$|[年月日/\-.]+$")
#: A note with one of these explains how a column is filled, and says nothing of what it is.
_EXPLAINING = re.compile(r"须|填写|格式|系统|自动|审批|审核通过|全部成员|为准|一致|如有|请|含|扣除|÷|包括")
#: But one with these speaks of another value or of somebody else.
_WHOSE = re.compile(r"累计|变更|原|旧|户主|申请人|监护人|配偶|父|母|经办|代[领理办]")
#: A code and the word for it, in a note that lists them: 01-男;02-女 or 1:是 0:否.
_LEGEND = re.compile(r"([a-z]|\d{1,4})[-—:.、=|]?([\u4e00-\u9fff]{1,8})(?=$|[;,、/\s]|\d)", re.IGNORECASE)
_SIGNS = re.compile(r"[\s()/\\、,.:;·\-_—+&|]+")
_LATIN = re.compile(r"[a-z][a-z0-9 ._/\-]*", re.IGNORECASE)
#: Latin letters without one stand for Chinese words (户主SFZH) and are no translation beside them.
_VOWEL = re.compile(r"[aeiouy]")
#: What may stand before a header and says no more: 所属乡镇, 渔户户主姓名.
_LEADING = re.compile(
    r"^(?:其中:?|(?:所属|所在|户籍所[在属](?=[乡镇街村社]))(?=.)|[^原曾前新旧]{0,4}(?:户|家庭|渔民)(?=户主))"
)
CHINESE = re.compile(r"[\u3400-\u9fff]")

SHORTEST_GIST = 2

#: Columns that only number the lines.
ORDINALS = frozenset(
    {"序号", "编号序号", "行号", "顺序号", "no", "no.", "序", "次序", "排序", "顺号", "序列", "xh", "№"}
)


@lru_cache(65536)
def fold(text: str) -> str:
    """A header without what offices add to it: width, blanks, line breaks, stars, ordinals, kinds of brackets."""
    folded = unicodedata.normalize("NFKC", _CIRCLED.sub("", text)).translate(_BRACKETS).translate(_INVISIBLE)
    folded = re.sub(r"\s+", "", folded).rstrip(":;,。").lower()
    return _ORDINAL.sub("", re.sub(r"\(万\)$", "(万元)", folded))


def _replacer(words: dict[str, str]) -> re.Pattern[str]:
    """Finds each spelling and each word itself, the longest first."""
    known = {*words, *words.values()}
    return re.compile("|".join(map(re.escape, sorted(known, key=lambda spelling: (-len(spelling), spelling)))))


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    words = header_words().words
    return _replacer(words), words


@cache
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    alike = {**header_words().alike, **dict.fromkeys(header_words().silent, "")}
    return _replacer(alike), alike


@lru_cache(65536)
def key(folded: str) -> str:
    """What two spellings of one header have in common: no signs, one word for 身份证号, 日期, 号, no leading 所属."""
    pattern, words = _words()
    bare = _LEADING.sub("", _SIGNS.sub("", folded))
    return pattern.sub(lambda found: words.get(found[0], found[0]), bare)


@lru_cache(65536)
def gist(keyed: str) -> str | None:
    """The loosest reading of a header's key: words that are alike made one, those that say nothing left out. None where
    hardly anything is left."""
    pattern, alike = _alike()
    bare = pattern.sub(lambda found: alike.get(found[0], found[0]), keyed)
    return bare if len(bare) >= SHORTEST_GIST else None


def without_unit(folded: str) -> str:
    bare = _SLASH_UNIT.sub("", _UNIT.sub("", folded))
    return bare or folded


def readings(header: str) -> Iterator[str]:
    """The folded header, then with less and less of what may have been added; each may stand in a dictionary.

    A note in brackets is dropped only when it says nothing about whose or which value it is (姓名(与身份证一致), never
    金额(累计)); the name of a person in it is read as standing before the header (姓名(户主)).
    """
    folded = fold(header)
    bare = without_unit(folded)
    if (found := _CODED.match(bare)) and not (_EXPLAINING.search(found[1]) or re.search(r"\d|[男女]/", found[1])):
        yield from readings(found[1])  # what the Chinese name says, the database's own does not overrule
        return
    yield folded
    yield bare
    yield key(bare)
    if found := _NOTE.match(bare):
        base, note = without_unit(found[1]), found[2]
        explains = _EXPLAINING.search(note) and not _WHOSE.search(note)
        if not _TELLING.search(note) or _CHOICE.match(note) or legend(header) or explains:
            yield key(base)
        elif re.fullmatch(r"户主|申请人|监护人|男方?|女方?|户主/申请人|户主或申请人", note):
            yield key(note[:3].rstrip("/或") + base)
    if found := _REMARK.match(folded):
        yield from readings(found[1])
    if folded.isascii() and (meant := _in_latin(folded)):
        yield key(meant)
    if found := _PARTY.match(bare):
        yield key(f"{found[1]}方{found[2]}")
    if found := _WHEN_ASKED.match(bare):
        yield key(found[1] + "日期")
    if found := _FIRST_OF_SEVERAL.match(bare):
        yield key(found[1])
    latin = _LATIN.findall(bare)
    if latin and latin != ["id"] and CHINESE.search(bare) and all(_VOWEL.search(word) for word in latin):
        yield key(_LATIN.sub("", bare))


def _in_latin(folded: str) -> str | None:
    """The Chinese header that a database's English one stands for: cert_no; cert_num_man of the man of a wedding."""
    latin = header_words().latin
    bare = re.sub(r"[\s_\-.]+", "_", folded)
    if bare in latin:
        return latin[bare]
    found = _OF_A_PARTY.fullmatch(bare)
    if found is None:
        return None
    party, rest = (found[1], found[2]) if found[1] else (found[4], found[3])
    return None if rest not in latin else _PARTIES[party] + latin[rest]


def legend(header: str) -> dict[str, str]:
    """Code -> word, where a header's note lists what the column's codes stand for; empty where it does not."""
    found = re.match(r"^.+?\((.+)\)$", unicodedata.normalize("NFKC", header).translate(_BRACKETS).strip())
    pairs = _LEGEND.findall(found[1]) if found else []
    written = re.sub(r"[\s;,、/\-—:.=|]", "", found[1]) if found else ""
    is_all = len(pairs) > 1 and sum(len(code) + len(word) for code, word in pairs) == len(written)
    return dict(pairs) if is_all else {}


def alternatives(header: str) -> list[str]:
    """The headers that one header offers for the same column: 养父/养母姓名, 称谓(与户主关系); empty when it is one."""
    bare = without_unit(fold(header))
    parts = [*found.groups()] if (found := _NOTE.match(bare)) else re.split(r"[/、]|或者?", bare)
    return parts if len(parts) > 1 and all(parts) else []


def dated(header: str) -> tuple[str, str]:
    """The period that a header begins with, as 年月日, and the rest of it."""
    folded = _DASHED.sub(r"\1年\2月", fold(header))
    found = _WHEN.match(folded)
    return (found[1], folded[found.end() :]) if found and found[1] else ("", folded)


def within(header: str) -> tuple[str, str] | None:
    """The two headers that a word in brackets inside one offers: 低保证号 and 特困证号 of 低保(特困)证号."""
    found = _WITHIN.match(without_unit(fold(header)))
    return (found[1] + found[3], found[2] + found[3]) if found else None


def listed_values(header: str) -> list[str]:
    """The values that a header gives to choose from in brackets: 城市 and 农村 of 保障类别(城市/农村)."""
    found = _NOTE.match(fold(header))
    values = re.split(r"[/、,]|或", found[2]) if found else []
    return values if len(values) > 1 and all(values) else []


#: A note that begins with the unit and goes on to explain: 申报月收入(元,含奖金).
_UNIT_FIRST = re.compile(r"\((?:单位:)?((?:千|百|万|亿)?元|分)(?:/(月|年))?[,;].+\)$")
_PERIOD_NOTE = re.compile(r"\((?:按|每)?(年|季度|季)度?\)$")


def unit_of(header: str) -> str | None:
    """The unit of money written behind a header, without the words for a person or a household: 万元, 元/月, 元/年.

    A bracket that only names a period (年) is one too: '元/年'.
    """
    folded = _CODED.sub(r"\1", fold(header))
    if found := _UNIT_FIRST.search(folded):
        return found[1] + (f"/{found[2]}" if found[2] else "")
    if found := re.search(r"[(/,:_\-]分(?:/(月|年))?\)?$", folded):
        return "分" + (f"/{found[1]}" if found[1] else "")
    if found := _PERIOD_NOTE.search(folded):
        return f"元/{found[1]}"
    found = re.search(r"((?:千|百|万|亿)?元)([^()元]*)\)?$", folded)
    if not found or re.search(r"[^/每·.*,、人户月年季度次日\-]", found[2]):
        return None
    period = re.search(r"月|年|季|次|日", found[2])
    return found[1] + (f"/{period[0]}" if period else "")
