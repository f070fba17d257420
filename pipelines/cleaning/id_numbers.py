"""Resident identity numbers (GB 11643-1999): 18 characters, the last one a MOD 11-2 check digit (ISO 7064).

A number that cannot be used is null with a status that says why; unknown area codes are no reason, because areas are
renamed and abolished while their numbers live on.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import polars as pl

from pipelines.cleaning.reading import is_null_mark
from pipelines.cleaning.texts import INVISIBLE, PLACEHOLDERS

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
ID_STATUSES = (
    "valid",
    "missing",
    "placeholder",
    "precision_lost",
    "bad_length",
    "bad_checksum",
    "impossible_birth_date",
    "other_document",
)

#: Sequence numbers that 15-digit numbers kept for people born before 1900.
CENTENARIAN_SUFFIXES = ("996", "997", "998", "999")
EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR = 1850, 2099

#: Letters that are typed for the digits that they look like; the check digit says whether they were.
LOOKALIKES = {"O": "0", "О": "0", "〇": "0", "I": "1", "L": "1", "|": "1"}
_FEWEST_DIGITS = 8
_LOOKALIKE = r"^(?:[\dOО〇IL|]{17}[\dXOО〇IL|]|[\dOО〇IL|]{15})$"

SCIENTIFIC = r"^\d(\.\d+)?E\+?\d{1,2}$"
#: A disability certificate: ID number, kind and grade, then perhaps B and the number of the reissue.
CERTIFICATE = r"^\d{17}[\dX]\d{2}(B\d)?$"
#: Permits of Hong Kong, Macao and Taiwan residents, passports, foreigners' permanent residence, officers' certificates.
OTHER_DOCUMENT = (
    r"^([HM]\d{8,10}|[A-Z]{1,2}\d{6,9}|\d{8}|\d{10}\([A-Z]\)|[A-Z]{3}\d{12}"
    r"|.*(军|士|警|文|护照|通行证|居留).*\d{4,}号?)$"
)
NOTHING_WRITTEN = sorted(PLACEHOLDERS)
#: The same character throughout, or digits counted up: typed to satisfy a form.
TYPED_TO_FILL = ("123456789012345678", "123456789123456789", "12345678901234567X", "123456789012345", "1234567890")


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def to_18(number15: str) -> str:
    """The 18-character form of a 15-digit number: century 19, or 18 for the suffixes kept for centenarians."""
    century = "18" if number15[-3:] in CENTENARIAN_SUFFIXES else "19"
    first17 = number15[:6] + century + number15[6:]
    return first17 + check_digit(first17)


def to_15(number18: str) -> str | None:
    """The 15-digit form of an 18-character number; None for people who never had one."""
    number15 = number18[:6] + number18[8:17]
    return number15 if to_18(number15) == number18 else None


def first15(text: str) -> str | None:
    """The digits that survive of a number in scientific form (at most 15), or None when the text is not in that form.

    A spreadsheet keeps 15 digits and drops trailing zeros, so the answer may be shorter than 15.
    """
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper().lstrip("'")
    found = re.fullmatch(r"(\d)(?:\.(\d+))?E\+?17", folded)
    return (found[1] + (found[2] or ""))[:15] if found else None


#: What a clerk wrote before and behind a number.
_BEFORE = "(?:(?:居民|二代)?身份证号?码?|二代证|证件?号码?|号码|ID|SFZH?|NO|#)"
_BEHIND = r"(?:\((?:居民|二代)?(?:身份证|证)?\)?|\(?(?:本人|户主|长期|长期有效|有效期[^()]*)\)?)"


def fold_id_text(text: pl.Expr) -> pl.Expr:
    """An ID cell without blanks, invisible characters and the spreadsheet's apostrophe; digits narrow, x as X."""
    return (
        text.str.normalize("NFKC")
        .str.replace_all(rf"\s|{INVISIBLE.pattern}", "")
        .str.strip_chars("='`‘’\"“”[]【】。.,，;；:、")
        .str.replace(r"([\dX])[/?]+$", "${1}")
        .str.replace(r"^\((.*)\)$", "${1}")
        .str.to_uppercase()
        .str.replace("[ХΧ]$", "X")  # the Cyrillic and the Greek letter
        .str.replace(rf"^{_BEFORE}[:/|.#-]?(\d{{14,17}}[\dX])$", "${1}")
        .str.replace(rf"^(\d{{17}}[\dX]){_BEHIND}$", "${1}")
        .str.replace(r"^(\d{6})[-—./](\d{8})[-—./](\d{3}[\dX])$", "${1}${2}${3}")
        .str.replace(r"^(\d{15})\.0+$", "${1}")
    )


def _check_digits(number: pl.Expr) -> pl.Expr:
    """The check digit that the first 17 characters ask for; null when they are not digits."""
    weighted = pl.sum_horizontal(
        number.str.slice(place, 1).cast(pl.Int32, strict=False) * weight for place, weight in enumerate(WEIGHTS)
    )
    return (weighted % 11).replace_strict(dict(enumerate(CHECK_CHARACTERS)), return_dtype=pl.String, default=None)


def _checksum_holds(number: pl.Expr) -> pl.Expr:
    return (number.str.slice(17, 1) == _check_digits(number)).fill_null(False)


