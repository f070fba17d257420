"""Headers put together from a feed's own words: 在保人员姓名, 低保金发放账号, 资金发放月份. The end is a listed header
of the feed, what stands before it are words of the same feed, and none of them may make another value of it."""

from __future__ import annotations

import re
from functools import cache

from pipelines.contracts import Column, get_feed, header_words
from pipelines.intake.headers.spelling import key

#: The end must be so long, the words before it together no longer.
_SHORTEST_END = 3
_LONGEST_START = 8
#: Columns whose words do not just say what a feed is about, as 低保金, 一卡通 and 企业 do.
_KINDS = ("town", "village", "group", "code")
#: Who does this to people is none of them: 发放人员姓名.
DOING = re.compile(r"(?:发放|登记|受理|管理|服务|统计|入户)(?:人|者)")
#: An end that does not say whose it is: 开户人身份证号 may be anybody's, 长寿老人姓名 is the old person's.
_ANYBODYS = re.compile(r"姓名|名字|身份证号|证件?号|社会保障号|社保号")

#: What makes another value or another person of a header: the former one, the sum of a year, who checked, who stopped.
TURNING = re.compile(
    r"[原旧新曾变扣欠缺拟未不非无停退终止死亡失累总另其他外上下前后末历每年季代审填录访责包父母夫妻子女]"
    r"|注销|取消|补(?![贴助偿])|核[查实验准]|经手|调查|干部|领导|户主|家长|户代表|申请|监护|抚养|照料|配偶|男方|女方|收养人"
    r"|负责|经办|联系|委托|法人|单位|机构|机关|平均|人均|标准|基础|个人账户|其中|部分"
)


@cache
def _words(feed_name: str) -> frozenset[str]:
    """Every piece, of two signs and more, of a feed's headers, title and words for its persons."""
    feed = get_feed(feed_name)
    headers = (header for column in feed.columns for header in column.headers)
    persons = (*feed.subjects, *header_words().subjects)
    texts = {key(text) for text in (*headers, feed.title, *feed.title_synonyms, *persons)}
    return frozenset(text[i:j] for text in texts for i in range(len(text)) for j in range(i + 2, len(text) + 1))


@cache
def _subjects(feed_name: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(get_feed(feed_name).subjects, key=len, reverse=True)) or "$")


def without_subjects(feed_name: str, text: str) -> str:
    """A text without the words for the feed's own persons, which turn nothing round in it (退捕渔民)."""
    return _subjects(feed_name).sub("", text)


def _are_words(start: str, words: frozenset[str]) -> bool:
    return not start or any(
        start[:length] in words and _are_words(start[length:], words) for length in range(2, len(start) + 1)
    )


def compound(feed_name: str, keyed: str, entries: dict[str, tuple[Column, int]], last_rank: int) -> Column | None:
    """The column of the longest listed header that a header ends in, if what stands before says nothing of its own.

    `entries` are the feed's spellings with their ranks; those behind `last_rank` are no end to go by.
    """
    for start in range(1, min(_LONGEST_START, len(keyed) - 1) + 1):
        hit = entries.get(keyed[start:])
        if hit is None or hit[1] >= last_rank:
            continue
        column, before, end = hit[0], keyed[:start], keyed[start:]
        says_more = TURNING.search(without_subjects(feed_name, before)) or _names_another(column, before, end, entries)
        if len(end) >= _SHORTEST_END and not says_more and _are_words(before.rstrip("及和与等"), _words(feed_name)):
            return column
    return None


def _names_another(column: Column, before: str, end: str, entries: dict[str, tuple[Column, int]]) -> bool:
    """Whether what stands before an end may say that it is somebody else's (乡镇联系电话), or another column's kind
    (城乡标准类别)."""
    if column.personal and DOING.search(before + end):
        return True
    if column.type in ("person_name", "id_number") and _ANYBODYS.fullmatch(end):
        return True
    other = entries.get(before)
    return other is not None and other[0] is not column and (other[0].type in _KINDS or other[0].name == "bank")
