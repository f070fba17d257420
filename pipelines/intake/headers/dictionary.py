"""Headers as delivered to contract columns: by dictionary, never by likeness. Likeness only makes suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from pipelines.contracts import Column, Feed, all_feeds, code_lists, get_feed, header_words
from pipelines.intake.headers.compounds import compound
from pipelines.intake.headers.periods import without_period
from pipelines.intake.headers.spelling import (
    CHINESE,
    ORDINALS,
    alternatives,
    dated,
    fold,
    gist,
    key,
    listed_values,
    readings,
    unit_of,
    within,
    without_unit,
)

__all__ = [
    "better_feed",
    "fits",
    "fold",
    "is_ordinal",
    "look_up",
    "names_a_person",
    "nearest_header",
    "nearest_seen",
    "titled_feed",
    "unit_of",
]

_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
_PARENT_TAIL = re.compile(r"(?:基本|相关|个人)?(?:信息|情况|资料|登记)$")

#: What follows a programme or a month in a header and says no more than that money stands there.
_MONEY = re.compile(r"(?:金额|标准|补贴额|发放额|发放|实发|应发|工资|收入|待遇|资金|额)+$")
#: A header that stands under one of these speaks of that person and of nobody else.
_PERSONS = re.compile(
    r"户主|家长|户代表|申请人|监护人|抚养人|照料人|配偶|男方|女方|收养人|负责人|经办人|联系人|代领人|父亲|母亲|丈夫|妻子"
)


#: The words for a database's code: QSZTMC, ENTTYPE_CN; and a code in its own right: 渔民类型代码, 车型代码及名称.
_WORDS_OF_CODE = re.compile(r"([a-z][a-z0-9]+?)(?:_?mc|_cn|_name|_desc|_txt)$")
_CODE_OF = re.compile(
    r"(.{2,}?)(?<!法人|机构|单位|信用|区划|组织)(?:的?(?:代码|编码|代号)(?:[及和与/、]?(?:名称|含义))?|名称)"
)

#: Space for a signature: 领款人(签字按印).
_SIGNED = re.compile(r"签字|签名|签章|签收|盖章|按印|手印|指印|摁印|捺印")

#: What belongs to one person: under another person's parent header it is not the subject's.
_OF_A_PERSON = frozenset({"person_name", "id_number", "phone", "date", "account_number", "address"})


#: Words for the time that an amount is for, by the contract's unit.
_PERIODS = {"yuan_month": ("月",), "yuan_year": ("年", "全年", "上年", "上年度")}


def dictionary(feed: Feed) -> dict[str, tuple[Column, int]]:
    return _entries(feed.name)


@cache
def _entries(feed_name: str) -> dict[str, tuple[Column, int]]:
    """Spelling of a header -> column and rank of the spelling (0 is the contract's own header).

    A spelling of one column never displaces another column's own header, and what is only derived (a word replaced, a
    word for the person put before) never displaces what is listed.
    """
    feed = get_feed(feed_name)
    entries: dict[str, tuple[Column, int]] = {}
    listed = [(column, rank, fold(header)) for column in feed.columns for rank, header in enumerate(column.headers)]
    listed.sort(key=lambda entry: entry[1] > 0)
    for spell in (lambda text: text, without_unit, lambda text: key(without_unit(text))):
        for column, rank, folded in listed:
            spelled = spell(folded)
            if column.type != "certificate_number" or not spelled.endswith("身份证号"):  # 残疾人证件号 is none
                entries.setdefault(spelled, (column, rank))
    for column, rank, spelling in (*_of_the_subject(feed), *_of_the_head(feed), *_of_the_benefit(feed)):
        entries.setdefault(spelling, (column, rank))
    # 月转移收入 and 转移收入/月, where the contract's unit is a month anyway; 转移性收入额
    for column, _, folded in listed:
        bases = [folded, folded + "额"] if folded.endswith("收入") else [folded]
        periods = [word for word in _PERIODS.get(column.unit or "", ()) if not folded.startswith(word)]
        around = [text for word in periods for base in bases for text in (word + base, f"{base}/{word}")]
        for text in (*bases[1:], *around):
            entries.setdefault(key(without_unit(text)), (column, DERIVED))
    for column in feed.columns:  # what databases call it
        entries.setdefault(column.name, (column, DERIVED))
        entries.setdefault(key(column.name), (column, DERIVED))
    return entries


@cache
def _gists(feed_name: str) -> dict[str | None, tuple[Column, int]]:
    """Loosest reading of a header -> column, where all headers that read so mean one column."""
    meant: dict[str | None, set[str]] = {}
    found: dict[str | None, tuple[Column, int]] = {}
    for spelling, (column, _) in _entries(feed_name).items():
        loose = gist(key(spelling))
        meant.setdefault(loose, set()).add(column.name)
        found.setdefault(loose, (column, LOOSE))
    vague = {None, *(gist(key(word)) for word in header_words().not_alone)}
    return {loose: hit for loose, hit in found.items() if loose not in vague and len(meant[loose]) == 1}


#: No header is longer than this; what is longer is a sentence.
LONGEST = 60

#: The rank of derived spellings, behind all listed ones; of a word for a person alone; of the loosest readings; of
#: headers that are put together; and of those that name a period, of which a sheet may have several.
DERIVED = 1000
ALONE = 2000
LOOSE = 1_000_000
COMPOUND = 2_000_000
PERIOD = 3_000_000


def _of_the_subject(feed: Feed) -> Iterator[tuple[Column, int, str]]:
    """Headers with a word for the person before them (车主身份证号), and such a word alone, for that person's name."""
    if not feed.mentions or feed.mentions[0].role not in ("self", "payee"):
        return
    subjects = [*feed.subjects, *header_words().subjects]
    own = [feed.by_name[name] for name in feed.mentions[0].columns.values()]
    if feed.columns_of_type("account_number") and "bank" in feed.by_name:
        own.append(feed.by_name["bank"])
    for rank, subject in enumerate(subjects, start=DERIVED):
        for column in own:
            written = (*column.headers, "名称") if column.type == "person_name" else column.headers
            if column.type == "id_number" and feed.case_column is None:
                written = (*written, "证号")  # of a case it would be the case's
            named = (header for header in written if header.upper() != "ID")  # 人员ID is a system's own
            yield from ((column, rank, key(fold(subject + header))) for header in named)
    for rank, subject in enumerate(subjects, start=ALONE):
        if subject not in header_words().not_alone:
            yield feed.by_name[feed.mentions[0].columns["name"]], rank, key(subject)


