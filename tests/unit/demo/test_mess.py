from __future__ import annotations

import random
from datetime import date

import pytest

from pipelines.demo.id_numbers import is_valid
from pipelines.demo.mess import Clerk, RoundedNumber
from pipelines.demo.population import luhn_completed
from pipelines.demo.words import words

NUMBER = "340590199001010018"


@pytest.fixture
def clerk() -> Clerk:
    return Clerk(random.Random(1), words())


@pytest.mark.parametrize("kind", ["typo", "swap"])
def test_mistyped_numbers_are_never_valid(clerk: Clerk, kind: str) -> None:
    for _ in range(300):
        written, recovered = clerk.id_number(NUMBER, kind)
        assert isinstance(written, str)
        assert written != NUMBER
        assert not is_valid(written)
        assert recovered is None


@pytest.mark.parametrize("kind", ["format", "15"])
def test_other_forms_are_recovered(clerk: Clerk, kind: str) -> None:
    for _ in range(50):
        written, recovered = clerk.id_number(NUMBER, kind)
        assert written != NUMBER
        assert recovered == NUMBER


def test_rounded_number_keeps_fifteen_digits(clerk: Clerk) -> None:
    written, recovered = clerk.id_number(NUMBER, "rounded")
    assert isinstance(written, RoundedNumber)
    assert f"{written:.14E}" == "3.40590199001010E+17"
    assert recovered is None


def test_names_change_and_minority_names_keep_their_first_part(clerk: Clerk) -> None:
    written = {clerk.name("张建国")[0] for _ in range(200)}
    assert len(written) > 5
    assert "张建国" not in written
    for _ in range(50):
        assert clerk.name("艾尔肯·托合提")[0].startswith("艾尔肯")


def test_birth_becomes_lunar_or_swapped(clerk: Clerk) -> None:
    seen = {clerk.birth(date(1962, 9, 13)) for _ in range(60)}
    assert (date(1962, 8, 15), "lunar") in seen
    assert (date(1990, 3, 12), "swapped") in {clerk.birth(date(1990, 12, 3)) for _ in range(60)}


def test_luhn() -> None:
    assert luhn_completed("7992739871") == "79927398713"
