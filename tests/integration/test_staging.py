"""The staging models on a county of a few rows: what is accepted, held back, repeated, and what is said about values."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.cleaning import to_18
from pipelines.contracts import all_feeds

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
ADDRESS = ["_row_id", "_feed", "_delivery", "_file", "_sheet", "_row", "_row_sha256", "_extra"]

NUMBER_15 = "340590620312001"
NUMBER = to_18(NUMBER_15)
WIFE = to_18("340590650708002")

ROWS: dict[str, list[dict[str, str]]] = {
    "payment": [
        {"name": "王桂兰", "id_number": NUMBER, "account_number": "6217000000000000018", "programme": "农村低保金", "paid_month": "2026-09", "amount": "￥1,200元"},
        {"name": "王 桂兰", "id_number": NUMBER_15, "account_number": "6217000000000000018", "programme": "低保", "paid_month": "202609", "amount": "1200"},
        {"name": "王桂兰", "id_number": NUMBER, "account_number": "6217000000000000018", "programme": "低保", "paid_month": "2026年10月", "amount": "1200"},
        {"name": "", "id_number": "无", "programme": "低保", "paid_month": "2026-09", "amount": "90"},
        {"name": "李四", "id_number": WIFE, "programme": "低保", "paid_month": "2026-09", "amount": "-90"},
        {"name": "李四", "id_number": "3.40590196507080E+17", "programme": "新式补贴", "paid_month": "2026-09", "amount": "叁佰元"},
    ],
    "dibao": [
        {"name": "王桂兰", "id_number": NUMBER_15, "case_number": "D1", "status": "在享", "sex": "女", "birth_date": "1962.3.12", "head_name": "王桂兰"},
        {"name": "王桂兰", "id_number": NUMBER_15, "case_number": "D1", "status": "在享", "sex": "女", "birth_date": "1962.3.12", "head_name": "王桂兰"},
        {"name": "", "id_number": "340590196203120018", "case_number": "D2", "status": "在享"},
    ],
    "marriage": [
        {"husband_name": "李四", "husband_id_number": "", "wife_name": "王桂兰", "wife_id_number": NUMBER, "event": "结婚登记", "registered_on": "2024-02-30"},
        {"husband_name": "李四", "husband_id_number": "", "wife_name": "王桂兰", "wife_id_number": NUMBER, "event": "结婚登记", "registered_on": "二〇二四年二月九日"},
    ],
    "disability": [{"name": "赵六", "id_number": f"{WIFE}43B1", "birth_date": "1965-13-01", "certificate_number": f"{WIFE}43B1"}],
}  # fmt: skip


def write_raw(folder: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    """The 24 raw tables and the run's context, as intake writes them; one file a feed, delivered on 2026-10-31."""
    folder.mkdir(parents=True)
    for feed in all_feeds().values():
        names = [column.name for column in feed.columns]
        records = []
        for number, row in enumerate(rows.get(feed.name, []), start=2):
            content = json.dumps(row, ensure_ascii=False, sort_keys=True)
            digest = hashlib.sha256(content.encode()).hexdigest()
            address = [f"{feed.name}/2026-10-31/abcdef01/1/{number}", feed.name, "2026-10-31", "一.csv", None, number, digest, None]
            records.append(dict(zip(ADDRESS, address, strict=True)) | {name: row.get(name) for name in names})
        schema = {name: pl.Int64() if name == "_row" else pl.String() for name in [*ADDRESS, *names]}
        pl.DataFrame(records, schema=schema).write_parquet(folder / f"{feed.name}.parquet")
    context = {"run_id": ["1"], "as_of": [date(2026, 10, 31)], "rule_version": ["1"], "code_version": ["1"], "model_version": ["1"]}
    pl.DataFrame(context).write_parquet(folder / "run_context.parquet")


