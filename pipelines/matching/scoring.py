"""Scores pairs of nodes: the level of each comparison, its weight log(m/u), and their sum (Fellegi and Sunter 1969)."""

from __future__ import annotations

import math
from functools import reduce
from operator import add

import polars as pl

from pipelines.matching.blocking import companions_of, misused_numbers
from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.partners import score_partner_ages
from pipelines.matching.profiles import score_profiles
from pipelines.matching.registers import score_cohorts, score_listings

#: Persons of a village beyond the one compared that count as much as the county's frequency of the name.
VILLAGE_SMOOTHING = 60.0


def _weigh(levels: pl.DataFrame, comparison: Comparison, model: Model, persons: int) -> pl.DataFrame:
    """Adds `weight` to a frame with level, frequency and expected."""
    table = model.levels[comparison.name]
    lookup = pl.DataFrame(
        {
            "level": pl.Series(range(len(table)), dtype=pl.UInt8),
            "m": [entry.m for entry in table.values()],
            "u": [entry.u for entry in table.values()],
            "by_term": [entry.term_frequency for entry in table.values()],
        }
    )
    joined = levels.join(lookup, on="level", how="left", maintain_order="left")
    prior, names = model.prior_persons, model.prior_names
    drawn = (pl.col("frequency") * persons + pl.col("u") * prior) / (persons + prior)
    expected = (pl.col("expected") * persons + pl.col("u") * prior) / (persons + prior)
    drawn = pl.coalesce((drawn * persons + expected * names) / (persons + names), drawn)
    rate = (
        pl.when(pl.col("by_term") & pl.col("frequency").is_not_null())
        .then(pl.max_horizontal("u", drawn))
        .otherwise("u")
    )
    return joined.select("level", weight=(pl.col("m") / rate).log())


def compare_values(
    pairs: pl.DataFrame, vocabulary: pl.DataFrame, comparison: Comparison, model: Model, persons: int
) -> pl.DataFrame:
    """code_l, code_r (distinct, not null) -> the same with level and weight: each distinct pair is scored once."""
    left = vocabulary.rename({column: f"{column}_l" for column in vocabulary.columns})
    right = vocabulary.rename({column: f"{column}_r" for column in vocabulary.columns})
    joined = pairs.join(left, on="code_l", how="left", maintain_order="left").join(
        right, on="code_r", how="left", maintain_order="left"
    )
    return pairs.hstack(_weigh(comparison.compare(joined), comparison, model, persons))


def _score_attribute(pairs: pl.DataFrame, nodes: Nodes, comparison: Comparison, model: Model) -> pl.DataFrame:
    """pair -> level, weight: the best agreement among all values of both nodes."""
    values = nodes.values[comparison.attribute]
    expanded = pairs.join(values.rename({"node": "node_l", "code": "code_l"}), on="node_l").join(
        values.rename({"node": "node_r", "code": "code_r"}), on="node_r"
    )
    distinct = expanded.select("code_l", "code_r").unique()
    scored = compare_values(
        distinct, nodes.vocabularies[comparison.attribute], comparison, model, nodes.population.persons
    ).drop_nulls("level")
    best = expanded.select("pair", "code_l", "code_r").join(scored, on=["code_l", "code_r"])
    best = best.sort(
        "pair", "weight", "level", "code_l", "code_r", descending=[False, True, False, False, False]
    ).unique("pair", keep="first")
    return best.select(
        "pair", pl.col("level").alias(f"level_{comparison.name}"), pl.col("weight").alias(f"weight_{comparison.name}")
    )


