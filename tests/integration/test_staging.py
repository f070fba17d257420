"""The staging models and the marts of delivery and identity on a county of a few rows."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from pipelines.cleaning import to_18
from pipelines.contracts import all_feeds

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
#: The tests in tests/ read what the whole build makes.
LEFT_OUT = ("--exclude", "test_type:singular", "--exclude-resource-type", "unit_test")
ADDRESS = ["_row_id", "_feed", "_delivery", "_file", "_sheet", "_row", "_row_sha256", "_extra"]

NUMBER_15 = "340590620312001"
NUMBER = to_18(NUMBER_15)
WIFE = to_18("340590650708002")

ROWS: dict[str, list[dict[str, str]]] = {
    "payment": [
        {
            "name": "王桂兰",
            "id_number": NUMBER,
            "account_number": "6217000000000000018",
            "programme": "农村低保金",
            "paid_month": "2026-09",
            "amount": "￥1,200元",
        },
        {
            "name": "王 桂兰",
            "id_number": NUMBER_15,
            "account_number": "6217000000000000018",
            "programme": "低保",
            "paid_month": "202609",
            "amount": "1200",
        },
        {
            "name": "王桂兰",
            "id_number": NUMBER,
            "account_number": "6217000000000000018",
            "programme": "低保",
            "paid_month": "2026年10月",
            "amount": "1200",
        },
        {"name": "", "id_number": "无", "programme": "低保", "paid_month": "2026-09", "amount": "90"},
        {"name": "李四", "id_number": WIFE, "programme": "低保", "paid_month": "2026-09", "amount": "-90"},
        {
            "name": "李四",
            "id_number": "3.40590196507080E+17",
            "programme": "新式补贴",
            "paid_month": "2026-09",
            "amount": "叁佰元",
        },
    ],
    "dibao": [
        {
            "name": "王桂兰",
            "id_number": NUMBER_15,
            "case_number": "D1",
            "status": "在享",
            "sex": "女",
            "birth_date": "1962.3.12",
            "head_name": "王桂兰",
        },
        {
            "name": "王桂兰",
            "id_number": NUMBER_15,
            "case_number": "D1",
            "status": "在享",
            "sex": "女",
            "birth_date": "1962.3.12",
            "head_name": "王桂兰",
        },
        {"name": "", "id_number": "340590196203120018", "case_number": "D2", "status": "在享"},
    ],
    "marriage": [
        {
            "husband_name": "李四",
            "husband_id_number": "",
            "wife_name": "王桂兰",
            "wife_id_number": NUMBER,
            "event": "结婚登记",
            "registered_on": "2024-02-30",
        },
        {
            "husband_name": "李四",
            "husband_id_number": "",
            "wife_name": "王桂兰",
            "wife_id_number": NUMBER,
            "event": "结婚登记",
            "registered_on": "二〇二四年二月九日",
        },
    ],
    "disability": [
        {"name": "赵六", "id_number": f"{WIFE}43B1", "birth_date": "1965-13-01", "certificate_number": f"{WIFE}43B1"}
    ],
}


def write_raw(folder: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    """The 24 raw tables and the run's context, as intake writes them; one file a feed, delivered on 2026-10-31."""
    folder.mkdir(parents=True)
    for feed in all_feeds().values():
        names = [column.name for column in feed.columns]
        records = []
        for number, row in enumerate(rows.get(feed.name, []), start=2):
            content = json.dumps(row, ensure_ascii=False, sort_keys=True)
            digest = hashlib.sha256(content.encode()).hexdigest()
            address = [
                f"{feed.name}/2026-10-31/abcdef01/1/{number}",
                feed.name,
                "2026-10-31",
                "一.csv",
                None,
                number,
                digest,
                None,
            ]
            records.append(dict(zip(ADDRESS, address, strict=True)) | {name: row.get(name) for name in names})
        schema = {name: pl.Int64() if name == "_row" else pl.String() for name in [*ADDRESS, *names]}
        pl.DataFrame(records, schema=schema).write_parquet(folder / f"{feed.name}.parquet")
    context = {
        "run_id": ["1"],
        "as_of": [date(2026, 10, 31)],
        "rule_version": ["1"],
        "code_version": ["1"],
        "model_version": ["1"],
    }
    pl.DataFrame(context).write_parquet(folder / "run_context.parquet")


