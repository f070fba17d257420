"""Parquet files to one grid: the column names are the header, row 1 is the first data row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.intake.formats.grid import Grid
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import Refused, plain


def read_columnar(path: Path, limits: Limits) -> Grid:
    """Names, then rows of values; whole numbers keep all digits, decimals stay exact, nested values become JSON."""
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows * max(1, file.metadata.num_columns) > limits.cells * 5:
                raise Refused(plain("RANGE_TOO_LARGE"))
            table = file.read(use_threads=False)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise Refused(plain("NOT_READABLE")) from error
    columns = [_values(column) for column in table.columns]
    header = [_header(field) for field in table.schema]
    return Grid(None, 1, [header, *map(list, zip(*columns, strict=True))])


#: Where programs keep a column's comment in its metadata.
_COMMENTS = (b"comment", b"description", b"label", b"remark", "注释".encode(), "中文名".encode())


def _header(field: pa.Field) -> str:
    """A column's name, with its comment in brackets where that is its Chinese name: CERNO(证件号码)."""
    metadata = field.metadata or {}
    comments = (metadata[key].decode("utf-8", errors="replace") for key in _COMMENTS if key in metadata)
    comment = next((text for text in comments if not text.isascii()), None)
    return f"{field.name}({comment})" if comment and field.name.isascii() else str(field.name)


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The cells of a column. Each distinct value is made once: a roll of a million rows repeats most of its texts."""
    if pa.types.is_nested(column.type):
        return [None if value is None else _json(value) for value in column.to_pylist()]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.dictionary_encode().combine_chunks()
    distinct = np.array([*_distinct(encoded.dictionary), None], dtype=object)
    return distinct[encoded.indices.fill_null(-1).to_numpy()].tolist()


def _distinct(values: pa.Array) -> list[Any]:
    kind = values.type
    if pa.types.is_timestamp(kind):
        values = values.cast(pa.timestamp("us", kind.tz))
    known = values.to_pylist()
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):  # by their own shortest text, not widened to doubles
        return [None if value is None or value != value else float(str(np.float32(value))) for value in known]
    if pa.types.is_floating(kind):
        return [None if value != value else value for value in known]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if value is None else value.decode("utf-8", errors="backslashreplace") for value in known]
    return known


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
