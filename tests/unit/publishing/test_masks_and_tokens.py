"""Personal values that leave the house."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipelines.publishing import Tokens, mask_account_number, mask_id_number, mask_phone, mask_text
from pipelines.publishing.masks import compare_birth_dates, compare_id_numbers, without_birth_date

NUMBER = "340590195503124527"


def _check_character(first: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11]


def test_more_than_a_thousand_numbers_fit_the_mask() -> None:
    masked, start = mask_id_number(NUMBER), date(1930, 1, 1)
    days = (start + timedelta(days=number) for number in range(365 * 90))
    candidates = [day for day in days if _check_character(f"{masked[:6]}{day:%Y%m%d}{masked[14:17]}") == masked[17]]
    assert masked == "340590********4527"
    assert len(candidates) > 1000


@pytest.mark.parametrize(
    ("value", "masked"),
    [(None, ""), ("", ""), ("340590550312452", "340590*****2452"), ("3.42601E+17", "*********17"), ("未办", "**")],
)
def test_odd_id_numbers_are_masked_too(value: str | None, masked: str) -> None:
    assert mask_id_number(value) == masked


def test_a_public_mask_hides_the_sequence_too() -> None:
    assert mask_id_number(NUMBER, public=True) == "340590************"


def test_accounts_and_phones_show_their_last_four() -> None:
    assert mask_account_number("6217900000000001234") == "尾号1234"
    assert mask_account_number("123") == "****"
    assert mask_phone("13800001234") == "138****1234"


def test_id_numbers_in_a_sentence_are_masked_and_other_numbers_stay() -> None:
    text = f"{NUMBER}与{NUMBER}x,低保证号3405901022000001,金额1200元"
    assert mask_text(text) == "340590********4527与340590********4527x,低保证号3405901022000001,金额1200元"


def test_a_sentence_for_a_worklist_tells_no_birth_date() -> None:
    assert (
        without_birth_date("甲出生于1946年11月1日,已于2026年9月9日死亡")
        == "甲出生于(日期见来源行),已于2026年9月9日死亡"
    )
    assert without_birth_date("出生日期:1946-11-01") == "出生日期:(日期见来源行)"


def test_differences_are_told_without_the_values() -> None:
    assert compare_birth_dates(date(1955, 3, 12), date(1955, 12, 3)) == "月、日不同"
    assert compare_birth_dates(None, date(1955, 3, 12)) == "一方缺失"
    assert compare_id_numbers(NUMBER, NUMBER.replace("4527", "4627")) == "第16位不同"
    assert compare_id_numbers(NUMBER, "340590550312452") == "位数不同"


def test_tokens_differ_by_recipient_and_by_key_and_stay_otherwise() -> None:
    bureau, other, rotated = Tokens(b"a" * 32), Tokens(b"a" * 32, "statistics"), Tokens(b"b" * 32)
    assert bureau(NUMBER) == Tokens(b"a" * 32)(NUMBER)
    tokens = {made(NUMBER) for made in (bureau, other, rotated)}
    assert len(tokens) == 3
    assert bureau.key_id == other.key_id != rotated.key_id
    assert bureau(None) is None
    assert not [token for token in tokens if token is None or NUMBER[:8] in token]
