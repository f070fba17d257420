"""Masks for personal values on paper.

The worklists show the first six and the last four characters of an ID number, as offices know it. That mask with a
known birth year leaves some thirty candidates, so a worklist never shows a birth date beside it: it says how two birth
dates differ instead, and the row address leads to the full value. Without a birth date more than a thousand numbers fit
the mask. A public list must hide the sequence as well (`public=True`).

The household report leaves the bureau and may have to say an age: it shows the last two characters only (`last=2`), so
that more than three thousand numbers fit even where the year of birth is known.
"""

from __future__ import annotations

import re
from datetime import date

_ID_IN_TEXT = re.compile(
    r"(?<![0-9])([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{3}[0-9Xx])(?![0-9])"
)

_MASKED_ID = re.compile(r"(?<![0-9])([1-9]\d{5})\*{8}\d{2}(\d[0-9Xx])(?![0-9])")

_BIRTH_DATE_IN_TEXT = re.compile(r"(出生(?:日期)?(?:于|为|是|[::])?\s*)\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?")


def mask_id_number(value: str | None, public: bool = False, last: int = 4) -> str:
    """`340590********1234`; for the public `340590************`. `last` is how many characters are shown at the end.
    Anything that is no 15 or 18 characters long shows its last two only, since nobody knows what it is."""
    if not value:
        return ""
    text = value.strip()
    if len(text) not in (15, 18):
        return "*" * max(len(text) - 2, 1) + text[-2:] if len(text) > 4 else "*" * len(text)
    if public:
        return text[:6] + "*" * (len(text) - 6)
    return text[:6] + "*" * (len(text) - 6 - last) + text[-last:]


def mask_name(value: str | None) -> str:
    """`王某`: the name of somebody who is not concerned."""
    return f"{value.strip()[:1]}某" if value and value.strip() else "某人"


def hide_given_name(value: str) -> str:
    """`张**` for every name, so that its length is not told either."""
    return f"{value.strip()[:1]}**"


def hide_middle_of_name(value: str) -> str:
    """`张*三`, `张*` for a name of two characters; one star, however much it hides."""
    text = value.strip()
    return f"{text[:1]}*{text[-1:] if len(text) > 2 else ''}"


def mask_plate(value: str | None) -> str:
    """`皖******15`: the province and the last two characters."""
    text = (value or "").strip()
    return text[:1] + "*" * (len(text) - 3) + text[-2:] if len(text) > 4 else "*" * len(text)


def mask_account_number(value: str | None) -> str:
    """The last four digits: `尾号1234`."""
    return f"尾号{value.strip()[-4:]}" if value and len(value.strip()) > 4 else ("****" if value else "")


def mask_phone(value: str | None) -> str:
    """`138****5678`."""
    text = (value or "").strip()
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)


def mask_text(value: str | None) -> str | None:
    """Free text in which every ID number (18 characters with a possible birth date) is masked."""
    return None if value is None else _ID_IN_TEXT.sub(r"\1********\2", value)


def shorten_masks(value: str) -> str:
    """Text whose masked ID numbers show the last two characters only."""
    return _MASKED_ID.sub(r"\1**********\2", value)


def without_birth_date(value: str | None) -> str:
    """A sentence for a worklist: a birth date beside the masked ID number would give the whole number away."""
    return _BIRTH_DATE_IN_TEXT.sub(r"\1(日期见来源行)", mask_text(value) or "")


def compare_birth_dates(one: date | None, other: date | None) -> str:
    """How two birth dates differ, without saying either."""
    if one is None or other is None:
        return "一方缺失" if one or other else "均缺失"
    parts = [
        word
        for word, name in (("年", "year"), ("月", "month"), ("日", "day"))
        if getattr(one, name) != getattr(other, name)
    ]
    return f"{'、'.join(parts)}不同" if parts else "一致"


def compare_id_numbers(one: str | None, other: str | None) -> str:
    """At which positions two ID numbers differ, without saying either."""
    if not one or not other:
        return "一方缺失" if one or other else "均缺失"
    if len(one) != len(other):
        return "位数不同"
    places = [
        str(place) for place, (a, b) in enumerate(zip(one.upper(), other.upper(), strict=True), start=1) if a != b
    ]
    if not places:
        return "一致"
    return f"第{'、'.join(places)}位不同" if len(places) <= 4 else f"{len(places)}位不同"
