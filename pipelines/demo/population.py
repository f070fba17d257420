"""People and their households: who lives where, is married to whom, was born and died when.

Nothing here knows of benefits, registers or files.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.demo.id_numbers import Registrar
from pipelines.demo.words import Words

#: kind of household -> share
HOUSEHOLD_KINDS = {"single": 0.13, "couple": 0.22, "nuclear": 0.36, "three": 0.18, "lone_parent": 0.06, "skip": 0.05}


@dataclass(slots=True)
class Person:
    uid: int
    name: str
    id_number: str
    sex: str
    birth: date
    household: int
    phone: str
    account_number: str
    bank: str
    death: date | None = None
    spouse: int | None = None
    father: int | None = None
    mother: int | None = None
    married_on: date | None = None


@dataclass(slots=True)
class Household:
    number: int
    town: str
    village: str
    group_no: int
    house: int
    area_type: str
    head: int = -1
    members: list[int] = field(default_factory=list)
    relations: dict[int, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        if self.area_type == "城市":
            return f"{self.town}{self.village}{self.group_no}栋{self.house}室"
        return f"{self.town}{self.village}{self.group_no}组{self.house}号"


@dataclass
class Population:
    people: list[Person]
    households: list[Household]
    villages: list[tuple[str, str]]
    as_of: date

    def household_of(self, uid: int) -> Household:
        return self.households[self.people[uid].household]

    def age(self, uid: int) -> int:
        return age_at(self.people[uid].birth, self.as_of)

    def is_alive(self, uid: int) -> bool:
        return self.people[uid].death is None


def age_at(birth: date, day: date) -> int:
    """Completed years of life."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def luhn_completed(digits: str) -> str:
    """The digits with their Luhn check digit."""
    doubled = (int(c) * (2 if i % 2 == 0 else 1) for i, c in enumerate(reversed(digits)))
    return digits + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


