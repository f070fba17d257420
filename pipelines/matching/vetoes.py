"""Vetoes: definite reasons why two nodes are two persons, or why a person must look. The score before is kept beside.

Each veto is one predicate over a scored pair with the facts about it; its sentence is what the caseworker reads. Effect
`apart`: never one person, whatever the score. Effect `review`: not joined without a person's verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.nodes import Nodes

#: Years between two birth dates from which two persons belong to two generations.
GENERATION_YEARS = 13


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


_UNLIKE_NAME = ~_at("name", "exact", "same_sound", "short_form", "swapped")
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
        pl.col("number_l").is_not_null()
        & (pl.col("number_l").str.slice(0, 14) == pl.col("number_r").str.slice(0, 14))
        & _UNLIKE_NAME,
    ),
    Veto(
        "two_numbers",
        "review",
        "双方各有一个有效且不同的身份证号，须人工核对，不自动合并",
        pl.col("number_l").is_not_null() & pl.col("number_r").is_not_null(),
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
        "同一住处或电话、同一天出生、姓名只差一字，又没有号码或账号印证，可能是双胞胎，须人工核对",
        _at("name", "missing_character", "one_character", "one_of_two", "same_surname")
        & _at("birth_date", "exact")
        & (_at("residence", "same_house") | _at("phone", "same"))
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


def _rows_in_common(pairs: pl.DataFrame, facts: pl.DataFrame, key: str) -> pl.DataFrame:
    left = facts.rename({column: f"{column}_l" for column in facts.columns if column != key})
    right = facts.rename({column: f"{column}_r" for column in facts.columns if column != key})
    return pairs.join(left, on="node_l").join(right, on=["node_r", key])


def _contradictions(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """pair -> are_spouses, are_two_roles, are_head_and_member, are_two_members."""
    facts = nodes.facts.select("node", "case_key", "row_id", "role", "is_head", "has_relation")
    involved = pl.concat([pairs["node_l"], pairs["node_r"]]).unique()
    facts = facts.filter(pl.col("node").is_in(involved.implode()))
    numbered = pairs.select("pair", "node_l", "node_r")
    in_row = _rows_in_common(numbered, facts.select("node", "row_id", "role", "is_head"), "row_id").select(
        "pair",
        are_spouses=pl.col("role_l").is_in(["husband", "wife"])
        & pl.col("role_r").is_in(["husband", "wife"])
        & (pl.col("role_l") != pl.col("role_r")),
        are_two_roles=(pl.col("role_l") != pl.col("role_r")) & ~(pl.col("is_head_l") & pl.col("is_head_r")),
    )
    cases = facts.filter(pl.col("case_key").is_not_null()).unique()
    in_case = _rows_in_common(numbered, cases, "case_key")
    is_member_l, is_member_r = (
        (pl.col(f"role_{s}") == "self") & ~pl.col(f"is_head_{s}") & pl.col(f"has_relation_{s}") for s in "lr"
    )
    in_case = in_case.select(
        "pair",
        are_head_and_member=(pl.col("is_head_l") & is_member_r) | (pl.col("is_head_r") & is_member_l),
        are_two_members=(pl.col("role_l") == "self")
        & (pl.col("role_r") == "self")
        & (pl.col("row_id_l") != pl.col("row_id_r")),
    )
    by_row = in_row.group_by("pair").agg(pl.col("are_spouses", "are_two_roles").any())
    by_case = in_case.group_by("pair").agg(pl.col("are_head_and_member", "are_two_members").any())
    return by_row.join(by_case, on="pair", how="full", coalesce=True)


def _years_apart(pairs: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    births = (
        nodes.values["birth_date"]
        .join(nodes.vocabularies["birth_date"].select("code", "value"), on="code")
        .drop("code")
    )
    both = (
        pairs.select("pair", "node_l", "node_r")
        .join(births.rename({"node": "node_l"}), on="node_l")
        .join(births.rename({"node": "node_r"}), on="node_r", suffix="_r")
    )
    days = (pl.col("value") - pl.col("value_r")).dt.total_days().abs()
    return both.group_by("pair").agg(years_apart=days.min() / 365.25)


def add_facts(scored: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Adds number_l, number_r, are_spouses, are_two_roles, are_head_and_member, are_two_members, years_apart."""
    numbers = nodes.frame.select("node", "id_number")
    flags = ["are_spouses", "are_two_roles", "are_head_and_member", "are_two_members"]
    return (
        scored.join(
            numbers.rename({"node": "node_l", "id_number": "number_l"}), on="node_l", how="left", maintain_order="left"
        )
        .join(
            numbers.rename({"node": "node_r", "id_number": "number_r"}), on="node_r", how="left", maintain_order="left"
        )
        .join(_contradictions(scored, nodes), on="pair", how="left", maintain_order="left")
        .join(_years_apart(scored, nodes), on="pair", how="left", maintain_order="left")
        .with_columns(pl.col(flags).fill_null(False))
    )


def apply_vetoes(scored: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Adds vetoes (list of names that hold), is_apart, needs_review."""
    names = [pl.when(veto.predicate.fill_null(False)).then(pl.lit(veto.name)) for veto in VETOES]
    apart = [veto.predicate.fill_null(False) for veto in VETOES if veto.effect == "apart"]
    review = [veto.predicate.fill_null(False) for veto in VETOES if veto.effect == "review"]
    return add_facts(scored, nodes).with_columns(
        vetoes=pl.concat_list(names).list.drop_nulls(),
        is_apart=pl.any_horizontal(apart),
        needs_review=pl.any_horizontal(review),
    )