def _of_the_head(feed: Feed) -> Iterator[tuple[Column, int, str]]:
    """Headers of the head of a household with the word that the office has for it: 船主姓名, 与船主关系."""
    for rank, word in enumerate(feed.heads, start=DERIVED):
        for column in feed.columns:
            spelled = (fold(header).replace("户主", word) for header in column.headers if "户主" in fold(header))
            yield from ((column, rank, key(spelling)) for spelling in spelled)


def _of_the_benefit(feed: Feed) -> Iterator[tuple[Column, int, str]]:
    """A person's benefit under its own name: 尊老金标准, 养老服务补贴金额. What a household is paid is no standard."""
    amount = feed.by_name.get("monthly_amount")
    if amount is None or any(mention.role == "head" for mention in feed.mentions):
        return
    names = [spelling for spelling, value in code_lists()["programme"].items() if value == feed.name]
    for name in names:
        for tail in ("标准", "金额", "额"):
            yield amount, DERIVED, key(name + tail)


def without_money(header: str) -> str:
    """A header without what only says that money stands under it: 低保金 of 低保金发放金额(元)."""
    return _MONEY.sub("", without_unit(fold(header)))


def value_in_header(column: Column, header: str) -> str | None:
    """The value of a closed list that heads a column of amounts; None when it is none."""
    known = code_lists()[column.codes] if column.codes else {}
    said = (fold(header), without_unit(fold(header)), without_money(header))
    return next((text for text in said if text in known), None)