class Settler:
    """Fills the county household by household until the wished number of people is reached."""

    def __init__(self, rng: random.Random, words: Words, as_of: date, area_code: str | None = None) -> None:
        self.rng, self.words, self.as_of = rng, words, as_of
        self.registrar = Registrar(area_code or words.places["area_code"], rng)
        self.surname_weights = [1 / (rank + 4) for rank in range(len(words.surnames))]
        villages = _villages(words, random.Random(self.registrar.area_code))
        self.population = Population([], [], villages, as_of)

    def settle(self, persons: int) -> Population:
        kinds, shares = list(HOUSEHOLD_KINDS), list(HOUSEHOLD_KINDS.values())
        while len(self.population.people) < persons:
            getattr(self, "_" + self.rng.choices(kinds, shares)[0])(self._new_household())
        self._let_some_die()
        return self.population

    # one kind of household each -------------------------------------------------------------------------------
    def _single(self, home: Household) -> None:
        self._head(home, self.rng.choice("男女"), self.rng.randint(45, 93))

    def _couple(self, home: Household) -> None:
        man = self._head(home, "男", self.rng.choice((self.rng.randint(24, 34), self.rng.randint(55, 88))))
        self._wife(home, man)

    def _nuclear(self, home: Household) -> None:
        man = self._head(home, "男", self.rng.randint(27, 52))
        self._children(home, man, self._wife(home, man), self.rng.choice((1, 1, 2, 2, 3)))

    def _three(self, home: Household) -> None:
        man = self._head(home, "男", self.rng.randint(28, 52))
        self._children(home, man, self._wife(home, man), self.rng.choice((1, 2, 2)))
        father = self._parent(home, man, "男") if self.rng.random() < 0.7 else None
        mother = self._parent(home, man, "女") if father is None or self.rng.random() < 0.7 else None
        if father and mother:
            self._marry(father, mother)

    def _lone_parent(self, home: Household) -> None:
        parent = self._head(home, self.rng.choice("男女"), self.rng.randint(28, 50))
        self._children(home, parent, None, self.rng.choice((1, 2)))

    def _skip(self, home: Household) -> None:
        """Grandparents with a grandchild whose parents are gone."""
        man = self._head(home, "男", self.rng.randint(55, 76))
        self._wife(home, man)
        sex = self.rng.choice("男女")
        name = self._surname_of(man) + self._given(sex)
        self._person(home, name, sex, self._born(self.rng.randint(2, 17)), "孙子" if sex == "男" else "孙女")

    # people ---------------------------------------------------------------------------------------------------
    def _head(self, home: Household, sex: str, age: int) -> Person:
        person = self._person(home, self._full_name(sex), sex, self._born(age), "户主")
        home.head = person.uid
        return person

    def _wife(self, home: Household, man: Person) -> Person:
        """Married in: a surname of her own."""
        age = max(20, age_at(man.birth, self.as_of) - self.rng.randint(-2, 5))
        wife = self._person(home, self._full_name("女"), "女", self._born(age), "配偶")
        self._marry(man, wife)
        return wife

    def _marry(self, man: Person, wife: Person) -> None:
        man.spouse, wife.spouse = wife.uid, man.uid
        grown = max(man.birth, wife.birth) + timedelta(days=365 * 21)
        day = grown + timedelta(days=self.rng.randint(30, 365 * 4))
        man.married_on = wife.married_on = min(day, self.as_of - timedelta(days=40))

    def _parent(self, home: Household, of: Person, sex: str) -> Person:
        age = age_at(of.birth, self.as_of) + self.rng.randint(21, 33)
        name = self._surname_of(of) + self._given(sex) if sex == "男" else self._full_name(sex)
        parent = self._person(home, name, sex, self._born(age), "父亲" if sex == "男" else "母亲")
        if sex == "男":
            of.father = parent.uid
            if self.rng.random() < 0.05:  # fathers and sons that share a character
                parent.name = of.name[:-1] + self.rng.choice(self.words.given["男"])
        else:
            of.mother = parent.uid
        return parent

    def _children(self, home: Household, parent: Person, wife: Person | None, count: int) -> None:
        mother = wife or (parent if parent.sex == "女" else None)
        youngest_parent = min(age_at(p.birth, self.as_of) for p in (parent, mother or parent))
        before: Person | None = None
        for _ in range(count):
            sex = self.rng.choice("男女")
            given = self._given(sex)
            birth = self._born(self.rng.randint(0, max(1, min(24, youngest_parent - 20))))
            if before is not None and self.rng.random() < 0.05:  # twins
                birth = before.birth
                given = before.name[1:-1] + self.rng.choice(self.words.given[sex])
            elif before is not None and self.rng.random() < 0.03:  # siblings whose names sound alike
                given = before.name[1:-1] + self.rng.choice(self.words.homophones.get(before.name[-1], (given[-1],)))
            child = self._person(home, self._surname_of(parent) + given, sex, birth, "之子" if sex == "男" else "之女")
            child.father = parent.uid if parent.sex == "男" else None
            child.mother = mother.uid if mother else None
            before = child

    def _person(self, home: Household, name: str, sex: str, birth: date, relation: str) -> Person:
        people = self.population.people
        uid = len(people)
        phone = f"199{self.rng.randrange(10**8):08d}"
        bank = self.rng.choice(self.words.places["banks"])
        account = luhn_completed(f"6299{uid % 10**7:07d}{self.rng.randrange(10**7):07d}")
        if home.members and (age_at(birth, self.as_of) < 18 or self.rng.random() < 0.3):
            phone = people[home.members[0]].phone
        if home.members and self.rng.random() < 0.12:
            bank, account = people[home.members[0]].bank, people[home.members[0]].account_number
        person = Person(uid, name, self.registrar.issue(birth, sex), sex, birth, home.number, phone, account, bank)
        people.append(person)
        home.members.append(uid)
        home.relations[uid] = relation
        return person

    def _born(self, age: int) -> date:
        return self.as_of - timedelta(days=int(age * 365.25) + self.rng.randrange(1, 360))

    def reissue(self, person: Person, birth: date) -> None:
        """Give a person another birth date, and the number that goes with it."""
        person.birth = birth
        person.id_number = self.registrar.issue(birth, person.sex)

    # names and places -----------------------------------------------------------------------------------------
    def _surname_of(self, person: Person) -> str:
        two = person.name[:2]
        return two if two in self.words.surnames else person.name[:1]

    def _full_name(self, sex: str) -> str:
        if self.rng.random() < 0.004:
            first, second = self.words.minority
            return f"{self.rng.choice(first)}·{self.rng.choice(second)}"
        return self.rng.choices(self.words.surnames, self.surname_weights)[0] + self._given(sex)

    def _given(self, sex: str) -> str:
        if self.rng.random() < 0.07:
            return self.rng.choice(self.words.popular[sex])
        characters = self.words.given[sex]
        if self.rng.random() < 0.15:
            return self.rng.choice(characters)
        return self.rng.choice(characters) + self.rng.choice(characters)

    def _new_household(self) -> Household:
        town, village = self.rng.choice(self.population.villages)
        area = "城市" if town in self.words.places["urban_towns"] else "农村"
        number = len(self.population.households)
        home = Household(number, town, village, self.rng.randint(1, 14), self.rng.randint(1, 90), area)
        self.population.households.append(home)
        return home

    def _let_some_die(self) -> None:
        """Deaths of the last 500 days, more likely with age; nobody's household dies out."""
        for person in self.population.people:
            age = age_at(person.birth, self.as_of)
            if self.rng.random() < (0.001 if age < 60 else 0.012 if age < 75 else 0.06):
                person.death = max(person.birth, self.as_of - timedelta(days=self.rng.randrange(0, 500)))


def _villages(words: Words, rng: random.Random) -> list[tuple[str, str]]:
    """Eleven villages a town; some names occur in two towns."""
    found = []
    for town in words.places["towns"]:
        if town in words.places["urban_towns"]:
            found += [(town, stem + "社区") for stem in words.places["community_stems"]]
        else:
            found += [(town, stem + "村") for stem in sorted(rng.sample(words.places["village_stems"], 11))]
    return found
