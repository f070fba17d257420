"""The two makers: a county's deliveries with truth, and a flat table of mentions for linking alone."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.demo import benefits, life_events, planted, support, wealth
from pipelines.demo.county import County
from pipelines.demo.deliveries import deliver, write_reference
from pipelines.demo.mess import Clerk
from pipelines.demo.population import Settler
from pipelines.demo.spelling import add_unusable_rows, confuse_identities, spell
from pipelines.demo.truth import write_truth
from pipelines.demo.units import write_units
from pipelines.demo.words import words

DEFAULT_AS_OF = date(2026, 10, 31)


@dataclass(frozen=True)
class CountySummary:
    """What was made; `rows`, `feeds` and `findings` count, and say nothing of a single person."""

    landing: Path
    truth: Path
    persons: int
    rows: int
    feeds: dict[str, int]
    findings: dict[str, int]


def build_books(persons: int, seed: int, as_of: date) -> County:
    """The county's books, all written right."""
    rng = random.Random(seed)
    settler = Settler(rng, words(), as_of)
    population = settler.settle(persons)
    county = County(population, rng, words(), as_of)
    homes = len(population.households)
    units = write_units(county, "dibao", homes // 28)
    units += write_units(county, "application", homes // 90)
    support.write_tekun(county)
    support.write_orphans(county, settler)
    support.cross_programmes(county, units)
    benefits.write_allowances(county, settler)
    life_events.write_fishers(county, max(1, planted.per_kind(county) // 3))
    life_events.write_poverty(county)
    life_events.write_other_payments(county)
    life_events.write_marriages(county)
    life_events.write_deaths(county)
    life_events.write_disability(county, max(1, planted.per_kind(county) // 2))
    life_events.write_temporary_assistance(county)
    wealth.write_ordinary(county)
    return county


def make_county(out: Path, persons: int = 20_000, seed: int = 1, as_of: date = DEFAULT_AS_OF) -> CountySummary:
    """Writes `out/landing` (24 feeds) and `out/truth`; the same arguments give the same bytes.

    Raises FileExistsError when `out/landing` holds something already, so that deliveries of two counties never mix.
    """
    landing, truth = Path(out) / "landing", Path(out) / "truth"
    if landing.exists() and any(landing.iterdir()):
        raise FileExistsError(f"{landing} is not empty; choose another folder for the county")
    county = build_books(persons, seed, as_of)
    clerk = Clerk(county.rng, county.words)
    spell(county, clerk, [row for rows in county.rows.values() for row in rows])
    write_reference(county)
    confuse_identities(county, clerk, planted.per_kind(county))
    add_unusable_rows(county, max(2, persons // 5000))
    deliver(county, landing)
    manifest = write_truth(county, truth, seed)
    required = {code: counts["required"] for code, counts in manifest["findings"].items()}
    return CountySummary(landing, truth, manifest["persons"], manifest["rows_delivered"], manifest["feeds"], required)
