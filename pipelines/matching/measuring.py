"""Measures the population of the nodes at hand: see pipelines.matching.population for what it is."""

from __future__ import annotations

from functools import partial

import polars as pl

from pipelines.matching.ages import measure_ages
from pipelines.matching.clustering import measure_known
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population
from pipelines.matching.profiles import measure_affinities
from pipelines.matching.registers import measure_listings
from pipelines.matching.sameness import measure_sameness
from pipelines.matching.side_by_side import side_by_side


def _frequencies(nodes: Nodes) -> pl.DataFrame:
    """attribute, value (text), persons: of the values that two or more persons have."""
    common = [
        vocabulary.filter(pl.col("persons") > 1).select(
            pl.lit(attribute).alias("attribute"), pl.col("value").cast(pl.String), "persons"
        )
        for attribute, vocabulary in nodes.vocabularies.items()
        if attribute != "residence"
    ]
    return pl.concat(common)


def _sounds(names: pl.DataFrame) -> pl.DataFrame:
    """pinyin, halves: half persons who bear a name of that sound, where they are more than one half."""
    halves = (2 * pl.col("persons").cast(pl.Int64).clip(1) - 1).sum()
    return names.group_by("pinyin").agg(halves=halves).filter(pl.col("halves") > 1)


def _name_parts(names: pl.DataFrame) -> pl.DataFrame:
    """part, value, persons: who bears a surname, a given name."""
    borne = names.filter(pl.col("persons") > 0)
    counts = [
        borne.group_by(value=part).agg(pl.col("persons").sum()).select(pl.lit(part).alias("part"), "value", "persons")
        for part in ("surname", "given")
    ]
    return pl.concat(counts)


def _villages(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(town, village: persons; name as value, town, village: bearers, where they are two or more)."""
    counted = pl.col("node").is_in(nodes.counted.implode())
    homes = nodes.vocabularies["residence"].select("code", "town", "village")
    living = nodes.values["residence"].filter(counted).join(homes, on="code").drop("code").unique()
    villages = living.group_by("town", "village").agg(persons=pl.len())
    borne = nodes.values["name"].filter(counted).join(living, on="node")
    bearers = borne.group_by("code", "town", "village").agg(bearers=pl.len()).filter(pl.col("bearers") > 1)
    names = nodes.vocabularies["name"].select("code", "value")
    return villages, bearers.join(names, on="code").drop("code")


def _aliases(prepared: pl.DataFrame) -> pl.DataFrame:
    renamed = prepared.filter(pl.col("stated_village").is_not_null())
    return renamed.select("town_key", village_key="stated_village", main_village="village_key").unique()


def measure_population(prepared: pl.DataFrame, nodes: Nodes) -> Population:
    """The population of prepared mentions and their nodes."""
    names = nodes.vocabularies["name"]
    (villages, namesakes), (listings, cohorts, listed_cohorts), (gaps, years), affinities, sameness, frequencies = (
        side_by_side(
            [
                partial(_villages, nodes),
                partial(measure_listings, nodes),
                partial(measure_ages, nodes),
                partial(measure_affinities, nodes),
                partial(measure_sameness, prepared, nodes),
                partial(_frequencies, nodes),
            ]
        )
    )
    counts = pl.DataFrame(
        {
            "mentions": [prepared.height],
            "nodes": [nodes.frame.height],
            "owners": [nodes.frame.height - nodes.frame["id_number"].null_count()],
            "persons": [nodes.counted.len()],
        }
    )
    parts = {
        "counts": counts,
        "frequencies": frequencies,
        "sounds": _sounds(names),
        "name_parts": _name_parts(names),
        "villages": villages,
        "namesakes": namesakes,
        "aliases": _aliases(prepared),
        "known": measure_known(nodes),
        "listings": listings,
        "cohorts": cohorts,
        "listed_cohorts": listed_cohorts,
        "affinities": affinities,
        "age_gaps": gaps,
        "age_years": years,
        "sameness": sameness,
    }
    return Population.from_frames(parts)
