"""Whose is a valid ID number? Rows that bear it beside another name, sex or birth date do not make one person.

Wrong numbers in civil-affairs files are mostly the number of a spouse, parent or head of household, so the row is right
about everything but the number. What is decided here is only which rows the number's owner stands in.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from pipelines.matching.agreement import ValuePairs
from pipelines.matching.arrays import have_several, numbered
from pipelines.matching.codes import code_values
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model import Model
from pipelines.matching.names import name_vocabulary

#: Share of rows that bear somebody else's valid number: well under one in a hundred where offices type with care.
WRONG_NUMBER_SHARE = 0.004
#: How rows that bear another person's number look: (share among owners, share among others), by kind of evidence.
NAME_EVIDENCE = {"agrees": (0.98, 0.02), "near": (0.02, 0.22), "contradicts": (0.0005, 0.76)}
BIRTH_EVIDENCE = {"same": (0.93, 0.001), "slip": (0.06, 0.03), "contradicts": (0.008, 0.97)}
SEX_EVIDENCE = {"same": (0.995, 0.4), "contradicts": (0.005, 0.6)}
#: A row whose name stands with the same account, phone or head of household under another number, one that more feeds
#: know that name by: (share among owners, share among others). Wrong numbers seldom repeat from feed to feed.
ELSEWHERE_EVIDENCE = {"known_elsewhere": (0.0002, 0.4)}
#: What a person has besides the name that hardly any namesake has too.
OWN_KEYS = ("account_number", "phone", "case_key")
#: Relatives share a surname and often a character of the given name, women who married in often the given name: such
#: names may be one person's or two persons'.
_SPELLING_LEVELS = (
    "exact",
    "same_sound",
    "similar_shape",
    "short_form",
    "swapped",
    "missing_character",
)
_NEAR_LEVELS = ("one_character", "one_of_two", "other_surname")
_SLIP_LEVELS = ("swapped", "lunar", "month_or_year", "year_off_by_one", "one_digit", "two_digits")


def _log_ratio(evidence: dict[str, tuple[float, float]], kind: pl.Expr) -> pl.Expr:
    ratios = {name: math.log(m / u) for name, (m, u) in evidence.items()}
    return kind.replace_strict(ratios, default=0.0, return_dtype=pl.Float64)


def _indexes(comparison: str, levels: tuple[str, ...]) -> list[int]:
    return [COMPARISONS[comparison].index(level) for level in levels]


def _birth_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """mention -> birth_kind, where the row's birth date is another than the one in the number."""
    both = frame.filter(pl.col("birth_date") != pl.col("number_birth"))
    dates = pl.concat([both["birth_date"], both["number_birth"]]).unique().sort()
    one, other = (dates.search_sorted(both[column]).to_numpy() for column in ("birth_date", "number_birth"))
    comparison = COMPARISONS["birth_date"]
    described = comparison.reading.describe(pl.DataFrame({"value": dates}))
    is_slip = np.isin(comparison.compare(ValuePairs(described, one, other)), _indexes("birth_date", _SLIP_LEVELS))
    kind = pl.Series(np.where(is_slip, "slip", "contradicts"), dtype=pl.String)
    return both.select("mention", birth_kind=kind)


def _spellings_agree(spellings: pl.DataFrame) -> pl.DataFrame:
    """Pairs of names under one number that may be spellings of one name, with kind agrees or near."""
    comparison, names = COMPARISONS["name"], name_vocabulary(spellings["name_key"])
    coded = spellings.select("number", "name_key").join(
        names.select(name_key="value").with_row_index("name"), on="name_key", maintain_order="left"
    )
    pairs = coded.join(coded, on="number", suffix="_other")
    distinct = pairs.select("name", "name_other").unique()
    left, right = (distinct[side].to_numpy() for side in ("name", "name_other"))
    levels = comparison.compare(ValuePairs(comparison.reading.describe(names), left, right))
    kinds = [(_indexes("name", _SPELLING_LEVELS), "agrees"), (_indexes("name", _NEAR_LEVELS), "near")]
    kind = pl.Series(levels).replace_strict(
        {level: kind for indexes, kind in kinds for level in indexes}, default=None, return_dtype=pl.String
    )
    told = distinct.with_columns(kind=kind).drop_nulls()
    return pairs.join(told, on=["name", "name_other"]).drop("name", "name_other")


def _is_contested(rows: pl.DataFrame, numbers: int) -> np.ndarray:
    """By number: whether its rows bear two names or more."""
    named = rows.drop_nulls("name_key")
    return have_several(named["number"].to_numpy(), named["name_key"].hash().to_numpy(), numbers)