def _score_companions(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """pair -> level, weight of the household context."""
    comparison = COMPARISONS["companions"]
    companions = companions_of(nodes)
    shared = pairs.join(companions.rename({"node": "node_l"}), on="node_l").join(
        companions.rename({"node": "node_r"}), on=["node_r", "companion"], how="semi"
    )
    misused = misused_numbers(nodes)
    borrowed = [shared.join(misused.rename({"node": side}), on=[side, "companion"]) for side in ("node_l", "node_r")]
    by_number = pl.concat(borrowed).select("pair").unique()
    counts = shared.group_by("pair").agg(shared_companions=pl.len())
    counts = counts.join(by_number.with_columns(borrowed_number=pl.lit(True)), on="pair", how="left")
    heads = nodes.facts.filter("is_head").select("node", "case_key").drop_nulls().unique()
    same = pairs.join(heads.rename({"node": "node_l"}), on="node_l").join(
        heads.rename({"node": "node_r"}), on=["node_r", "case_key"], how="semi"
    )
    evidence = counts.join(same.select("pair", same_head=pl.lit(True)).unique(), on="pair", how="full", coalesce=True)
    evidence = evidence.with_columns(
        pl.col("same_head", "borrowed_number").fill_null(False), pl.col("shared_companions").fill_null(0)
    ).sort("pair")
    weighed = _weigh(comparison.compare(evidence), comparison, model, nodes.population.persons)
    return evidence.select("pair").hstack(weighed.select(level_companions="level", weight_companions="weight"))


def _village_namesakes(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """pair -> correction: a name that is common in the shared village weighs less than it does in the county.

    The name's frequency there leaves out the person compared, and is drawn towards the frequency in the county.
    """
    agreeing = pairs.filter(
        (pl.col("level_name") == 0) & (pl.col("level_residence") <= COMPARISONS["residence"].index("other_house"))
    )
    names = (
        nodes.values["name"]
        .join(nodes.vocabularies["name"].select("code", "frequency"), on="code")
        .rename({"code": "name_code"})
    )
    villages = (
        nodes.values["residence"]
        .join(nodes.vocabularies["residence"].select("code", "town", "village"), on="code")
        .drop("code")
        .unique()
    )
    both = names.join(villages, on="node")
    size = nodes.population.villages.rename({"persons": "living"})
    there = nodes.population.namesakes.join(nodes.vocabularies["name"].select("value", name_code="code"), on="value")
    local = both.join(size, on=["town", "village"], nulls_equal=True).join(
        there, on=["name_code", "town", "village"], how="left", nulls_equal=True
    )
    local = local.with_columns(pl.col("bearers").fill_null(1))
    rate = (pl.col("bearers") - 1 + VILLAGE_SMOOTHING * pl.col("frequency")) / (
        pl.col("living") - 1 + VILLAGE_SMOOTHING
    )
    local = local.select("node", "name_code", "town", "village", excess=(rate / pl.col("frequency")).clip(1.0).log())
    left = agreeing.select("pair", "node_l", "node_r").join(local.rename({"node": "node_l"}), on="node_l")
    found = left.join(
        both.select("node", "name_code", "town", "village").rename({"node": "node_r"}),
        on=["node_r", "name_code", "town", "village"],
        how="semi",
        nulls_equal=True,
    )
    return found.group_by("pair").agg(village_namesakes=-pl.col("excess").min())


def _dependent(comparison: Comparison, model: Model) -> pl.Expr:
    """The weight of a comparison, with the u that holds where the one it depends on agrees; never above its own."""
    weight = pl.col(f"weight_{comparison.name}")
    for index, entry in enumerate(model.levels[comparison.name].values()):
        for given in entry.given:
            other = COMPARISONS[given.comparison]
            holds = pl.col(f"level_{other.name}").is_in([other.index(level) for level in given.levels])
            weight = (
                pl.when((pl.col(f"level_{comparison.name}") == index) & holds)
                .then(pl.min_horizontal(weight, pl.lit(math.log(entry.m / given.u))))
                .otherwise(weight)
            )
    return weight.alias(f"weight_{comparison.name}")


def score_pairs(pairs: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """One row per candidate pair: node_l, node_r, level_*, weight_* of each comparison, match_weight (nats)."""
    scored = pairs.with_row_index("pair")
    numbered = scored
    special = {
        "companions": _score_companions,
        "listing": score_listings,
        "cohort": score_cohorts,
        "profile": score_profiles,
        "partner_age": score_partner_ages,
    }
    for comparison in COMPARISONS.values():
        score = special.get(comparison.name)
        part = score(numbered, nodes, model) if score else _score_attribute(numbered, nodes, comparison, model)
        scored = scored.join(part, on="pair", how="left", maintain_order="left")
    scored = scored.join(_village_namesakes(scored, nodes), on="pair", how="left", maintain_order="left")
    scored = scored.with_columns(_dependent(comparison, model) for comparison in COMPARISONS.values())
    weights = [pl.col(f"weight_{name}").fill_null(0.0) for name in COMPARISONS]
    scored = scored.with_columns(pl.col("weight_name") + pl.col("village_namesakes").fill_null(0.0))
    return scored.drop("village_namesakes").with_columns(match_weight=reduce(add, weights))
