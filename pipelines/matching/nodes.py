"""Nodes are what is compared: the owner of a number with all its rows, or rows that need a model to find their person.

The values of a node are multi-valued (every name, birth date, village … that its rows bear), kept as long tables of
dictionary codes, so that each distinct pair of values is compared once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import polars as pl

from pipelines.matching.arrays import distinct_sorted, node_flags, numbered, pack, unpack
from pipelines.matching.codes import code_rows
from pipelines.matching.names import name_parts
from pipelines.matching.population import UNMEASURED, Population
from pipelines.matching.prepare import CONTENT
from pipelines.matching.side_by_side import side_by_side

#: Years of birth outside these are misread digits.
YEARS_OF_BIRTH = 1900, 2099
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

PLACE = ("feed", "register", "role", "is_repeat")

#: Of the hashes that say which mentions are one node; they are kept from night to night.
KEY_SEED = 17


@dataclass(frozen=True)
class Nodes:
    """`frame`: one row per node: node (UInt32), id_number (owned or null), size, first_mention.

    `of_mention`: the answer of assign_nodes. `vocabularies`: attribute -> code, value, …, persons here who have it and,
    once there is a population, frequency (share of persons). `values`:
    attribute -> node, code (distinct). `facts`, one row per mention: node, feed, register, context, case_key, row_id,
    role, is_head, used_number (somebody else's), shared_key, is_repeat, event_year, has_relation. `counted`: the nodes
    that count as persons. `population`: what all of this is weighed by. `companions`: those of the nodes in a larger
    table of which these are a part (None: they are found among these nodes). `place`, by mention, and `places`, by
    place: feed, register, role, is_repeat; counting by register counts these codes.
    """

    frame: pl.DataFrame
    of_mention: pl.DataFrame
    vocabularies: dict[str, pl.DataFrame]
    values: dict[str, pl.DataFrame]
    facts: pl.DataFrame
    counted: pl.Series
    population: Population = UNMEASURED
    companions: pl.DataFrame | None = None
    place: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    places: pl.DataFrame = field(default_factory=pl.DataFrame)


def _hashed(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(*parts, separator="|").hash(seed=KEY_SEED)


#: The key of the node that owns a number, and of a mention that a verdict keeps out of any group.
OWNER_KEY = _hashed(pl.lit("own"), pl.col("id_number"))
APART_KEY = _hashed(pl.lit("apart"), pl.col("mention_id"))


def key_nodes(prepared: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """mention, owns, own_probability, key (UInt64): mentions of one key are one node.

    One node are: the owner's rows of a number; rows that misuse one number under one name; rows with the same unusable
    number text and name; a head named again in the rows of his household; rows delivered twice (equal in every value
    and marked as repeat).
    """
    columns = ["id_number", "mention_id", "is_repeat", *(column for column in CONTENT if column in prepared.columns)]
    owned = prepared.select("mention").join(owners.drop("id_number"), on="mention", how="left", maintain_order="left")
    frame = owned.with_columns(pl.col("owns").fill_null(False)).hstack(prepared.select(columns))
    is_owned = frame["owns"]
    keys = np.empty(frame.height, dtype=np.uint64)
    owned = frame.filter(is_owned).select(OWNER_KEY)
    keys[is_owned.to_numpy()] = owned.to_series().to_numpy()
    keys[~is_owned.to_numpy()] = _loose_keys(frame.filter(~is_owned)).to_numpy()
    return frame.select("mention", "owns", "own_probability", key=pl.Series(keys))


def _loose_keys(rows: pl.DataFrame) -> pl.Series:
    """The keys of the mentions that do not own their number (see key_nodes)."""
    text = pl.when(pl.col("id_number").is_null()).then("id_text")
    name = pl.col("name_key").fill_null("")
    is_head = (
        (pl.col("role") == "head")
        & pl.col("case_key").is_not_null()
        & pl.col("id_digits").is_null()
        & pl.col("name_key").is_not_null()
    )
    key = (
        pl.when(pl.col("id_number").is_not_null())
        .then(_hashed(pl.lit("used"), pl.col("id_number"), name))
        .when(text.is_not_null())
        .then(_hashed(pl.lit("text"), text, name))
        .when(is_head)
        .then(_hashed(pl.lit("head"), pl.col("case_key"), name))
        .otherwise(_hashed(pl.lit("one"), pl.col("mention_id")))
    )
    # Rows of one content are keyed alike by number and head, so that the owners' rows need not be looked at.
    if not rows["is_repeat"].any():
        return rows.select(key).to_series()
    content = pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in CONTENT], separator="\x1f")
    is_plain = pl.col("id_number").is_null() & text.is_null() & ~is_head.fill_null(False)
    is_repeated = pl.col("is_repeat").fill_null(False).any().over(CONTENT)
    repeated = pl.when(is_plain & is_repeated).then(_hashed(pl.lit("repeat"), content))
    return rows.select(pl.coalesce(repeated, key)).to_series()


def assign_nodes(prepared: pl.DataFrame, keyed: pl.DataFrame, apart: pl.Series) -> pl.DataFrame:
    """mention -> node, key, base_key, owns, own_probability, own_number, used_number; nodes in order of first mentions.

    `keyed` is the answer of key_nodes; `apart` lists mentions that a verdict keeps out of any group (`base_key` is the
    key that they would have).
    """
    alone = pl.col("mention").is_in(apart.implode())
    frame = prepared.select("mention", "mention_id", "id_number").hstack(keyed.drop("mention"))
    frame = frame.with_columns(
        key=pl.when(alone).then(APART_KEY).otherwise("key"),
        base_key="key",
        own_number=pl.when(pl.col("owns") & ~alone).then("id_number"),
        used_number=pl.when(~pl.col("owns")).then("id_number"),
    )
    node, _ = numbered(frame["key"].to_numpy())
    return frame.select(
        "mention",
        pl.Series("node", node),
        *("key", "base_key", "owns", "own_probability", "own_number", "used_number"),
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


def _names(nodes: np.ndarray, values: pl.DataFrame, counted: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    """_coded, the vocabulary with the parts of names."""
    vocabulary, coded = _coded(nodes, values, counted)
    return vocabulary.hstack(name_parts(vocabulary["value"])), coded


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
        "name": pl.concat([rows.select("node", value="name_key"), rows.select("node", value="other_key")]),
        "birth_date": pl.concat([rows.select("node", value="birth_date"), _births_in_texts(unnumbered), own_birth]),
        "sex": pl.concat([loose.select("node", value="sex"), own_sex]),
        "id_text": pl.concat([unnumbered.select("node", value="id_text"), own_text]),
        "id_digits": pl.concat([unnumbered.select("node", value="id_digits"), own_text]),
    }
    plain = ("phone", "account_number", "certificate_number", "vessel_number")
    long |= {attribute: rows.select("node", value=attribute) for attribute in plain}
    return {attribute: table.drop_nulls("value") for attribute, table in long.items()}


def _births_in_texts(unnumbered: pl.DataFrame) -> pl.DataFrame:
    """node, value: birth dates as they stand in numbers with a wrong digit elsewhere or a lost end."""
    texts = unnumbered.select("node", text=pl.coalesce("id_digits", "id_text")).drop_nulls()
    whole = texts.filter(pl.col("text").str.len_chars().is_in([15, 18]))
    dates = whole.select("node", value=pl.col("text").str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    return dates.filter(pl.col("value").dt.year().is_between(*YEARS_OF_BIRTH))


def frame_of(assigned: pl.DataFrame) -> pl.DataFrame:
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


def with_nodes(prepared: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """Prepared mentions beside what assign_nodes says of each."""
    return prepared.hstack(assigned.drop("mention"))


def facts_of(prepared: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """The `facts` of Nodes."""
    return prepared.select(
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
        event_year=pl.col("event_on").dt.year(),
        has_relation=pl.col("relation_to_head").is_not_null(),
    )


def build_nodes(prepared: pl.DataFrame, assigned: pl.DataFrame) -> Nodes:
    """Nodes with their values, from prepared mentions and the node of each."""
    frame = frame_of(assigned)
    counted = _counted(frame)
    counts = node_flags(counted, frame.height)
    tables = _attribute_values(prepared, assigned, frame)
    tasks: dict[str, Callable[[], tuple[pl.DataFrame, pl.DataFrame]]] = {
        attribute: partial(
            _names if attribute == "name" else _coded, table["node"].to_numpy(), table.drop("node"), counts
        )
        for attribute, table in tables.items()
    }
    tasks["residence"] = partial(_residences, prepared, assigned, counts)
    coded = dict(zip(tasks, side_by_side(tasks.values()), strict=True))
    vocabularies = {attribute: vocabulary for attribute, (vocabulary, _) in coded.items()}
    values = {attribute: value for attribute, (_, value) in coded.items()}
    owned = node_flags(frame.filter(pl.col("id_number").is_not_null())["node"], frame.height)
    texts = values["id_text"].filter(owned[values["id_text"]["node"].to_numpy()])["code"].unique()
    vocabularies["id_text"] = vocabularies["id_text"].with_columns(is_valid=pl.col("code").is_in(texts.implode()))
    vocabularies["id_digits"] = vocabularies["id_digits"].with_columns(digits=pl.col("value").str.len_chars())
    facts = facts_of(prepared, assigned)
    place, places = code_rows(facts.select(PLACE))
    frame = frame.drop("owned_row")
    return Nodes(frame, assigned, vocabularies, values, facts, counted, place=place, places=places)


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
    """Residences are distinct (town, village, group, house); a town alone is none where the node's village is known."""
    columns = {"town": "town_key", "village": "village_key", "group_no": "group_key", "house": "house"}
    known = pl.col("town").is_not_null() | pl.col("village").is_not_null()
    rows = prepared.select(assigned["node"], **columns).filter(known)
    told = rows.filter(pl.col("village").is_null())
    rows = rows.filter(pl.col("village").is_not_null())
    whole = rows.filter(node_flags(told["node"], counted.size)[rows["node"].to_numpy()])
    told = told.join(whole, on=["node", "town"], how="anti", maintain_order="left")
    rows = pl.concat([rows, told])
    vocabulary, values = _coded(rows["node"].to_numpy(), rows.drop("node"), counted)
    return vocabulary.drop("persons"), values
