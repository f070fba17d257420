"""Names of persons: what was added to them taken off, what broke them recognised, and a key to compare them by."""

from __future__ import annotations

import re
from functools import cache

import opencc
import polars as pl

from pipelines.cleaning.characters import compatibility, private_use, variants
from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import CHINESE_PLACEHOLDERS, MOJIBAKE, fold, is_placeholder

#: Dots between the parts of a name, all written as the middle dot U+00B7.
MIDDLE_DOTS = re.compile("[•・･‧∙⋅．．。●˙]|(?<=[\u4e00-\u9fff])\\.(?=[\u4e00-\u9fff])")
CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ue000-\uf8ff"
_BRACKETS = re.compile(r"[(\[〔【{]([^)\]〕】}]*)[)\]〕】}]?")
_OTHER_NAME = re.compile(r"^(小名|曾用名|又名|原名|别名|乳名|旧名)[:：]?(.+)$")
_TITLE = re.compile(r"^(户主|姓名|申请人|本人)[:：]|(?<=..)\s*(户主|先生|女士|同志|已故)$|(?<=..)[(].*$")
_SEVERAL = re.compile(r"等\s*[\d一二两三四五六七八九十]*\s*[人户口]|[、,;/&]")
#: Code points of an office's system or of an older standard -> the character that they are.
OTHER_CODES = private_use() | compatibility()
#: Forms that opencc leaves apart, for comparison only: variant -> standard character.
VARIANTS = variants()


def _bracketed(name: str) -> list[str]:
    return [found.strip() for found in _BRACKETS.findall(name) if found.strip()]


def _bare(name: str) -> str:
    """A folded name without brackets, titles, marks and blanks between Chinese characters."""
    name = MIDDLE_DOTS.sub("·", _BRACKETS.sub("", name))
    name = _TITLE.sub("", name.strip()).strip()
    name = re.sub(rf"(?<=[{CHINESE}·])\s+(?=[{CHINESE}·])|\s*·\s*", lambda found: "·" if "·" in found[0] else "", name)
    # A digit or star behind a Chinese name is an office's own mark, for namesakes or for a remark.
    return re.sub(rf"(?<=[{CHINESE}])[\d*＊.,;:?·\s]+$", "", name).strip("·.,;:*'\" ")


def _read_name(text: str) -> Reading:
    folded = fold(text).translate(OTHER_CODES)
    if not folded:
        return None, None
    if is_placeholder(folded):
        return None, "placeholder"
    if MOJIBAKE.search(folded) or not folded.replace("?", ""):
        return None, "mojibake"
    bare = _bare(folded)
    if _SEVERAL.search(bare):
        return None, "several_persons"
    if is_placeholder(bare) or bare in ("户主", "本人", "姓名"):
        return None, "placeholder"
    if not re.search(rf"[{CHINESE}A-Za-z]", bare) or re.search(r"\d{3,}", bare):
        return None, "unreadable"
    return (bare, None) if len(bare) <= 50 else (None, "too_long")


def read_names(values: pl.Series) -> pl.DataFrame:
    """Names as people write them. Problems: placeholder, mojibake, several_persons, unreadable, too_long."""
    text = pl.col("text")
    plain = text.str.contains(r"^[\u4e00-\u9fff]{2,4}$") & ~text.str.contains(
        "锟|烫烫|屯屯|户主|先生|女士|同志|已故|等.*[人户口]|姓名|本人"
    )
    return read_each(values, _read_name, pl.String(), (plain & ~text.is_in(CHINESE_PLACEHOLDERS), text))


def name_alias(text: str) -> str | None:
    """The other name (小名, 曾用名) that stands in brackets beside a name, or None."""
    for inner in _bracketed(fold(text)):
        found = _OTHER_NAME.match(inner)
        candidate = found[2].strip() if found else inner
        if re.fullmatch(rf"[{CHINESE}·]{{2,6}}", candidate) and candidate not in (
            "户主",
            "已故",
            "残疾",
            "死亡",
            "本人",
            "去世",
        ):
            return candidate
    return None


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Standard characters for private, compatibility, traditional and variant ones; upper case."""
    converted: str = _simplifier().convert(text.translate(OTHER_CODES))
    return converted.translate(VARIANTS).upper()


def name_key(name: str) -> str:
    """What two spellings of one name have in common: standard characters, no dots and blanks."""
    return re.sub(r"[·\s]", "", simplified(MIDDLE_DOTS.sub("·", fold(name))))
