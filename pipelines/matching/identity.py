"""person_id: a keyed token that stays the same from night to night and betrays no ID number (decision record 4)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from cryptography.hazmat.primitives import hashes, hmac

from pipelines.matching.prepare import CONTENT

TOKEN_CHARACTERS = 24
SUPERSEDED = {"person_id": pl.String, "superseded_by": pl.String, "reason": pl.String}


def token(key: bytes, text: str) -> str:
    """The first 24 hexadecimal digits (96 bits) of HMAC-SM3 (GB/T 32905) of the text under the county's key."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(text.encode())
    return "p" + code.finalize().hex()[:TOKEN_CHARACTERS]


def _tokens(key: bytes, texts: Iterable[str]) -> pl.Series:
    return pl.Series([token(key, text) for text in texts], dtype=pl.String)


def identity_keys(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """mention, cluster, identity_key, is_number for the owned numbers (one per number) and the mentions without one.

    `rows`: mention, cluster, own_number and the content columns. Equal contents are told apart by their order.
    """
    owned = (
        rows.filter(pl.col("own_number").is_not_null())
        .group_by("cluster", "own_number")
        .agg(mention=pl.col("mention").min())
    )
    owned = owned.sort("mention").with_columns(
        identity_key=_tokens(key, ("number:" + n for n in owned.sort("mention")["own_number"]))
    )
    loose = rows.filter(pl.col("own_number").is_null()).sort("mention")
    content = pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in CONTENT], separator="\x1f")
    loose = loose.with_columns(content=content).with_columns(nth=pl.int_range(pl.len()).over("content"))
    texts = loose.select(pl.concat_str(pl.lit("content:"), "content", pl.lit("\x1f"), "nth")).to_series()
    loose = loose.with_columns(identity_key=_tokens(key, texts))
    columns = ["mention", "cluster", "identity_key", "is_number"]
    return pl.concat(
        [owned.with_columns(is_number=True).select(columns), loose.with_columns(is_number=False).select(columns)]
    ).sort("cluster", "is_number", "identity_key", descending=[False, True, False])


def person_ids(keys: pl.DataFrame, previous: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(cluster -> person_id; superseded ids: person_id, superseded_by, reason).

    `previous` has identity_key and person_id of the release before. A cluster keeps the id that its number's key had,
    else the id that most of its keys had; an id goes to one cluster only.
    """
    own = keys.unique("cluster", keep="first", maintain_order=True).select("cluster", person_id="identity_key")
    if previous is None or previous.is_empty():
        return own, pl.DataFrame(schema=SUPERSEDED)
    known = keys.join(previous.select("identity_key", "person_id").unique("identity_key"), on="identity_key")
    votes = known.group_by("cluster", "person_id").agg(votes=pl.len(), by_number=pl.col("is_number").any())
    votes = votes.sort("by_number", "votes", "person_id", "cluster", descending=[True, True, False, False])
    kept = votes.unique("cluster", keep="first", maintain_order=True).unique(
        "person_id", keep="first", maintain_order=True
    )
    chosen = own.join(kept.select("cluster", old="person_id"), on="cluster", how="left", maintain_order="left")
    taken = chosen["old"].drop_nulls()
    fresh = (
        pl.when(pl.col("person_id").is_in(taken.implode()))
        .then(pl.concat_str("person_id", pl.lit("n")))
        .otherwise("person_id")
    )
    chosen = chosen.select("cluster", person_id=pl.coalesce("old", fresh))
    in_use = chosen["person_id"]
    moved = votes.filter(~pl.col("person_id").is_in(in_use.implode())).unique(
        "person_id", keep="first", maintain_order=True
    )
    superseded = moved.join(chosen.rename({"person_id": "superseded_by"}), on="cluster")
    return chosen, superseded.select("person_id", "superseded_by", reason=pl.lit("merged")).sort("person_id")


def identify(
    rows: pl.DataFrame, key: bytes, previous: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """(cluster -> person_id; superseded ids; identity_key -> person_id, to be kept for the next night)."""
    keys = identity_keys(rows, key)
    ids, superseded = person_ids(keys, previous)
    kept = keys.join(ids, on="cluster").select("identity_key", "person_id").sort("identity_key")
    return ids, superseded, kept
