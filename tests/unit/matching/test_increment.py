"""A night beside the one before gives exactly what a full run gives, whatever changed in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.matching import Linkage, blocking, collective, increment, link_mentions, load_model, shared_numbers
from pipelines.matching.increment import DRIFTED, MANY_CHANGES, NO_STATE, OTHER_VERSIONS, Night, link_night
from pipelines.matching.model import Model
from pipelines.matching.population import Population
from pipelines.matching.state import State

KEY = b"a key for tests only, 32 bytes!!"
Rows = dict[str, dict[str, Any]]

NAMES = [
    "王建国",
    "王健国",
    "王建",
    "陈佳欣",
    "陈佳怡",
    "李秀兰",
    "李秀",
    "阿依古丽·买买提",
    "阿依古丽",
    "何永胜",
    None,
]
NUMBERS = [f"3405901968{month:02}17{order}?" for month in (8, 9) for order in (200, 235, 239, 301)]
NUMBERS += ["34059019120506122?", "34059020120506122?"]
PLACES = [
    {"town": "柳河镇", "village": "塘口村"},
    {"town": "柳河镇", "village": "东桥村"},
    {"address": "柳河镇塘口村3组12号"},
    {},
]


class World:
    """A small county whose rows change from night to night, by a seed."""

    def __init__(self, seed: int, build: Callable[[Rows], pl.DataFrame]) -> None:
        self.random, self.build = random.Random(seed), build
        self.rows: Rows = {}
        self.removed: Rows = {}
        self.verdicts: list[tuple[str, str, str]] = []
        self.count = 0
        for _ in range(30):
            self.add()

    def _number(self) -> str | None:
        pick = self.random.random()
        number = self.random.choice(NUMBERS)
        if pick < 0.5:
            return number
        if pick < 0.6:
            return number[:15] + str(self.random.randrange(10)) + number[16:17] + "0"
        if pick < 0.7:
            return f"{number[0]}.{number[1:15]}E+17"
        return number[:14] + "000" + "?" if pick < 0.76 else None

    def _values(self) -> dict[str, Any]:
        chance = self.random
        feed = chance.choice(["dibao", "payment", "roster"])
        case = chance.choice([None, None, f"{feed}:A{chance.randrange(4)}"])
        return {
            "name": chance.choice(NAMES[:-1]),
            "name_delivered": chance.choice([None, None, None, "何氏（永胜）", "李秀（陈佳怡）"]),
            "id_number": self._number(),
            "birth_date": chance.choice(["1968-08-17", "1968-01-01", "1968-09-17", "1912-05-06", None, None]),
            "sex": chance.choice(["男", "女", None]),
            "phone": chance.choice(["13900001111", "13900002222", None, None]),
            "account_number": chance.choice(["6217000012345678", None, None]),
            "feed": feed,
            "section": chance.choice([None, None, "城市"]),
            "case_key": case,
            "shared_key": chance.choice([None, None, f"{feed}:U{chance.randrange(4)}"]),
            "vessel_number": chance.choice([None, None, None, "皖渔1"]),
            "certificate_number": chance.choice([None] * 6 + ["34059019680817235943B1"]),
            "relation_to_head": chance.choice(["户主", "配偶", None]) if case else None,
            "role": chance.choice(["self", "self", "self", "head"]) if case else "self",
            "is_repeat": chance.random() < 0.1,
            **chance.choice(PLACES),
        }

    def add(self) -> None:
        self.count += 1
        name = f"m{self.random.randrange(10**6):06}{self.count}"
        values = self._values()
        if self.random.random() < 0.3:  # a registration of two: one row, two roles
            first, second = self.random.choice([("husband", "wife"), ("self", "child"), ("self", "head")])
            self.rows[f"{name}#a"] = {**values, "row_id": name, "role": first}
            self.rows[f"{name}#b"] = {**values, **self._values(), "row_id": name, "role": second}
        else:
            self.rows[name] = values

    def remove(self) -> None:
        name = self.random.choice(list(self.rows))
        self.removed[name] = self.rows.pop(name)

    def bring_back(self) -> None:
        if self.removed:
            name = self.random.choice(list(self.removed))
            self.rows[name] = self.removed.pop(name)

    def change(self) -> None:
        row = self.rows[self.random.choice(list(self.rows))]
        values = self._values()
        column = self.random.choice([name for name in values if name not in ("role", "is_repeat")])
        row[column] = values[column]

    def swap_numbers(self) -> None:
        one, other = (self.rows[self.random.choice(list(self.rows))] for _ in range(2))
        one["id_number"], other["id_number"] = other.get("id_number"), one.get("id_number")

    def move(self) -> None:
        one, other = (self.rows[self.random.choice(list(self.rows))] for _ in range(2))
        for column in ("case_key", "shared_key", "town", "village", "address"):
            one[column] = other.get(column)

    def deliver_again(self) -> None:
        row = self.random.choice(list(self.rows.values()))
        self.count += 1
        self.rows[f"r{self.count}"] = {**{k: v for k, v in row.items() if k != "row_id"}, "is_repeat": True}

    def flood(self) -> None:
        number = self.random.choice(NUMBERS)
        for row in self.random.sample(list(self.rows.values()), min(6, len(self.rows))):
            row["id_number"] = number

    def judge(self) -> None:
        one, other = (self.random.choice(list(self.rows)) for _ in range(2))
        if one != other:
            self.verdicts.append((one, other, self.random.choice(["same", "different", "unsure"])))

    def think_again(self) -> None:
        if self.verdicts:
            self.verdicts.pop(self.random.randrange(len(self.verdicts)))

    def night(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(mentions, verdicts) after one to four changes, in any order."""
        steps = [
            self.add, self.remove, self.bring_back, self.change, self.change, self.swap_numbers, self.move,
            self.deliver_again, self.flood, self.judge, self.judge, self.think_again,
        ]  # fmt: skip
        for _ in range(self.random.randrange(1, 5)):
            self.random.choice(steps)()
        mentions = self.build({name: dict(values) for name, values in self.rows.items()})
        mentions = mentions[self.random.sample(range(mentions.height), mentions.height)]
        schema = dict.fromkeys(["mention_id_l", "mention_id_r", "verdict"], pl.String)
        return mentions, pl.DataFrame(self.verdicts, schema=schema, orient="row")


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> Model:
    """Limits so low that they are crossed to and fro, and an increment that never gives up."""
    monkeypatch.setattr(increment, "LARGEST_CHANGE", float("inf"))
    monkeypatch.setattr(Population, "has_drifted", lambda *_: False)
    monkeypatch.setattr(shared_numbers, "MOST_NAMES", 5)
    for module in (blocking, collective):
        monkeypatch.setattr(module, "LARGEST_CONTEXT", 4)
    model = load_model()
    return replace(model, limits={**model.limits, "block_rows": 9, "block_pairs": 150, "cluster_nodes": 5})


