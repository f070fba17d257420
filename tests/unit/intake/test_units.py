# ruff: noqa: E501 - sheets are written as they look
"""Amounts in 分, and what databases write beside and into their columns."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up, unit_of
from pipelines.intake.messages import Refused
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number


def read(rows: list[list[Any]], feed: str) -> SheetTable:
    (table,) = read_sheet(Grid(None, 1, rows), get_feed(feed))
    return table


@pytest.mark.parametrize(
    "header", ["月工资（分）", "AAC040(月工资（分）)", "月工资_分", "月工资(分/月)", "MONTH_PAY(月工资-分)"]
)
def test_amounts_in_hundredths_are_told_from_yuan(header: str) -> None:
    table = read([["姓名", "身份证号", header], ["甲", id_number(1), 432100], ["乙", id_number(2), "520000"]], "wage")
    assert table.columns["monthly_amount"] == ["432100分", "520000分"]
    assert [message.code for message in table.messages] == ["UNIT_FROM_HEADER"]


def test_yuan_under_a_header_that_says_hundredths_are_held() -> None:
    with pytest.raises(Refused) as verdict:
        read([["姓名", "身份证号", "月工资（分）"], ["甲", id_number(1), 2321]], "wage")
    assert (verdict.value.message.code, verdict.value.disposition) == ("UNIT_NOT_YUAN", "held")


def test_a_line_above_the_table_gives_the_unit() -> None:
    rows = [["金额单位：分"], ["姓名", "身份证号", "余额"], ["甲", id_number(1), 1234500]]
    assert read(rows, "deposit").columns["balance"] == ["1234500分"]
    rows[0] = ["单位：分管领导办公室"]
    assert read(rows, "deposit").columns["balance"] == ["1234500"]


def test_a_header_without_a_unit_has_none() -> None:
    assert [unit_of(text) for text in ("得分", "身份", "分类", "月份", "姓名(分组)")] == [None] * 5


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_words_go_before_a_databases_codes(order: tuple[int, int]) -> None:
    pairs = [("GHYT", "10"), ("GHYTMC", "城镇住宅")]
    headers, values = zip(*(pairs[i] for i in order), strict=True)
    rows = [["QLRMC", "ZJH", *headers, "QSZTMC", "QSZT"], *(["甲", id_number(n), *values, "现势", "1"] for n in (1, 2))]
    table = read(rows, "real_estate")
    assert table.columns["use"] == ["城镇住宅", "城镇住宅"]
    assert table.columns["status"] == ["现势", "现势"]


def test_a_line_of_chinese_names_under_a_databases_own_is_no_row() -> None:
    header = ["XH", "HPHM", "CLLX", "SYR", "SFZMHM", "ZT", "FZJG", "GXRQ", "HPZL", "SYXZ"]
    names = [
        "机动车序号",
        "号牌号码",
        "车辆类型",
        "机动车所有人",
        "身份证明号码",
        "机动车状态",
        "发证机关",
        "更新日期",
        "号牌种类",
        "使用性质",
    ]
    row = ["001", "皖A12345", "小型轿车", "甲", id_number(1), "A", "皖A", "2026-10-20", "小型汽车", "非营运"]
    table = read([header, names, row], "vehicle")
    assert table.columns["name"] == ["甲"]
    assert table.counts["header"] == 2


@pytest.mark.parametrize(
    ("feed", "header", "parent", "column"),
    [
        ("cremation", "何时死亡", "", "died_on"), ("cremation", "何时火化", "", "cremated_on"), ("dibao", "手机号码1", "", "phone"),
        ("orphan", "备注（状态）", "", "status"), ("elderly_allowance", "尊老金标准", "", "monthly_amount"),
        ("dibao", "低保标准", "", None), ("application", "人均", "申报月收入（元）", "declared_income_per_capita"),
        ("dibao", "务工", "月收入核算（元）", "declared_wage_income"), ("social_insurance", "AAE140_MC", "", "insurance_type"),
        ("elderly_allowance", "联系电话2", "", None), ("fisher", "渔民类型代码", "", "fisher_type"),
        ("fisher", "渔民类型代码及名称", "", "fisher_type"), ("business", "法人代码", "", None),
        ("deposit", "余额（万）", "", "balance"),
    ],
)  # fmt: skip
def test_words_of_other_offices(feed: str, header: str, parent: str, column: str | None) -> None:
    hit = look_up(get_feed(feed), header, parent)
    assert (hit[0].name if hit else None) == column


def test_an_empty_column_gives_way_to_a_filled_one_and_where_one_is_registered_to_where_one_lives() -> None:
    rows = [
        ["姓名", "身份证号", "户籍地址", "现居住地址", "月津贴金额", "状态"],
        ["甲", id_number(1), "甲地", "乙地", 100, "在保"],
    ]
    assert read(rows, "elderly_allowance").columns["address"] == ["乙地"]
    rows[1][3] = ""
    assert read(rows, "elderly_allowance").columns["address"] == ["甲地"]


def test_a_line_above_a_three_line_header_is_no_part_of_it() -> None:
    rows: list[list[Any]] = [
        ["填报单位（盖章）：某县", "", "", "", "", "", "单位：元"],
        ["儿童", "", "", "", "月补助金额", "监护人", "状态"],
        ["姓名", "性别", "", "身份证号", "", "姓名", ""],
        ["", "男", "女", "", "", "", ""],
        ["甲", "√", "", id_number(1), 1100, "乙", "在保"],
        ["丙", "", "√", id_number(2), 1100, "丁", "在保"],
    ]
    merged = [
        ((1, 0), (1, 3)),
        ((2, 1), (2, 2)),
        ((2, 0), (3, 0)),
        ((2, 3), (3, 3)),
        ((1, 4), (3, 4)),
        ((1, 6), (3, 6)),
    ]
    merged.append(((2, 5), (3, 5)))
    (table,) = read_sheet(Grid("表1", 1, rows, merged=merged), get_feed("orphan"))
    assert table.columns["sex"] == ["男", "女"]
    assert table.columns["guardian_name"] == ["乙", "丁"]
    assert (table.header_row, table.counts["header"], table.counts["title"]) == (2, 3, 1)


def test_a_table_with_a_column_to_tick_for_each_benefit_is_told_why() -> None:
    rows = [["姓名", "身份证号", "发放年月", "低保金", "高龄津贴"], ["甲", id_number(1), "2026-09", "√", "√"]]
    with pytest.raises(Refused) as verdict:
        read(rows, "payment")
    assert verdict.value.message.remedy.startswith("“低保金”“高龄津贴”各占一列")


@pytest.mark.parametrize(("value", "feed"), [("1200元/年", "elderly_allowance"), ("300 元/季度", "elderly_allowance")])
def test_an_amount_that_names_another_period_holds_the_file(value: str, feed: str) -> None:
    header = ["姓名", "身份证号", "月津贴金额", "状态"]
    rows = [header, ["甲", id_number(1), "100元/月", "在享"], ["乙", id_number(2), value, "在享"]]
    with pytest.raises(Refused) as verdict:
        read_sheet(Grid("表1", 1, rows), get_feed(feed))
    assert (verdict.value.message.code, verdict.value.disposition) == ("UNIT_NOT_YUAN", "held")
    assert "有1行" in verdict.value.message.what
