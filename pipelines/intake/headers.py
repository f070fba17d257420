"""Headers as delivered to contract columns: by dictionary, never by likeness. Likeness only makes suggestions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from pipelines.contracts import Column, Feed, all_feeds, get_feed

_UNIT_WORDS = (
    r"单位|人民币|千元|百元|万元|元|每月|每年|月|年|日|人|户|次|个|套|辆|亩|平方米|平米|m2|岁|周岁|必填|选填|可不填|"
    r"文本格式|文本|数字|yyyy|mm|dd"
)
_UNIT = re.compile(rf"\((?:(?:{_UNIT_WORDS})[::/、,.\-]?)+\)$", re.IGNORECASE)
_SLASH_UNIT = re.compile(r"[/,:](?:万元|千元|元)(?:/(?:月|年|人|户))*$")
_ORDINAL = re.compile(r"^(?:\d{1,2}[.、)](?!\d)|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\))")
_BRACKETS = str.maketrans("【】[]〔〕{}「」", "()()()()()")
_INVISIBLE = dict.fromkeys(map(ord, "*★☆※#\u200b\u200c\u200d\ufeff\u00ad'\""))

#: Columns that only number the lines.
ORDINALS = frozenset({"序号", "编号序号", "行号", "顺序号", "no", "no.", "序", "次序"})

_PARENT_TAIL = re.compile(r"(?:基本|相关|个人)?(?:信息|情况|资料|登记)$")

#: A header that stands under one of these speaks of that person and of nobody else.
_PERSONS = re.compile(r"户主|申请人|监护人|配偶|男方|女方|收养人|负责人|经办人|联系人|代领人|父亲|母亲|丈夫|妻子")


#: What belongs to one person: under another person's parent header it is not the subject's.
_OF_A_PERSON = frozenset({"person_name", "id_number", "phone", "date", "account_number", "address"})


@lru_cache(8192)
def fold(text: str) -> str:
    """A header without what offices add to it: width, blanks, line breaks, stars, ordinals, kinds of brackets."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS).translate(_INVISIBLE)
    folded = re.sub(r"\s+", "", folded).rstrip(":;,。").lower()
    return _ORDINAL.sub("", folded)


def unit_of(header: str) -> str | None:
    """The unit of money written behind a header, for instance 万元 or 元/月."""
    found = re.search(r"[(/,:](?:单位:?)?((?:千|百|万|亿)?元(?:/(?:月|年|人|户))*)\)?$", fold(header))
    return found.group(1) if found else None


def without_unit(folded: str) -> str:
    return _SLASH_UNIT.sub("", _UNIT.sub("", folded))


def dictionary(feed: Feed) -> dict[str, tuple[Column, int]]:
    return _entries(feed.name)


@cache
def _entries(feed_name: str) -> dict[str, tuple[Column, int]]:
    """Folded header -> column and rank of the spelling (0 is the contract's own header).

    A spelling of one column never displaces another column's own header.
    """
    feed = get_feed(feed_name)
    entries: dict[str, tuple[Column, int]] = {}
    for strip in (lambda text: text, without_unit):
        for rank_first in (True, False):
            for column in feed.columns:
                for rank, header in enumerate(column.headers):
                    if (rank == 0) == rank_first:
                        entries.setdefault(strip(fold(header)), (column, rank))
    return entries


def look_up(feed: Feed, header: str, parent: str = "") -> tuple[Column, int] | None:
    """The column that a header means, with the rank of the spelling; a parent header is read first."""
    entries, folded = dictionary(feed), fold(header)
    if parent:
        stem = _PARENT_TAIL.sub("", without_unit(fold(parent)))
        for joined in (stem + folded, without_unit(stem + folded)):
            if stem and joined in entries:
                return entries[joined]
        hit = entries.get(folded) or entries.get(without_unit(folded))
        names_other = _PERSONS.search(stem) and not _PERSONS.search(folded) and not _speaks_of_all(feed, stem)
        return None if hit and names_other and hit[0].type in _OF_A_PERSON else hit
    return entries.get(folded) or entries.get(without_unit(folded))


def _speaks_of_all(feed: Feed, stem: str) -> bool:
    """Whether the parent names the feed's own subject (the applicant of an application that lists nobody else)."""
    return not any(fold(header).startswith(stem) for column in feed.columns for header in column.headers)


def is_ordinal(header: str) -> bool:
    return fold(header) in ORDINALS


def nearest_header(feed: Feed, header: str) -> Column | None:
    """The column whose headers are most like this one, or None when none is at all. For sentences, not for mapping."""
    choices = dictionary(feed)
    found = process.extractOne(without_unit(fold(header)), list(choices), scorer=fuzz.ratio, score_cutoff=50)
    return choices[found[0]][0] if found else None


def nearest_seen(column: Column, seen: list[str]) -> str | None:
    """The delivered header that is most like a missing column."""
    scores = {header: max(fuzz.ratio(fold(header), fold(own)) for own in column.headers) for header in seen if header}
    best = max(scores, key=lambda header: (scores[header], header), default=None)
    return best if best is not None and scores[best] >= 40 else None


@dataclass(frozen=True)
class Fit:
    """How well a row of headers fits a feed."""

    feed: str
    hits: int
    complete: bool


@lru_cache(512)
def _fits(cells: tuple[tuple[str, str], ...]) -> tuple[Fit, ...]:
    fits = []
    for feed in all_feeds().values():
        found = {hit[0].name for parent, header in cells if header and (hit := look_up(feed, header, parent))}
        complete = all(column.name in found for column in feed.columns if column.required)
        fits.append(Fit(feed.name, len(found), complete))
    return tuple(sorted(fits, key=lambda fit: (not fit.complete, -fit.hits, fit.feed)))


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