def programmes_as_headers(feed: Feed, headers: list[str]) -> list[str]:
    """The headers that name a benefit, in a feed that has a column for it."""
    columns = [column for column in feed.columns if column.codes == "programme"]
    return [text for text in headers if columns and fold(text) in _folded_values("programme")]


def value_under(feed: Feed, parent: str, header: str) -> Column | None:
    """The column of a closed list that a parent header means, where the header is one of its values (性别 over 男)."""
    hit = _find(feed, parent) if parent and header and parent != header else None
    if hit is None or hit[0].codes is None:
        return None
    return hit[0] if fold(header) in _folded_values(hit[0].codes) else None


@cache
def _folded_values(codes: str) -> frozenset[str]:
    return frozenset(fold(spelling) for spelling in code_lists()[codes])


def look_up(feed: Feed, header: str, parent: str = "") -> tuple[Column, int] | None:
    """The column that a header means, with the rank of the spelling; a parent header is read first. A line break in a
    header that says nothing otherwise parts it into two levels."""
    hit = _find(feed, header)
    if hit is None and not parent and "\n" in header.strip():
        above, _, below = header.strip().rpartition("\n")
        return look_up(feed, below, above)
    if not parent:
        return hit
    if value_under(feed, parent, header):
        return None
    stem = _PARENT_TAIL.sub("", without_unit(fold(parent)))
    for above in dict.fromkeys((stem, _BRACKETS.sub("", stem))):  # 收养人(父/母) is 收养人
        if above and (joined := _joined(feed, above, header, hit)):
            return joined
    names_other = _PERSONS.search(stem) and not _PERSONS.search(fold(header)) and not _speaks_of_all(feed, stem)
    return None if hit and names_other and hit[0].type in _OF_A_PERSON else hit


def _joined(feed: Feed, stem: str, header: str, hit: tuple[Column, int] | None) -> tuple[Column, int] | None:
    """What parent and header mean together, if anything. `hit` is what the header means alone.

    A header in Latin letters (GMSFHM) is read as the Chinese one it stands for: behind its parent it would pass for a
    note on it. A derived spelling does not displace a listed one, unless the parent names a person.
    """
    is_latin = not CHINESE.search(_BRACKETS.sub("", header))
    joined = _find(feed, stem + fold(hit[0].header if hit and is_latin else header))
    if joined is None and _PERSONS.search(stem) and fold(header) in ("证号", "号码"):
        joined = _find(feed, stem + "身份证号")
    if joined is None and "收入" in stem:  # 工资, 经营, 财产, 转移, 人均 under a parent that calls them incomes
        bare = fold(header).removesuffix("性")
        month = "月" if "月" in stem else ""
        joined = _find(feed, f"人均{month}收入") if bare == "人均" else None
        joined = joined or _find(feed, bare + "性收入") or _find(feed, bare + "收入")
    displaces = joined and hit and hit[1] < DERIVED <= joined[1] and not _PERSONS.search(stem)
    return None if displaces else joined


def _find(feed: Feed, header: str) -> tuple[Column, int] | None:
    return _found(feed.name, header)


@lru_cache(65536)
def _found(feed_name: str, header: str) -> tuple[Column, int] | None:
    if len(header) > LONGEST:
        return None
    hit = _read(feed_name, header) or _offered(feed_name, header) or _offered_within(feed_name, header)
    hit = hit or _of_the_code(feed_name, header) or _averaged(feed_name, header)
    if hit is None:
        spelled = (key(reading) for reading in readings(header))
        column = next((c for text in spelled if (c := compound(feed_name, text, _entries(feed_name), ALONE))), None)
        hit = (column, COMPOUND) if column else _of_a_period(feed_name, header)
    if hit and hit[0].type in ("person_name", "id_number") and _SIGNED.search(fold(header)):
        return None
    meant = _of_the_values(feed_name, header)
    return (meant, DERIVED) if meant and (hit is None or hit[0].codes not in (None, meant.codes)) else hit


