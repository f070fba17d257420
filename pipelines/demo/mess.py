"""How clerks misspell: one person's name, ID number and birth date, and the other values of a row.

The rates are shares of the namings. What a careful reader can recover is kept beside what is written.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from lunardate import LunarDate

from pipelines.demo.id_numbers import is_valid, to_15_digits
from pipelines.demo.population import Person
from pipelines.demo.rows import Naming
from pipelines.demo.words import Words

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
PLACEHOLDERS = ("无", "未办", "不详", "/", "000000000000000000", "111111111111111111")


@dataclass(frozen=True)
class Rates:
    """Shares of namings that are spoilt in each way."""

    id_format: float = 0.022
    id_15: float = 0.008
    id_missing: float = 0.014
    id_typo: float = 0.009
    id_swap: float = 0.004
    id_rounded: float = 0.004
    id_truncated: float = 0.0015
    id_other: float = 0.0015
    name: float = 0.025
    birth: float = 0.015
    moved: float = 0.02
    blank: float = 0.02
    changed: float = 0.1  # another phone or account than elsewhere


NORMAL = Rates()
HARD = Rates(0.05, 0.02, 0.25, 0.05, 0.02, 0.03, 0.01, 0.002, 0.15, 0.08, 0.15, 0.35, 0.5)


class RoundedNumber(float):
    """A number that a spreadsheet rounded to 15 digits."""


class Clerk:
    """Writes namings; `in_order` writes everything right (for rows that must be certain)."""

    def __init__(self, rng: random.Random, words: Words, rates: Rates = NORMAL) -> None:
        self.rng, self.words, self.rates = rng, words, rates
        self.id_kinds = [
            (kind, getattr(rates, f"id_{kind}"))
            for kind in ("format", "15", "missing", "typo", "swap", "rounded", "truncated", "other")
        ]
        self.id_trouble = sum(rate for _, rate in self.id_kinds)

    def naming(self, person: Person, other: Person | None = None) -> Naming:
        """One person as written; `other` is somebody whose number may be taken by mistake."""
        name, name_tag = self.name(person.name) if self.rng.random() < self.rates.name else (person.name, "ok")
        if self.rng.random() >= self.id_trouble:
            return Naming(name, person.id_number, person.id_number, "ok", name_tag)
        kinds, shares = zip(*self.id_kinds, strict=True)
        kind = self.rng.choices(kinds, shares)[0]
        if kind == "other":
            if other is None or other.id_number == person.id_number:
                return Naming(name, person.id_number, person.id_number, "ok", name_tag)
            return Naming(name, other.id_number, other.id_number, "other", name_tag)
        number, recovered = self.id_number(person.id_number, kind)
        return Naming(name, number, recovered, kind, name_tag)

    def id_number(self, number: str, kind: str) -> tuple[str | float | None, str | None]:
        """What is written for a number, and what can be recovered from it."""
        rng = self.rng
        if kind == "15" and number[6:8] != "19":
            kind = "format"
        if kind == "format":
            return self._other_format(number), number
        if kind == "15":
            return to_15_digits(number), number
        if kind == "rounded":
            return RoundedNumber(number[:15] + "000"), None
        if kind == "truncated":
            return number[:17], None
        if kind == "missing":
            return (None if rng.random() < 0.6 else rng.choice(PLACEHOLDERS)), None
        wrong = number
        while wrong == number or is_valid(wrong):
            place = rng.randrange(6, 17) if kind == "typo" else rng.randrange(6, 16)
            if kind == "typo":
                wrong = number[:place] + str((int(number[place]) + rng.randint(1, 9)) % 10) + number[place + 1 :]
            else:
                wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
                if len(set(number[6:17])) == 1:
                    break
        return wrong, None

    def _other_format(self, number: str) -> str:
        kind = self.rng.randrange(5)
        if kind == 0 and number.endswith("X"):
            return number[:17] + "x"
        return (
            "'" + number,
            number.translate(FULL_WIDTH),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f" {number} ",
            number + "\u200b",
        )[kind]

    def name(self, name: str) -> tuple[str, str]:
        """A misspelt name and the way it was misspelt; one that offers no way stays as it is."""
        ways = [self._homophone, self._similar, self._traditional, self._spaced, self._alias]
        if "·" in name:
            ways = [self._other_dot, self._short_form]
        self.rng.shuffle(ways)
        for way in ways:
            written = way(name)
            if written and written != name:
                return written, way.__name__.lstrip("_")
        return name, "ok"

    def _replaced(self, name: str, table: dict[str, tuple[str, ...]], first: int) -> str | None:
        places = [i for i in range(first, len(name)) if name[i] in table]
        if not places:
            return None
        place = self.rng.choice(places)
        return name[:place] + self.rng.choice(table[name[place]]) + name[place + 1 :]

    def _homophone(self, name: str) -> str | None:
        return self._replaced(name, self.words.homophones, 1)

    def _similar(self, name: str) -> str | None:
        return self._replaced(name, self.words.similar, 1)

    def _traditional(self, name: str) -> str | None:
        return self._replaced(name, self.words.traditional, 0)

    def _spaced(self, name: str) -> str | None:
        return f"{name[0]}\u3000{name[1]}" if len(name) == 2 else None

    def _alias(self, name: str) -> str | None:
        nickname = self.rng.choice("小阿大") + name[-1]
        return (
            f"{name}({nickname})"
            if self.rng.random() < 0.4
            else f"{name}（曾用名：{name[0]}{self.rng.choice(self.words.given['男'])}）"
        )

    def _other_dot(self, name: str) -> str | None:
        return name.replace("·", self.rng.choice(("•", "・", ".", "")))

    def _short_form(self, name: str) -> str | None:
        return name.split("·")[0]

    def birth(self, day: date) -> tuple[date, str]:
        """The lunar date taken for a solar one, or day and month exchanged, where that gives a date."""
        if self.rng.random() < 0.65:
            lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
            try:
                return date(lunar.year, lunar.month, lunar.day), "lunar"
            except ValueError:
                return day - timedelta(days=1), "slip"
        if day.day <= 12 and day.day != day.month:
            return date(day.year, day.day, day.month), "swapped"
        return day.replace(year=day.year - 1, day=min(day.day, 28)), "slip"
