"""Vetoes: definite reasons why two nodes are two persons, or why a person must look. The score before is kept beside.

Each veto is one predicate over a scored pair with the facts about it; its sentence is what the caseworker reads. Effect
`apart`: never one person, whatever the score. Effect `review`: not joined without a person's verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists, node_flags
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.nodes import Nodes

#: Years between two birth dates from which two persons belong to two generations.
GENERATION_YEARS = 13
#: Pairs judged at a time: every veto holds a column of them in memory.
PAIRS_AT_A_TIME = 2_000_000
#: Levels of the name at which twins' names lie to each other.
LIKE_NAMES = ("missing_character", "one_character", "one_of_two", "same_surname")


@dataclass(frozen=True)
class Veto:
    """`predicate` holds on the columns of a scored pair with facts (see `add_facts`)."""

    name: str
    effect: str
    sentence: str
    predicate: pl.Expr


def _at(comparison: str, *levels: str) -> pl.Expr:
    indexes = [COMPARISONS[comparison].index(level) for level in levels]
    return pl.col(f"level_{comparison}").is_in(indexes).fill_null(False)


_UNLIKE_NAME = ~_at("name", "exact", "same_sound", "other_name", "similar_shape", "short_form", "swapped")
_NUMBER_OR_BIRTH_AGREES = (
    _at("id_number", "same_text", "one_slip", "two_slips")
    | _at("rounded_number", "same_digits")
    | _at("birth_date", "exact", "swapped", "lunar")
    | _at("companions", "same_head")
)

_A_NUMBER_AGREES = (
    _at("id_number", "same_text", "one_slip", "two_slips")
    | _at("rounded_number", "same_digits")
    | _at("account_number", "same")
    | _at("certificate_number", "same")
)

VETOES: tuple[Veto, ...] = (
    Veto(
        "twins",
        "apart",
        "两个有效身份证号的地区和出生日期相同、顺序码不同，是双胞胎或同日出生的两人，不合并",
        pl.col("are_born_together") & _UNLIKE_NAME,
    ),
    Veto(
        "two_numbers",
        "review",
        "双方各有一个有效且不同的身份证号，须人工核对，不自动合并",
        pl.col("owns_l") & pl.col("owns_r"),
    ),
    Veto("spouses", "apart", "同一婚姻登记的男方和女方是两个人", pl.col("are_spouses")),
    Veto("two_roles", "apart", "同一行里以不同身份出现的是两个人（户主本人除外）", pl.col("are_two_roles")),
    Veto("head_and_member", "apart", "同一户的户主和其他成员是两个人", pl.col("are_head_and_member")),
    Veto(
        "two_members",
        "apart",
        "同一户名单上的两行成员是两个人",
        pl.col("are_two_members") & ~_at("id_number", "one_slip", "same_text"),
    ),
    Veto(
        "listed_twice",
        "review",
        "同一户名单上两行的身份证号只差一处，可能重复登记，须人工核对",
        pl.col("are_two_members") & _at("id_number", "one_slip", "same_text"),
    ),
    Veto(
        "sex_and_birth",
        "apart",
        "性别不同，出生日期也不同，是两个人",
        _at("sex", "different") & _at("birth_date", "same_year", "different"),
    ),
    Veto(
        "sex_and_name",
        "review",
        "性别不同，姓名也不同，可能是双胞胎或兄弟姐妹，须人工核对",
        _at("sex", "different") & _UNLIKE_NAME & ~_at("name", "missing_character") & ~_at("id_number", "one_slip"),
    ),
    Veto(
        "born_together",
        "review",
        "同一住处或电话、同一天出生、同姓而名字只差一字，又没有号码或账号印证，可能是双胞胎，须人工核对",
        _at("name", *LIKE_NAMES)
        & _at("birth_date", "exact")
        & (_at("residence", "same_house") | _at("phone", "same"))
        & pl.col("share_surname")
        & ~_A_NUMBER_AGREES,
    ),
    Veto(
        "unlike_name",
        "review",
        "姓名不同，身份证号和出生日期又都不能印证，须人工核对",
        _at("name", "same_surname", "different") & ~_NUMBER_OR_BIRTH_AGREES,
    ),
    Veto(
        "generation",
        "apart",
        "姓名不同且出生日期相差十三年以上，是两代人",
        _UNLIKE_NAME & _at("birth_date", "different") & (pl.col("years_apart") >= GENERATION_YEARS),
    ),
)


FLAGS = ("are_spouses", "are_two_roles", "are_head_and_member", "are_two_members")


def _rows_in_common(pairs: pl.DataFrame, facts: pl.DataFrame, key: str, count: int) -> pl.DataFrame:
    """Each two rows of a pair under one key; keys of one node alone are left out before. `count`: of nodes."""
    asked = node_flags(pl.concat([pairs["node_l"], pairs["node_r"]]), count)
    keyed = facts.drop_nulls(key)
    keyed = keyed.filter(asked[keyed["node"].to_numpy()]).unique()
    keyed = keyed.filter(pl.col("node").n_unique().over(key) > 1)
    left = keyed.rename({column: f"{column}_l" for column in facts.columns if column != key})
    right = keyed.rename({column: f"{column}_r" for column in facts.columns if column != key})
    return pairs.join(left, on="node_l").join(right, on=["node_r", key])


def _of_one_row(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """pair -> are_spouses, are_two_roles."""
    facts = nodes.facts.select("node", "row_id", "role", "is_head")
    if facts["role"].n_unique() < 2:
        facts = facts.clear()
    spouse_l, spouse_r = (pl.col(f"role_{side}").is_in(["husband", "wife"]) for side in "lr")
    two_roles = pl.col("role_l") != pl.col("role_r")
    in_row = _rows_in_common(pairs, facts, "row_id", nodes.frame.height).select(
        "pair",
        are_spouses=spouse_l & spouse_r & two_roles,
        are_two_roles=two_roles & ~(pl.col("is_head_l") & pl.col("is_head_r")),
    )
    return in_row.group_by("pair").agg(pl.col("are_spouses", "are_two_roles").any())


def _of_one_case(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """pair -> are_head_and_member, are_two_members."""
    facts = nodes.facts.select("node", "case_key", "row_id", "role", "is_head", "has_relation")
    member_l, member_r = (
        (pl.col(f"role_{side}") == "self") & ~pl.col(f"is_head_{side}") & pl.col(f"has_relation_{side}")
        for side in "lr"
    )
    both_listed = (pl.col("role_l") == "self") & (pl.col("role_r") == "self")
    in_case = _rows_in_common(pairs, facts, "case_key", nodes.frame.height).select(
        "pair",
        are_head_and_member=(pl.col("is_head_l") & member_r) | (pl.col("is_head_r") & member_l),
        are_two_members=both_listed & (pl.col("row_id_l") != pl.col("row_id_r")),
    )
    return in_case.group_by("pair").agg(pl.col("are_head_and_member", "are_two_members").any())


def _years_apart(scored: pl.DataFrame, nodes: Nodes) -> np.ndarray:
    """Years between the nearest birth dates of two nodes whose birth dates differ; NaN for all other pairs."""
    days = nodes.vocabularies["birth_date"]["value"].to_physical().to_numpy()
    values = nodes.values["birth_date"]
    births = ValueLists.of(values["node"].to_numpy(), days[values["code"].to_numpy()], nodes.frame.height)
    years = np.full(scored.height, np.nan)
    differ = COMPARISONS["birth_date"].index("different")
    chosen = np.flatnonzero((scored["level_birth_date"] == differ).fill_null(False).to_numpy())
    if chosen.size:
        pair, left, right = births.meet(scored["node_l"].to_numpy()[chosen], scored["node_r"].to_numpy()[chosen])
        nearest = np.minimum.reduceat(np.abs(left - right), np.searchsorted(pair, np.arange(chosen.size)))
        years[chosen] = nearest / 365.25
    return years


def _share_surname(scored: pl.DataFrame, nodes: Nodes) -> np.ndarray:
    """Whether two nodes of like names bear one surname; false for all other pairs.

    Twins do; a name that differs in the surname alone is one person's, misread.
    """
    surnames = nodes.vocabularies["name"]["surname"].rank("dense").to_numpy()
    values = nodes.values["name"]
    borne = ValueLists.of(values["node"].to_numpy(), surnames[values["code"].to_numpy()], nodes.frame.height)
    found = np.zeros(scored.height, dtype=bool)
    chosen = np.flatnonzero(scored.select(_at("name", *LIKE_NAMES)).to_series().to_numpy())
    pair, left, right = borne.meet(scored["node_l"].to_numpy()[chosen], scored["node_r"].to_numpy()[chosen])
    found[chosen[pair[left == right]]] = True
    return found


def add_facts(scored: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Adds owns_l, owns_r (a number), are_born_together, are_spouses, are_two_roles, are_head_and_member,
    are_two_members, years_apart (where the birth dates differ), share_surname (where the names are alike)."""
    numbers = nodes.frame["id_number"]
    owns = node_flags(nodes.frame.filter(pl.col("id_number").is_not_null())["node"], nodes.frame.height)
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    both = owns[left] & owns[right]
    born_together = np.zeros(scored.height, dtype=bool)
    heads = (numbers.gather(nodes_of[both]).str.slice(0, 14) for nodes_of in (left, right))
    born_together[both] = next(heads) == next(heads)
    numbered = scored.select("pair", "node_l", "node_r")
    flags = {flag: np.zeros(scored.height, dtype=bool) for flag in FLAGS}
    for found in (_of_one_row(numbered, nodes), _of_one_case(numbered, nodes)):
        for flag in found.columns[1:]:
            flags[flag][found["pair"].filter(found[flag].fill_null(False)).to_numpy()] = True
    return scored.with_columns(
        owns_l=owns[left],
        owns_r=owns[right],
        are_born_together=born_together,
        years_apart=pl.Series(_years_apart(scored, nodes), nan_to_null=True),
        share_surname=_share_surname(scored, nodes),
        **flags,
    )


