"""Rows that take themselves back, by what stands in a column outside the contract."""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.cleaning import read_withdrawals
from pipelines.contracts import withdrawals


def withdrawn(kind: str = "", **cells: str) -> str | None:
    return read_withdrawals(pl.Series([json.dumps(cells, ensure_ascii=False)]), withdrawals(kind)).item()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("是否删除", "1"), ("是 否 删 除", "１"),
        ("删除标志", "已删除"), ("是否作废", "是"), ("有效标志", "0-无效"), ("有效标志", "0"),
        ("是否有效", "否"),
        ("证件状态", "注销"), ("残疾证状态", "02-已注销"), 
        ("返回信息", "9999-查询超时"), ("查询状态", "失败"), ("数据状态", "已作废"),
    ],
)  # fmt: skip
def test_a_row_says_that_it_no_longer_holds(header: str, value: str) -> None:
    assert withdrawn(**{header: value}) == f"{header}：{value}"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("是否删除", "0"), ("是否作废", "否"), ("有效标志", "1"), ("证件状态", "正常"), ("返回信息", "查询成功"),
        ("数据状态", "0"),
        ("备注", "已注销"), ("是否有效", ""), ("有效期", "0"),
    ],
)  # fmt: skip
def test_other_words_take_nothing_back(header: str, value: str) -> None:
    assert withdrawn(**{header: value}) is None


@pytest.mark.parametrize("value", ["失败", "退汇", "失败-户名账号不符", "02|发放失败", "未到账"])
def test_money_that_did_not_arrive_was_not_paid(value: str) -> None:
    assert withdrawn("payments", 序号="1", 发放结果=value) == f"发放结果：{value}"
    assert withdrawn("register", 发放结果=value) is None
    assert withdrawn("payments", 发放结果="成功") is None


def test_rows_without_other_columns_are_left_alone() -> None:
    assert read_withdrawals(pl.Series([None, None], dtype=pl.String), withdrawals("payments")).to_list() == [None, None]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("账户状态", "销户"), ("个人账户状态", "封存"), ("发放状态", "暂停发放"), ("人员状态", "死亡"),
        ("币种", "美元"), ("币种", "USD"),
        ("待遇类型", "丧葬补助金"), ("权利类型", "土地承包经营权"), ("权利类型", "抵押权"),
    ],
)  # fmt: skip
def test_an_entry_of_a_register_that_owns_or_pays_nothing(header: str, value: str) -> None:
    assert withdrawn("register", **{header: value}) == f"{header}：{value}"
    assert withdrawn("", **{header: value}) is None


@pytest.mark.parametrize(
    ("header", "value"),
    [("账户状态", "正常"), ("币种", "人民币"), ("币种", "CNY"), ("币种", "156"),
     ("待遇类型", "按月领取养老金"), ("权利类型", "房屋所有权"), ("权利类型", "国有建设用地使用权/房屋所有权")],
)  # fmt: skip
def test_an_entry_of_a_register_that_counts(header: str, value: str) -> None:
    assert withdrawn("register", **{header: value}) is None
