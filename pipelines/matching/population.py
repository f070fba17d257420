"""What is measured on a county as a whole: how common values are, and the customs of its registers.

Everything that the engine learns from the data at hand stands here, and nowhere else: every other step looks at the
rows compared alone. A run may be given the population of an earlier night; then a changed row changes the scores of
what it touches and no others. A value that the population does not know counts as that of one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

#: Share of rows or persons by which a county may move before its population is measured anew.
LARGEST_DRIFT = 0.05
COUNTS = ("mentions", "nodes", "owners", "persons")
_COHORT: dict[str, pl.DataType | type[pl.DataType]] = {"year": pl.Int32, "is_male": pl.Boolean}
SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "frequencies": {"attribute": pl.String, "value": pl.String, "persons": pl.UInt32},
    "sounds": {"pinyin": pl.String, "halves": pl.UInt32},
    "name_parts": {"part": pl.String, "value": pl.String, "persons": pl.UInt32},
    "villages": {"town": pl.String, "village": pl.String, "persons": pl.UInt32},
    "namesakes": {"value": pl.String, "town": pl.String, "village": pl.String, "bearers": pl.UInt32},
    "aliases": {"town_key": pl.String, "village_key": pl.String, "main_village": pl.String},
    "known": {"register": pl.String, "role": pl.String, "elsewhere": pl.UInt32, "rows": pl.UInt32},
    "listings": {"register": pl.String, "role": pl.String, "again": pl.UInt32, "rows": pl.UInt32},
    "cohorts": {**_COHORT, "persons": pl.UInt32},
    "listed_cohorts": {"register": pl.String, "role": pl.String, **_COHORT, "persons": pl.UInt32},
    "affinities": {"register": pl.String, "other": pl.String, "present": pl.Float64, "absent": pl.Float64},
    "age_gaps": {"kind": pl.String, "gap": pl.Int32, "rows": pl.Float64, "size": pl.UInt32},
    "age_years": {"kind": pl.String, "year": pl.Int32, "rows": pl.Float64, "size": pl.UInt32},
    "sameness": {"comparison": pl.String, "level": pl.String, "rows": pl.UInt32},
}


@dataclass(frozen=True)
class Population:
    """A measured population. Frames, one row per:

    `frequencies`: attribute, value (text) that two or more persons have: persons. `sounds`: pinyin of names: halves
    (of a person: 2 p - 1 for each name with p bearers). `name_parts`: part (surname, given), value: persons.
    `villages`: town, village: persons. `namesakes`: value (name), town, village with two or more bearers: bearers.
    `aliases`: town_key, village_key: main_village. `known`: register, role: rows of owners, and how many of them have
    another row elsewhere. `listings`: register, role: again (rows of persons with several), rows. `cohorts`: year (of
    birth), is_male: persons. `listed_cohorts`: register, role, year, is_male: persons. `affinities`: register, other
    (another feed, or part of the same): present, absent. `age_gaps`, `age_years`: kind, gap or year: rows, size.
    `sameness`: comparison, level: rows of owners that agree so with the owner's other rows.

    `mentions`, `nodes`, `owners` (of numbers), `persons` (that count for frequencies): how many there were.
    """

    mentions: int
    nodes: int
    owners: int
    persons: int
    frequencies: pl.DataFrame
    sounds: pl.DataFrame
    name_parts: pl.DataFrame
    villages: pl.DataFrame
    namesakes: pl.DataFrame
    aliases: pl.DataFrame
    known: pl.DataFrame
    listings: pl.DataFrame
    cohorts: pl.DataFrame
    listed_cohorts: pl.DataFrame
    affinities: pl.DataFrame
    age_gaps: pl.DataFrame
    age_years: pl.DataFrame
    sameness: pl.DataFrame

    @property
    def rarest(self) -> float:
        """The frequency of a value that one person has (half a person is taken off every count)."""
        return 0.5 / max(self.persons, 1)

    def frequency(self, attribute: str, vocabulary: pl.DataFrame) -> pl.DataFrame:
        """The vocabulary (with value) and the frequency of each value."""
        known = self.frequencies.filter(pl.col("attribute") == attribute).select(text="value", known="persons")
        counted = vocabulary.with_columns(text=pl.col("value").cast(pl.String)).join(
            known, on="text", how="left", maintain_order="left"
        )
        share = (pl.col("known") - 0.5) / max(self.persons, 1)
        return counted.with_columns(frequency=share.fill_null(self.rarest)).drop("text", "known")

    def name_frequency(self, names: pl.DataFrame) -> pl.DataFrame:
        """The vocabulary of names with frequency, the frequency of the sound, and the expected frequency.

        `expected` is what the name's parts say: persons with the surname times persons with the given name. A name that
        one person is known by may still be a common one (a plain surname, a plain given name), which others have too.
        """
        weighed = self.frequency("name", names).join(self.sounds, on="pinyin", how="left", maintain_order="left")
        of_surname, of_given = (self.name_parts.filter(pl.col("part") == part) for part in ("surname", "given"))
        named = max(int(of_surname["persons"].sum()), 1)
        for part, counts in (("surname", of_surname), ("given", of_given)):
            counts = counts.select(pl.col("value").alias(part), pl.col("persons").alias(f"{part}_persons"))
            weighed = weighed.join(counts, on=part, how="left", maintain_order="left")
        of_surname_share, of_given_share = (
            pl.col(f"{part}_persons").fill_null(0) / named for part in ("surname", "given")
        )
        return weighed.with_columns(
            sound_frequency=(pl.col("halves") / (2 * max(self.persons, 1))).fill_null(self.rarest),
            expected=of_surname_share * of_given_share,
        ).drop("halves", "surname_persons", "given_persons")

    def village_frequency(self, residences: pl.DataFrame) -> pl.DataFrame:
        """The vocabulary of residences with the shares of persons in village and town (null: nobody counted)."""
        share = self.villages.select("town", "village", village_frequency=pl.col("persons") / max(self.persons, 1))
        of_town = share.drop_nulls("town").group_by("town").agg(town_frequency=pl.col("village_frequency").sum())
        of_town = of_town.with_columns(pl.col("town_frequency").clip(upper_bound=1.0))
        return residences.join(share, on=["town", "village"], how="left", nulls_equal=True, maintain_order="left").join(
            of_town, on="town", how="left", maintain_order="left"
        )

    def has_drifted(self, mentions: int, nodes: int, owners: int) -> bool:
        """Whether so many rows, nodes and owners of numbers are too far from those that were measured."""
        moves = ((mentions, self.mentions), (nodes, self.nodes), (owners, self.owners))
        return any(abs(now - then) > LARGEST_DRIFT * then for now, then in moves)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every part as a frame, to be stored: see `from_frames`."""
        counts = pl.DataFrame({name: getattr(self, name) for name in COUNTS})
        return {"counts": counts} | {name: getattr(self, name) for name in SCHEMAS}

    @classmethod
    def from_frames(cls, frames: Mapping[str, pl.DataFrame]) -> Population:
        """The population whose `frames` these are; columns beyond the known ones are left out."""
        parts: dict[str, Any] = frames["counts"].row(0, named=True)
        for name, schema in SCHEMAS.items():
            parts[name] = (
                frames[name].select(pl.col(column).cast(kind) for column, kind in schema.items()).sort(*schema)
            )
        return cls(**parts)


#: Before anything is measured: every value is as rare as can be.
UNMEASURED = Population.from_frames(
    {"counts": pl.DataFrame({name: [0] for name in COUNTS})}
    | {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
)