def assert_same(one: Linkage, other: Linkage) -> None:
    for field in fields(Linkage):
        if field.name != "population":
            assert_frame_equal(getattr(one, field.name), getattr(other, field.name), check_exact=True)


def nights(seed: int, count: int, model: Model, build: Callable[[Rows], pl.DataFrame]) -> list[Night]:
    """So many nights, each held against a full run with its population."""
    world, found = World(seed, build), list[Night]()
    for _ in range(count):
        mentions, verdicts = world.night()
        last = found[-1] if found else None
        earlier = last.linkage.identity if last else None
        state = State.from_frames(last.state.frames()) if last else None
        night = link_night(mentions, model, key=KEY, verdicts=verdicts, state=state)
        whole = link_mentions(
            mentions, model, key=KEY, previous=earlier, verdicts=verdicts, population=night.linkage.population
        )
        assert_same(night.linkage, whole)
        found.append(night)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_every_night_is_that_of_a_full_run(
    seed: int, small_limits: Model, mentions_of: Callable[[Rows], pl.DataFrame]
) -> None:
    found = nights(seed, 6, small_limits, mentions_of)
    assert [night.reason for night in found] == [NO_STATE] + [""] * 5
    assert sum(night.linkage.scored_pairs.height for night in found[1:]) > 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_nights_are_those_of_full_runs(
    seed: int, small_limits: Model, mentions_of: Callable[[Rows], pl.DataFrame]
) -> None:
    model = small_limits if seed % 2 else load_model()
    assert all(night.reason == "" for night in nights(seed, 12, model, mentions_of)[1:])


