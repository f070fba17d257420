# ruff: noqa: E501 - sheets are written as they look
"""Sheets that explain others: tables of codes and descriptions of columns; comments in Parquet, names of databases."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.account import Account
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.parse import parse_file
from tests.delivery_factory import Office, codes, id_number, write_workbook

HEADER = ["姓名", "身份证号", "性别", "月津贴金额", "享受状态"]
PEOPLE = [["甲", id_number(1), "1", 100, "01"], ["乙", id_number(2), "2", 100, "03"]]
CODES = [
    ["字典类型", "代码", "名称"], ["性别（GB/T 2261.1）", "1", "男"], ["", "2", "女"],
    ["享受状态", "01", "正常享受"], ["", "03", "已停发"],
]  # fmt: skip
FIELDS = [
    ["序号", "字段名", "中文名称", "数据类型", "说明"], [1, "F1", "姓名", "VARCHAR", ""], [2, "F2", "证件号码", "VARCHAR", ""],
    [3, "F3", "月津贴金额", "DECIMAL", "元"], [4, "F4", "状态", "CHAR", "见代码表"],
]  # fmt: skip


def parse(path: Path, feed: str = "elderly_allowance") -> tuple[pl.DataFrame, Account]:
    return parse_file(path, get_feed(feed), Limits())


def told(account: Account) -> list[str]:
    return [message.code for message in account.messages]


@pytest.mark.parametrize("order", [("字典", "名册"), ("名册", "字典")])
def test_a_sheet_of_codes_gives_the_words_for_each_column(tmp_path: Path, order: tuple[str, str]) -> None:
    sheets = {"字典": CODES, "名册": [HEADER, *PEOPLE]}
    frame, account = parse(write_workbook(tmp_path / "名册.xlsx", {name: sheets[name] for name in order}))
    assert frame["sex"].to_list() == ["1男", "2女"]
    assert frame["status"].to_list() == ["1正常享受", "3已停发"]
    assert told(account) == ["CODE_TABLE", "CODES_FROM_HEADER", "CODES_FROM_HEADER"]
    assert "代码表" in account.messages[1].what
    assert account.rows_read == 3


def test_a_sheet_of_codes_that_does_not_say_whose_is_taken_by_its_words(tmp_path: Path) -> None:
    legend = [["代码", "含义"], ["01", "正常享受"], ["03", "已停发"], ["01", "集中供养"]]
    frame, _ = parse(write_workbook(tmp_path / "名册.xlsx", {"名册": [HEADER, *PEOPLE], "字典": legend}))
    assert frame["status"].to_list() == ["1正常享受", "3已停发"]


def test_a_code_with_two_meanings_means_nothing(tmp_path: Path) -> None:
    legend = [*CODES, ["享受状态", "03", "正常"]]
    frame, _ = parse(write_workbook(tmp_path / "名册.xlsx", {"名册": [HEADER, *PEOPLE], "字典": legend}))
    assert frame["status"].to_list() == ["01", "03"]


def test_a_sheet_that_lists_persons_is_no_table_of_codes(tmp_path: Path) -> None:
    places = [["代码", "名称", "级别"], ["340590", "某县", "县"], ["340590101", "甲镇", "乡镇"]]
    _, account = parse(
        write_workbook(tmp_path / "区划.xlsx", {"区划": places, "说明": [["填表说明"]]}), "admin_division"
    )
    assert (account.verdict, account.counts["data"]) == ("accepted", 2)


def test_the_field_that_a_table_of_codes_names_is_enough(tmp_path: Path) -> None:
    legend = [
        ["代码集名称", "代码", "代码含义", "对应字段"],
        ["GB/T 4761", "01", "本人", "关系码"],
        ["", "12", "妻", "关系码"],
    ]
    roll = [
        ["低保证号", "姓名", "身份证号", "关系码", "月保障金额", "状态"],
        ["D1", "甲", id_number(1), "01", 500, "在保"], ["D1", "乙", id_number(2), "12", 500, "在保"],
    ]  # fmt: skip
    roll[0][3] = "与户主关系代码"
    legend = [[*row[:3], row[3].replace("关系码", "与户主关系代码")] for row in legend]
    frame, _ = parse(write_workbook(tmp_path / "名册.xlsx", {"名册": roll, "代码表": legend}), "dibao")
    assert frame["relation_to_head"].to_list() == ["1本人", "12妻"]


def test_a_description_of_the_columns_names_them(tmp_path: Path) -> None:
    roll = [["F1", "F2", "F3", "F4", "ETL_TIME"], *([*row[:2], 100, "在保", "x"] for row in PEOPLE)]
    frame, account = parse(write_workbook(tmp_path / "表.xlsx", {"T_ELDER": roll, "数据项说明": FIELDS}))
    assert frame["name"].to_list() == ["甲", "乙"]
    assert told(account) == ["FIELD_TABLE", "UNKNOWN_COLUMN"]
    assert account.column_mapping["T_ELDER"]["columns"]["F2(证件号码)"] == "id_number"


def test_a_file_that_only_describes_columns_stops_no_delivery(tmp_path: Path) -> None:
    office = Office(tmp_path)
    write_workbook(office.place("elderly_allowance", "名册.xlsx"), {"名册": [HEADER, *PEOPLE]})
    write_workbook(office.place("elderly_allowance", "数据项说明.xlsx"), {"数据项说明": FIELDS})
    taken = office.intake("elderly_allowance")
    assert taken.frame["name"].to_list() == ["甲", "乙"]
    assert "COVER_NOTE" in codes(taken)


def test_what_the_chinese_name_says_the_databases_own_does_not_overrule() -> None:
    person, company = (look_up(get_feed("business"), header) for header in ("XM(姓名)", "NAME(企业名称)"))
    assert [hit[0].name for hit in (person, company) if hit] == ["name", "company"]
    assert look_up(get_feed("deposit"), "NAME(文件名称)") is None
    assert look_up(get_feed("elderly_allowance"), "SFZH(18位)") is not None


def test_the_comments_of_a_parquet_file_name_its_columns(tmp_path: Path) -> None:
    fields = [("f1", "姓名"), ("f2", "证件号码"), ("f3", "月津贴金额"), ("f4", "状态")]
    schema = pa.schema([pa.field(name, pa.string(), metadata={"comment": said}) for name, said in fields])
    columns = [["甲"], [id_number(1)], ["100"], ["在保"]]
    pq.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema), tmp_path / "a.parquet")
    frame, account = parse(tmp_path / "a.parquet")
    assert (account.verdict, frame["status"].to_list()) == ("accepted", ["在保"])


@pytest.mark.parametrize(
    ("feed", "header", "column"),
    [
        ("deposit", "cert_no", "id_number"), ("deposit", "CUST-NAME", "name"), ("deposit", "fin_org_name", "institution"),
        ("marriage", "NAME_MAN", "husband_name"), ("marriage", "female_cert_num", "wife_id_number"),
        ("marriage", "OP_TYPE", "event"), ("dibao", "householder_name", "head_name"), ("payment", "acct_no", "account_number"),
        ("deposit", "update_time", None), ("deposit", "batch_no", None),
    ],
)  # fmt: skip
def test_names_of_databases(feed: str, header: str, column: str | None) -> None:
    hit = look_up(get_feed(feed), header)
    assert (hit[0].name if hit else None) == column
