"""Values of a closed list: a spelling as delivered to the canonical value."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import is_placeholder, squeeze, without_marks

#: A year or month written before the thing itself: 2026年10月低保金.
_PERIOD = re.compile(r"^(\d{4}年度?)?(第?[一二三四1-4]季度|\d{1,2}月份?|[本当]月|本期)?")


#: A code beside the word that it stands for, and what may be added to a word: A正常, 1.男, 特困供养资金, 专业型.
_MARK = re.compile(
    r"^[A-Z0-9]{1,2}[.:、-]?(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[A-Z0-9]$"
    r"|(?<=[\u4e00-\u9fff]{2})(?:资金|经费|款项?|金|费|待遇|类|型)$"
)
#: A system's code before the word that it stands for: 2|兼业渔民, 0101-农村低保, 10_非农业户口.
_CODE = re.compile(
    r"^[A-Z]?\d{1,8}[|_:.、,\-—/]+(?=[\u4e00-\u9fff]|[A-C]类)|(?<=[\u4e00-\u9fff)])[|_:.、,\-—/]+\d{1,8}$"
)
_NOTE = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
#: Words that say the same in every name of a benefit, and those that say nothing: 低收入老人居家养老补助 is listed as
#: 低收入老年人居家养老服务补贴.
_ALIKE = {"最低生活保障": "低保", "老年人": "老人", "经济困难": "困难", "补助": "补贴", "津贴": "补贴"}
_SILENT = re.compile(r"服务|人员|对象|(?:补贴|补偿(?=[款金费])|资金|经费|款项?|金|费|标准)+$")
_SHORTEST_GIST = 2
#: One sign that may stand beside a value; and what takes a value back, though its words are on the list (a 居民户口 is
#: of town and countryside alike).
_SAYING_NOTHING = frozenset("的户人者类型级中为系")
_UNDOING = re.compile(
    "(?:取消|撤销|解除|恢复|未|暂缓).*[停退注吊]|[停退注吊].*(?:取消|撤销|解除|恢复|未)|^非|^不|^统?一?居民(?:家庭)?户"
)
#: What may hold two words for one thing (法定代表人/经营者), and what divides a word from what says more of it.
_SEVERAL, _CLOSER = re.compile(r"[/、,;|]+|以及|[和及与]|兼任?"), re.compile(r"[-:—]+")
#: Posts that say nothing beside one that does: 法定代表人,执行董事兼总经理.
_POSTS = frozenset(
    ["董事", "监事", "经理", "总经理", "副总经理", "财务负责人", "高管", "高级管理人员", "执行董事", "监事会主席"]
)
#: A number beside a word counts by a scale of its own: 轻度失能（2级）.
_LEVEL = re.compile(r"\d{1,2}级?|[一二三四]级")
#: A remark with one of these may turn a value round: 低保(原), 在保-拟停.
_TURNING = re.compile("[原曾未不非否停已拟]|退(?!休)|注销|取消|死亡")


def _gist(folded: str) -> str:
    for word, same in _ALIKE.items():
        folded = folded.replace(word, same)
    return _SILENT.sub("", folded)


def _gists(known: Mapping[str, str]) -> dict[str, str]:
    """The loosest reading of spellings, where all that read so mean one value."""
    meant: dict[str, set[str]] = {}
    for spelling, canonical in known.items():
        meant.setdefault(_gist(spelling), set()).add(canonical)
    return {gist: next(iter(of)) for gist, of in meant.items() if len(of) == 1 and len(gist) >= _SHORTEST_GIST}


def fold_spelling(text: str) -> str:
    """How spellings are compared: narrow, upper case, without blanks."""
    return squeeze(text).upper()


def read_codes(values: pl.Series, spellings: Mapping[str, str]) -> pl.DataFrame:
    """Canonical values of a code list (spelling -> canonical). Problems: unknown_code; a placeholder is no value."""
    known = {fold_spelling(spelling): canonical for spelling, canonical in spellings.items()}
    gists, pieces = _gists(known), _pieces(known)

    def read(text: str) -> Reading:
        folded = without_marks(re.sub(r"\.0+$", "", fold_spelling(text)))
        word = _CODE.sub("", folded)
        bare = _PERIOD.sub("", word)
        canonical = known.get(folded) or known.get(word) or known.get(bare)
        canonical = canonical or _read_remarked(word, known) or gists.get(_gist(bare))
        canonical = canonical or _read_around(bare, known, pieces)
        if canonical or not folded or is_placeholder(folded):
            return canonical, None
        return None, "unknown_code"

    return read_each(values, read, pl.String())


def _pieces(known: Mapping[str, str]) -> frozenset[str]:
    """Every piece, of two signs and more, of a list's spellings."""
    return frozenset(text[i:j] for text in known for i in range(len(text)) for j in range(i + 2, len(text) + 1))


def _read_around(text: str, known: Mapping[str, str], pieces: frozenset[str]) -> str | None:
    """The one value whose spellings stand in a text, where nothing else does but other words of the list: 死亡停保,
    个人活期存款. What turns a value round is no word of its list (非住宅, 死亡未停保)."""
    inside = [spelling for spelling in known if _SHORTEST_GIST <= len(spelling) < len(text) and spelling in text]
    largest = [one for one in inside if not any(one != other and one in other for other in inside)]
    if len({known[one] for one in largest}) != 1 or _UNDOING.search(text):
        return None
    rest = "\n".join(re.split("|".join(map(re.escape, largest)), text)).split()
    return known[largest[0]] if all(part in _SAYING_NOTHING or part in pieces for part in rest) else None


def _read_remarked(text: str, known: Mapping[str, str]) -> str | None:
    """The one value of a list that a cell with codes, remarks or several words for it names; None when not one."""
    parts = [part for part in _SEVERAL.split(_NOTE.sub("", text)) if part]
    parts = [part for part in parts if part not in _POSTS] or parts
    remarks = [remark for note in _NOTE.findall(text) for remark in _SEVERAL.split(note) if remark]
    meant = set()
    for part in parts:
        words = [known.get(word) or known.get(_MARK.sub("", word)) or word for word in _CLOSER.split(part) if word]
        values = [word for word in words if word in known.values()]
        if not values:
            return None
        meant.update(values)
        remarks += [word for word in words if word not in values]
    meant.update(known[remark] for remark in remarks if remark in known and not _LEVEL.fullmatch(remark))
    turned = any(_TURNING.search(remark) for remark in remarks if remark not in known)
    return meant.pop() if len(meant) == 1 and not turned else None