def test_a_night_without_a_change_compares_nothing(
    small_limits: Model, mentions_of: Callable[[Rows], pl.DataFrame]
) -> None:
    mentions, _ = World(1, mentions_of).night()
    one = link_night(mentions, small_limits, key=KEY)
    kept = State.from_frames(one.state.frames())
    other = link_night(mentions.reverse(), small_limits, key=KEY, state=kept)
    assert (one.reason, one.changed, one.compared) == (NO_STATE, mentions.height, one.linkage.scored_pairs.height)
    assert (other.reason, other.changed, other.compared) == ("", 0, 0)
    assert_frame_equal(other.linkage.scored_pairs, one.linkage.scored_pairs, check_exact=True)
    assert one.linkage.scored_pairs.height > 0


def test_the_first_row_and_the_last(mentions_of: Callable[[Rows], pl.DataFrame], small_limits: Model) -> None:
    rows: Rows = {"a": {"name": "王建国", "id_number": NUMBERS[0]}}
    night = link_night(mentions_of({}), small_limits, key=KEY)
    for present in (rows, {}, rows | {"b": {"name": "王建国", "birth_date": "1968-08-17"}}):
        mentions = mentions_of({name: dict(values) for name, values in present.items()})
        earlier = night.linkage.identity
        night = link_night(mentions, small_limits, key=KEY, state=night.state)
        whole = link_mentions(mentions, small_limits, key=KEY, previous=earlier, population=night.linkage.population)
        assert_same(night.linkage, whole)
        assert night.reason == ""


def owners(count: int, **more: dict[str, Any]) -> Rows:
    """So many owners of numbers, and others."""
    numbers = [f"340590196808{1 + i // 9:02}23{i % 9}?" for i in range(count)]
    return {
        f"o{i:02}": {"name": f"王{chr(0x4E00 + i)}", "id_number": number} for i, number in enumerate(numbers)
    } | more


@pytest.mark.parametrize(
    ("rows", "changes", "reason"),
    [
        (owners(40, x={"name": "王一"}), {}, ""),
        (owners(41), {}, ""),
        (owners(30), {}, DRIFTED),
        (owners(40, x={"name": "王一"}), {"key": b"another key for tests, 32 bytes!"}, OTHER_VERSIONS),
        (owners(40, x={"name": "王一"}), {"model": replace(load_model(), known_share=0.5)}, OTHER_VERSIONS),
        ({name: {**row, "phone": "13900001111"} for name, row in owners(40).items()}, {}, MANY_CHANGES),
    ],
)
def test_when_everything_is_compared_it_says_why(
    rows: Rows, changes: dict[str, Any], reason: str, mentions_of: Callable[[Rows], pl.DataFrame]
) -> None:
    first = link_night(mentions_of(owners(40)), load_model(), key=KEY)
    options = {"model": load_model(), "key": KEY} | changes
    night = link_night(mentions_of(rows), **options, state=first.state)
    assert night.reason == reason
    keeps = reason in ("", MANY_CHANGES)
    assert (night.linkage.population is first.linkage.population) is keeps
    kept = {"population": first.linkage.population} if keeps else {}
    whole = link_mentions(mentions_of(rows), **options, **kept, previous=first.linkage.identity)
    assert_same(night.linkage, whole)
