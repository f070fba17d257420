"""Chinese numerals: digits read one by one (二〇二四), and numbers with units (叁仟贰佰, 十五, 一万二)."""

from __future__ import annotations

DIGITS = dict(zip("〇零○O一二三四五六七八九", "0000123456789", strict=True)) | dict(
    zip("壹贰叁肆伍陆柒捌玖两", "1234567892", strict=True)
)
UNITS = "十百千万亿拾佰仟"
NUMERALS = "".join(DIGITS).replace("O", "") + UNITS + "廿卅"
#: Forms that the library does not know.
_SIMPLE = str.maketrans(
    {
        "○": "零",
        "〇": "零",
        "廿": "二十",
        "卅": "三十",
        "两": "二",
        "萬": "万",
        "億": "亿",
        "貳": "贰",
        "陸": "陆",
        "參": "叁",
    }
)


def spoken_digits(text: str) -> str | None:
    """Digits read one by one as Arabic digits, or None when the text holds anything else."""
    return "".join(DIGITS[character] for character in text) if text and all(c in DIGITS for c in text) else None


def whole_number(text: str) -> int | None:
    """The whole number that Chinese numerals write, or None when they write none."""
    if not text:
        return None
    if all(character in DIGITS for character in text):
        digits = spoken_digits(text)
        return int(digits) if digits else None
    import cn2an  # imported late: it lays out tables for a fifth of a second

    try:
        return int(cn2an.cn2an(text.translate(_SIMPLE), "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None
