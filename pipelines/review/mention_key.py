"""How a mention is recognised again after a re-delivery has moved its row.

A verdict on a pair rests on what the caseworker saw. The key is therefore made of the mention's content, not of its
address: it stays while the values stay, wherever the row stands, and changes when a value changes, so that the pair
returns to review.
"""

from __future__ import annotations

import hmac

import polars as pl

#: What a caseworker compares; row addresses are left out on purpose.
CONTENT_COLUMNS = (
    "feed", "role", "name", "id_number_delivered", "sex", "birth_date", "town", "village", "group_no", "address",
    "phone", "account_number", "certificate_number", "case_key", "relation_to_head",
)  # fmt: skip


def content_keys(mentions: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """`mention_id, content_key` for each mention (columns: `mention_id` and CONTENT_COLUMNS; a missing one is null).

    The key is an HMAC-SHA-256 under the county's secret key: the ledger holds no personal value, and none can be found
    by trying all ID numbers.
    """
    present = [
        pl.col(name).cast(pl.String).fill_null("") if name in mentions.columns else pl.lit("")
        for name in CONTENT_COLUMNS
    ]
    content = mentions.select("mention_id", content=pl.concat_str(present, separator="\x1f"))
    distinct = content.get_column("content").unique().to_list()
    keys = [hmac.digest(key, text.encode(), "sha256").hex()[:32] for text in distinct]
    table = pl.DataFrame(
        {"content": distinct, "content_key": keys}, schema={"content": pl.String, "content_key": pl.String}
    )
    return content.join(table, on="content", how="left", maintain_order="left").select("mention_id", "content_key")
