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
_LABEL = r"\s*(?:小名|曾用名|又名|原名|别名|乳名|旧名|俗名|又叫)(?:为|叫|[:：])?\s*"
_OTHER_NAME = re.compile(f"^{_LABEL}(.+)$")
#: The other name without brackets: 张三又名李四, 张三,曾用名:李四.
_BESIDE = re.compile(f"(?<=[{CHINESE}]{{2}})[\\s,;、]*{_LABEL}([{CHINESE}·]{{2,12}})$")
#: A woman known by her family, or by her husband's and her own: 王氏, 张王氏.
_FAMILY = re.compile(f"[{CHINESE}]?([{CHINESE}])氏")
#: What stands in brackets behind a name and is no name.
_REMARK = re.compile(
    "户主|已故|残疾|死亡|本人|去世|病故|死者|低保|特困|五保|孤儿|监护人|代理人|代领|代领人|领取人|联系人|申请人|经办人|配偶|妻子|丈夫|父亲|母亲|儿子|女儿"
    "|儿媳|女婿|长子|次子|三子|长女|次女|三女|孙子|孙女|之子|之女|之妻|之夫|父子|母子|夫妻|双胞胎|迁出|迁入|注销|新增|停发|离婚|离异|丧偶"
    "|已婚|未婚|退休|党员|村主任|书记|会计|组长|同名|重名|男性|女性|精神|智力|肢体|视力|听力|[一二三四]级"
)
#: A number before a name: 1、张三.
_ORDINAL = re.compile(rf"^\(?\d{{1,4}}\)?[、.．,\s]*(?=[{CHINESE}])")
_TITLE = re.compile(
    r"^(户主|姓名|申请人|本人)[:：]|(?<=..)[\s\-—]*(户主|先生|女士|同志|已故|本人|代领)$|(?<=..)[(].*$"
    rf"|(?<=[{CHINESE}]{{2}})[\s,\-—]+由?[{CHINESE}]{{2,4}}代领?$"
)
#: A mark behind a name that tells namesakes apart: 张三①, 张三A, 张三一号, 张三小1.
_NAMESAKE = re.compile(rf"(?<=[{CHINESE}]{{2}})\s*(?:[①-⑳]|[A-D]|[一二三四五]号|[大小老]\d)$")
#: What stands in a name's cell when the cells of a row were moved or exchanged, or where the row is no person's.
NO_NAMES = (
    "户主", "本人", "姓名", "男", "女", "男性", "女性", "配偶", "妻子", "丈夫", "之妻", "之夫", "父亲", "母亲",
    "之父", "之母", "儿子", "女儿", "之子", "之女", "长子", "次子", "三子", "长女", "次女", "三女", "孙子", "孙女",
    "儿媳", "女婿", "兄弟", "姐妹", "作废", "小计", "分计", "合计", "总计", "备注", "以下空白", "接上页", "转下页",
    "法定代表人", "经营者", "负责人",
)  # fmt: skip
#: A name of which only a part is shown: **三, 李*, 欧阳*娜, 阿不都·*. A star behind a whole name is an office's mark.
_MASKED = re.compile(
    r"^[*＊]+.|[*＊]+[^*＊\s]|·[*＊]+$"
    r"|^(?:.|欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|长孙|宇文|呼延)[*＊]+$"
)
#: What stands under the names in a line of sums: 117人.
_COUNTED = re.compile(r"[\d,]+\s*[人户名个元]")
_SEX_BEHIND = re.compile(rf"^([{CHINESE}]{{2,4}})\s+[男女]$")
_SEVERAL = re.compile(r"等\s*[\d一二两三四五六七八九十]*\s*[人户口]|[、,;/&]")
#: Code points of an office's system or of an older standard -> the character that they are.
OTHER_CODES = private_use() | compatibility()
#: Forms that opencc leaves apart, for comparison only: variant -> standard character.
VARIANTS = variants()


_QUOTES = " “”‘’《》〈〉「」"


def _bracketed(name: str) -> list[str]:
    return [found.strip() for found in _BRACKETS.findall(name) if found.strip()]


def _bare(name: str) -> str:
    """A folded name without brackets, titles, marks and blanks between Chinese characters."""
    name = _SEX_BEHIND.sub(r"\1", _ORDINAL.sub("", name))
    name = _BESIDE.sub("", MIDDLE_DOTS.sub("·", _BRACKETS.sub("", name)))
    name = _TITLE.sub("", name.strip(_QUOTES)).strip(_QUOTES)
    name = _NAMESAKE.sub("", name)
    half = len(name) // 2
    name = name[:half] if half > 1 and name[:half] == name[half:] else name
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
    if _MASKED.search(folded) or _COUNTED.fullmatch(folded):
        return None, "unreadable"
    if _SEVERAL.search(bare):
        return None, "several_persons"
    if is_placeholder(bare) or bare in NO_NAMES or bare.lower() in ("male", "female"):
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
    plain &= ~text.is_in([*CHINESE_PLACEHOLDERS, *NO_NAMES]) & ~text.str.contains("号$|代领$")
    is_doubled = (text.str.len_chars() == 4) & (text.str.slice(0, 2) == text.str.slice(2, 2))
    return read_each(values, _read_name, pl.String(), (plain & ~is_doubled, text))


def other_name(text: str) -> str | None:
    """The other name (小名, 曾用名, a maiden name) that an office wrote beside a name, in brackets or after 又名.

    A given name in brackets behind a woman's family (王氏（桂花）) is her whole name with that surname.
    """
    folded = fold(text).translate(OTHER_CODES)
    beside = _BESIDE.search(_BRACKETS.sub("", folded))
    for inner in [*_bracketed(folded), *([beside[1]] if beside else [])]:
        found = _OTHER_NAME.match(inner)
        candidate = MIDDLE_DOTS.sub("·", found[1] if found else inner).strip()
        if not re.fullmatch(rf"[{CHINESE}·]{{2,12}}", candidate) or _REMARK.fullmatch(candidate):
            continue
        family = _FAMILY.fullmatch(_bare(folded))
        return family[1] + candidate if family and len(candidate) <= 2 and candidate[0] != family[1] else candidate
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
