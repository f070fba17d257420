from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import ID_STATUSES, check_digit, first15, read_id_numbers, to_15, to_18

AREA = "340590"
VALID = to_18(f"{AREA}620312001")
#: As a spreadsheet leaves it; one in eleven such numbers passes the checksum by chance.
ROUNDED = next(f"{AREA}19620312{n}00000" for n in range(9) if check_digit(f"{AREA}19620312{n}00") != "0")[:15] + "000"


def read(text: str | None) -> tuple[str | None, str]:
    return read_id_numbers(pl.Series([text], dtype=pl.String)).row(0)


births = st.dates(date(1900, 1, 1), date(1999, 12, 31))
sequences = st.integers(0, 995).map(lambda n: f"{n:03d}")


@given(births, sequences)
def test_15_digits_become_18_and_come_back(birth: date, sequence: str) -> None:
    number15 = f"{AREA}{birth:%y%m%d}{sequence}"
    assert to_15(to_18(number15)) == number15
    assert read(number15) == (to_18(number15), "valid")
    assert read(to_18(number15)) == (to_18(number15), "valid")


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), sequences, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_never_valid(birth: date, sequence: str, place: int, shift: int) -> None:
    number = f"{AREA}{birth:%Y%m%d}{sequence}"
    number += check_digit(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    value, status = read(wrong)
    assert value is None
    assert status in ("bad_checksum", "impossible_birth_date")


@given(st.text(max_size=30))
def test_any_text_has_a_status_and_only_a_valid_one_has_a_value(text: str) -> None:
    value, status = read(text)
    assert status in ID_STATUSES
    assert (value is not None) == (status == "valid")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, "missing"),
        ("", "missing"),
        ("　\u200b", "missing"),
        ("无", "placeholder"),
        ("未办", "placeholder"),
        ("/", "placeholder"),
        ("同上", "placeholder"),
        ("0" * 18, "placeholder"),
        ("1" * 18, "placeholder"),
        ("123456789012345678", "placeholder"),
        ("0" * 15, "placeholder"),
        ("3.42601E+17", "precision_lost"),
        ("3.40590196203120E+17", "precision_lost"),
        (f"{VALID[:15]}000.0", "precision_lost"),
        (VALID[:17], "bad_length"),
        (VALID + "1", "bad_length"),
        (VALID[:8], "other_document"),
        (VALID[:17] + "*", "bad_checksum"),
        (ROUNDED, "bad_checksum"),
        (f"{AREA}19620231001X", "impossible_birth_date"),
        (f"{AREA}621301001", "impossible_birth_date"),
        ("H12345678", "other_document"),
        ("E12345678", "other_document"),
        ("军字第1234567号", "other_document"),
        (f"{AREA}19620312001143", "other_document"),
    ],
)
def test_why_a_number_cannot_be_used(text: str | None, status: str) -> None:
    assert read(text) == (None, status)


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        f" {VALID} ",
        f"'{VALID}",
        f"{VALID[:6]} {VALID[6:14]} {VALID[14:]}",
        f"{VALID}\t",
        f"[{VALID}]",
        f"（{VALID}）",
        f"{VALID}。",
        f"{VALID}（身份证）",
        f"身份证号：{VALID}",
        f"{VALID[:6]}-{VALID[6:14]}-{VALID[14:]}",
        f"\ufeff{VALID}",
        f"{VALID}43",
        f"{VALID}43B1",
        VALID.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
        f"{VALID[:6]}{VALID[8:17]}.0",
    ],
)
def test_spelling_does_not_make_a_number_unusable(text: str) -> None:
    assert read(text) == (VALID, "valid")


def test_check_character_may_be_small_or_wide() -> None:
    number = next(f"{AREA}19620312{n:03d}X" for n in range(999) if check_digit(f"{AREA}19620312{n:03d}") == "X")
    assert [read(number[:17] + x)[0] for x in "xXｘＸ"] == [number] * 4


def test_people_born_before_1900_kept_a_suffix() -> None:
    assert read(f"{AREA}981231996")[0][6:14] == "18981231"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("3.40590196203121E+17", "340590196203121"),
        ("3.4059e+17", "34059"),
        ("'3.40590196203121E17", "340590196203121"),
        (VALID, None),
        ("3.4E+10", None),
    ],
)
def test_digits_that_survive_scientific_form(text: str, digits: str | None) -> None:
    assert first15(text) == digits


def test_a_cyrillic_letter_at_the_end_is_the_check_digit() -> None:
    number = next(n for n in (to_18(f"{AREA}620312{k:03d}") for k in range(1, 99)) if n.endswith("X"))
    assert read(f"{number[:17]}\u0425") == (number, "valid")


def test_a_dash_elsewhere_than_between_the_parts_is_no_mark() -> None:
    assert read(f"{VALID[:5]}-{VALID[5:]}") == (None, "bad_length")
