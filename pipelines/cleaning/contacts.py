"""Phones, bank accounts and certificate numbers, and the mask under which such values are shown."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from pipelines.cleaning.id_numbers import CERTIFICATE
from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import fold, is_placeholder, squeeze, without_marks

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE, _LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"0\d{9,11}|[2-8]\d{6,7}")
#: What a clerk wrote beside an account: the bank in brackets, the word for it.
_ABOUT_ACCOUNT = re.compile(
    r"^(?:银行|社保|惠农|惠民)?(?:(?:卡|账|帐|折)号?[:：]?|一卡通[:：]?|[\u4e00-\u9fff]{2,8}(?:行|社)[:：]?)(?=\d)|[(（][^()（）\d]*[)）]$"
)
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 30


def _is_filler(digits: str) -> bool:
    return len(set(digits)) == 1 or "1234567890123456789012345678901234567890".startswith(digits)


def _read_phone(text: str) -> Reading:
    folded = fold(unicodedata.normalize("NFKC", text))
    if not folded:
        return None, None
    if is_placeholder(folded) or not re.search(r"\d", folded):
        return None, "placeholder" if is_placeholder(folded) else "unreadable"
    if _SCIENTIFIC.fullmatch(folded.replace(" ", "")):
        return None, "precision_lost"
    whole = [re.sub(r"\.0+$", "", folded)]
    for part in (*whole, *re.split(r"[/、,，;；\s]+|或", folded)):
        digits = re.sub(r"\D", "", part)
        digits = re.sub(r"^(0086|86)(?=1[3-9]\d{9}$)", "", digits)
        if digits and _is_filler(digits):
            return None, "placeholder"
        if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
            return digits, None
    return None, "unreadable"


def read_phones(values: pl.Series) -> pl.DataFrame:
    """One number in digits; of several the first that can be one. Problems: placeholder, precision_lost,
    unreadable."""
    text = pl.col("text")
    plain = text.str.contains(r"^1[3-9][0-9]{9}$") & ~text.str.contains(r"^13{10}$")
    return read_each(values, _read_phone, pl.String(), (plain, text))


def _read_account(text: str) -> Reading:
    squeezed = _ABOUT_ACCOUNT.sub("", re.sub(r"[-_]|\.0+$", "", without_marks(squeeze(text))))
    if not squeezed:
        return None, None if not squeeze(text) else "placeholder"
    if is_placeholder(squeezed):
        return None, "placeholder"
    if _SCIENTIFIC.fullmatch(squeezed) or re.fullmatch(r"\d{16,}\.0*", squeeze(text)):
        return None, "precision_lost"
    if not squeezed.isascii() or not squeezed.isdigit():
        return None, "unreadable"
    if _is_filler(squeezed):
        return None, "placeholder"
    return (squeezed, None) if SHORTEST_ACCOUNT <= len(squeezed) <= LONGEST_ACCOUNT else (None, "bad_length")


def read_accounts(values: pl.Series) -> pl.DataFrame:
    """Bank accounts in digits. Problems: placeholder, precision_lost, unreadable, bad_length."""
    text = pl.col("text")
    return read_each(values, _read_account, pl.String(), (text.str.contains(r"^6[0-9]{15,18}$"), text))


def _read_certificate(text: str) -> Reading:
    squeezed = squeeze(text).upper()
    if not squeezed:
        return None, None
    if is_placeholder(squeezed) or _is_filler(squeezed):
        return None, "placeholder"
    if _SCIENTIFIC.fullmatch(squeezed):
        return None, "precision_lost"
    return (squeezed, None) if re.fullmatch(CERTIFICATE, squeezed) else (None, "bad_length")


def read_certificates(values: pl.Series) -> pl.DataFrame:
    """Disability certificates: 20 characters, or 22 after a reissue. Problems: placeholder, precision_lost,
    bad_length."""
    return read_each(values, _read_certificate, pl.String())


def mask(text: str | None) -> str | None:
    """A number as it may be shown: the first three and last two characters, nothing of a short one."""
    if text is None or not re.search(r"\d", text):
        return text
    return text[:3] + "*" * (len(text) - 5) + text[-2:] if len(text) >= 10 else "*" * len(text)
