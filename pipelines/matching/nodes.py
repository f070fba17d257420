"""Nodes are what is compared: the owner of a number with all its rows, or rows that need a model to find their person.

The values of a node are multi-valued (every name, birth date, village … that its rows bear), kept as long tables of
dictionary codes, so that each distinct pair of values is compared once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from pipelines.matching.names import name_parts
from pipelines.matching.population import UNMEASURED, Population
from pipelines.matching.prepare import CONTENT

ATTRIBUTES = (
    "name",
    "birth_date",
    "sex",
    "residence",
    "phone",
    "account_number",
    "certificate_number",
    "vessel_number",
    "id_text",
    "id_digits",
)


@dataclass(frozen=True)
class Nodes:
    """`frame`: one row per node: node (UInt32), id_number (owned or null), size, first_mention.

    `of_mention`: mention -> node, owns, own_probability, own_number, used_number. `vocabularies`: attribute -> code,
    value, …, persons here who have it and, once there is a population, frequency (share of persons). `values`:
    attribute -> node, code (distinct). `facts`, one row per mention: node, feed, register, context, case_key, row_id,
    role, is_head, used_number (somebody else's), shared_key, is_repeat, has_relation. `counted`: the nodes that count
    as persons. `population`: what all of this is weighed by.
    """

    frame: pl.DataFrame
    of_mention: pl.DataFrame
    vocabularies: dict[str, pl.DataFrame]
    values: dict[str, pl.DataFrame]
    facts: pl.DataFrame
    counted: pl.Series
    population: Population = UNMEASURED


def assign_nodes(prepared: pl.DataFrame, owners: pl.DataFrame, apart: pl.Series) -> pl.DataFrame:
    """mention -> node, id_number (owned), owns, own_probability, used_number.

    Mentions of one node: the owner's rows of a number; rows that misuse one number under one name; rows with the same
    unusable number text and name; a head named again in the rows of his household; rows delivered twice (equal in every
    value and marked as repeat). `apart` lists mentions that a verdict keeps out of any group.
    """
    frame = prepared.join(owners.drop("id_number"), on="mention", how="left", maintain_order="left").with_columns(
        pl.col("owns").fill_null(False), pl.col("mention").is_in(apart.implode()).alias("apart")
    )
    text = pl.when(pl.col("id_number").is_null()).then("id_text")
    name = pl.col("name_key").fill_null("")
    content = pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in CONTENT], separator="\x1f")
    key = (
        pl.when("apart")
        .then(pl.concat_str(pl.lit("apart"), "mention", separator="|"))
        .when("owns")
        .then(pl.concat_str(pl.lit("own"), "id_number", separator="|"))
        .when(pl.col("id_number").is_not_null())
        .then(pl.concat_str(pl.lit("used"), "id_number", name, separator="|"))
        .when(text.is_not_null())
        .then(pl.concat_str(pl.lit("text"), text, name, separator="|"))
        .when(
            (pl.col("role") == "head")
            & pl.col("case_key").is_not_null()
            & pl.col("id_digits").is_null()
            & pl.col("name_key").is_not_null()
        )
        .then(pl.concat_str(pl.lit("head"), "case_key", name, separator="|"))
        .when(pl.col("is_repeat").fill_null(False).any().over(CONTENT))
        .then(pl.concat_str(pl.lit("repeat"), content, separator="|"))
        .otherwise(pl.concat_str(pl.lit("one"), "mention", separator="|"))
    )
    keyed = frame.with_columns(key=key)
    numbered = keyed.group_by("key").agg(first=pl.col("mention").min()).sort("first").with_row_index("node")
    return keyed.join(numbered.drop("first"), on="key", how="left", maintain_order="left").select(
        "mention",
        "node",
        "owns",
        "own_probability",
        pl.when(pl.col("owns") & ~pl.col("apart")).then("id_number").alias("own_number"),
        pl.when(~pl.col("owns")).then("id_number").alias("used_number"),
    )


def _counted(frame: pl.DataFrame) -> pl.Series:
    """The nodes that count as persons for frequencies: the owners of numbers, or every node where few have a number.

    A row without a number is mostly one more row of somebody who has one; counted, it would make names too common.
    """
    owners = frame.filter(pl.col("id_number").is_not_null())["node"]
    return owners if owners.len() * 2 >= frame.height else frame["node"]


def _coded(long: pl.DataFrame, counted: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(vocabulary with code, value, persons; values with node, code) of a long table node, value."""
    long = long.drop_nulls("value").unique().with_columns(counts=pl.col("node").is_in(counted.implode()))
    vocabulary = long.group_by("value").agg(persons=pl.col("counts").sum()).sort("value").with_row_index("code")
    values = long.join(vocabulary.select("code", "value"), on="value").select("node", "code").sort("node", "code")
    return vocabulary, values


def _id_values(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Number texts of nodes; a number that belongs to somebody else says nothing about its user."""
    usable = pl.col("own_number").is_not_null() | pl.col("id_number").is_null()
    return rows.filter(usable).select("node", value=column)


def build_nodes(prepared: pl.DataFrame, assigned: pl.DataFrame) -> Nodes:
    """Nodes with their values, from prepared mentions and the node of each."""
    rows = prepared.join(assigned, on="mention", maintain_order="left")
    frame = (
        rows.group_by("node")
        .agg(id_number=pl.col("own_number").drop_nulls().first(), size=pl.len(), first_mention=pl.col("mention").min())
        .sort("node")
    )
    counted = _counted(frame)
    owned = rows.filter(pl.col("own_number").is_not_null())
    long = {
        "name": rows.select("node", value="name_key"),
        "birth_date": pl.concat([rows.select("node", value="birth_date"), owned.select("node", value="number_birth")]),
        "sex": pl.concat(
            [
                rows.filter(pl.col("own_number").is_null()).select("node", value="sex"),
                owned.select("node", value="number_sex"),
            ]
        ),
        "phone": rows.select("node", value="phone"),
        "account_number": rows.select("node", value="account_number"),
        "certificate_number": rows.select("node", value="certificate_number"),
        "vessel_number": rows.select("node", value="vessel_number"),
        "id_text": _id_values(rows, "id_text"),
        "id_digits": _id_values(rows, "id_digits"),
    }
    vocabularies, values = {}, {}
    for attribute, table in long.items():
        vocabularies[attribute], values[attribute] = _coded(table, counted)
    vocabularies["residence"], values["residence"] = _residences(rows)
    vocabularies["name"] = vocabularies["name"].hstack(name_parts(vocabularies["name"]["value"]))
    own = frame.get_column("id_number")
    texts = vocabularies["id_text"]
    vocabularies["id_text"] = texts.with_columns(is_valid=pl.col("value").is_in(own.drop_nulls().implode()))
    vocabularies["id_digits"] = vocabularies["id_digits"].with_columns(digits=pl.col("value").str.len_chars())
    facts = rows.select(
        "node",
        "feed",
        "register",
        "context",
        "case_key",
        "row_id",
        "role",
        "is_head",
        "used_number",
        "shared_key",
        "is_repeat",
        has_relation=pl.col("relation_to_head").is_not_null(),
    )
    return Nodes(frame, assigned, vocabularies, values, facts, counted)


def weigh_nodes(nodes: Nodes, population: Population) -> Nodes:
    """The nodes with the frequencies of their values in the population."""
    weighed = {
        attribute: population.frequency(attribute, vocabulary)
        for attribute, vocabulary in nodes.vocabularies.items()
        if attribute not in ("name", "residence")
    }
    weighed["name"] = population.name_frequency(nodes.vocabularies["name"])
    weighed["residence"] = population.village_frequency(nodes.vocabularies["residence"])
    return replace(nodes, vocabularies=weighed, population=population)


def _residences(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Residences are distinct (town, village, group, house); the frequency is that of the village."""
    columns = {"town": "town_key", "village": "village_key", "group_no": "group_key", "house": "house"}
    long = (
        rows.select("node", **columns).filter(pl.col("town").is_not_null() | pl.col("village").is_not_null()).unique()
    )
    order = ["town", "village", "group_no", "house"]
    vocabulary = long.select(order).unique().sort(order).with_row_index("code")
    values = (
        long.join(vocabulary.select("code", *order), on=order, nulls_equal=True)
        .select("node", "code")
        .sort("node", "code")
    )
    return vocabulary, values