def _of_the_code(feed_name: str, header: str) -> tuple[Column, int] | None:
    """The column of a code whose words a database keeps in a column of their own (GHYT and GHYTMC, AAE140_MC), or whose
    header says that codes stand there."""
    found = _WORDS_OF_CODE.match(fold(header)) or _CODE_OF.fullmatch(without_unit(fold(header)))
    hit = _read(feed_name, found[1]) if found else None
    return (hit[0], DERIVED) if hit and hit[0].type == "code" else None


def _averaged(feed_name: str, header: str) -> tuple[Column, int] | None:
    """An averaged amount whose header names another span of time: 年工资性收入, 2025年经营性收入."""
    hit = _read(feed_name, without_period(header))
    return (hit[0], DERIVED) if hit and hit[0].averaged else None


def _of_a_period(feed_name: str, header: str) -> tuple[Column, int] | None:
    """An amount's column with its period before it: 2026年10月保障金额, 2025年工资性收入, 2026年9月30日余额. A year
    alone before what is counted by the month may be the sum of that year, and means nothing."""
    when, what = dated(header)
    hit = _found(feed_name, what) if when and what else None
    if hit is None or hit[0].type != "amount" or hit[1] >= PERIOD:
        return None
    names_month = "月" in when or "月" in what
    return (hit[0], PERIOD) if names_month != (hit[0].unit == "yuan_year") else None


