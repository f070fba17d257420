"""What another person's template calls things, and where it says them once for all rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.delivery_factory import Office, codes, id_number, write_workbook


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def delivered(office: Office, feed: str, *rows: list[Any]) -> Any:
    write_workbook(office.place(feed, "名册.xlsx"), {"表": list(rows)})
    return office.intake(feed)


def test_a_column_of_town_and_country_is_known_by_its_values(office: Office) -> None:
    header = ["项目", "地区", "执行时间", "月标准"]
    rows = [["低保", area, "2026年1月", amount] for area, amount in (("城市", 800), ("农村", 700), ("农村", 900))]
    assert delivered(office, "assistance_standard", header, *rows).frame["area_type"].to_list() == [
        "城市",
        "农村",
        "农村",
    ]


def test_a_column_of_places_is_no_area_type(office: Office) -> None:
    header = ["项目", "地区", "执行时间", "月标准"]
    taken = delivered(office, "assistance_standard", header, ["低保", "红石县", "2026年1月", 800])
    assert taken.frame["area_type"].to_list() == [None]


@pytest.mark.parametrize("line", ["乡镇：城关镇", "填报单位：城关镇人民政府", "所属乡镇：城关镇"])
def test_the_town_above_the_table_is_that_of_its_villages(office: Office, line: str) -> None:
    header = ["姓名", "身份证号", "村", "月津贴", "状态"]
    taken = delivered(office, "elderly_allowance", [line], header, ["张三", id_number(1), "东门村", 100, "健在"])
    assert taken.frame.select("town", "village").rows() == [("城关镇", "东门村")]
    assert "VALUE_FROM_TITLE" in codes(taken)


def test_a_month_behind_a_stroke_is_that_of_the_amount(office: Office) -> None:
    header = ["姓名", "身份证号", "月工资/元", "所属期"]
    assert (
        delivered(office, "wage", header, ["张三", id_number(1), 3000, "2026-09"]).frame["monthly_amount"][0] == "3000"
    )
    header = [
        "流水号",
        "姓名",
        "身份证号",
        "与户主关系",
        "户主姓名",
        "户主身份证号",
        "申请项目",
        "申请日期",
        "工资收入/月",
    ]
    person = ["A1", "张三", id_number(1), "户主", "张三", id_number(1), "低保", "2026-09-01", 100]
    assert delivered(office, "application", header, person).frame["declared_wage_income"].to_list() == ["100"]


def test_a_line_break_in_a_header_parts_it_into_two_levels(office: Office) -> None:
    header = ["老年人信息\n姓名", "老年人信息\n身份证号", "月补贴", "状态"]
    taken = delivered(office, "homecare_subsidy", header, ["张三", id_number(1), 100, "服务中"])
    assert taken.frame["name"].to_list() == ["张三"]


@pytest.mark.parametrize("month", ["补贴归属月份", "归属月份", "应发月份", "待遇月份"])
@pytest.mark.parametrize("day", ["到账日期", "发放时间", "支付日期"])
def test_a_month_goes_before_the_day_of_payment_and_the_payee_before_the_head(
    office: Office, month: str, day: str
) -> None:
    header = ["户主姓名", "受益人姓名", "身份证号", "项目", day, month, "金额"]
    taken = delivered(office, "payment", header, ["李四", "张三", id_number(1), "低保", "2026-09-05", "2026-08", 500])
    assert taken.frame.select("name", "paid_month").rows() == [("张三", "2026-08")]


def test_the_day_of_approval_goes_before_the_day_of_payment(office: Office) -> None:
    header = ["姓名", "身份证号", "救助类型", "致困原因", "发放日期", "批准救助日期", "金额"]
    row = ["张三", id_number(1), "急难型", "疾病", "2026-09-12", "2026-09-06", 500]
    taken = delivered(office, "temporary_assistance", header, row)
    assert taken.frame.select("granted_on", "reason").rows() == [("2026-09-06", "疾病")]


def test_a_sum_in_words_is_no_person(office: Office) -> None:
    header = ["姓名", "身份证号", "项目", "月份", "金额"]
    taken = delivered(
        office, "payment", header, ["张三", id_number(1), "低保", "2026-08", 500], ["合计（大写）：伍佰元整"]
    )
    assert taken.frame["name"].to_list() == ["张三"]
    assert taken.receipts[0].account.counts["total"] == 1
