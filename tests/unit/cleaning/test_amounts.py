from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import read_amounts, read_counts, read_numbers, read_signed_amounts
from pipelines.cleaning.amounts import LARGEST


def one(reader, text: str | None) -> tuple:
    return reader(pl.Series([text], dtype=pl.String)).row(0)


money = st.decimals(0, LARGEST, places=2)


@given(money)
def test_money_is_read_exactly_in_every_dress(amount: Decimal) -> None:
    for text in (f"{amount}", f"{amount:,}", f"￥{amount}元", f"{amount} 元/月", f"人民币{amount:,}"):
        assert one(read_amounts, text) == (amount, None)
    assert one(read_signed_amounts, f"-{amount}") == (-amount, None)


@given(st.lists(money, min_size=1, max_size=30))
def test_sum_of_what_was_read_is_the_sum_of_what_was_written(amounts: list[Decimal]) -> None:
    assert sum(read_amounts(pl.Series([str(a) for a in amounts]))["value"].to_list()) == sum(amounts)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    for reader in (read_amounts, read_signed_amounts, read_counts, read_numbers):
        value, problem = one(reader, text)
        assert value is None or problem is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,200", "1200"),
        ("￥1200元", "1200"),
        ("520元", "520"),
        ("叁佰元", "300"),
        ("叁仟贰佰元整", "3200"),
        ("1.2万", "12000"),
        ("1.2万元", "12000"),
        ("１，２００．５０", "1200.50"),
        ("1e3", "1000"),
        (" ¥-   ", "0"),
        (" -   ", "0"),
        ("￥-??", "0"),
        ("每月520元", "520"),
        ("520（元）", "520"),
        ("520块", "520"),
        ("0", "0"),
        ("1200.005", "1200.01"),
        ("壹万贰仟元", "12000"),
        ("三百二十元五角", "320.50"),
        ("12元5角", "12.50"),
        ("伍佰圆零伍分", "500.05"),
        ("+5", "5"),
        ("403.5", "403.5"),
        ("两千", "2000"),
        (".5", "0.5"),
        ("十五", "15"),
        ("1200元/人/月", "1200"),
        ("0.1", "0.1"),
    ],
)
def test_amount(text: str, amount: str) -> None:
    assert one(read_amounts, text) == (Decimal(amount), None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5", "negative"),
        ("(1200)", "negative"),
        ("（1,200）", "negative"),
        ("−3", "negative"),
        ("负三百元", "negative"),
        ("已发", "unreadable"),
        ("1,2", "unreadable"),
        ("12.3.4", "unreadable"),
        ("#N/A", "placeholder"),
        ("/", "placeholder"),
        (" - ", "placeholder"),
        ("-     ", "placeholder"),
        ("9" * 15, "out_of_range"),
        ("", None),
        (None, None),
    ],
)
def test_amount_that_cannot_be_used(text: str | None, problem: str | None) -> None:
    assert one(read_amounts, text) == (None, problem)


@pytest.mark.parametrize(
    ("text", "count"),
    [("3", 3), ("3人", 3), ("3.0", 3), ("三", 3), ("两人", 2), ("0", 0), (" -   ", 0), ("3.5", None), ("-1", None)],
)
def test_count(text: str, count: int | None) -> None:
    assert one(read_counts, text)[0] == count


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("89.5", 89.5),
        ("89.5㎡", 89.5),
        ("50万元", 50.0),
        ("１２０平方米", 120.0),
        ("120平方", 120.0),
        ("500000元", 50.0),
    ],
)
def test_measure_in_the_unit_of_its_column(text: str, number: float | None) -> None:
    assert one(read_numbers, text)[0] == number


@pytest.mark.parametrize(
    ("text", "amount"),
    [("15684元÷12", "1307.00"), ("1307元×12", "15684.00"), ("1.2万元÷12", "1000.00"), ("100元÷3", "33.33"),
     ("-1200元÷12", "-100.00"), ("1200÷12", None), ("1200元÷5", None)],
)  # fmt: skip
def test_a_sum_spread_over_its_months(text: str, amount: str | None) -> None:
    (row,) = read_signed_amounts(pl.Series([text])).rows()
    assert row[0] == (Decimal(amount) if amount else None)
