"""The county's books while they are written: the population, the rows by feed, the standards and the calendar."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.demo.population import Household, Population
from pipelines.demo.rows import Row
from pipelines.demo.words import Words

#: (programme, area type, yuan a month, effective from); the newest one up to the month is in force.
STANDARDS = (
    ("dibao", "城市", 602, "2020-07"),
    ("dibao", "农村", 521, "2020-07"),
    ("tekun", "城市", 845, "2020-07"),
    ("tekun", "农村", 733, "2020-07"),
    ("dibao", "城市", 735, "2024-07"),
    ("dibao", "城市", 772, "2025-07"),
    ("dibao", "城市", 806, "2026-07"),
    ("dibao", "农村", 655, "2024-07"),
    ("dibao", "农村", 691, "2025-07"),
    ("dibao", "农村", 728, "2026-07"),
    ("tekun", "城市", 1003, "2025-07"),
    ("tekun", "城市", 1048, "2026-07"),
    ("tekun", "农村", 899, "2025-07"),
    ("tekun", "农村", 947, "2026-07"),
    ("orphan", "城市", 1100, "2020-07"),
    ("orphan", "农村", 1100, "2020-07"),
)


def month_of(day: date, back: int = 0) -> str:
    """`YYYY-MM` of a day, some months back."""
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def standard_in_force(programme: str, area_type: str, as_of: date) -> int:
    """Yuan a month; the newest one up to the month of `as_of`. ValueError for a date before the first standard."""
    due = [s for s in STANDARDS if s[:2] == (programme, area_type) and s[3] <= month_of(as_of)]
    if not due:
        raise ValueError(f"the county has no standard before {min(s[3] for s in STANDARDS)}; choose a later date")
    return max(due, key=lambda s: s[3])[2]


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for a 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


@dataclass
class County:
    population: Population
    rng: random.Random
    words: Words
    as_of: date
    rows: dict[str, list[Row]] = field(default_factory=dict)
    #: members of assistance units: their registers are written with the unit, modestly
    assisted: set[int] = field(default_factory=set)
    #: people that a planted case uses; no second plan touches them
    taken: set[int] = field(default_factory=set)
    #: dibao case in 渐退 -> the day on which that began; earlier deliveries show it as 在保 before
    tapering_since: dict[str, date] = field(default_factory=dict)

    def add(self, feed: str, values: dict[str, Any], /, **persons: int) -> Row:
        row = Row(feed, values, persons)
        self.rows.setdefault(feed, []).append(row)
        return row

    def standard(self, programme: str, area_type: str) -> int:
        return standard_in_force(programme, area_type, self.as_of)

    def person_block(self, uid: int) -> dict[str, Any]:
        person, home = self.population.people[uid], self.population.household_of(uid)
        return {
            "sex": person.sex,
            "birth_date": person.birth,
            "town": home.town,
            "village": home.village,
            "group_no": home.group_no,
            "address": home.address,
            "phone": person.phone,
        }

    def account_block(self, uid: int) -> dict[str, Any]:
        person = self.population.people[uid]
        return {"bank": person.bank, "account_number": person.account_number}

    def free_homes(self) -> list[Household]:
        """Households of which nobody is assisted or taken yet, in a random order."""
        used = self.assisted | self.taken
        homes = [home for home in self.population.households if not used.intersection(home.members)]
        self.rng.shuffle(homes)
        return homes

    def living(self, home: Household) -> list[int]:
        return [uid for uid in home.members if self.population.is_alive(uid)]

    def pay(
        self,
        uid: int,
        programme: str,
        amount: int,
        months: range | tuple[int, ...] = (2, 1, 0),
        account_of: int | None = None,
    ) -> list[Row]:
        """Payments of one person for the months so many back."""
        home = self.population.household_of(uid)
        account = self.account_block(uid if account_of is None else account_of)
        return [
            self.add(
                "payment",
                {
                    **account,
                    "programme": programme,
                    "paid_month": month_of(self.as_of, back),
                    "amount": amount,
                    "town": home.town,
                    "village": home.village,
                },
                self=uid,
            )
            for back in months
        ]
