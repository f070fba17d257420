"""The lists of names and places of the made-up county, read once from `data/`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Words:
    """Everything the county is written with; `homophones` and the like map a character to its stand-ins."""

    surnames: tuple[str, ...]
    given: dict[str, tuple[str, ...]]
    popular: dict[str, tuple[str, ...]]
    minority: tuple[tuple[str, ...], tuple[str, ...]]
    homophones: dict[str, tuple[str, ...]]
    similar: dict[str, tuple[str, ...]]
    traditional: dict[str, tuple[str, ...]]
    places: dict[str, Any]


def _lines(file: str) -> list[str]:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _groups(file: str, both_ways: bool = True) -> dict[str, tuple[str, ...]]:
    """Character -> the other characters of its line (only from the first one when not `both_ways`)."""
    found: dict[str, set[str]] = {}
    for line in _lines(file):
        characters = line.split()
        for character in characters if both_ways else characters[:1]:
            found.setdefault(character, set()).update(set(characters) - {character})
    return {character: tuple(sorted(others)) for character, others in sorted(found.items()) if others}


@cache
def words() -> Words:
    men, women, both = (tuple(line.split()) for line in _lines("given_characters.txt"))
    popular = dict(line.split(": ") for line in _lines("popular_names.txt"))
    first, second = (tuple(line.split()) for line in _lines("minority_names.txt"))
    return Words(
        surnames=tuple(_lines("surnames.txt")[0].split()),
        given={"男": men + both, "女": women + both},
        popular={sex: tuple(names.split()) for sex, names in popular.items()},
        minority=(first, second),
        homophones=_groups("homophones.txt"),
        similar=_groups("similar_shapes.txt"),
        traditional=_groups("traditional.txt", both_ways=False),
        places=yaml.safe_load((FOLDER / "places.yaml").read_text(encoding="utf-8")),
    )
