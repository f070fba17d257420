"""Parsed files by content: what was read once is not read again. A cache that does not verify is built anew."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import Feed, contract_digest
from pipelines.intake.account import Account
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import plain
from pipelines.intake.parse import PARSER_VERSION, raw_schema
from pipelines.intake.worker import WorkerDied, WorkerTimedOut, this_threads_worker
from pipelines.storage.archive import archive_state, file_sha256
from pipelines.storage.atomic import write_json
from pipelines.storage.paths import DataFolder

log = logging.getLogger(__name__)


def _stem(data: DataFolder, feed: Feed, sha256: str) -> Path:
    name = f"{sha256}-{feed.name}-{contract_digest()[:12]}-{PARSER_VERSION}"
    return data.parsed / sha256[:2] / name


def _cached(stem: Path) -> Account | None:
    """The account of a parsed file whose rows are whole; None when there is none or it does not verify."""
    try:
        note = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
        if note["rows_sha256"] != file_sha256(stem.with_suffix(".parquet")):
            return None
        return Account.from_json(note["account"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def parsed_account(data: DataFolder, feed: Feed, sha256: str, limits: Limits) -> Account:
    """The account of an archived file, parsed now when it was not before.

    What is kept is said of the file alone. OSError when the disk does not give it, or does not take its rows.
    """
    stem = _stem(data, feed, sha256)
    if (known := _cached(stem)) is not None:
        return known
    if archive_state(data, sha256) != "verified":  # not kept: it can be put back
        return Account(verdict="rejected", messages=[plain("ARCHIVE_DAMAGED")])
    stem.parent.mkdir(parents=True, exist_ok=True)
    rows = stem.with_suffix(".parquet")
    request = {"path": str(data.archived_file(sha256)), "feed": feed.name, "target": str(rows)}
    try:
        answer = _ask(request, limits)
    except (WorkerDied, WorkerTimedOut) as error:  # not kept: a machine short of memory is no property of the file
        code = "TOO_SLOW" if isinstance(error, WorkerTimedOut) else "RANGE_TOO_LARGE"
        log.warning("file %s of feed %s could not be parsed: %s", sha256[:8], feed.name, code)
        return Account(verdict="rejected", messages=[plain(code)])
    write_json(stem.with_suffix(".json"), {"account": answer, "rows_sha256": file_sha256(rows)})
    return Account.from_json(answer)


def _ask(request: dict[str, str], limits: Limits) -> dict[str, Any]:
    """Asks the child; once more, of a new one, when it died: earlier files may have worn it out."""
    worker = this_threads_worker()
    try:
        return worker.ask(request, limits)
    except WorkerDied:
        return worker.ask(request, limits)


def parsed_rows(data: DataFolder, feed: Feed, sha256: str) -> pl.DataFrame:
    """The rows of a file whose account was asked for before."""
    return pl.read_parquet(_stem(data, feed, sha256).with_suffix(".parquet"), glob=False).select(list(raw_schema(feed)))
