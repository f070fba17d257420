"""Wide tables: a column of amounts for each programme, month or kind of area is read as a table of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.delivered_columns import columns_at, tables_of
from tests.delivery_factory import Office, codes, id_number, write_workbook

PAID = ["序号", "姓名", "身份证号", "银行卡号"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def delivered(office: Office, feed: str, *rows: list[Any]) -> Any:
    write_workbook(office.place(feed, "名册.xlsx"), {"发放表": list(rows)})
    return office.intake(feed)


def payee(number: int, *amounts: Any) -> list[Any]:
    return [number, f"甲{number}", id_number(number), f"62170000{number:011}", *amounts]


def test_a_column_for_each_programme_gives_a_payment_for_each_amount(office: Office) -> None:
    rows = [
        ["红石县2026年9月惠民补贴发放表"], [*PAID, "低保金", "高龄津贴（元）", "价格补贴", "合计"],
        payee(1, 500, 50, None, 550), payee(2, "-", 80, None, 80), payee(3, 620.5, 0, None, 620.5),
        ["合计", "3人", None, None, 1120.5, 130, None, 1250.5],
    ]  # fmt: skip
    taken = delivered(office, "payment", *rows)
    found = taken.frame.select("name", "programme", "amount", "paid_month", "_row").rows()
    assert sorted(found) == [
        ("甲1", "低保金", "500", "2026年9月", 3), ("甲1", "高龄津贴", "50", "2026年9月", 3),
        ("甲2", "高龄津贴", "80", "2026年9月", 4), ("甲3", "低保金", "620.5", "2026年9月", 5),
    ]  # fmt: skip
    assert taken.frame["_row_id"].n_unique() == 4
    assert "TOTAL_MISMATCH" not in codes(taken)
    (receipt,) = taken.receipts
    again = "发放表（高龄津贴（元））"  # the address of a row's second payment
    assert dict(taken.frame.select("_row", "_sheet", "amount").group_by("_sheet").len().rows()) == {
        "发放表": 3,
        again: 1,
    }
    counted = {sheet: sum(counts.values()) for sheet, counts in receipt.account.sheet_rows.items()}
    assert counted == {"发放表": 2 * len(rows) - 1, again: 1}
    assert receipt.account.column_mapping[again]["letters"]["amount"] == "F"
    mapping = receipt.account.column_mapping["发放表"]
    assert [table["letters"]["amount"] for table in tables_of(mapping)] == ["E", "F"]
    assert [table["letters"]["programme"] for table in tables_of(mapping)] == ["E", "F"]
    headers, letters = columns_at(mapping, 3)
    assert "amount" not in letters  # which of the two, the row does not say
    assert (headers["name"], letters["name"]) == ("姓名", "B")
    (told,) = [message for message in receipt.messages if message.code == "WIDE_TABLE"]
    assert told.what == "“低保金”“高龄津贴（元）”各占一列，已按每列一笔读取，“补贴项目”取自列名"


def test_a_wrong_sum_of_one_column_is_told(office: Office) -> None:
    rows = [[*PAID, "发放月份", "低保金", "高龄津贴"], payee(1, "2026-09", 500, 50), ["合计", *[None] * 4, 600, 50]]
    mismatches = [m for m in delivered(office, "payment", *rows).receipts[0].messages if m.code == "TOTAL_MISMATCH"]
    assert [message.where for message in mismatches] == ["《名册.xlsx》工作表“发放表（低保金）”第3行F列"]


def test_a_column_for_each_month_needs_a_year(office: Office) -> None:
    header = [*PAID, "补贴项目", "1月", "2月", "3月", "合计金额"]
    rows = [payee(1, "农村低保", 500, 510, None, 1010), payee(2, "农村低保", None, 300, None, 300)]
    assert codes(delivered(office, "payment", header, *rows))[-1] == "MISSING_COLUMN"
    taken = delivered(office, "payment", ["2026年低保金发放台账"], header, *rows)
    assert sorted(taken.frame.select("name", "paid_month", "amount").rows()) == [
        ("甲1", "2026年1月", "500"), ("甲1", "2026年2月", "510"), ("甲2", "2026年2月", "300"),
    ]  # fmt: skip
    assert "COMPOUND_HEADER" not in codes(taken)


def test_wages_of_several_months_keep_their_months(office: Office) -> None:
    header = ["姓名", "身份证号", "单位名称", "2026-08", "2026年9月工资"]
    taken = delivered(office, "wage", header, ["张三", id_number(1), "某厂", 3000, 3100])
    assert taken.frame.select("monthly_amount", "period").rows() == [("3000", "2026年8月"), ("3100", "2026年9月")]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            ["执行时间", "城市低保标准", "农村低保标准"],
            ["2026年1月", 800, 700],
            [("城市低保", "城市低保", "800"), ("农村低保", "农村低保", "700")],
        ),
        (
            ["项目", "执行时间", "城市", "农村"],
            ["低保", "2026年1月", 800, 700],
            [("低保", "农村", "700"), ("低保", "城市", "800")],
        ),
    ],
)
def test_standards_beside_each_other(office: Office, header: list[str], row: list[Any], expected: list[Any]) -> None:
    taken = delivered(office, "assistance_standard", header, row)
    found = taken.frame.select("programme", "area_type", "monthly_standard").rows()
    assert sorted(found) == sorted(expected)


def test_one_amount_under_a_programme_is_a_payment_of_it(office: Office) -> None:
    taken = delivered(office, "payment", [*PAID, "发放月份", "低保金"], payee(1, "2026-09", 500))
    assert taken.frame.select("programme", "amount").rows() == [("低保金", "500")]


def test_the_parts_of_an_amount_are_no_payments_where_the_programme_has_its_column(office: Office) -> None:
    header = [*PAID, "补贴项目", "发放月份", "低保金", "价格补贴", "实发金额"]
    taken = delivered(office, "payment", header, payee(1, "农村低保", "2026-09", 500, 20, 520))
    assert taken.frame.select("programme", "amount").rows() == [("农村低保", "520")]


def test_a_column_for_each_kind_of_compensation_is_read_over_printed_pages(office: Office) -> None:
    header = ["姓名", "身份证号", "渔船编号", "船网回收\n补偿", "过渡期\n生活补助", "合计", "兑付日期"]
    people = [
        [f"甲{n}", id_number(n), f"船{n}", 1000 * n, 600 if n > 1 else None, None, "2026-09-05"] for n in range(1, 4)
    ]
    taken = delivered(office, "fishing_compensation", header, people[0], header, people[1], header, people[2])
    found = taken.frame.select("name", "fund_type", "amount").rows()
    assert sorted(found) == [
        ("甲1", "船网回收补偿", "1000"), ("甲2", "船网回收补偿", "2000"), ("甲2", "过渡期生活补助", "600"),
        ("甲3", "船网回收补偿", "3000"), ("甲3", "过渡期生活补助", "600"),
    ]  # fmt: skip
