"""The benchmark of intake compares readers that have all read the same rows, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.intake import FILES, ReaderFailed, make_deliveries, measure
from benchmarks.intake_child import READERS

ROWS = FILES * 3


def test_every_reader_reads_what_was_written_and_a_short_count_fails(tmp_path: Path) -> None:
    landings = make_deliveries(tmp_path, ROWS)
    for kind, landing in landings.items():
        for reader in READERS[kind]:
            told = measure(reader, kind, landing, None, ROWS)
            if (reader, kind) != ("polars", "xlsx") or told:  # its library for workbooks is not the project's
                assert told is not None
                assert told["rows"] == ROWS
    with pytest.raises(ReaderFailed, match=f"{ROWS} rows read, {ROWS + 1} written"):
        measure("polars", "parquet", landings["parquet"], None, ROWS + 1)


def test_a_delivery_that_is_not_accepted_fails_with_its_reason(tmp_path: Path) -> None:
    landing = make_deliveries(tmp_path, ROWS)["parquet"]
    next(landing.rglob("*.parquet")).write_bytes(b"PAR1 and no more")
    with pytest.raises(ReaderFailed, match="1 files not in force: "):
        measure("hedui", "parquet", landing, None, ROWS)
