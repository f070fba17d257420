"""How often the rows of one person agree, as ID numbers themselves show: m without labels, and without a model.

Rows that bear one owned number are one person's for certain, whatever else they say, and were not chosen because they
look alike. An m estimated from candidate pairs lacks the pairs that no blocking rule brings together; this one does
not. It is a part of the population, measured when that is, and draws the model's m as far as there are pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from pipelines.matching.agreement import ValuePairs
from pipelines.matching.arrays import have_several
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import NO_LEVEL
from pipelines.matching.model import LevelWeight, Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population

#: Comparison -> the columns of a prepared mention that its values are read from.
MEASURED = {
    "name": {"value": "name_key"},
    "birth_date": {"value": "birth_date"},
    "residence": {"town": "town_key", "village": "village_key", "group_no": "group_key", "house": "house"},
    "phone": {"value": "phone"},
    "account_number": {"value": "account_number"},
}
COLUMNS = ("number_birth", *(column for columns in MEASURED.values() for column in columns.values()))
#: Levels whose rows may have been taken from the owner just because they contradict him: the model's m stands.
CENSORED = {"name": ("same_surname", "different"), "birth_date": ("different",)}
#: Persons asked, those whose numbers hash lowest; more would change no digit that matters.
PERSONS = 5_000
#: Rows at a level that the model's m counts for, and below which it stands.
PRIOR_ROWS, FEWEST_ROWS = 500.0, 20


def _rows(prepared: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """The rows of the persons asked, with node, place (a hash of the register, or of the row itself) and COLUMNS."""
    owned = nodes.of_mention.select("node", "own_number")
    rows = prepared.select("mention", "is_repeat", "register").hstack(owned)
    rows = rows.filter(pl.col("own_number").is_not_null() & ~pl.col("is_repeat").fill_null(False))
    place = (
        pl.when(pl.col("register").is_not_null()).then(pl.col("register").hash(1)).otherwise(pl.col("mention").hash(2))
    )
    rows = rows.select("mention", "node", place=place)
    several = have_several(rows["node"].to_numpy(), rows["place"].to_numpy(), nodes.frame.height)
    numbers = nodes.frame.filter(several).select("node", hash=pl.col("id_number").hash(seed=5))
    asked = numbers.sort("hash", "node").head(PERSONS).select("node")
    rows = rows.join(asked, on="node", how="semi", maintain_order="left")
    return rows.hstack(prepared.select(COLUMNS)[rows["mention"]])


def _levels(rows: pl.DataFrame, nodes: Nodes, name: str) -> pl.Series:
    """For each place where a person's value stands: the level of its best agreement with the values of other places."""
    comparison, columns = COMPARISONS[name], MEASURED[name]
    vocabulary = nodes.vocabularies[comparison.attribute]
    borne = nodes.values[comparison.attribute].filter(pl.col("node").is_in(rows["node"].unique().implode()))
    vocabulary = vocabulary[borne["code"].unique().sort()]
    values = rows.select("node", "place", **columns).join(
        vocabulary.select("code", *columns), on=list(columns), nulls_equal=name == "residence"
    )
    values = values.select("node", "place", "code").unique()
    others = values
    if name == "birth_date":
        dates = rows.select("node", place=pl.lit(0, dtype=pl.UInt64), value="number_birth").unique()
        others = pl.concat([values, dates.join(vocabulary.select("code", "value"), on="value").select(values.columns)])
    pairs = values.join(others, on="node", suffix="_r").filter(pl.col("place") != pl.col("place_r"))
    pairs = pairs.rename({"code": "code_l"})
    distinct = pairs.select("code_l", "code_r").unique().sort("code_l", "code_r")
    left, right = (vocabulary["code"].search_sorted(distinct[f"code_{side}"]).to_numpy() for side in "lr")
    levels = comparison.compare(ValuePairs(comparison.reading.describe(vocabulary), left, right))
    compared = distinct.with_columns(level=levels).filter(pl.col("level") != NO_LEVEL)
    best = pairs.join(compared, on=["code_l", "code_r"]).group_by("node", "place", "code_l").agg(pl.col("level").min())
    return best["level"]


def measure_sameness(prepared: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """comparison, level, rows: values of owners by their best agreement with the owner's values in other registers."""
    rows = _rows(prepared, nodes)
    counts = []
    for name in MEASURED:
        names = pl.Series([level.name for level in COMPARISONS[name].levels], dtype=pl.String)
        found = pl.DataFrame({"level": names.gather(_levels(rows, nodes, name))})
        counts.append(
            found.group_by("level").agg(rows=pl.len()).select(pl.lit(name).alias("comparison"), "level", "rows")
        )
    return pl.concat(counts)


def _share(entry: LevelWeight, rows: float, total: float) -> LevelWeight:
    """m drawn to the share of rows at the level."""
    return replace(entry, m=min((rows + PRIOR_ROWS * entry.m) / (total + PRIOR_ROWS), 0.9999))


def drawn(table: Mapping[str, LevelWeight], rows: Mapping[str, float], name: str) -> dict[str, LevelWeight]:
    """The levels of a comparison with m drawn to the rows seen at each.

    House and group are known of some pairs alone, so that their levels are shares of the pairs of one village that say
    so: how often a place of one village names the same house where both name one. A town alone is what a whole place is
    where it is not another town.
    """
    found = {level: rows.get(level, 0.0) for level in table}
    total = sum(found.values())
    if name == "residence":
        return _drawn_residence(table, found, total)
    kept = CENSORED.get(name, ())
    return {
        level: entry if level in kept or found[level] < FEWEST_ROWS else _share(entry, found[level], total)
        for level, entry in table.items()
    }


def _drawn_residence(
    table: Mapping[str, LevelWeight], found: Mapping[str, float], total: float
) -> dict[str, LevelWeight]:
    total -= found["town_alone"]
    here = sum(found[level] for level in ("same_house", "same_group", "same_village", "other_house"))
    village = _share(table["same_village"], here, total)
    told = {
        "same_house": found["same_house"] + found["other_house"],
        "same_group": found["same_group"] + found["other_house"],
        "other_house": found["same_house"] + found["same_group"] + found["other_house"],
    }
    levels = {}
    for level, entry in table.items():
        if level == "same_village":
            levels[level] = village
        elif level in told:
            within = _share(replace(entry, m=entry.m / table["same_village"].m), found[level], told[level])
            levels[level] = replace(entry, m=within.m * village.m)
        else:
            levels[level] = _share(entry, found[level], total)
    levels["town_alone"] = replace(table["town_alone"], m=1 - levels["other_town"].m)
    return levels


def fitted(model: Model, population: Population) -> Model:
    """The model with the m that the population's own numbers show."""
    levels = dict(model.levels)
    for name in MEASURED:
        measured = population.sameness.filter(pl.col("comparison") == name)
        levels[name] = drawn(model.levels[name], dict(measured.select("level", "rows").iter_rows()), name)
    return replace(model, levels=levels)
