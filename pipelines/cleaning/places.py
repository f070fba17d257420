"""Towns, villages and groups: cleaned for people to read, with a key to compare them by."""

from __future__ import annotations

import re

import polars as pl

from pipelines.cleaning.numerals import NUMERALS, whole_number
from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import MOJIBAKE, fold, is_placeholder, squeeze

_BODIES = re.compile(
    "(人民政府|政府|民政办公室|民政办|村民委员会|居民委员会|社区居委会|社区居民委员会|村委会|居委会|委会|社区|行政村|村|居|街道办事处|街道|镇|乡)$"
)
#: A number or a remark beside a place, and the places above it: 01双堰乡, 双堰乡(本级), 临江县双堰乡, 双堰乡陶岗村.
_BESIDE = re.compile(r"^\d+[.、-]?(?=[\u4e00-\u9fff])|(?<=.{2})\([^()]*\)$")
_ABOVE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}?市)?(?:[\u4e00-\u9fff]{2,7}?[县区])?"
    r"(?=[\u4e00-\u9fff]{1,}?(?:镇|乡|街道))"
)
#: The body that a village is called after; taken off at once, 洪村委会 would leave one sign.
_COMMITTEE = re.compile(r"(?:村?村民委员会|村委会|行政村)$")
_GROUP = re.compile(rf"第?([0-9]+|[{NUMERALS}]+)(?:\.0+)?(?:村民小组|村民组|居民小组|居民组|小组|组|队|社)?")


def _read_place(text: str) -> Reading:
    folded = fold(text).replace(" ", "")
    if not folded:
        return None, None
    if is_placeholder(folded):
        return None, "placeholder"
    return (None, "mojibake") if MOJIBAKE.search(folded) else (folded, None)


def _read_group(text: str) -> Reading:
    value, problem = _read_place(text)
    if value is None or not (found := _GROUP.fullmatch(squeeze(value))):
        return value, problem
    number = int(found[1]) if found[1].isdecimal() else whole_number(found[1])
    return (value if number is None else f"{number}组"), None


def read_places(values: pl.Series) -> pl.DataFrame:
    """Towns and villages without blanks, their suffix kept. Problems: placeholder, mojibake."""
    text = pl.col("text")
    plain = text.str.contains(r"^[\u4e00-\u9fff]{2,12}(镇|乡|村|社区|街道|居委会|村委会)$") & ~text.str.contains(
        "锟|烫烫|屯屯"
    )
    return read_each(values, _read_place, pl.String(), (plain, text))


def read_groups(values: pl.Series) -> pl.DataFrame:
    """Villagers' groups: a numbered one as '3组', others as written. Problems: placeholder, mojibake."""
    return read_each(values, _read_group, pl.String(), (pl.col("text").str.contains(r"^[1-9]\d?组$"), pl.col("text")))


def place_key(place: str) -> str:
    """A town or village without the word for its kind: 东风村, 东风村委会 and 东风社区 have one key."""
    bare = _COMMITTEE.sub("村", _ABOVE.sub("", _BESIDE.sub("", fold(place).replace(" ", ""))))
    while (shorter := _BODIES.sub("", bare)) != bare and len(shorter) >= 2:
        bare = shorter
    return bare
