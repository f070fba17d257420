"""Writes what intake knows of feeds and files for the rooms behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.deliveries import FeedIntake, Receipt
from pipelines.storage.atomic import write_parquet

_MESSAGE = pl.Struct({"code": pl.String, "where": pl.String, "what": pl.String, "remedy": pl.String})
_KINDS = ("header", "title", "total", "blank", "data")

STATUS_SCHEMA = {
    "feed": pl.String, "delivery": pl.String, "delivered_on": pl.Date, "age_days": pl.Int64, "freshness_days": pl.Int64,
    "state": pl.String, "is_fallback": pl.Boolean, "rows": pl.Int64,
}  # fmt: skip
FILE_SCHEMA: dict[str, Any] = {
    "feed": pl.String, "delivery": pl.String, "file": pl.String, "sha256": pl.String, "size": pl.Int64,
    "detected_type": pl.String, "encoding": pl.String, "sheets": pl.List(pl.String), "header_row": pl.Int64,
    "column_mapping": pl.String, "rows_read": pl.Int64, **{f"rows_{kind}": pl.Int64 for kind in _KINDS},
    "disposition": pl.String, "in_force": pl.Boolean, "messages": pl.List(_MESSAGE),
}  # fmt: skip


def _file_row(receipt: Receipt) -> dict[str, object]:
    account = receipt.account
    return {
        "feed": receipt.feed, "delivery": receipt.delivery, "file": receipt.file, "sha256": receipt.sha256,
        "size": receipt.size, "detected_type": account.detected_type, "encoding": account.encoding,
        "sheets": account.sheets, "header_row": account.header_row,
        # Sorted: an account from the cache has its keys in that order, and both must give the same receipt.
        "column_mapping": json.dumps(account.column_mapping, ensure_ascii=False, sort_keys=True),
        "rows_read": account.rows_read,
        **{f"rows_{kind}": account.counts.get(kind, 0) for kind in _KINDS},
        "disposition": receipt.disposition, "in_force": receipt.in_force,
        "messages": [asdict(message) for message in receipt.messages],
    }  # fmt: skip


def feed_status(intakes: Iterable[FeedIntake]) -> pl.DataFrame:
    """One row per feed: the delivery in force and its age."""
    return pl.DataFrame([asdict(intake.status) for intake in intakes], schema=STATUS_SCHEMA)


def delivered_files(intakes: Iterable[FeedIntake]) -> pl.DataFrame:
    """One row per delivered file up to the business date. Rows read = title + header + total + blank + data."""
    return pl.DataFrame([_file_row(receipt) for intake in intakes for receipt in intake.receipts], schema=FILE_SCHEMA)


def write_overview(intakes: Iterable[FeedIntake], raw_folder: Path) -> None:
    """Writes `feed_status.parquet` and `delivered_file.parquet`."""
    known = list(intakes)
    write_parquet(feed_status(known), raw_folder / "feed_status.parquet")
    write_parquet(delivered_files(known), raw_folder / "delivered_file.parquet")
