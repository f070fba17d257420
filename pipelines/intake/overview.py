"""Writes what intake knows of feeds and files for the rooms behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.deliveries import FeedIntake
from pipelines.intake.delivery import Receipt
from pipelines.intake.differences import DIFFERENCE_SCHEMA, KINDS, Difference
from pipelines.intake.reception import delivered_on
from pipelines.intake.states import delivery_states
from pipelines.storage.atomic import write_parquet

_MESSAGE = pl.Struct({"code": pl.String, "where": pl.String, "what": pl.String, "remedy": pl.String})
_KINDS = ("header", "title", "total", "blank", "data")

STATUS_SCHEMA = {
    "feed": pl.String, "delivery": pl.String, "delivered_on": pl.Date, "age_days": pl.Int64, "freshness_days": pl.Int64,
    "state": pl.String, "is_fallback": pl.Boolean, "rows": pl.Int64, "unused_delivery": pl.String,
}  # fmt: skip
FILE_SCHEMA: dict[str, Any] = {
    "feed": pl.String, "delivery": pl.String, "file": pl.String, "sha256": pl.String, "size": pl.Int64,
    "detected_type": pl.String, "encoding": pl.String, "sheets": pl.List(pl.String), "header_row": pl.Int64,
    "column_mapping": pl.String, "sheet_rows": pl.String, "rows_read": pl.Int64,
    **{f"rows_{kind}": pl.Int64 for kind in _KINDS},
    "disposition": pl.String, "in_force": pl.Boolean, "messages": pl.List(_MESSAGE),
}  # fmt: skip
_COMPARED = pl.Struct({"basis": pl.String, "before": pl.String, **dict.fromkeys(KINDS, pl.Int64)})
DELIVERY_SCHEMA: dict[str, Any] = {
    "feed": pl.String, "delivery": pl.String, "delivered_on": pl.Date, "state": pl.String, "files": pl.Int64,
    "rows": pl.Int64, "compared": pl.List(_COMPARED),
}  # fmt: skip


def _file_row(receipt: Receipt) -> dict[str, object]:
    account = receipt.account
    return {
        "feed": receipt.feed, "delivery": receipt.delivery, "file": receipt.file, "sha256": receipt.sha256,
        "size": receipt.size, "detected_type": account.detected_type, "encoding": account.encoding,
        "sheets": account.sheets, "header_row": account.header_row,
        # Sorted: an account from the cache has its keys in that order, and both must give the same receipt.
        "column_mapping": json.dumps(account.column_mapping, ensure_ascii=False, sort_keys=True),
        "sheet_rows": json.dumps(account.sheet_rows, ensure_ascii=False, sort_keys=True),
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


def deliveries(intakes: Iterable[FeedIntake]) -> pl.DataFrame:
    """One row per delivery up to the business date: its state, and how many rows differ from the one it was held
    against."""
    rows = []
    for intake in intakes:
        for state in delivery_states(intake):
            told = [_compared(known) for known in intake.differences if known.delivery == state.delivery]
            rows.append(
                {
                    "feed": state.feed, "delivery": state.delivery, "delivered_on": delivered_on(state.delivery),
                    "state": state.state, "files": state.files, "rows": state.rows, "compared": told,
                }
            )  # fmt: skip
    return pl.DataFrame(rows, schema=DELIVERY_SCHEMA)


def _compared(known: Difference) -> dict[str, Any]:
    return {"basis": known.basis, "before": known.before, **known.counts}


def delivery_differences(intakes: Iterable[FeedIntake]) -> pl.DataFrame:
    """One row per row that a delivery added, changed or removed."""
    rows = (known.rows for intake in intakes for known in intake.differences)
    return pl.concat([pl.DataFrame(schema=DIFFERENCE_SCHEMA), *rows])


def write_overview(intakes: Iterable[FeedIntake], raw_folder: Path) -> None:
    """Writes `feed_status`, `delivered_file`, `delivery` and `delivery_difference`, each as Parquet."""
    known = list(intakes)
    tables = {
        "feed_status": feed_status, "delivered_file": delivered_files, "delivery": deliveries,
        "delivery_difference": delivery_differences,
    }  # fmt: skip
    for name, make in tables.items():
        write_parquet(make(known), raw_folder / f"{name}.parquet")
