"""Releases with lists for public notices, without a run: a warehouse with what is read of it.

The policy is that of the seeds; a test may add rows to them, wrong ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt_factory import PROJECT

AS_OF = date(2026, 10, 31)
SEEDS = ("notice_rule", "notice_column", "notice_word")

_LISTED = """
    programme varchar, household_id varchar, case_number varchar, person_id varchar, town varchar, village varchar,
    head_name varchar, member_count bigint, monthly_amount decimal(14, 2), start_month varchar, area_type varchar,
    support_mode varchar, declared_income_per_capita decimal(14, 2), left_out_because varchar
"""
_DATES = {"valid_from": "date", "valid_to": "date"}


def entry(number: int, **given: Any) -> dict[str, Any]:
    """A household paid dibao in 青溪镇东风村."""
    case = given.get("case_number", f"D{number}")
    return {
        "programme": "dibao", "household_id": f"dibao:{case}", "case_number": case, "person_id": f"p{number}",
        "town": "青溪镇", "village": "东风村", "head_name": "王建国", "member_count": 2,
        "monthly_amount": Decimal("620.50"), "start_month": "2024-03", "area_type": "农村", "support_mode": None,
        "declared_income_per_capita": Decimal("300.00"), "left_out_because": None, **given,
    }  # fmt: skip


def column(**given: Any) -> dict[str, Any]:
    """A row of notice_column; by default one that shows a column of dibao on the board as it stands."""
    return {
        "programme": "dibao", "medium": "board", "column_name": "area_type", "place": 9, "header": "其他",
        "mask": "shown", "valid_from": date(2020, 1, 1), "valid_to": None, "source": "试", "status": "to be confirmed",
        **given,
    }  # fmt: skip


def write_release(
    folder: Path,
    entries: Iterable[Mapping[str, Any]],
    *,
    namesakes: Iterable[tuple[str, str | None, int]] = (),
    columns: Iterable[Mapping[str, Any]] = (),
    without: str = "",
    extra: str = "",
) -> Path:
    """The release `folder/releases/2026-10-31/000001`. `namesakes`: name of a minor, town, adults of the name there;
    `columns`: further rows of notice_column; `without`: a seed without rows; `extra`: a further column of the list,
    with its type."""
    release = folder / "releases" / AS_OF.isoformat() / "000001"
    release.mkdir(parents=True, exist_ok=True)
    (release / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        for schema in ("raw", "policy", "intermediate", "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute(f"create table raw.run_context as select '000001' as run_id, date '{AS_OF}' as as_of")
        connection.execute("create table staging.stg_reference__admin_division as select '哑柏镇' as name")
        for seed in SEEDS:
            rows = f"read_csv('{PROJECT / 'seeds' / f'{seed}.csv'}', header = true, types = {_DATES})"
            connection.execute(f"create table policy.{seed} as from {rows} where '{seed}' != '{without}'")
        further = f", {extra}" if extra else ""
        connection.execute(f"create table intermediate.int_notice__listed ({_LISTED}{further})")
        connection.execute(
            "create table intermediate.int_notice__namesake (name varchar, town varchar, adult_count bigint)"
        )
        for row in entries:
            _insert(connection, "intermediate.int_notice__listed", row)
        for row in columns:
            _insert(connection, "policy.notice_column", row)
        for namesake in namesakes:
            connection.execute("insert into intermediate.int_notice__namesake values (?, ?, ?)", list(namesake))
    return release


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> None:
    names, places = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))
