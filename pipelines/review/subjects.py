"""What a verdict is about: the findings and the pairs of one release, as the ledger names them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl

from pipelines.review.memory import FINDING_EXTRACTS
from pipelines.review.mention_key import content_keys


def finding_subjects(release: Path, finding_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """finding_id -> the subject of a verdict on it (finding_id, fingerprint); what the release does not hold is left
    out."""
    extracts = [pl.scan_parquet(release / "extracts" / f"{name}.parquet") for name in FINDING_EXTRACTS]
    wanted = pl.col("finding_id").is_in(list(finding_ids))
    found = pl.concat([frame.filter(wanted).select("finding_id", "fingerprint") for frame in extracts]).collect()
    return {row["finding_id"]: row for row in found.iter_rows(named=True)}


def pair_subjects(release: Path, pair_ids: Iterable[str], key: bytes) -> dict[str, dict[str, str]]:
    """pair_id -> the subject of a verdict on it: the content keys of both mentions under the county's key, the smaller
    one left; what the release does not hold is left out."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        columns = "pair_id, mention_id_l, mention_id_r"
        query = f"select {columns} from matched.duplicate_candidate where list_contains(?, pair_id)"
        pairs = connection.execute(query, [list(pair_ids)]).fetchall()
        query = "select * from intermediate.int_person__mentioned where list_contains(?, mention_id)"
        mentions = connection.sql(query, params=[[mention for _, *sides in pairs for mention in sides]]).pl()
    keys = dict(content_keys(mentions, key).iter_rows())
    sides = {pair_id: sorted((keys[left], keys[right])) for pair_id, left, right in pairs}
    return {pair_id: {"content_key_l": left, "content_key_r": right} for pair_id, (left, right) in sides.items()}