def _expand_15(number: pl.Expr) -> pl.Expr:
    century = pl.when(number.str.slice(12, 3).is_in(CENTENARIAN_SUFFIXES)).then(pl.lit("18")).otherwise(pl.lit("19"))
    first17 = pl.concat_str(number.str.slice(0, 6), century, number.str.slice(6, 9))
    return first17 + _check_digits(first17)


def _birth_date_possible(number: pl.Expr) -> pl.Expr:
    birth = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return birth.dt.year().is_between(EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR).fill_null(False)


def read_id_numbers(values: pl.Series) -> pl.DataFrame:
    """`value` (18 characters, valid, or null) and `status` (one of ID_STATUSES) for each delivered text.

    Most cells are plain valid numbers and are checked as a block of bytes; the others are read once per distinct text.
    """
    frame = pl.DataFrame({"text": values.cast(pl.String)})
    shaped = pl.col("text").str.contains("^[0-9]{17}[0-9X]$") & _birth_date_possible(pl.col("text"))
    is_valid = frame.select(shaped.fill_null(False)).to_series().to_numpy(writable=True)
    is_valid[is_valid] = _checks_of_plain(frame["text"].filter(pl.Series(is_valid)))
    frame = frame.with_columns(is_valid=is_valid)
    odd = frame.filter(~pl.col("is_valid")).select("text")
    read = odd.join(_read_odd(odd["text"].drop_nulls().unique()), on="text", how="left", maintain_order="left")
    read = read.select("odd_value", pl.col("status").fill_null("missing"))
    if read.is_empty():
        return frame.select(value="text", status=pl.lit("valid"))
    # Which of the odd texts is the row's; beside a valid one the one before, which is not looked at.
    place = (~frame["is_valid"]).cast(pl.UInt32).cum_sum().clip(1) - 1
    return frame.select(
        value=pl.when("is_valid").then("text").otherwise(read["odd_value"].gather(place)),
        status=pl.when("is_valid").then(pl.lit("valid")).otherwise(read["status"].gather(place)),
    )


def _checks_of_plain(numbers: pl.Series) -> np.ndarray:
    """Whether the check digit holds, for texts of exactly 17 digits and a digit or X."""
    text = numbers.str.join("").item() if numbers.len() else ""
    characters = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, 18)
    # Sums stay far below 2^24, so that single precision is exact; it multiplies several times as fast as integers do.
    weighted = (characters[:, :17].astype(np.float32) - ord("0")) @ np.array(WEIGHTS, dtype=np.float32)
    expected = np.frombuffer(CHECK_CHARACTERS.encode("ascii"), dtype=np.uint8)[weighted.astype(np.uint16) % 11]
    return np.asarray(characters[:, 17] == expected)


def _read_odd(texts: pl.Series) -> pl.DataFrame:
    """`text, odd_value, status` for distinct texts that are not plainly valid."""
    folded = pl.col("folded")
    frame = pl.DataFrame({"text": texts}).with_columns(fold_id_text(pl.col("text")).alias("folded"))
    frame = frame.with_columns(
        pl.when(folded.str.contains(_LOOKALIKE) & (folded.str.count_matches(r"\d") >= _FEWEST_DIGITS))
        .then(folded.str.replace_many(LOOKALIKES))
        .otherwise(folded)
        .alias("folded")
    )
    is_certificate = folded.str.contains(CERTIFICATE)
    frame = frame.with_columns(
        pl.when(folded.str.contains(r"^\d{15}$"))
        .then(_expand_15(folded))
        .when(folded.str.contains(r"^\d{17}[\dX]$"))
        .then(folded)
        .when(is_certificate)
        .then(folded.str.slice(0, 18))
        .alias("number")
    )
    number = pl.col("number")
    is_filler = folded.is_in(NOTHING_WRITTEN) | folded.is_in(TYPED_TO_FILL) | ~folded.str.contains(r"[1-9A-Z]")
    for digit in "123456789X":
        is_filler |= folded.str.contains(rf"^{digit}{{6,}}X?$")
    status = (
        pl.when(folded.is_null() | (folded == "") | is_null_mark(pl.col("text")))
        .then(pl.lit("missing"))
        .when(is_filler | ~folded.str.contains(r"\d"))
        .then(pl.lit("placeholder"))
        .when(folded.str.contains(SCIENTIFIC) | folded.str.contains(r"^\d{16,}\.\d*$"))
        .then(pl.lit("precision_lost"))
        .when(number.is_null() & (folded.str.contains(OTHER_DOCUMENT)))
        .then(pl.lit("other_document"))
        .when(number.is_null() & folded.str.contains(r"^\d{17}[^\d]$"))
        .then(pl.lit("bad_checksum"))
        .when(number.is_null())
        .then(pl.lit("bad_length"))
        .when(is_certificate & ~(_checksum_holds(number) & _birth_date_possible(number)))
        .then(pl.lit("other_document"))
        .when(~_birth_date_possible(number))
        .then(pl.lit("impossible_birth_date"))
        .when(~_checksum_holds(number))
        .then(pl.lit("bad_checksum"))
        .otherwise(pl.lit("valid"))
    )
    return frame.with_columns(status.alias("status")).select(
        "text", pl.when(pl.col("status") == "valid").then(number).alias("odd_value"), "status"
    )
