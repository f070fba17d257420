"""A run's working folder for tests of the dbt project: its raw and matched tables, and dbt on it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl

from expectations.results import ROW_DOUBT
from pipelines.contracts import Feed, all_feeds
from pipelines.intake import EARLIER_STATUS
from pipelines.intake.overview import STATUS_SCHEMA
from pipelines.review.previous import SCHEMAS as PREVIOUS

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
AS_OF = date(2026, 10, 31)
DELIVERY = AS_OF.isoformat()
ADDRESS = ("_row_id", "_feed", "_delivery", "_file", "_sheet", "_row", "_row_sha256", "_extra")

MATCHED = {
    "person_link": {
        "mention_id": pl.String, "row_id": pl.String, "role": pl.String, "person_id": pl.String,
        "match_probability": pl.Float64, "link_method": pl.String, "id_number_status": pl.String,
        "owns_id_number": pl.Boolean,
    },
    "person_id_number": {"person_id": pl.String, "id_number": pl.String},
    "person_superseded": {"person_id": pl.String, "superseded_by": pl.String, "reason": pl.String},
    "person_split": {"person_id": pl.String, "split_from": pl.String, "reason": pl.String},
    "duplicate_candidate": {
        "pair_id": pl.String, "mention_id_l": pl.String, "mention_id_r": pl.String, "person_id_l": pl.String,
        "person_id_r": pl.String, "probability": pl.Float64, "match_weight": pl.Float64, "weights": pl.String,
        "explanation": pl.String, "conflicts": pl.String,
    },
    "finding_memory": {"finding_id": pl.String, "first_seen_as_of": pl.Date, "fingerprint": pl.String},
    "finding_verdict": {
        "finding_id": pl.String, "verdict": pl.String, "fingerprint": pl.String, "decided_on": pl.Date,
        "expires_on": pl.Date,
    },
}  # fmt: skip
MESSAGES = pl.List(pl.Struct({"code": pl.String, "where": pl.String, "what": pl.String, "remedy": pl.String}))
DELIVERED_FILE = {
    "feed": pl.String, "delivery": pl.String, "file": pl.String, "sha256": pl.String, "size": pl.Int64,
    "detected_type": pl.String, "encoding": pl.String, "sheets": pl.List(pl.String), "header_row": pl.Int64,
    "column_mapping": pl.String, "rows_read": pl.Int64, "rows_header": pl.Int64, "rows_title": pl.Int64,
    "rows_total": pl.Int64, "rows_blank": pl.Int64, "rows_data": pl.Int64, "disposition": pl.String,
    "in_force": pl.Boolean, "messages": MESSAGES,
}  # fmt: skip


def write_run(work: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    """Raw tables of all feeds from rows by canonical column, one file a feed; the other tables empty."""
    for folder in ("raw", "quality", "matched", "previous", "export"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    for feed in all_feeds().values():
        raw_frame(feed, rows.get(feed.name, [])).write_parquet(work / "raw" / f"{feed.name}.parquet")
    _write_overview(work / "raw", rows)
    for table, columns in MATCHED.items():
        pl.DataFrame(schema=columns).write_parquet(work / "matched" / f"{table}.parquet")
    pl.DataFrame(schema=ROW_DOUBT).write_parquet(work / "quality" / "row_doubt.parquet")
    for table, columns in PREVIOUS.items():
        pl.DataFrame(schema=columns).write_parquet(work / "previous" / f"{table}.parquet")


def raw_frame(feed: Feed, rows: list[dict[str, str]]) -> pl.DataFrame:
    """One feed's raw table as intake writes it, from rows by canonical column."""
    names = [column.name for column in feed.columns]
    schema = {name: pl.Int64() if name == "_row" else pl.String() for name in [*ADDRESS, *names]}
    records = [_record(feed.name, number, row, names) for number, row in enumerate(rows, start=2)]
    return pl.DataFrame(records, schema=schema)


def _record(feed: str, number: int, row: dict[str, str], names: list[str]) -> dict[str, object]:
    if unknown := set(row) - set(names):
        raise KeyError(f"{feed} has no columns {sorted(unknown)}")
    digest = hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    address = (f"{feed}/{DELIVERY}/abcdef01/1/{number}", feed, DELIVERY, f"{feed}.csv", None, number, digest, None)
    return dict(zip(ADDRESS, address, strict=True)) | {name: row.get(name) for name in names}


def _write_overview(raw: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    status = [
        {
            "feed": feed.name, "delivery": DELIVERY, "delivered_on": AS_OF, "age_days": 0,
            "freshness_days": feed.freshness_days, "state": "fresh", "is_fallback": False,
            "rows": len(rows.get(feed.name, [])), "unused_delivery": None,
        }
        for feed in all_feeds().values()
    ]  # fmt: skip
    pl.DataFrame(status, schema=STATUS_SCHEMA).write_parquet(raw / "feed_status.parquet")
    pl.DataFrame(schema=DELIVERED_FILE).write_parquet(raw / "delivered_file.parquet")
    pl.DataFrame(schema=EARLIER_STATUS).write_parquet(raw / "earlier_status.parquet")
    versions = dict.fromkeys(("rule_version", "code_version", "model_version"), "1")
    context = {"run_id": "1", "as_of": AS_OF, "policy_on": AS_OF, **versions}
    pl.DataFrame([context]).write_parquet(raw / "run_context.parquet")


def link_by_number(work: Path) -> None:
    """A matching for tests of rules: a valid ID number is its person's own; any other mention is its own person.

    Two mentions of one name in one village, one of them without a number, are one person with probability 0.9.
    """
    mentions = pl.read_parquet(work / "export" / "person_mention.parquet")
    numbered = mentions.filter(pl.col("id_number").is_not_null())
    named = numbered.group_by("name").agg(pl.col("id_number").min().alias("of_namesake"))
    persons = mentions.join(named, on="name", how="left").with_columns(
        pl.coalesce("id_number", "of_namesake", "mention_id").alias("identity"),
        pl.col("id_number").is_not_null().alias("owns_id_number"),
    )
    persons = persons.with_columns(
        ("p" + pl.col("identity").rank("dense").cast(pl.Int64).cast(pl.String)).alias("person_id"),
        pl.when("owns_id_number").then(1.0).otherwise(0.9).alias("match_probability"),
        pl.when("owns_id_number").then(pl.lit("id_number")).otherwise(pl.lit("model")).alias("link_method"),
    )
    persons.select(list(MATCHED["person_link"])).write_parquet(work / "matched" / "person_link.parquet")
    owned = persons.filter("owns_id_number").select("person_id", "id_number").unique().sort("person_id")
    owned.write_parquet(work / "matched" / "person_id_number.parquet")


def dbt(work: Path, command: str, *arguments: str, project: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """One dbt invocation on the folder, its warehouse and its target inside it; `project` may be a changed copy."""
    environment = os.environ | {
        "HEDUI_WAREHOUSE": str(work / "warehouse.duckdb"),
        "HEDUI_DBT_FUNCTIONS": str(PROJECT / "functions"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    program = str(Path(sys.executable).parent / "dbt")
    options = ["--project-dir", str(project), "--profiles-dir", str(project), "--vars", json.dumps({"work": str(work)})]
    return subprocess.run(
        [program, command, *options, *arguments], env=environment, capture_output=True, text=True, check=False
    )
