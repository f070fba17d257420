"""From the marts' Parquet files to the extracts: tokens for numbers, masks in free text, a fixed row order."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.publishing.contracts import MartContract, violations
from pipelines.publishing.masks import mask_text
from pipelines.publishing.tokens import Tokens
from pipelines.storage import atomic

#: Addresses and the numbers of cases: other systems join on them, so they stay as they are.
_NOT_FREE_TEXT = frozenset(
    ["key", "row_id", "case_number", "household_case", "file", "mention_id_l", "mention_id_r", "pair_id"]
)


def _in_fixed_order(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Sorted by the key, which the contract holds to be unique; without one by every column (lists and structs as
    JSON): equal contents are equal files."""
    if key:
        return frame.sort(key, nulls_last=True)
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    plain = [name for name in frame.columns if name not in nested]
    helpers = [
        frame.select(pl.struct(name).struct.json_encode().alias(f"__order_{name}")).to_series() for name in nested
    ]
    ordered = frame.with_columns(helpers).sort([*plain, *(helper.name for helper in helpers)], nulls_last=True)
    return ordered.drop([helper.name for helper in helpers])


def _masked(frame: pl.DataFrame) -> pl.DataFrame:
    """Free text never carries an ID number, whatever a rule wrote into its sentence."""
    for name, kind in frame.schema.items():
        if kind != pl.String or name.removesuffix("_l").removesuffix("_r") in _NOT_FREE_TEXT or name.endswith("_token"):
            continue
        column = frame.get_column(name)
        suspects = column.unique().drop_nulls()
        suspects = suspects.filter(suspects.str.contains(r"[1-9]\d{16}[0-9Xx]"))
        changed = {text: mask_text(text) for text in suspects.to_list()}
        if changed:
            frame = frame.with_columns(pl.col(name).replace(changed))
    return frame


def write_extract(contract: MartContract, export: Path, target: Path, tokens: Tokens) -> int:
    """Writes one extract and returns its number of rows. `export` is the mart's file; missing columns are left to
    the contract check, which reads what was written."""
    frame = pl.read_parquet(export)
    for column, token in contract.tokens.items():
        if column in frame.columns:
            frame = tokens.replace(frame, column, token)
    key = tuple(name for name in contract.key or () if name in frame.columns)
    atomic.write_parquet(_in_fixed_order(_masked(frame), key), target)
    return frame.height


def write_extracts(
    contracts: dict[str, MartContract], export: Path, target: Path, tokens: Tokens
) -> tuple[dict[str, int], list[str]]:
    """Writes all extracts; returns rows by extract and what breaks a contract."""
    target.mkdir(parents=True)
    rows: dict[str, int] = {}
    problems: list[str] = []
    for name, contract in contracts.items():
        source, written = export / f"{name}.parquet", target / f"{name}.parquet"
        if source.is_file():
            rows[name] = write_extract(contract, source, written, tokens)
        problems += violations(contract, written)
    return rows, problems
