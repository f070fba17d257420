"""Nodes are what is compared: the owner of a number with all its rows, or rows that need a model to find their person.

The values of a node are multi-valued (every name, birth date, village … that its rows bear), kept as long tables of
dictionary codes, so that each distinct pair of values is compared once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.matching.arrays import distinct_sorted, node_flags, pack, unpack
from pipelines.matching.codes import code_rows
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


def _coded(nodes: np.ndarray, values: pl.DataFrame, counted: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(vocabulary with code, the values' columns, persons; values with node, code) of values beside their nodes.

    `counted`: by node, whether it counts as a person.
    """
    codes, distinct = code_rows(values)
    node, code = unpack(distinct_sorted(pack(nodes, codes)))
    persons = np.bincount(code[counted[node]], minlength=distinct.height).astype(np.uint32)
    vocabulary = distinct.with_row_index("code").with_columns(persons=persons)
    return vocabulary, pl.DataFrame({"node": node, "code": code})


def _attribute_values(prepared: pl.DataFrame, assigned: pl.DataFrame, frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """attribute -> node, value of every row, without nulls; what a number says stands once for its owner.

    A number that belongs to somebody else says nothing about its user.
    """
    rows = prepared.hstack(assigned.select("node", "own_number"))
    loose = rows.filter(pl.col("own_number").is_null())
    unnumbered = loose.filter(pl.col("id_number").is_null())
    owners = frame.filter(pl.col("id_number").is_not_null())
    owners = owners.select("node", "id_number").hstack(
        prepared.select("number_birth", "number_sex")[owners["owned_row"]]
    )
    own_birth, own_sex, own_text = (
        owners.select("node", value=column) for column in ("number_birth", "number_sex", "id_number")
    )
    long = {
        "name": rows.select("node", value="name_key"),
        "birth_date": pl.concat([rows.select("node", value="birth_date"), own_birth]),
        "sex": pl.concat([loose.select("node", value="sex"), own_sex]),
        "id_text": pl.concat([unnumbered.select("node", value="id_text"), own_text]),
        "id_digits": pl.concat([unnumbered.select("node", value="id_digits"), own_text]),
    }
    plain = ("phone", "account_number", "certificate_number", "vessel_number")
    long |= {attribute: rows.select("node", value=attribute) for attribute in plain}
    return {attribute: table.drop_nulls("value") for attribute, table in long.items()}


def _node_frame(assigned: pl.DataFrame) -> pl.DataFrame:
    """node, id_number (owned or null), size, first_mention, owned_row (a row of the owner in `assigned`, or null).

    Rows stand in the order of mentions, and nodes are numbered in the order in which they first occur.
    """
    node = assigned["node"].to_numpy()
    sizes = np.bincount(node)
    is_first = np.diff(np.maximum.accumulate(node, dtype=np.int64), prepend=-1) > 0
    owned = assigned["own_number"].is_not_null().to_numpy()
    owned_row = np.full(sizes.size, -1, dtype=np.int64)
    owned_row[node[owned]] = np.flatnonzero(owned)
    frame = pl.DataFrame(
        {
            "node": np.arange(sizes.size, dtype=np.uint32),
            "size": sizes.astype(np.uint32),
            "first_mention": assigned["mention"].filter(is_first),
            "owned_row": pl.Series(owned_row).replace(-1, None),
        }
    )
    number = assigned["own_number"].gather(frame["owned_row"])
    return frame.select("node", number.alias("id_number"), "size", "first_mention", "owned_row")


def build_nodes(prepared: pl.DataFrame, assigned: pl.DataFrame) -> Nodes:
    """Nodes with their values, from prepared mentions and the node of each."""
    frame = _node_frame(assigned)
    counted = _counted(frame)
    counts = node_flags(counted, frame.height)
    vocabularies, values = {}, {}
    for attribute, table in _attribute_values(prepared, assigned, frame).items():
        vocabularies[attribute], values[attribute] = _coded(table["node"].to_numpy(), table.select("value"), counts)
    vocabularies["residence"], values["residence"] = _residences(prepared, assigned, counts)
    vocabularies["name"] = vocabularies["name"].hstack(name_parts(vocabularies["name"]["value"]))
    owned = node_flags(frame.filter(pl.col("id_number").is_not_null())["node"], frame.height)
    texts = values["id_text"].filter(owned[values["id_text"]["node"].to_numpy()])["code"].unique()
    vocabularies["id_text"] = vocabularies["id_text"].with_columns(is_valid=pl.col("code").is_in(texts.implode()))
    vocabularies["id_digits"] = vocabularies["id_digits"].with_columns(digits=pl.col("value").str.len_chars())
    facts = prepared.select(
        assigned["node"],
        "feed",
        "register",
        "context",
        "case_key",
        "row_id",
        "role",
        "is_head",
        assigned["used_number"],
        "shared_key",
        "is_repeat",
        has_relation=pl.col("relation_to_head").is_not_null(),
    )
    return Nodes(frame.drop("owned_row"), assigned, vocabularies, values, facts, counted)


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


def _residences(
    prepared: pl.DataFrame, assigned: pl.DataFrame, counted: np.ndarray
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Residences are distinct (town, village, group, house); the frequency is that of the village."""
    columns = {"town": "town_key", "village": "village_key", "group_no": "group_key", "house": "house"}
    known = pl.col("town").is_not_null() | pl.col("village").is_not_null()
    rows = prepared.select(assigned["node"], **columns).filter(known)
    vocabulary, values = _coded(rows["node"].to_numpy(), rows.drop("node"), counted)
    return vocabulary.drop("persons"), values