def build(work: Path, *arguments: str, verb: str = "build") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "HEDUI_WAREHOUSE": str(work / "warehouse.duckdb"),
        "HEDUI_DBT_FUNCTIONS": str(PROJECT / "functions"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    command = [
        str(Path(sys.executable).parent / "dbt"),
        verb,
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
    ]
    options = ["--vars", json.dumps({"work": str(work)}), *arguments]
    return subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_raw(folder / "raw", ROWS)
    (folder / "export").mkdir()
    finished = build(folder, "--select", "tag:before_matching", *LEFT_OUT)
    assert finished.returncode == 0, finished.stdout[-4000:]
    return folder


@pytest.fixture(scope="module")
def staged(work: Path) -> duckdb.DuckDBPyConnection:
    # A copy: the marts are built into the warehouse while the tests of staging still read.
    copied = shutil.copy(work / "warehouse.duckdb", work / "staged.duckdb")
    return duckdb.connect(str(copied), read_only=True)


def _rows(staged: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return staged.sql(sql).fetchall()


def test_payment_again_in_another_spelling_is_a_repeat_and_the_rest_is_judged_by_what_it_lacks(staged) -> None:
    found = _rows(staged, "select disposition from staging.stg_civil_affairs__payment order by row_number")
    assert [row[0] for row in found] == ["accepted", "repeat", "accepted", "quarantined", "quarantined", "accepted"]


def test_values_of_a_payment_are_typed_and_unknown_programmes_stay_delivered(staged) -> None:
    columns = "id_number, id_number_status, programme, programme_delivered, paid_month, amount"
    found = _rows(staged, f"select {columns} from staging.stg_civil_affairs__payment order by row_number")
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
    found = _rows(
        staged, "select disposition, status, birth_date from staging.stg_civil_affairs__dibao order by row_number"
    )
    assert [row[0] for row in found] == ["accepted", "repeat", "quarantined"]
    assert found[0][1:] == ("在保", date(1962, 3, 12))


def test_row_that_lacks_what_it_is_for_is_held_back(staged) -> None:
    found = _rows(
        staged, "select disposition, registered_on from staging.stg_civil_affairs__marriage order by row_number"
    )
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


def _link(mention_id: str, person_id: str, method: str, owns: bool) -> dict:
    row_id, role = mention_id.split("#")
    return {
        "mention_id": mention_id,
        "row_id": row_id,
        "role": role,
        "person_id": person_id,
        "match_probability": 0.99,
        "link_method": method,
        "id_number_status": "valid" if owns else "missing",
        "owns_id_number": owns,
    }


def write_matched(work: Path) -> None:
    """What matching would say: one person a name, one superseded id, one pair to ask about."""
    mentions = pl.read_parquet(work / "export" / "person_mention.parquet").sort("mention_id")
    links = [
        _link(m["mention_id"], f"P-{m['name']}", "id_number" if m["id_number"] else "model", m["id_number"] is not None)
        for m in mentions.iter_rows(named=True)
    ]
    folder = work / "matched"
    folder.mkdir()
    pl.DataFrame(links).write_parquet(folder / "person_link.parquet")
    pl.DataFrame({"person_id": ["P-王桂兰"], "id_number": [NUMBER]}).write_parquet(folder / "person_id_number.parquet")
    superseded = {"person_id": ["P-旧"], "superseded_by": ["P-王桂兰"], "reason": ["merged"]}
    pl.DataFrame(superseded).write_parquet(folder / "person_superseded.parquet")
    left, right = links[0]["mention_id"], links[1]["mention_id"]
    pair = {
        "pair_id": ["1"],
        "mention_id_l": [left],
        "mention_id_r": [right],
        "person_id_l": [links[0]["person_id"]],
        "person_id_r": [links[1]["person_id"]],
        "probability": [0.6],
        "match_weight": [1.5],
        "weights": ["{}"],
        "explanation": ["姓名相同"],
        "conflicts": [""],
    }
    pl.DataFrame(pair).write_parquet(folder / "duplicate_candidate.parquet")


def write_delivered_files(work: Path) -> None:
    """The receipts of intake: every file of the county, and one workbook that was refused."""
    message = {"code": "PASSWORD", "what": "文件有密码", "where": "旧册.xlsx", "remedy": "去掉密码后重新报送"}
    base = {
        "delivery": "2026-10-31",
        "file": "一.csv",
        "sha256": "abcdef01" + "0" * 56,
        "size": 10,
        "detected_type": "csv",
        "encoding": "UTF-8",
        "sheets": ["一"],
        "header_row": 1,
        "column_mapping": "{}",
        "rows_header": 1,
        "rows_title": 0,
        "rows_total": 0,
        "rows_blank": 0,
        "disposition": "accepted",
        "in_force": True,
        "messages": [message][:0],
    }
    files = [base | {"feed": feed, "rows_read": len(rows) + 1, "rows_data": len(rows)} for feed, rows in ROWS.items()]
    refused = {
        "feed": "dibao",
        "file": "旧册.xlsx",
        "sha256": "9" * 64,
        "disposition": "rejected",
        "in_force": False,
        "messages": [message],
    }
    files.append(base | refused | {"rows_header": 0, "rows_read": 0, "rows_data": 0})
    messages = pl.List(pl.Struct(dict.fromkeys(message, pl.String())))
    pl.DataFrame(files, schema_overrides={"messages": messages}).write_parquet(work / "raw" / "delivered_file.parquet")


@pytest.fixture(scope="module")
def marts(work: Path) -> Path:
    write_matched(work)
    write_delivered_files(work)
    names = "quarantine delivery_receipt person_link person duplicate_candidate feed_column problem_code"
    finished = build(work, "--select", *names.split(), "int_person__died", "int_row__linked", *LEFT_OUT)
    assert finished.returncode == 0, finished.stdout[-4000:]
    return work / "export"


def test_receipt_accounts_for_every_row_read(marts) -> None:
    receipt = pl.read_parquet(marts / "delivery_receipt.parquet").filter(pl.col("feed") == "payment").row(0, named=True)
    found = {name: receipt[f"rows_{name}"] for name in ("read", "header", "accepted", "quarantined", "repeat")}
    assert found == {"read": 7, "header": 1, "accepted": 3, "quarantined": 2, "repeat": 1}


def test_quarantine_says_what_where_and_what_to_do_without_showing_numbers(marts) -> None:
    held = pl.read_parquet(marts / "quarantine.parquet")
    amount = held.filter(feed="payment", code="negative").row(0, named=True)
    assert amount["disposition"] == "row_held"
    assert amount["message"].count("；") >= 2
    assert "第 6 行，“发放金额”列" in amount["message"]
    assert held.filter(code="impossible_date", feed="disability")["disposition"].to_list() == ["value_not_used"]
    assert held.filter(code="PASSWORD")["disposition"].to_list() == ["file_rejected"]
    assert not any(number in str(row) for row in held.rows() for number in (NUMBER, WIFE, NUMBER_15, "196507080"))


def test_person_link_has_every_mention_and_none_of_a_row_held_back(marts) -> None:
    links = pl.read_parquet(marts / "person_link.parquet")
    mentions = pl.read_parquet(marts / "person_mention.parquet")
    assert links["mention_id"].sort().to_list() == mentions["mention_id"].sort().to_list()
    assert links.filter("is_repeat").height == 3
    assert "payment/2026-10-31/abcdef01/1/5" not in links["row_id"].to_list()


def test_person_is_told_by_the_number_and_the_replaced_id_points_on(marts) -> None:
    persons = {row["person_id"]: row for row in pl.read_parquet(marts / "person.parquet").iter_rows(named=True)}
    person = persons["P-王桂兰"]
    assert (person["name"], person["sex"], person["birth_date"]) == ("王桂兰", "男", date(1962, 3, 12))
    assert person["source_feed_count"] == 3
    assert persons["P-旧"]["superseded_by"] == "P-王桂兰"
    assert persons["P-旧"]["source_row_count"] == 0


def test_pair_awaiting_review_shows_both_rows(marts) -> None:
    pair = pl.read_parquet(marts / "duplicate_candidate.parquet").row(0, named=True)
    assert pair["state"] == "open"
    assert pair["row_id_l"] == pair["mention_id_l"].split("#")[0]
    assert pair["feed_r"] in ROWS


def test_unit_tests_of_the_staging_models_hold(marts, work) -> None:
    finished = build(work, "--select", "stg_civil_affairs__payment,test_type:unit", verb="test")
    assert finished.returncode == 0, finished.stdout[-4000:]
    written = yaml.safe_load((PROJECT / "models/staging/_staging__unit_tests.yml").read_text(encoding="utf-8"))
    count = len(written["unit_tests"]) + 1  # the hook that registers the sources counts too
    assert f"PASS={count} WARN=0 ERROR=0" in finished.stdout


def test_committed_models_are_what_the_contracts_render() -> None:
    sys.path.insert(0, str(PROJECT))
    try:
        rendered = importlib.import_module("render_staging").render_all()
    finally:
        sys.path.remove(str(PROJECT))
    assert len([path for path in rendered if path.name.startswith("stg_")]) == len(all_feeds())
    stale = [path.name for path, text in rendered.items() if path.read_text(encoding="utf-8") != text]
    assert stale == []
    committed = set((PROJECT / "models" / "staging").rglob("stg_*.sql"))
    assert committed == {path for path in rendered if path.name.startswith("stg_")}