def _of_the_values(feed_name: str, header: str) -> Column | None:
    """The one column of whose closed list a header gives the values: 保障类别(城市/农村) is no A/B/C."""
    values = [value.upper() for value in listed_values(header)]
    fitting = [
        column
        for column in get_feed(feed_name).columns
        if column.codes and values and all(value in code_lists()[column.codes] for value in values)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _read(feed_name: str, header: str) -> tuple[Column, int] | None:
    entries, gists = _entries(feed_name), _gists(feed_name)
    spelled = list(readings(header))
    loosely = (gist(key(reading)) for reading in spelled)
    hit = next((entries[reading] for reading in spelled if reading in entries), None)
    loose = next((gists[reading] for reading in loosely if reading in gists), None)
    is_no_name = loose and loose[0].type in _UNNAMED and "名称" in spelled[-1]
    is_of_the_paper = loose and loose[0].type in ("date", "year_month") and _OF_THE_PAPER.search(spelled[-1])
    is_of_a_system = loose and loose[0].type == "id_number" and _OF_A_SYSTEM.fullmatch(spelled[-1])
    return hit or (None if is_no_name or is_of_the_paper or is_of_a_system else loose)


#: A number that a program gave: 系统ID.
_OF_A_SYSTEM = re.compile(r"(?!.*(?:身份|证))[\u4e00-\u9fff]+id(?:号码?)?")
#: When something was written down is not when it happened.
_OF_THE_PAPER = re.compile("申报|申请|受理|公示|录入|填报|打印|导出|更新|创建|上报|采集")
#: What has no name: 补贴名称 is no amount, 账户名称 no number.
_UNNAMED = frozenset({"amount", "number", "count", "date", "year_month", "account_number", "id_number", "phone"})


def _offered(feed_name: str, header: str) -> tuple[Column, int] | None:
    """The column that each of a header's alternatives means (身份证号/社会保障号). Words for persons (股东/法人) may as
    well name the kind of person, and offer none."""
    hits = [_read(feed_name, part) for part in alternatives(header)]
    columns = {hit[0].name if hit and hit[1] < ALONE else None for hit in hits}
    return hits[0] if len(columns) == 1 and None not in columns else None


def _offered_within(feed_name: str, header: str) -> tuple[Column, int] | None:
    """The column that a header means with and for the word in brackets inside it: 一卡通(社保卡)账号. A word of another
    feed is enough for one of them (低保(特困)证号), if it means the column of the same name there; and 户主 in the
    brackets says who somebody else is: 船主(户主)姓名."""
    words = within(header)
    if words is None:
        return None
    first, second = (_read(feed_name, word) for word in words)
    hit, other = (first, words[1]) if first else (second, words[0])
    if hit is None or hit[1] >= ALONE or (first and second):
        return first if first and second and first[0] is second[0] and first[1] < ALONE else None
    if hit is second and words[1].startswith("户主") and not _PERSONS.search(other):
        return hit
    abroad = (_read(feed.name, other) for feed in all_feeds().values())
    return hit if any(found and found[0].name == hit[0].name for found in abroad) else None


def _speaks_of_all(feed: Feed, stem: str) -> bool:
    """Whether the parent names the feed's own subject (the applicant of an application that lists nobody else)."""
    return not any(fold(header).startswith(stem) for column in feed.columns for header in column.headers)


def names_a_person(header: str) -> bool:
    """Whether a header over other headers says whose they are."""
    return _PERSONS.search(fold(header)) is not None


def is_ordinal(header: str) -> bool:
    return fold(header) in ORDINALS


def nearest_header(feed: Feed, header: str, found: set[str]) -> Column | None:
    """The column, none of those found, whose headers are most like this one, or None when none is much like it. For
    sentences, not for mapping."""
    choices = {spelling: column for spelling, (column, _) in dictionary(feed).items() if column.name not in found}
    near = process.extractOne(without_unit(fold(header)), list(choices), scorer=fuzz.ratio, score_cutoff=66)
    return choices[near[0]] if near else None


def nearest_seen(column: Column, seen: list[str]) -> str | None:
    """The header of `seen` that is most like a missing column; None when none is: of two short words that share one
    sign, as 序号 and 证号 do, neither is meant by the other."""
    named = [header for header in seen if header and not is_ordinal(header)]
    scores = {header: max(fuzz.ratio(fold(header), fold(own)) for own in column.headers) for header in named}
    best = max(scores, key=lambda header: (scores[header], header), default=None)
    return best if best is not None and scores[best] > 50 else None


@dataclass(frozen=True)
class Fit:
    """How well a row of headers fits a feed: columns found, of them by a listed spelling, and whether no required one
    is missing."""

    feed: str
    hits: int
    listed: int
    complete: bool


@lru_cache(512)
def _fits(cells: tuple[tuple[str, str], ...]) -> tuple[Fit, ...]:
    fits = []
    for feed in all_feeds().values():
        hits = [hit for parent, header in cells if header and (hit := look_up(feed, header, parent))]
        found = {column.name for column, _ in hits}
        listed = {column.name for column, rank in hits if rank < DERIVED}
        complete = all(column.name in found for column in feed.columns if column.required)
        fits.append(Fit(feed.name, len(found), len(listed), complete))
    return tuple(sorted(fits, key=lambda fit: (not fit.complete, -fit.hits, -fit.listed, fit.feed)))


def better_feed(feed: Feed, cells: tuple[tuple[str, str], ...]) -> str | None:
    """The feed that these (parent, header) cells belong to instead, when that is plain."""
    fits = _fits(cells)
    own = next(fit for fit in fits if fit.feed == feed.name)
    best = fits[0]
    if best.feed == feed.name or not best.complete:
        return None
    named = sum(1 for _, header in cells if header and not is_ordinal(header))
    if not own.complete:
        return best.feed if best.hits > own.hits else None
    return best.feed if best.hits >= own.hits + 3 and own.hits < 0.6 * named and best.hits > 0.9 * named else None


def fits(feed: Feed, cells: tuple[tuple[str, str], ...]) -> bool:
    """Whether (parent, header) cells hold every required column of a feed."""
    return next(fit for fit in _fits(cells) if fit.feed == feed.name).complete


def titled_feed(feed: Feed, text: str) -> str | None:
    """Another feed whose title stands in the text, when this feed's own does not."""
    folded = fold(text)
    if any(fold(title) in folded for title in (feed.title, *feed.title_synonyms)):
        return None
    others = [
        (len(title), other.name)
        for other in all_feeds().values()
        if other.name != feed.name
        for title in (other.title, *other.title_synonyms)
        if fold(title) in folded
    ]
    return max(others)[1] if others else None
