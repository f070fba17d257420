"""Several headers for a person's name and number in one sheet: which of them speak of the person a row is about.

补贴对象 with 补贴对象身份证号 stand beside 持卡人 with 持卡人身份证号: name and number must be one person's,
and who holds the card is not whom the money is for.
"""

from __future__ import annotations

import re

from pipelines.contracts import Feed
from pipelines.intake.headers.dictionary import COMPOUND
from pipelines.intake.headers.spelling import fold, key

#: Who holds the account or fetches the money.
_HOLDER = re.compile(r"持卡|持折|卡主|折主|开户|户名|账户|银行|领款|领取|收款|代领|代办|存折|取款")
_GROUP_TAIL = re.compile(r"(?:基本|相关|个人)?(?:信息|情况|资料|登记)$")
_NAME_OR_NUMBER = re.compile(r"(?:姓名|名字|名称|身份证号|社会保障号|社保号)+$")

#: Who belongs to somebody's household; the other person beside such a one is its head.
_MEMBER = re.compile(r"成员|家属|共同生活")

#: (rank, place): a header for a column, by how close its spelling is and where it stands.
Place = tuple[int, int]


def person_word(parent: str, header: str) -> str:
    """The word for the person in a header and the one above it: 持卡人 of 持卡人信息 over 身份证号; empty for 姓名."""
    own = _NAME_OR_NUMBER.sub("", key(fold(header)))
    above = _GROUP_TAIL.sub("", key(fold(parent))) if parent else ""
    return own if own and above in own else own or above


def choose_person(feed: Feed, ranked: dict[str, list[Place]], cells: list[tuple[str, str]]) -> dict[str, list[Place]]:
    """The headers found for the columns of the feed's own person, `ranked` from the best, with those first that name
    one person, and rather the one the money is for than the one who holds the card."""
    if not feed.mentions or feed.mentions[0].role not in ("self", "payee"):
        return ranked
    name, number = (feed.mentions[0].columns.get(attribute, "") for attribute in ("name", "id_number"))
    names, numbers = ranked.get(name, []), ranked.get(number, [])
    if not names or not numbers or len(names) + len(numbers) == 2:
        return ranked
    if households := _head_beside_members(feed, ranked, cells, name, number):
        return households

    def worth(pair: tuple[Place, Place]) -> tuple[bool, bool, int, int, int]:
        words = [person_word(*cells[place[1]]) for place in pair]
        apart = _apart(*words)
        is_other = bool(_HOLDER.search(words[0])) or words[0].startswith("户主")
        return apart > 1, is_other, apart, names.index(pair[0]), numbers.index(pair[1])

    best = min(((one, other) for one in names for other in numbers), key=worth)
    first = {name: best[0], number: best[1]}
    return ranked | {
        column: [place, *(other for other in ranked[column] if other != place)] for column, place in first.items()
    }


def _head_beside_members(
    feed: Feed, ranked: dict[str, list[Place]], cells: list[tuple[str, str]], name: str, number: str
) -> dict[str, list[Place]] | None:
    """持证渔民 beside 家庭成员 as the head, in a feed of households whose sheet names no head otherwise; else None."""
    head = next((mention.columns for mention in feed.mentions if mention.role == "head"), None)
    if head is None or {head["name"], head["id_number"]} & ranked.keys():
        return None
    words = {place: person_word(*cells[place[1]]) for place in (*ranked[name], *ranked[number])}
    members = [place for place in ranked[name] if _MEMBER.search(words[place])]
    others = [p for p in ranked[name] if words[p] and p not in members and not _HOLDER.search(words[p])]
    if len(members) != 1 or len(others) != 1:
        return None
    of_head = [place for place in ranked[number] if words[place] == words[others[0]]]
    rest = {
        name: members + [place for place in ranked[name] if place not in (*members, *others)],
        number: [place for place in ranked[number] if place not in of_head],
    }
    found = {head["name"]: others, head["id_number"]: of_head[:1]}
    return ranked | rest | {column: [(COMPOUND, places[0][1])] for column, places in found.items() if places}


def _apart(name: str, number: str) -> int:
    """0 for headers of one person, 1 where one of them may be, 2 for two persons."""
    if name == number:
        return 0
    if name and number:
        return 1 if name in number or number in name else 2
    return 2 if _HOLDER.search(name or number) else 1
