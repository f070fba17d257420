"""Releases with statistics for the public, without a run: a warehouse with what is read of it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from tests.dbt_factory import PROJECT

TOWNS = ("甲镇", "乙镇", "丙镇")
#: Households paid in each town, by programme.
PAID = {"dibao": (12, 9, 20), "tekun": (2, 8, 15), "elderly_allowance": (30, 25, 41)}


def units(paid: dict[str, tuple[int, ...]] = PAID, amount: float = 100.0) -> pl.DataFrame:
    """What each household adds: one unit a household, each with the same amount."""
    rows = [
        ("benefit", town, None, item, f"{item}-{town}-{number}", f"{item}-{town}-{number}", amount)
        for item, counts in paid.items()
        for town, count in zip(TOWNS, counts, strict=True)
        for number in range(count)
    ]
    columns = ["breakdown", "town", "item_group", "item", "unit_key", "household_key", "amount"]
    types = dict.fromkeys(columns, pl.String) | {"amount": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")


def write_release(folder: Path, as_of: date, contributed: pl.DataFrame) -> Path:
    """A release's warehouse with the tables that the statistics read; the cells are those of the dbt model."""
    release = folder / as_of.isoformat() / "000001"
    release.mkdir(parents=True, exist_ok=True)
    (release / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        for schema in ("raw", "policy", "intermediate"):
            connection.execute(f"create schema {schema}")
        connection.execute(f"create table raw.run_context as select date '{as_of}' as as_of, null::date as policy_on")
        for seed in ("programme", "finding_rule", "unit_programme", "publication_rule"):
            file, is_dated = PROJECT / "seeds" / f"{seed}.csv", seed != "programme"
            dates = ", types = {'valid_from': 'date', 'valid_to': 'date'}" if is_dated else ""
            connection.execute(f"create table policy.{seed} as from read_csv('{file}', header = true{dates})")
        connection.register("given", contributed.to_arrow())
        connection.execute("create table intermediate.int_publication__contributed as from given")
        connection.execute(f"create table intermediate.int_publication__celled as {celled_sql()}")
    return release


def celled_sql() -> str:
    """The dbt model as plain SQL: its references are the tables of the warehouse."""
    model = (PROJECT / "models/intermediate/publication/int_publication__celled.sql").read_text(encoding="utf-8")
    rules = "select * from policy.publication_rule where valid_from <= (select as_of from raw.run_context)"
    model = model.replace("{{ in_force('publication_rule') }}", rules)
    return re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"intermediate.\1", model)
