"""The command `hedui decide`: verdicts of caseworkers on what the release in force shows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipelines.console.exits import usage
from pipelines.console.show import as_json
from pipelines.review import FINDING_EXTRACTS, Ledger
from pipelines.storage.chain import Entry
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder


def pair(data: DataFolder, release: Path, pair_id: str, verdict: str, who: str, reason: str, *, json: bool) -> None:
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        ends = connection.execute(
            "select mention_id_l, mention_id_r from matched.duplicate_candidate where pair_id = ?", [pair_id]
        ).fetchone()
        if ends is None:
            raise usage(
                "没有这一对待核记录",
                f"发布 {release.parent.name}/{release.name}",
                "编号见 duplicate_candidate 的 pair_id",
            )
        query = "select * from intermediate.int_person__mentioned where mention_id in (?, ?)"
        mentions = connection.sql(query, params=list(ends)).pl()
    entry = Ledger(data.decisions).decide_pair(
        ends[0], ends[1], verdict, mentions=mentions, key=county_key(data), who=who, reason=reason
    )
    _told(entry, json)


def finding(
    data: DataFolder,
    release: Path,
    finding_id: str,
    verdict: str,
    who: str,
    reason: str,
    term_months: int | None,
    *,
    json: bool,
) -> None:
    extracts = [pl.scan_parquet(release / "extracts" / f"{name}.parquet") for name in FINDING_EXTRACTS]
    wanted = [frame.filter(pl.col("finding_id") == finding_id).select("fingerprint") for frame in extracts]
    found = pl.concat(wanted).collect()
    if found.is_empty():
        raise usage(
            "没有这条发现",
            f"发布 {release.parent.name}/{release.name}",
            "编号见 finding 或 further_finding 的 finding_id",
        )
    subject = {"finding_id": finding_id, "fingerprint": str(found["fingerprint"][0])}
    _told(
        Ledger(data.decisions).append("finding", subject, verdict, who=who, reason=reason, term_months=term_months),
        json,
    )


def _told(entry: Entry, json: bool) -> None:
    if json:
        as_json({"number": entry.number, "recorded_at": entry.recorded_at, "hash": entry.hash})
    else:
        print(f"已登记为第 {entry.number} 条结论 · {entry.hash[:16]}…;下次运行生效。")
