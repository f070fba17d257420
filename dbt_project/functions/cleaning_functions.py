"""The cleaning room's readers as SQL functions on the dbt connection (docs/decisions/0001).

`clean_…(text)` returns a struct: `value` and `problem` (`status` for ID numbers). `clean_code(text, code list)` reads
the lists of the contracts. `mask_number(text)` hides the middle of a number; `place_key(text)` is a town or village
without the word for its kind; `withdrawn_by(cells, kind)` is the cell that takes a row back. The functions never
raise: DuckDB would print the value that was being read.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import polars as pl
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin

from pipelines import cleaning
from pipelines.contracts import code_lists, withdrawals

Reader = Callable[[pl.Series], pl.DataFrame]

#: SQL function -> reader, type of the value in SQL and in Arrow.
READERS: dict[str, tuple[Reader, str, pa.DataType]] = {
    "clean_account_number": (cleaning.read_accounts, "VARCHAR", pa.string()),
    "clean_amount": (cleaning.read_amounts, "DECIMAL(14,2)", pa.decimal128(14, 2)),
    "clean_certificate_number": (cleaning.read_certificates, "VARCHAR", pa.string()),
    "clean_count": (cleaning.read_counts, "BIGINT", pa.int64()),
    "clean_date": (cleaning.read_dates, "DATE", pa.date32()),
    "clean_declared_amount": (cleaning.read_declared_amounts, "DECIMAL(14,2)", pa.decimal128(14, 2)),
    "clean_declared_count": (cleaning.read_declared_counts, "BIGINT", pa.int64()),
    "clean_declared_signed_amount": (cleaning.read_declared_signed_amounts, "DECIMAL(14,2)", pa.decimal128(14, 2)),
    "clean_group": (cleaning.read_groups, "VARCHAR", pa.string()),
    "clean_id_number": (cleaning.read_id_numbers, "VARCHAR", pa.string()),
    "clean_identifier": (cleaning.read_identifiers, "VARCHAR", pa.string()),
    "clean_number": (cleaning.read_numbers, "DOUBLE", pa.float64()),
    "clean_person_name": (cleaning.read_names, "VARCHAR", pa.string()),
    "clean_phone": (cleaning.read_phones, "VARCHAR", pa.string()),
    "clean_place": (cleaning.read_places, "VARCHAR", pa.string()),
    "clean_signed_amount": (cleaning.read_signed_amounts, "DECIMAL(14,2)", pa.decimal128(14, 2)),
    "clean_text": (cleaning.read_texts, "VARCHAR", pa.string()),
    "clean_year_month": (cleaning.read_months, "VARCHAR", pa.string()),
}
#: What is said about a value whose reader failed: a fault of this program, never of the office.
FAILED = {"problem": "reader_failed", "status": "bad_length"}


def _second_field(name: str) -> str:
    return "status" if name == "clean_id_number" else "problem"


def _read_safely(reader: Reader, texts: pl.Series, second: str) -> pl.DataFrame:
    """The reader's answer; when it fails, every text by itself, so that only the guilty one stays unread."""
    try:
        return reader(texts)
    except Exception:
        if len(texts) == 1:
            return pl.DataFrame({"value": [None], second: [FAILED[second]]})
        return pl.concat(
            [_read_safely(reader, texts[i : i + 1], second) for i in range(len(texts))], how="vertical_relaxed"
        )


def _as_struct(frame: pl.DataFrame, value_type: pa.DataType, second: str) -> pa.StructArray:
    table = frame.to_arrow()
    arrays = [table.column("value").cast(value_type), table.column(second).cast(pa.string())]
    return pa.StructArray.from_arrays([array.combine_chunks() for array in arrays], names=["value", second])


def _texts(column: pa.ChunkedArray) -> pl.Series:
    return pl.Series(pl.from_arrow(column)).cast(pl.String)


def _single(name: str) -> Callable[[pa.ChunkedArray], pa.StructArray]:
    reader, _, value_type = READERS[name]

    def function(column: pa.ChunkedArray) -> pa.StructArray:
        return _as_struct(_read_safely(reader, _texts(column), _second_field(name)), value_type, _second_field(name))

    return function


def clean_code(column: pa.ChunkedArray, lists: pa.ChunkedArray) -> pa.StructArray:
    """Canonical values; all rows of one call name the same list (a literal in the SQL)."""
    spellings = code_lists().get(lists[0].as_py(), {})
    frame = _read_safely(lambda texts: cleaning.read_codes(texts, spellings), _texts(column), "problem")
    return _as_struct(frame, pa.string(), "problem")


def mask_number(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([cleaning.mask(text) for text in column.to_pylist()], pa.string())


def withdrawn_by(column: pa.ChunkedArray, kinds: pa.ChunkedArray) -> pa.Array:
    """What takes a row back, by its cells outside the contract; all rows of one call are of one kind (a literal)."""
    kind = kinds[0].as_py() if len(kinds) else ""
    return cleaning.read_withdrawals(_texts(column), withdrawals(kind)).to_arrow().cast(pa.string())


def place_key(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if text is None else cleaning.place_key(text) for text in column.to_pylist()], pa.string())


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes every function known to a connection."""
    for name, (_, sql_type, _) in READERS.items():
        returned = duckdb.struct_type({"value": sql_type, _second_field(name): "VARCHAR"})
        _create(connection, name, _single(name), ["VARCHAR"], returned)
    code = duckdb.struct_type({"value": "VARCHAR", "problem": "VARCHAR"})
    _create(connection, "clean_code", clean_code, ["VARCHAR", "VARCHAR"], code)
    _create(connection, "mask_number", mask_number, ["VARCHAR"], "VARCHAR")
    _create(connection, "withdrawn_by", withdrawn_by, ["VARCHAR", "VARCHAR"], "VARCHAR")
    _create(connection, "place_key", place_key, ["VARCHAR"], "VARCHAR")


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, function: Callable, parameters: list, returned: object
) -> None:
    connection.create_function(name, function, parameters, returned, type="arrow", null_handling="special")


class Plugin(BasePlugin):
    """What dbt-duckdb loads (profiles.yml)."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        register(conn)
