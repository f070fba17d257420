"""Amounts of money (exact decimals of two places), counts and measures, as offices write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from pipelines.cleaning.numerals import NUMERALS, whole_number
from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import is_placeholder, squeeze

CENT = Decimal("0.01")
MONEY = pl.Decimal(14, 2)
#: Nobody is paid or owns more; eleven digits are a mobile phone's.
LARGEST = Decimal("9999999999.99")
_CURRENCY = re.compile(r"^(人民币|RMB|CNY|[¥￥$])+", re.IGNORECASE)
#: A zero as a spreadsheet's accounting format shows it.
_ZERO_SHOWN = re.compile(r"[¥￥$]-(?:\?\?)?")
#: The same without a currency: only the blanks that stand for sign and digits tell it from a dash for nothing.
_ZERO_PADDED = re.compile(r"^\s+-\s{2,}$")
_PER_PERIOD = re.compile(r"(?:[/每·•.]*(?:月|年|人|户|季|次))+$")
_MULTIPLIERS = {"万": 10_000, "萬": 10_000, "千": 1_000, "仟": 1_000, "百": 100, "佰": 100, "亿": 100_000_000}
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")
#: What is written in a declaration where there is none of a thing: an answer, not a gap.
_NONE_DECLARED = frozenset({"无", "没有", "无收入", "无此项", "零"})
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
#: What is written around an amount and changes nothing: 实发1056, 100(1人), 2860元(现金), 1056.-. A note that speaks of
#: another period, or that it was not paid, is none of these.
_BEFORE = re.compile(r"^(?:实发|实领|金额|共计?|合计|月)[::]?(?=[¥￥]?\d)")
_BEHIND = re.compile(r"(?<=[\d元])\((?:\d{1,2}人|[^()\d年季月未停退不欠原应待冻止]{1,8})\)$")
_STOPS_BEHIND = re.compile(r"(?<=\d)(?:\.[-—–=]|[—=。,;、]|(?<=\.\d\d)\.)+$")
#: 67+33 and 50*2 are worked out; a factor is a small number of months or persons.
_SUM, _PRODUCT = re.compile(r"\d+(?:\.\d+)?(?:\+\d+(?:\.\d+)?)+"), re.compile(r"(\d+(?:\.\d+)?)[*×](\d{1,2})")
#: A sum that is spread over its months, or a month's that makes the year's.
_RECKONED = re.compile(r"(.+元)([÷×])(3|4|12)")
#: A stop in another script for the decimal point, and the letter for a zero.
_OTHER_POINT = re.compile(r"(?<=\d)[。·](?=\d{1,2}$)")
_LETTER_ZERO = re.compile(r"^[\dOo.,]*\d[\dOo.,]*$")
#: Numbers with a blank between them: two amounts, or an amount and a month. Signs set apart (1 0 5 6) are one number.
_APART = re.compile(r"\d\s+\d")
_SET_APART = re.compile(r"\d(?:\s+[\d.])+")


def _squeezed(text: str) -> str:
    return squeeze(_ZERO_PADDED.sub("0", text))


def _unsigned(text: str) -> Decimal | None:
    """The amount that a text without sign and currency writes."""
    text = _OTHER_POINT.sub(".", re.sub(r"[整正]$", "", text))
    if _LETTER_ZERO.fullmatch(text):
        text = re.sub("[Oo]", "0", text)
    if _SUM.fullmatch(text):
        return sum(map(Decimal, text.split("+")), Decimal(0))
    if found := _PRODUCT.fullmatch(text):
        return Decimal(found[1]) * int(found[2])
    if found := _RECKONED.fullmatch(text):
        base = _unsigned(found[1])
        return None if base is None else base / int(found[3]) if found[2] == "÷" else base * int(found[3])
    # 元 / 角 / 分: 叁佰元伍角, 12元5角
    if found := re.fullmatch(r"(.+?)[元圆块](?:(.)角)?零?(?:(.)分)?", text):
        whole, dime, cent = _unsigned(found[1]), _digit(found[2]), _digit(found[3])
        return (
            None if whole is None or dime is None or cent is None else whole + Decimal(dime) / 10 + Decimal(cent) / 100
        )
    if found := re.fullmatch(r"(\d+)分", text):
        return Decimal(found[1]) / 100
    if re.fullmatch(rf"[{NUMERALS}萬億貳陸參]+", text):
        value = whole_number(text)
        return None if value is None else Decimal(value)
    if len(text) > 1 and text[-1] in _MULTIPLIERS:
        base = _unsigned(text[:-1])
        return None if base is None else base * _MULTIPLIERS[text[-1]]
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if _NUMBER.fullmatch(text) or re.fullmatch(r"\d(\.\d+)?[Ee][+-]?\d{1,2}", text):
        return Decimal(text)
    return None


def _digit(text: str | None) -> int | None:
    return 0 if text is None else int(text) if text.isdecimal() else whole_number(text)


def _signed(text: str) -> tuple[Decimal | None, str]:
    folded = squeeze(text).replace("−", "-").replace("–", "-").replace("﹣", "-")
    negative = False
    if found := re.fullmatch(r"\((.+)\)", folded):
        negative, folded = True, found[1]
    if _ZERO_SHOWN.fullmatch(folded):
        return Decimal(0), "0"
    folded = _BEFORE.sub("", _BEHIND.sub("", _STOPS_BEHIND.sub("", folded)))
    folded = _CURRENCY.sub("", re.sub(r"^每(月|年|人|户)+(?=.)", "", folded).replace("(元)", "元"))
    if folded.startswith(("-", "+", "负")) and len(folded) > 1:
        negative, folded = negative ^ (folded[0] != "+"), folded[1:]
    folded = _PER_PERIOD.sub("", _CURRENCY.sub("", folded))
    amount = _unsigned(folded)
    return (None if amount is None else -amount if negative else amount), folded


def _read_signed(text: str) -> Reading:
    narrow = unicodedata.normalize("NFKC", text).strip()
    if _APART.search(narrow) and not _SET_APART.fullmatch(narrow):
        return None, "unreadable"
    squeezed = _squeezed(text)
    if not squeezed:
        return None, None
    if is_placeholder(squeezed):
        return None, "placeholder"
    amount, _ = _signed(squeezed)
    if amount is None:
        return None, "unreadable"
    rounded = amount.quantize(CENT, ROUND_HALF_UP) if abs(amount) <= LARGEST else None
    return (rounded, None) if rounded is not None and abs(rounded) <= LARGEST else (None, "out_of_range")


def _read_unsigned(text: str) -> Reading:
    amount, problem = _read_signed(text)
    return (None, "negative") if amount is not None and amount < 0 else (amount, problem)


_PLAIN_MONEY = (
    pl.col("text").str.contains(r"^[￥¥]?(\d{1,10}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?元?$"),
    pl.col("text").str.replace_all("[￥¥,元]", "").str.to_decimal(scale=2),
)


_PLAIN_COUNT = (pl.col("text").str.contains(r"^\d{1,9}$"), pl.col("text").cast(pl.Int64, strict=False))


def read_amounts(values: pl.Series) -> pl.DataFrame:
    """Yuan as decimal(14,2). Problems: placeholder, unreadable, negative, out_of_range."""
    return read_each(values, _read_unsigned, MONEY, _PLAIN_MONEY)


def read_signed_amounts(values: pl.Series) -> pl.DataFrame:
    """Yuan that may be a loss (net income). Problems: placeholder, unreadable, out_of_range."""
    return read_each(values, _read_signed, MONEY, _PLAIN_MONEY)


def _of_declaration(read: Callable[[str], Reading]) -> Callable[[str], Reading]:
    return lambda text: (0, None) if squeeze(text) in _NONE_DECLARED else read(text)


def read_declared_amounts(values: pl.Series) -> pl.DataFrame:
    """As read_amounts, for what is declared: 无 is zero."""
    return read_each(values, _of_declaration(_read_unsigned), MONEY, _PLAIN_MONEY)


def read_declared_signed_amounts(values: pl.Series) -> pl.DataFrame:
    """As read_signed_amounts, for what is declared: 无 is zero."""
    return read_each(values, _of_declaration(_read_signed), MONEY, _PLAIN_MONEY)


def _read_count(text: str) -> Reading:
    squeezed = _squeezed(text)
    if not squeezed:
        return None, None
    if is_placeholder(squeezed):
        return None, "placeholder"
    amount, _ = _signed(re.sub(r"(?<=.)[人口户辆套台个处位名间]+$", "", squeezed))
    if amount is None or amount != amount.to_integral_value() or abs(amount) > 10**9:
        return None, "unreadable"
    return (int(amount), None) if amount >= 0 else (None, "negative")


def read_counts(values: pl.Series) -> pl.DataFrame:
    """Counts of people or things as whole numbers. Problems: placeholder, unreadable, negative."""
    return read_each(values, _read_count, pl.Int64(), _PLAIN_COUNT)


def read_declared_counts(values: pl.Series) -> pl.DataFrame:
    """As read_counts, for what is declared: 无 is zero."""
    return read_each(values, _of_declaration(_read_count), pl.Int64(), _PLAIN_COUNT)


def _read_number(text: str) -> Reading:
    squeezed = _squeezed(text)
    if not squeezed:
        return None, None
    if is_placeholder(squeezed):
        return None, "placeholder"
    # The column's own unit may be repeated in the cell; it changes nothing.
    squeezed = re.sub(r"(?<=[元万])[整正]$", "", squeezed)
    bare = re.sub(r"(?<=.)(平方米|平米|平方|㎡|m2|M2|万元人民币|万人民币|万元|万)$", "", squeezed)
    amount, _ = _signed(bare)
    if amount is None or bare.endswith("亿"):
        return None, "unreadable"
    if bare.endswith("元"):  # only capital is money, and its column counts in 10,000 yuan
        amount /= 10_000
    return (float(amount), None) if amount >= 0 else (None, "negative")


def read_numbers(values: pl.Series) -> pl.DataFrame:
    """Measures (square metres, capital in 10,000 yuan) in the unit of the column. Problems as for amounts."""
    text = pl.col("text")
    plain = (text.str.contains(r"^\d{1,12}(\.\d{1,6})?$"), text.cast(pl.Float64, strict=False))
    return read_each(values, _read_number, pl.Float64(), plain)
