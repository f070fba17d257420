"""A flat table of mentions for linking alone, with its truth: three sources that know the same people differently."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.demo.mess import HARD, NORMAL, Clerk, Rates
from pipelines.demo.population import Person, Population, Settler, luhn_completed
from pipelines.demo.words import words

#: source -> (share of people it knows, columns it has)
SOURCES = {
    "civil_affairs": (0.85, frozenset(("sex", "birth_date", "town", "village", "address", "phone", "account_number"))),
    "rural_revitalisation": (0.7, frozenset(("sex", "birth_date", "town", "village", "address", "phone"))),
    "fishing_ban": (0.6, frozenset(("sex", "birth_date", "town", "village", "phone", "account_number"))),
}
RECORD = {
    "record_id": pl.Int64,
    "source": pl.String,
    "name": pl.String,
    "id_number": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "town": pl.String,
    "village": pl.String,
    "address": pl.String,
    "phone": pl.String,
    "account_number": pl.String,
}
TRUTH = {"record_id": pl.Int64, "person_uid": pl.Int64, "norm_id": pl.String, "difficulty": pl.String}


def make_flat(
    out: Path,
    persons: int = 40_000,
    seed: int = 1,
    difficulty: Literal["normal", "hard"] = "normal",
    as_of: date = date(2026, 10, 31),
    area_code: str | None = None,
) -> tuple[Path, Path]:
    """Writes `out/records.parquet` and `out/truth.parquet` and returns both paths.

    `area_code`: the first six digits of the ID numbers, those of the demo county by default.
    """
    rng = random.Random(seed)
    settler = Settler(rng, words(), as_of, area_code)
    population = settler.settle(persons)
    rates = HARD if difficulty == "hard" else NORMAL
    clerk = Clerk(rng, words(), rates)
    records: list[tuple[Any, ...]] = []
    truth: list[tuple[Any, ...]] = []
    for source, (share, columns) in SOURCES.items():
        for person in population.people:
            if rng.random() < share:
                record, true = _mention(rng, clerk, rates, population, person, columns)
                records.append((len(records), source, *record))
                truth.append((len(truth), *true))
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    paths = out / "records.parquet", out / "truth.parquet"
    for path, rows, schema in zip(paths, (records, truth), (RECORD, TRUTH), strict=True):
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)
    return paths


def _mention(
    rng: random.Random, clerk: Clerk, rates: Rates, population: Population, person: Person, columns: frozenset[str]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """One person as one source knows him or her; the truth beside it."""
    naming = clerk.naming(person, population.people[rng.randrange(len(population.people))])
    home = population.households[
        person.household if rng.random() >= rates.moved else rng.randrange(len(population.households))
    ]
    birth = person.birth if rng.random() >= rates.birth else clerk.birth(person.birth)[0]
    known: dict[str, Any] = {
        "sex": person.sex,
        "birth_date": birth,
        "town": home.town,
        "village": home.village,
        "address": home.address,
        "phone": person.phone,
        "account_number": person.account_number,
    }
    if rng.random() < rates.changed:
        known["phone"] = f"199{rng.randrange(10**8):08d}"
    if rng.random() < rates.changed:
        known["account_number"] = luhn_completed(f"6299{rng.randrange(10**14):014d}")
    cells = [value if column in columns and rng.random() >= rates.blank else None for column, value in known.items()]
    number = naming.id_number
    written = f"{number:.14E}" if isinstance(number, float) else number
    return (naming.name, written, *cells), (person.uid, naming.recovered_id, naming.difficulty)
