"""person_id: a keyed token that stays the same from night to night and betrays no ID number (decision record 4)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from cryptography.hazmat.primitives import hashes, hmac

from pipelines.matching.prepare import CONTENT

TOKEN_CHARACTERS = 24
#: Before the id of a person that became part of another, in the table kept for the next night.
SUPERSEDED_KEY = "superseded:"
#: The reason of an id that was superseded on an earlier night.
MERGED_EARLIER = "merged_earlier"
SPLIT = {"person_id": pl.String, "split_from": pl.String, "reason": pl.String}
SUPERSEDED = {"person_id": pl.String, "superseded_by": pl.String, "reason": pl.String}

NOBODY = pl.Series(dtype=pl.String)


def token(key: bytes, text: str) -> str:
    """The first 24 hexadecimal digits (96 bits) of HMAC-SM3 (GB/T 32905) of the text under the county's key."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(text.encode())
    return "p" + code.finalize().hex()[:TOKEN_CHARACTERS]


def identity_keys(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """mention, node, identity_key, is_number for the owned numbers (one per number) and the mentions without.

    `rows`: mention, node, own_number and the content columns. Equal contents are told apart by their order.
    """
    owned = (
        rows.filter(pl.col("own_number").is_not_null())
        .group_by("node", "own_number")
        .agg(mention=pl.col("mention").min())
        .sort("mention")
    )
    owned = owned.with_columns(text=pl.concat_str(pl.lit("number:"), "own_number"), is_number=True)
    loose = rows.filter(pl.col("own_number").is_null()).sort("mention")
    content = pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in CONTENT], separator="\x1f")
    loose = loose.with_columns(content=content).with_columns(nth=pl.int_range(pl.len()).over("content"))
    loose = loose.with_columns(
        text=pl.concat_str(pl.lit("content:"), "content", pl.lit("\x1f"), "nth"), is_number=False
    )
    columns = ["mention", "node", "text", "is_number"]
    keyed = pl.concat([owned.select(columns), loose.select(columns)])
    tokens = pl.Series([token(key, text) for text in keyed["text"]], dtype=pl.String)
    return keyed.select("mention", "node", "is_number", identity_key=tokens)


