"""Deliveries that policy cannot judge by: a household stays open with its reason, its office is told the rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.cleaning import to_18
from tests.dbt_factory import dbt, link_by_number, write_run

STANDARDS = [
    {"programme": "低保", "area_type": "农村", "monthly_standard": "800", "effective_from": "2026-07"},
    {"programme": "低保", "area_type": "农村", "monthly_standard": "990", "effective_from": "2026-13"},
    {"programme": "低保", "area_type": "城市", "monthly_standard": "900", "effective_from": "2026-07"},
    {"programme": "低保", "area_type": "城市", "monthly_standard": "910", "effective_from": "2026-07"},
]
INCOMES = {f"declared_{kind}_income": "0" for kind in ("wage", "business", "property", "transfer")}


def _number(order: int) -> str:
    return str(to_18(f"34059060{1 + order // 28:02d}{1 + order % 28:02d}101"))


def _member(case: str, order: int, name: str, relation: str, **columns: str) -> dict[str, str]:
    base = {"case_number": case, "name": name, "id_number": _number(order), "relation_to_head": relation}
    place = {"town": "柳河镇", "village": "塘口村", "area_type": "农村", "status": "在保", "monthly_amount": "300"}
    return {**base, **place, **INCOMES, **columns}


ROWS = {
    "assistance_standard": STANDARDS,
    "dibao": [
        _member("GOOD", 1, "程光明", "户主", head_name="程光明"),
        _member("TOWN", 2, "胡桂芳", "户主", head_name="胡桂芳", area_type="城市"),
        _member("MINUS", 3, "冯德海", "户主", head_name="冯德海", declared_wage_income="-300"),
        _member("NOHEAD", 4, "卫春惠", "配偶"),
        _member("NOHEAD", 5, "卫平", "儿子"),
        _member("TWOHEADS", 6, "杨宝康", "户主", head_name="杨宝康"),
        _member("TWOHEADS", 7, "沈兰英", "户主", head_name="杨宝康"),
    ],
    "tekun": [{"case_number": "T", "name": "韩吉", "id_number": _number(8), "status": "在保", "town": "柳河镇"}],
    "deposit": [{"name": "韩吉", "id_number": _number(8), "asset_type": "存款", "balance": "100"}],
    "payment": [
        {"name": "程光明", "id_number": _number(1), "programme": "孝心奖励金", "paid_month": "2026-10", "amount": "50"},
        {"name": "程光明", "id_number": _number(1), "programme": "低保", "paid_month": "2026-10", "amount": "300"},
    ],
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    write_run(folder, ROWS)
    staged = dbt(folder, "run", "--select", "tag:before_matching")
    assert staged.returncode == 0, staged.stdout[-4000:]
    link_by_number(folder)
    wanted = ("--select", "+verified_household", "+quarantine", "path:tests/delivered", "--indirect-selection", "empty")
    left_out = ("--exclude", "tag:before_matching", "--exclude-resource-type", "unit_test")
    judged = dbt(folder, "build", *wanted, *left_out)
    assert judged.returncode == 0, judged.stdout[-4000:]
    return folder


@pytest.fixture(scope="module")
def households(work: Path) -> dict[str, dict]:
    frame = pl.read_parquet(work / "export" / "verified_household.parquet")
    return {row["case_number"]: row for row in frame.iter_rows(named=True)}


def _told(work: Path, test: str) -> list[str]:
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as warehouse:
        return [
            message for (message,) in warehouse.execute(f"select message from faults.{test} order by all").fetchall()
        ]


def test_two_standards_for_one_month_leave_the_area_open_and_name_both_rows(work: Path, households: dict) -> None:
    assert (households["TOWN"]["outcome"], float(households["TOWN"]["standard"])) == ("needs_review", 910)
    assert "同一月份有两个数" in households["TOWN"]["outcome_reason"]
    assert households["GOOD"]["outcome"] == "eligible", households["GOOD"]["outcome_reason"]
    (message,) = _told(work, "one_standard_a_month")
    assert message.startswith("最低生活保障（城市）在2026-07有2个不同的标准")
    assert "第 4 行" in message
    assert "第 5 行" in message


def test_a_missing_standard_is_named_and_no_other_stands_in(work: Path, households: dict) -> None:
    assert (households["T"]["outcome"], households["T"]["standard"]) == ("needs_review", None)
    assert "没有农村特困人员救助供养的现行标准，请补报救助标准" in households["T"]["outcome_reason"]
    (message,) = _told(work, "standard_for_every_area")
    assert message.startswith("缺少特困人员救助供养（农村）的现行标准，1户")
    assert "不晚于2026-10" in message


def test_a_standard_with_a_broken_month_is_held_back_and_the_one_before_stands(work: Path, households: dict) -> None:
    assert float(households["GOOD"]["standard"]) == 800
    held = pl.read_parquet(work / "export" / "quarantine.parquet").filter(pl.col("feed") == "assistance_standard")
    ((row, code, disposition),) = held.select("row_number", "code", "disposition").rows()
    assert (row, code, disposition) == (3, "impossible_date", "row_held")
    assert "“执行起始年月”列" in held["message"][0]


def test_a_negative_income_is_no_zero(work: Path, households: dict) -> None:
    assert households["MINUS"]["declared_wage_income"] is None
    assert households["MINUS"]["outcome"] == "needs_review"
    assert "负数" in households["MINUS"]["outcome_reason"]
    held = pl.read_parquet(work / "export" / "quarantine.parquet").filter(pl.col("code") == "negative")
    assert held.select("feed", "row_number", "column_name").rows() == [("dibao", 4, "declared_wage_income")]


def test_a_household_without_a_head_or_with_two_is_judged_and_its_office_is_told(work: Path, households: dict) -> None:
    grades = {case: households[case]["data_quality_grade"] for case in ("GOOD", "NOHEAD", "TWOHEADS")}
    assert grades == {"GOOD": "A", "NOHEAD": "C", "TWOHEADS": "C"}
    assert {households[case]["outcome"] for case in grades} == {"eligible"}
    without, two = sorted(_told(work, "one_head_a_household"), key=lambda message: "有两个" in message)
    assert without.startswith("1户没有户主；位置：最低生活保障对象花名册")
    assert "第 5 行" in without
    assert two.startswith("1户有两个以上的户主；位置：")
    assert "第 7 行" in two


def test_a_payment_of_an_unknown_programme_is_counted_and_judges_nobody(work: Path, households: dict) -> None:
    (message,) = _told(work, "known_programme_in_payments")
    assert message.startswith("1笔发放的补贴项目无法识别")
    assert "第 2 行起" in message
    assert households["GOOD"]["finding_codes"] == []


def test_every_warning_has_three_parts_and_names_no_person(work: Path) -> None:
    tests = ("one_standard_a_month", "standard_for_every_area", "one_head_a_household", "known_programme_in_payments")
    for message in (message for test in tests for message in _told(work, test)):
        assert [message.count(part) for part in ("；位置：", "；处理：")] == [1, 1]
        assert not [row["name"] for feed in ("dibao", "tekun") for row in ROWS[feed] if row["name"] in message]
