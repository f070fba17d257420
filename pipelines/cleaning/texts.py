"""Plain text and identifiers: width folding, blanks, invisible characters, broken encodings, placeholders."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from pipelines.cleaning.reading import Reading, read_each

#: Zero-width, byte order mark, soft hyphen, direction marks, variation selectors, control characters.
INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f\U000e0100-\U000e01ef\x00-\x08\x0b-\x1f\x7f]"
)
#: Full-width ASCII and the ideographic space; narrower than NFKC, which would also change rare characters of names.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
#: Text that was decoded with the wrong code page before it reached us.
MOJIBAKE = re.compile(
    "锟斤拷|锟斤|烫烫|屯屯|\ufffd|ï»¿|\\?{2,}"  # GBK and UTF-8 confused, empty memory, replacement marks
    "|[ÃÂäåæçèé][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # UTF-8 read as Latin
)
#: What offices write where they have nothing to write. Compared after folding and removal of blanks.
CHINESE_PLACEHOLDERS = (
    "无", "没有", "未办", "未办理", "未办证", "未上户", "暂无", "不详", "不明", "未知", "待补", "待补充", "待定",
    "未提供", "未填", "未填写", "空", "同上", "同前", "略", "保密", "查无", "无证", "无号码", "无电话", "无卡",
)  # fmt: skip
PLACEHOLDERS = frozenset(CHINESE_PLACEHOLDERS) | {
    "/", "\\", "//", "-", "--", "---", "—", "——", "―", "_", ".", "、", "。", "*", "**", "***",
    "〃", "〃〃", "″", "″″", "〞", "”", '"',
    "N/A", "#N/A", "NA", "(空)", "(空白)", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
}  # fmt: skip


#: A text that was exported as a formula, to keep a spreadsheet from turning it into a number: ="0012".
FORMULA = re.compile(r'^\s*=\s*"(.*)"\s*$', re.DOTALL)


def fold(text: str) -> str:
    """Narrow letters, no invisible characters, blanks collapsed, no leading apostrophe of a spreadsheet."""
    bare = FORMULA.sub(r"\1", INVISIBLE.sub("", text.translate(NARROW)))
    return " ".join(bare.split()).lstrip("'`").strip()


def squeeze(text: str) -> str:
    """NFKC without blanks, invisible characters and the spreadsheet's apostrophe: for codes, numbers and dates."""
    narrow = re.sub(r"\s", "", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return FORMULA.sub(r"\1", narrow).lstrip("'`‘’").strip("\"'")


#: What a hand leaves around a word or a number: quotation marks, and a stop behind it.
_QUOTES, _STOPS = "“”‘’\"'《》〈〉「」", "。.,，;；、:：!！"


def without_marks(text: str) -> str:
    """A text without quotation marks around it and stops behind it: 在保 of “在保”。."""
    return text.strip(_QUOTES).rstrip(_STOPS + _QUOTES).lstrip(_QUOTES)


def is_placeholder(text: str) -> bool:
    """Whether a folded text says that there is no value."""
    return text.replace(" ", "").upper() in PLACEHOLDERS


def _read_text(text: str) -> Reading:
    folded = fold(text)
    if not folded or is_placeholder(folded):
        return None, None  # an office that writes 无 into a remark has told us nothing, and nothing is wrong
    return (None, "mojibake") if MOJIBAKE.search(folded) else (folded, None)


#: What stands around a number and says only that it is one: NO.3405901012000058, 3405901012000058号.
_NUMBERED = re.compile(r"^(?:NO[.:]?|编号:?|证号:?)?([A-Z]{0,4}\d{4,})号?$")


def _read_identifier(text: str) -> Reading:
    folded = without_marks(squeeze(text).upper())
    folded = _NUMBERED.sub(r"\1", folded)
    if not folded or is_placeholder(folded):
        return None, None
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", folded):
        return None, "precision_lost"
    return (None, "mojibake") if MOJIBAKE.search(folded) else (folded, None)


def read_texts(values: pl.Series) -> pl.DataFrame:
    """Remarks, institutions, addresses: folded text. Problems: mojibake, too_long."""
    return read_each(values, _read_text, pl.String(), _plain(r"^[\u4e00-\u9fff][\u4e00-\u9fff0-9]{3,39}$"))


def read_identifiers(values: pl.Series) -> pl.DataFrame:
    """Case, vessel and unit numbers, plates: upper case without blanks. Problems: precision_lost, mojibake,
    too_long."""
    return read_each(values, _read_identifier, pl.String(), _plain(r"^([A-Z]{0,4}[0-9]{4,15}|[A-Z]{1,4}[0-9]{4,30})$"))


def _plain(pattern: str) -> tuple[pl.Expr, pl.Expr]:
    text = pl.col("text")
    return text.str.contains(pattern) & ~text.str.contains("锟|烫烫|屯屯"), text
