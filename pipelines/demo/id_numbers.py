"""ID numbers of the synthetic area: issued, shortened to 15 digits and checked (GB 11643-1999).

Written without the cleaning room, so that a mistake there is not repeated in the truth.
"""

from __future__ import annotations

import random
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
FIRST_OF_CENTENARIANS = 996


def check_character(first_17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def is_valid(number: str) -> bool:
    """Whether 18 characters have a right check character and a possible birth date."""
    if len(number) != 18 or not number[:17].isdigit() or not number.isascii():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[17] == check_character(number[:17])


def to_15_digits(number: str) -> str:
    """The old form: no century, no check character."""
    return number[:6] + number[8:17]


class Registrar:
    """Issues numbers; none is issued twice."""

    def __init__(self, area_code: str, rng: random.Random) -> None:
        self.area_code = area_code
        self.rng = rng
        self.issued: set[str] = set()

    def issue(self, birth: date, sex: str) -> str:
        """A new number; the 17th digit is odd for men, even for women. Raises when a day's numbers are used up.

        996 to 999 were kept for centenarians: in 15 digits they say that the century is 18.
        """
        stem = self.area_code + birth.strftime("%Y%m%d")
        odd = 1 if sex == "男" else 0
        start = self.rng.randrange(500)
        for step in range(500):
            sequence = (start + step) % 500 * 2 + odd
            first_17 = f"{stem}{sequence:03d}"
            if sequence < FIRST_OF_CENTENARIANS and first_17 not in self.issued:
                self.issued.add(first_17)
                return first_17 + check_character(first_17)
        raise ValueError(f"no number is left for a birth on {birth}")