def earlier_persons(keys: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """node, person: whom each node was part of in the release before."""
    if previous is None:
        return pl.DataFrame(schema={"node": pl.UInt32, "person": pl.String})
    known = previous.select("identity_key", person="person_id").unique("identity_key")
    return keys.join(known, on="identity_key").select("node", "person").unique().sort("node", "person")


@dataclass(frozen=True)
class Identities:
    """`ids`: cluster -> person_id. `superseded`: person_id, superseded_by, reason; ids of persons that became part of
    another, tonight or on an earlier night. `splits`: person_id, split_from, reason; persons who were part of another
    until now. `kept`: identity_key -> person_id, the `previous` of the next night.
    """

    ids: pl.DataFrame
    superseded: pl.DataFrame
    splits: pl.DataFrame
    kept: pl.DataFrame


def _votes(keys: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """cluster, person_id (of the release before), votes, by_number: the strongest claim on each id first."""
    known = keys.join(previous.select("identity_key", "person_id").unique("identity_key"), on="identity_key")
    votes = known.group_by("cluster", "person_id").agg(votes=pl.len(), by_number=pl.col("is_number").any())
    return votes.sort("by_number", "votes", "person_id", "cluster", descending=[True, True, False, False])


def _reasons(decided: pl.DataFrame, merged: bool) -> pl.Expr:
    """By whose word: a verdict on one of the rows, or the records as they stand now."""
    by_verdict, by_records = ("merged_by_verdict", "merged") if merged else ("split_by_verdict", "split")
    return (
        pl.when(pl.col("cluster").is_in(decided["cluster"].unique().implode()))
        .then(pl.lit(by_verdict))
        .otherwise(pl.lit(by_records))
    )


def _carried(previous: pl.DataFrame, tonight: pl.DataFrame, in_use: pl.Series) -> pl.DataFrame:
    """The superseded ids of earlier nights, each resolved to the person it is part of tonight."""
    old = previous.filter(pl.col("identity_key").str.starts_with(SUPERSEDED_KEY)).select(
        person_id=pl.col("identity_key").str.strip_prefix(SUPERSEDED_KEY), superseded_by="person_id"
    )
    moved = tonight.select(superseded_by="person_id", now="superseded_by")
    old = old.join(moved, on="superseded_by", how="left").with_columns(
        superseded_by=pl.coalesce("now", "superseded_by")
    )
    unused = ~pl.col("person_id").is_in(in_use.implode()) & ~pl.col("person_id").is_in(tonight["person_id"].implode())
    return old.filter(unused).select("person_id", "superseded_by", reason=pl.lit(MERGED_EARLIER)).unique("person_id")


def identify(
    keys: pl.DataFrame, clusters: pl.DataFrame, previous: pl.DataFrame | None, elsewhere: pl.Series = NOBODY
) -> Identities:
    """Gives every cluster its person_id.

    `keys` is the answer of identity_keys; `clusters` has node, cluster, by_decision; `previous` has identity_key and
    person_id of the release before. A cluster keeps the id that its number's key had, else the id that most of its keys
    had; an id goes to one cluster only. `elsewhere`: ids of persons who keep theirs and are not asked.
    """
    decided = clusters.filter("by_decision").select("cluster")
    keys = keys.join(clusters.select("node", "cluster"), on="node").sort(
        "cluster", "is_number", "identity_key", descending=[False, True, False]
    )
    own = keys.unique("cluster", keep="first", maintain_order=True).select("cluster", person_id="identity_key")
    if previous is None:
        kept = keys.join(own, on="cluster").select("identity_key", "person_id").sort("identity_key")
        return Identities(own, pl.DataFrame(schema=SUPERSEDED), pl.DataFrame(schema=SPLIT), kept)
    votes = _votes(keys, previous)
    keeping = votes.unique("cluster", keep="first", maintain_order=True).unique(
        "person_id", keep="first", maintain_order=True
    )
    chosen = own.join(keeping.select("cluster", old="person_id"), on="cluster", how="left", maintain_order="left")
    taken = pl.col("person_id").is_in(pl.concat([chosen["old"].drop_nulls(), elsewhere]).implode())
    fresh = pl.when(taken).then(pl.concat_str("person_id", pl.lit("n"))).otherwise("person_id")
    is_new = pl.col("old").is_null()
    chosen = chosen.select("cluster", person_id=pl.coalesce("old", fresh), is_new=is_new)
    in_use = pl.concat([chosen["person_id"], elsewhere])
    ids = chosen.drop("is_new")
    strongest = votes.unique("person_id", keep="first", maintain_order=True)
    moved = strongest.filter(~pl.col("person_id").is_in(in_use.implode()))
    superseded = moved.join(ids.rename({"person_id": "superseded_by"}), on="cluster")
    superseded = superseded.select("person_id", "superseded_by", reason=_reasons(decided, merged=True))
    parted = chosen.filter("is_new").drop("is_new").join(votes.rename({"person_id": "split_from"}), on="cluster")
    parted = parted.filter(pl.col("split_from").is_in(in_use.implode())).unique(
        "cluster", keep="first", maintain_order=True
    )
    splits = parted.select("person_id", "split_from", reason=_reasons(decided, merged=False))
    superseded = pl.concat([superseded, _carried(previous, superseded, in_use)])
    remembered = superseded.select(
        identity_key=pl.concat_str(pl.lit(SUPERSEDED_KEY), "person_id"), person_id="superseded_by"
    )
    kept = pl.concat([keys.join(ids, on="cluster").select("identity_key", "person_id"), remembered])
    alive = superseded.filter(pl.col("superseded_by").is_in(in_use.implode()))
    return Identities(ids, alive.sort("person_id"), splits.sort("person_id"), kept.sort("identity_key"))
