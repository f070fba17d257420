"""Parquet files keep what they hold: whole numbers, decimals and dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.delivery_factory import Office


def test_parquet_keeps_whole_numbers_dates_and_decimals_exact(tmp_path: Path) -> None:
    office = Office(tmp_path)
    frame = pl.DataFrame(
        {
            "姓名": ["甲", None], "身份证号": [340590193001010016, 340590193001010017], "金融机构": ["甲行", "乙行"],
            "余额": [Decimal("1200.50"), Decimal("3.00")], "截止日期": [date(2026, 9, 30), None],
            "资产类型": ["存款", "理财"],
        },
        schema_overrides={"余额": pl.Decimal(14, 2)},
    )  # fmt: skip
    frame.write_parquet(office.place("deposit", "a.parquet"))
    frame.with_columns(pl.col("身份证号").cast(pl.Float64)).write_parquet(office.place("deposit", "b.parquet"))
    rows = office.intake("deposit").frame
    assert rows["_row"].to_list() == [1, 2, 1, 2]
    assert rows["id_number"].to_list()[:2] == ["340590193001010016", "340590193001010017"]
    assert rows["id_number"].to_list()[2] == "3.4059019300101E+17"
    assert rows["balance"].to_list()[:2] == ["1200.50", "3.00"]
    assert rows["as_of"].to_list()[:2] == ["2026-09-30", None]
