"""Town, village and group written in one cell: 城关镇/东门社区, 青山村三组, 临江县双堰乡松岗村. Parted where most cells
of the column are written so and the sheet has no column for the other parts."""

from __future__ import annotations

import re

from pipelines.contracts import Feed
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, place

_LEVELS = ("town", "village", "group_no")
_WHOLE = re.compile(
    r"(?:[一-鿿]{2,8}?(?:省|自治区))?(?:[一-鿿]{2,8}?(?:市|州)(?![镇乡街村社居区]))?"
    r"(?:[一-鿿]{1,8}?(?<!社)[县区旗](?![镇乡街村社居道]))?"
    r"(?P<town>[一-鿿]{1,8}?(?:街道办事处|街道|镇|乡|办事处))?"
    r"(?P<village>[一-鿿]{1,8}?(?:村民委员会|居民委员会|村委会|居委会|社区居委会|社区|村|居))?"
    r"(?P<group_no>第?[一二三四五六七八九十百\d]{1,4}(?:村民小组|居民小组|村民组|居民组|小组|组|队|社))?"
)
_CODE = re.compile(r"^\d{6,12}[|_:\-]?")
_SIGNS = re.compile(r"[/\\、,，>\-—\s]+")
#: So many of the filled cells name two levels and more.
_MOST = 0.6


def split_places(feed: Feed, columns: dict[str, list[str | None]]) -> tuple[str, dict[str, list[str | None]]] | None:
    """The column that holds several levels, and the columns that its cells are parted into; None when none does."""
    missing = [name for name in _LEVELS if name in feed.by_name and name not in columns]
    for source in (name for name in _LEVELS if name in columns):
        read = {text: _levels(text) for text in {text for text in columns[source] if text and text.strip()}}
        wanted = [name for name in _LEVELS if name in missing or name == source]
        parted = {text for text, levels in read.items() if any(levels[name] for name in wanted if name != source)}
        filled = [text for text in columns[source] if text and text.strip()]
        if filled and sum(text in parted for text in filled) >= _MOST * len(filled):
            made = {
                name: [
                    (read[text][name] if text in parted else text if name == source else None) if text in read else text
                    for text in columns[source]
                ]
                for name in wanted
            }
            return source, {name: values for name, values in made.items() if name == source or any(values)}
    return None


def _levels(text: str) -> dict[str, str | None]:
    found = _WHOLE.fullmatch(_SIGNS.sub("", _CODE.sub("", fold(text))))
    return {name: found[name] if found else None for name in _LEVELS}


def told_of_places(feed: Feed, source: str, names: list[str], sheet: str | None) -> Message:
    parts = "”“".join(feed.by_name[name].header for name in names)
    what = f"列“{feed.by_name[source].header}”中写有几级地名，已拆为“{parts}”"
    return Message("COLUMN_SPLIT", place(sheet), what, "请核对；今后请分列填写")