def _name_evidence(contested: pl.DataFrame) -> pl.DataFrame:
    """number, name_key -> kind: how the names of contested numbers stand to the owner's (none: they contradict it).

    Of each number the spelling with most support is the owner's. `contested`: number, name_key, own.
    """
    spellings = contested.group_by("number", "name_key").agg(
        support=(pl.col("own").clip(-6, 1) + 1.0).sum(), rows=pl.len()
    )
    agree = _spellings_agree(spellings)
    support = (
        agree.filter(pl.col("kind") == "agrees")
        .join(spellings, left_on=["number", "name_key_other"], right_on=["number", "name_key"])
        .group_by("number", "name_key")
        .agg(pl.col("support", "rows").sum())
    )
    main = support.sort("number", "support", "rows", "name_key", descending=[False, True, True, False])
    main = main.unique("number", keep="first")
    return agree.join(main, on=["number", "name_key"], how="semi").select("number", "kind", name_key="name_key_other")


def _under_two_numbers(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """mention, number, name_key, key (as text) of the rows whose name stands with that key under another number too."""
    keyed = rows.select("mention", "number", "name_key", key=pl.col(key)).drop_nulls(["name_key", "key"])
    both, firsts = numbered(keyed.select(pl.col("name_key").hash(3) ^ pl.col("key").hash(5)).to_series().to_numpy())
    return keyed.filter(have_several(both, keyed["number"].to_numpy(), firsts.size)[both])


def _known_elsewhere(rows: pl.DataFrame) -> pl.Series:
    """Mentions whose name and account, phone or headed household stand under another number too, one under which more
    feeds know that name."""
    headed = rows.with_columns(case_key=pl.when("is_head").then("case_key"))
    found = pl.concat([_under_two_numbers(headed, key) for key in OWN_KEYS])
    known = rows.join(found.select("number").unique(), on="number", how="semi")
    feeds = known.group_by("number", "name_key").agg(feeds=pl.col("feed").n_unique())
    found = found.join(feeds, on=["number", "name_key"])
    return found.filter(pl.col("feeds") < pl.col("feeds").max().over("name_key", "key"))["mention"].unique()


def own_numbers(prepared: pl.DataFrame, model: Model) -> pl.DataFrame:
    """One row per mention with a valid number: mention, id_number, owns (Boolean), own_probability (Float64).

    A row is weighed by its name against the owner's (see _name_evidence), by its sex and birth date against what the
    number itself says, and by whether its person is better known under another number.
    """
    rows = prepared.filter(pl.col("id_number").is_not_null()).select(
        *("mention", "id_number", "name_key", "sex", "birth_date", "number_birth", "number_sex"),
        *("feed", "is_head", *OWN_KEYS),
    )
    codes, numbers = code_values(rows["id_number"])
    rows = rows.with_columns(number=codes)
    birth = rows.select("mention").join(_birth_evidence(rows), on="mention", how="left", maintain_order="left")
    rows = rows.with_columns(birth["birth_kind"])
    same_birth = pl.col("birth_date") == pl.col("number_birth")
    birth_kind = pl.when(same_birth).then(pl.lit("same")).otherwise("birth_kind")
    sex_kind = (
        pl.when(pl.col("sex") == pl.col("number_sex"))
        .then(pl.lit("same"))
        .when(pl.col("sex").is_not_null())
        .then(pl.lit("contradicts"))
    )
    elsewhere_kind = pl.when(pl.col("mention").is_in(_known_elsewhere(rows).implode())).then(pl.lit("known_elsewhere"))
    rows = rows.with_columns(
        own=_log_ratio(BIRTH_EVIDENCE, birth_kind)
        + _log_ratio(SEX_EVIDENCE, sex_kind)
        + _log_ratio(ELSEWHERE_EVIDENCE, elsewhere_kind)
    )
    is_contested = pl.Series(_is_contested(rows, numbers.len())[codes]) & rows["name_key"].is_not_null()
    names = _name_evidence(rows.filter(is_contested).select("number", "name_key", "own"))
    borne = ["number", "name_key"]
    rows = rows.with_columns(rows.select(borne).join(names, on=borne, how="left", maintain_order="left")["kind"])
    alone = pl.Series(np.bincount(codes, minlength=numbers.len())[codes] == 1)
    name_kind = (
        pl.when(is_contested)
        .then(pl.col("kind").fill_null("contradicts"))
        .when(alone)
        .then(pl.lit("alone"))
        .otherwise(pl.lit("agrees"))
    )
    rows = rows.with_columns(weight=pl.col("own") + _log_ratio(NAME_EVIDENCE, name_kind) - math.log(WRONG_NUMBER_SHARE))
    probability = 1 / (1 + (-pl.col("weight")).exp())
    return rows.select(
        "mention", "id_number", owns=probability >= model.thresholds["own_number"], own_probability=probability
    )
