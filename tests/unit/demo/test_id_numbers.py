from __future__ import annotations

import random
from datetime import date

import pytest

from pipelines.demo.id_numbers import Registrar, check_character, is_valid, to_15_digits


def test_check_character_by_hand() -> None:
    """7*3+9*4+10*0+5*5+8*9+4*0+2*1+1*9+6*9+3*0+7*0+9*1+10*0+5*1+8*0+4*0+2*1 = 235; 235 mod 11 = 4 -> '8'."""
    assert check_character("34059019900101001") == "8"


@pytest.mark.parametrize(
    "number", ["340590199001010017", "34059019900101001", "34059019900230001X", "３40590199001010018"]
)
def test_refuses_wrong_numbers(number: str) -> None:
    assert not is_valid(number)


def test_registrar_issues_each_number_once_with_the_sex_in_it() -> None:
    registrar = Registrar("340590", random.Random(1))
    men = [registrar.issue(date(1980, 5, 6), "男") for _ in range(498)]
    women = [registrar.issue(date(1980, 5, 6), "女") for _ in range(498)]
    assert len({*men, *women}) == 996
    assert max(number[14:17] for number in men + women) == "995"  # the rest was kept for centenarians
    assert all(is_valid(number) for number in men + women)
    assert all(int(number[16]) % 2 == 1 for number in men)
    assert all(int(number[16]) % 2 == 0 for number in women)
    with pytest.raises(ValueError, match="no number is left"):
        registrar.issue(date(1980, 5, 6), "男")


def test_old_form() -> None:
    assert to_15_digits("340590199001010018") == "340590900101001"
