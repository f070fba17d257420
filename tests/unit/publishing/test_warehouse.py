"""The warehouse of a release stands alone: it needs no file of the run that made it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from pipelines.publishing.warehouse import copy_warehouse

ENDED_EARLY = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table late as select 1 as n")
os._exit(0)
"""


def test_files_of_the_run_become_tables_and_other_views_are_left_out(tmp_path: Path) -> None:
    run, copy = tmp_path / "run.duckdb", tmp_path / "copy.duckdb"
    pl.DataFrame({"n": [1, 2, 3]}).write_parquet(tmp_path / "wage.parquet")
    with duckdb.connect(str(run)) as connection:
        connection.execute("create schema raw; create schema staging; create schema previous")
        connection.execute(f"create view raw.wage as from read_parquet('{tmp_path / 'wage.parquet'}')")
        connection.execute("create view previous.person as select 1 as n")
        connection.execute("create table staging.stg_wage as select n + 1 as n from raw.wage")
    before = run.read_bytes()
    assert copy_warehouse(run, copy) == {"raw.wage": 3, "staging.stg_wage": 3}
    assert run.read_bytes() == before
    run.unlink()
    (tmp_path / "wage.parquet").unlink()
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.sql("select list(n order by n) from raw.wage").fetchall() == [([1, 2, 3],)]
        assert connection.sql("select list(n order by n) from staging.stg_wage").fetchall() == [([2, 3, 4],)]
        assert connection.sql("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
    assert sorted(os.listdir(tmp_path)) == ["copy.duckdb"]


def test_what_an_ended_process_wrote_last_is_copied_too(tmp_path: Path) -> None:
    run = tmp_path / "run.duckdb"
    subprocess.run([sys.executable, "-c", ENDED_EARLY, str(run)], check=True)
    assert run.with_name("run.duckdb.wal").exists()
    assert copy_warehouse(run, tmp_path / "copy.duckdb") == {"main.late": 1}