def build(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "HEDUI_WAREHOUSE": str(work / "warehouse.duckdb"),
        "HEDUI_DBT_FUNCTIONS": str(PROJECT / "functions"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    command = [str(Path(sys.executable).parent / "dbt"), "build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    options = ["--vars", json.dumps({"work": str(work)}), *arguments]
    return subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_raw(folder / "raw", ROWS)
    (folder / "export").mkdir()
    finished = build(folder, "--select", "tag:before_matching", "--exclude-resource-type", "unit_test")
    assert finished.returncode == 0, finished.stdout[-4000:]
    return folder


@pytest.fixture(scope="module")
def staged(work: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(work / "warehouse.duckdb"), read_only=True)


def _rows(staged: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return staged.sql(sql).fetchall()


def test_payment_again_in_another_spelling_is_a_repeat_and_the_rest_is_judged_by_what_it_lacks(staged) -> None:
    found = _rows(staged, "select disposition from staging.stg_civil_affairs__payment order by row_number")
    assert [row[0] for row in found] == ["accepted", "repeat", "accepted", "quarantined", "quarantined", "accepted"]


def test_values_of_a_payment_are_typed_and_unknown_programmes_stay_delivered(staged) -> None:
    sql = "select id_number, id_number_status, programme, programme_delivered, paid_month, amount from staging.stg_civil_affairs__payment order by row_number"
    found = _rows(staged, sql)
    assert [str(value) for value in found[1]] == [NUMBER, "valid", "dibao", "低保", "2026-09", "1200.00"]
    assert [str(value) for value in found[5]] == ["None", "precision_lost", "None", "新式补贴", "2026-09", "300.00"]


def test_problems_name_column_and_reason_and_mask_numbers(staged) -> None:
    sql = "select problems from staging.stg_civil_affairs__payment order by row_number"
    problems = [{(p["column_name"], p["code"]): p["delivered"] for p in row[0]} for row in _rows(staged, sql)]
    assert problems[0] == {}
    assert set(problems[3]) == {("name", "no_identity"), ("id_number", "placeholder")}
    assert problems[4] == {("amount", "negative"): "-90"}
    assert problems[5][("programme", "unknown_code")] == "新式补贴"
    assert "196507" not in problems[5][("id_number", "precision_lost")]


def test_snapshot_row_equal_in_every_value_is_a_repeat(staged) -> None:
    found = _rows(staged, "select disposition, status, birth_date from staging.stg_civil_affairs__dibao order by row_number")
    assert [row[0] for row in found] == ["accepted", "repeat", "quarantined"]
    assert found[0][1:] == ("在保", date(1962, 3, 12))


def test_row_that_lacks_what_it_is_for_is_held_back(staged) -> None:
    found = _rows(staged, "select disposition, registered_on from staging.stg_civil_affairs__marriage order by row_number")
    assert found == [("quarantined", None), ("accepted", date(2024, 2, 9))]


def test_certificate_in_the_id_column_gives_the_number_and_a_wrong_birth_date_does_not_hold_the_row(staged) -> None:
    sql = "select disposition, id_number, birth_date, problems[1].code from staging.stg_economic_status__disability"
    assert _rows(staged, sql) == [("accepted", WIFE, None, "impossible_date")]


def test_each_person_named_in_a_used_row_is_a_mention(work) -> None:
    mentions = pl.read_parquet(work / "export" / "person_mention.parquet")
    assert mentions.filter(feed="marriage")["role"].sort().to_list() == ["husband", "wife"]
    assert mentions.filter(feed="dibao", role="head")["name"].to_list() == ["王桂兰", "王桂兰"]
    assert mentions.filter(feed="dibao", role="self")["case_key"].unique().to_list() == ["dibao:D1"]
    assert mentions.filter("is_repeat").height == 3  # one payment, and a covered member with the head
    assert mentions["mention_id"].is_unique().all()


def test_every_delivered_row_of_every_feed_is_there_once(staged) -> None:
    counted = dict(_rows(staged, "select feed, count(*) from intermediate.int_row__delivered group by feed"))
    assert counted == {feed: len(rows) for feed, rows in ROWS.items()}