def apply_vetoes(scored: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Adds vetoes (those that hold, as a number: see `veto_names`), is_apart, needs_review, owns_l, owns_r."""
    held = [veto.predicate.fill_null(False).cast(pl.UInt32) * (1 << index) for index, veto in enumerate(VETOES)]
    of_effect = {
        effect: sum(1 << index for index, veto in enumerate(VETOES) if veto.effect == effect)
        for effect in ("apart", "review")
    }
    known = add_facts(scored, nodes)
    slices = [known] if known.is_empty() else known.iter_slices(PAIRS_AT_A_TIME)
    vetoes = pl.concat([part.select(vetoes=pl.sum_horizontal(held).cast(pl.UInt32)) for part in slices], rechunk=True)
    known = known.drop("are_born_together", "years_apart", "share_surname", *FLAGS)
    effects = vetoes.select(
        "vetoes",
        is_apart=(pl.col("vetoes") & of_effect["apart"]) != 0,
        needs_review=(pl.col("vetoes") & of_effect["review"]) != 0,
    )
    return known.hstack(effects)


def veto_names(held: pl.Series) -> pl.Series:
    """The names of the vetoes that hold on each pair, as lists, from the numbers that `apply_vetoes` gives."""
    distinct = held.unique().sort()
    names = [[veto.name for index, veto in enumerate(VETOES) if number >> index & 1] for number in distinct]
    lists = pl.Series(names, dtype=pl.List(pl.String))
    return lists.gather(distinct.search_sorted(held)).rename("vetoes")
