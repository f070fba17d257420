"""What a name is made of: surname, given name, pinyin; per distinct name, never per record."""

from __future__ import annotations

import os
from functools import cache

import numpy as np
import polars as pl

from pipelines.cleaning import name_key, other_name, simplified

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "端木",
        "东方",
        "独孤",
        "南宫",
        "西门",
        "轩辕",
        "钟离",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "太叔",
        "申屠",
        "仲孙",
        "鲜于",
        "闾丘",
        "呼延",
        "赫连",
        "拓跋",
        "司空",
        "第五",
        "百里",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
    ]
)
#: Readings of surnames that differ from the character's usual reading.
SURNAME_READINGS = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "曾": "zeng",
    "区": "ou",
    "查": "zha",
    "朴": "piao",
    "翟": "zhai",
    "盖": "ge",
    "任": "ren",
    "华": "hua",
    "覃": "qin",
    "尉": "wei",
    "万": "wan",
    "乐": "yue",
    "缪": "miao",
    "员": "yun",
    "召": "shao",
    "折": "she",
    "黑": "he",
    "秘": "bi",
    "冼": "xian",
    "祭": "zhai",
    "燕": "yan",
    "宁": "ning",
    "纪": "ji",
    "葛": "ge",
    "牟": "mu",
    "洗": "xian",
    "都": "du",
    "种": "chong",
    "繁": "po",
    "不": "fou",
    "长": "zhang",
    "石": "shi",
    "卜": "bu",
}
MIDDLE_DOT = "·"
#: Ends a name that stood in brackets beside another one, as offices write it: it is compared with names alone.
BESIDE = "（"
#: Names of common Chinese characters alone, up to so many of them, are read column by column; all others one by one.
PLAIN, LONGEST_PLAIN = r"^[\u4e00-\u9fff]+$", 4
PARTS = dict.fromkeys(("surname", "given", "pinyin", "letters", "first_part", "bare"), pl.String)


@cache
def _reading(character: str) -> str:
    # Imported late, and without its dictionary of phrases, which says nothing of one character and takes far longer.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin

    readings: list[str] = lazy_pinyin(character, style=Style.NORMAL, errors=lambda text: text.lower())
    return readings[0] if readings else character


def fold_reading(reading: str) -> str:
    """Folds what speakers of southern dialects do not tell apart: -ing/-in, -eng/-en, -ang/-an, zh/z, ch/c, sh/s."""
    folded = reading
    for retroflex, plain in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if folded.startswith(retroflex):
            folded = plain + folded[2:]
    if folded.startswith("n") and folded != "n":
        folded = "l" + folded[1:]
    return folded[:-1] if folded.endswith("ng") and folded[-3:-2] in "iea" else folded


def split_surname(name: str) -> int:
    """Characters of the surname: 2 for a compound one, 0 for a name written with a middle dot, else 1."""
    if MIDDLE_DOT in name:
        return 0
    return 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else min(1, len(name))


def comparison_key(name: str) -> str:
    """The folded name (pipelines.cleaning) with the middle dots kept: they part what a short form leaves off."""
    return MIDDLE_DOT.join(name_key(part) for part in name.split(MIDDLE_DOT))


def other_keys(names: pl.Series) -> pl.Series:
    """What `comparison_key` makes of the other name beside each of the distinct names as delivered, with BESIDE."""
    marked = names.filter(names.str.contains(r"[(（\[〔【{]|名|又叫").fill_null(False))
    found = {name: other for name in marked if (other := other_name(name))}
    keys = {name: comparison_key(other) + BESIDE for name, other in found.items()}
    return names.replace_strict(keys, default=None, return_dtype=pl.String)


