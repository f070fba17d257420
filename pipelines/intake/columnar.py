"""Parquet files to one grid: the column names are the header, row 1 is the first data row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.intake.limits import Limits
from pipelines.intake.messages import Refused, plain


def read_columnar(path: Path, limits: Limits) -> tuple[list[str], list[list[Any]]]:
    """Names and columns of values; whole numbers keep all digits, decimals stay exact, nested values become JSON."""
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows * max(1, file.metadata.num_columns) > limits.cells * 5:
                raise Refused(plain("RANGE_TOO_LARGE"))
            table = file.read(use_threads=False)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise Refused(plain("NOT_READABLE")) from error
    return list(table.column_names), [_values(column) for column in table.columns]


def _values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.to_pylist()
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):  # by their own shortest text, not widened to doubles
        return [
            None if value is None or value != value else float(str(np.float32(value))) for value in column.to_pylist()
        ]
    if pa.types.is_floating(kind):
        return [None if value is None or value != value else value for value in column.to_pylist()]
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz)).to_pylist()
    if pa.types.is_nested(kind):
        return _each(column, lambda value: json.dumps(value, ensure_ascii=False, default=str))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _each(column, lambda value: value.decode("utf-8", errors="backslashreplace"))
    return column.to_pylist()


def _each(column: pa.ChunkedArray, text: Callable[[Any], str]) -> list[str | None]:
    return [None if value is None else text(value) for value in column.to_pylist()]