def read_name(name: str) -> tuple[str, str, str, str, str, str]:
    """(surname, given name, folded pinyin, sorted characters, first part before a middle dot, name without dots)."""
    name = name.removesuffix(BESIDE)
    cut = split_surname(name)
    bare = name.replace(MIDDLE_DOT, "")
    readings = [_reading(character) for character in bare]
    if cut == 1:
        readings[0] = SURNAME_READINGS.get(name[0], readings[0])
    pinyin = " ".join(fold_reading(reading) for reading in readings)
    return name[:cut], name[cut:], pinyin, "".join(sorted(bare)), name.split(MIDDLE_DOT)[0], bare


def comparison_keys(names: pl.Series) -> pl.Series:
    """`comparison_key` of each of the distinct names.

    Names of Chinese characters alone need no folding, and are converted in one call: a line is a name.
    """
    is_plain = names.str.contains(PLAIN).fill_null(False)
    careful = names.filter(~is_plain).drop_nulls()
    lines = simplified(pl.select(pl.when(is_plain).then(names).otherwise(pl.lit(""))).to_series().str.join("\n").item())
    folded = pl.Series(lines.split("\n") if names.len() else [], dtype=pl.String)
    read = names.replace_strict(
        careful, pl.Series([comparison_key(name) for name in careful], dtype=pl.String), default=None
    )
    return pl.select(pl.when(is_plain).then(folded).otherwise(read).alias(names.name)).to_series()


def _sorted_letters(names: pl.Series) -> pl.Series:
    """The characters of each name in order; the names are of one length."""
    points = np.frombuffer("".join(names).encode("utf-32-le"), dtype=np.uint32).reshape(names.len(), -1)
    lines = np.full((names.len(), points.shape[1] + 1), ord("\n"), dtype=np.uint32)
    lines[:, :-1] = np.sort(points, axis=1)
    return pl.Series(lines.tobytes().decode("utf-32-le").split("\n")[:-1], dtype=pl.String)


def _read_plain(names: pl.Series) -> pl.DataFrame:
    """`read_name` of names that are PLAIN and of one length, column by column."""
    value, length = pl.col("value"), len(names[0])
    places = [names.str.slice(place, 1) for place in range(length)]
    usual = {character: fold_reading(_reading(character)) for character in pl.concat(places).unique()}
    of_surname = usual | {name: fold_reading(reading) for name, reading in SURNAME_READINGS.items()}
    is_compound = value.str.head(2).is_in(COMPOUND_SURNAMES) if length > 2 else pl.lit(False)
    readings = [place.replace_strict(usual, return_dtype=pl.String) for place in places]
    first = (
        pl.when(is_compound).then(readings[0]).otherwise(places[0].replace_strict(of_surname, return_dtype=pl.String))
    )
    return pl.DataFrame({"value": names}).select(
        surname=pl.when(is_compound).then(value.str.head(2)).otherwise(value.str.head(1)),
        given=pl.when(is_compound).then(value.str.slice(2)).otherwise(value.str.slice(1)),
        pinyin=pl.concat_str(first, *readings[1:], separator=" "),
        letters=_sorted_letters(names),
        first_part="value",
        bare="value",
    )


def name_parts(names: pl.Series) -> pl.DataFrame:
    """surname, given, pinyin, letters, first_part, bare and length of each of the distinct names, in their order."""
    frame = pl.DataFrame({"value": names}).with_row_index("place").with_columns(length=names.str.len_chars())
    is_plain = pl.col("value").str.contains(PLAIN) & (pl.col("length") <= LONGEST_PLAIN)
    careful = frame.filter(~is_plain)
    read = pl.DataFrame([read_name(name) for name in careful["value"]], schema=PARTS, orient="row")
    tables = [careful.hstack(read)]
    for _, plain in sorted(frame.filter(is_plain).group_by("length")):
        tables.append(plain.hstack(_read_plain(plain["value"])))
    return pl.concat(tables).sort("place").select(*PARTS, "length")


def name_vocabulary(names: pl.Series) -> pl.DataFrame:
    """One row per distinct name, sorted: value and its parts (see name_parts)."""
    values = names.drop_nulls().unique().sort().rename("value")
    return pl.DataFrame({"value": values}).hstack(name_parts(values))
