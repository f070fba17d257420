"""Tables one below the other in a sheet, and a workbook with a sheet for each month: nothing is read under the letters
of another table, nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.delivered_columns import columns_at
from tests.delivery_factory import Office, codes, id_number, write_workbook

TEKUN = ["姓名", "身份证号", "供养证号", "敬老院", "月供养金额", "状态"]
AT_HOME = ["姓名", "供养证号", "身份证号", "月供养金额", "状态", "备注"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def in_a_home(number: int) -> list[Any]:
    return [f"甲{number}", id_number(number), f"TK{number}", "白鹭镇敬老院", 1000, "在供"]


def at_home(number: int) -> list[Any]:
    return [f"乙{number}", f"TK{number}", id_number(number), 800, "在供", ""]


def delivered(office: Office, feed: str, **sheets: list[list[Any]]) -> Any:
    write_workbook(office.place(feed, "名册.xlsx"), sheets)
    return office.intake(feed)


def test_a_second_table_with_other_columns_is_read_by_its_own_header(office: Office) -> None:
    rows = [
        ["特困人员花名册"], ["一、集中供养"], TEKUN, in_a_home(1), in_a_home(2), ["合计", "", "", "", 2000],
        [], ["二、分散供养"], AT_HOME, at_home(3), at_home(4), at_home(5),
    ]  # fmt: skip
    taken = delivered(office, "tekun", 十月=rows)
    assert taken.frame["monthly_amount"].to_list() == ["1000", "1000", "800", "800", "800"]
    assert taken.frame["support_mode"].to_list() == ["集中供养"] * 2 + ["分散供养"] * 3
    assert taken.frame["id_number"].to_list() == [id_number(n) for n in range(1, 6)]
    assert taken.frame["_row"].to_list() == [4, 5, 10, 11, 12]
    assert taken.frame["_sheet"].to_list() == ["十月"] * 5  # the sheet's own name, as whoever opens the file sees it
    (receipt,) = taken.receipts
    assert receipt.account.rows_read == 12
    mapping = receipt.account.column_mapping["十月"]
    assert [columns_at(mapping, row)[1]["id_number"] for row in (4, 5, 10, 12)] == ["B", "B", "C", "C"]
    assert sum(receipt.account.sheet_rows["十月"].values()) == 12


def test_a_small_appendix_without_the_columns_is_left_out_and_told(office: Office) -> None:
    appendix = [["附：10月减少人员名单"], ["序号", "姓名", "身份证号", "供养证号", "减少原因"]]
    rows = [TEKUN, *(in_a_home(n) for n in range(1, 5)), *appendix, [1, "丙", id_number(9), "TK9", "死亡"]]
    taken = delivered(office, "tekun", 十月=rows)
    assert taken.frame["name"].to_list() == ["甲1", "甲2", "甲3", "甲4"]
    assert codes(taken) == ["SIDE_TABLE"]
    assert taken.receipts[0].account.rows_read == len(rows)


def test_a_large_second_table_without_the_columns_stops_the_file(office: Office) -> None:
    short = ["姓名", "身份证号", "供养证号", "减少原因"]
    rows = [
        TEKUN,
        in_a_home(1),
        in_a_home(2),
        short,
        *([f"丙{n}", id_number(n), f"TK{n}", "死亡"] for n in range(3, 9)),
    ]
    taken = delivered(office, "tekun", 十月=rows)
    assert codes(taken) == ["MISSING_COLUMN"]
    assert "工作表“十月（第4行起）”第4行" in taken.receipts[0].messages[0].where


@pytest.mark.parametrize("again", [TEKUN, TEKUN[:5]])
def test_the_same_header_once_more_is_no_second_table(office: Office, again: list[str]) -> None:
    taken = delivered(office, "tekun", 十月=[TEKUN, in_a_home(1), again, in_a_home(2)])
    assert taken.frame["name"].to_list() == ["甲1", "甲2"]
    assert taken.receipts[0].account.counts["header"] == 2


def test_the_lines_over_the_parts_of_a_table_go_before_its_title(office: Office) -> None:
    header = ["城乡类别", "月标准", "执行时间"]
    rows = [
        ["一、特困人员供养标准"], header, ["农村", 1000, "2026-07"], ["二、最低生活保障标准"], ["农村", 700, "2026-07"],
    ]  # fmt: skip
    taken = delivered(office, "assistance_standard", 标准=rows)
    assert taken.frame["programme"].to_list() == ["特困人员供养标准", "最低生活保障标准"]


ELDERLY = ["姓名", "身份证号", "乡镇", "月津贴金额", "状态"]


def roll(*numbers: int) -> list[list[Any]]:
    return [ELDERLY, *([f"张三{n}", id_number(n), "白鹭镇", 100, "在享"] for n in numbers)]


@pytest.mark.parametrize(
    "names",
    [("7月", "10月"), ("2025年10月", "2026年9月"), ("25.12月", "26.1月份")],
    ids=["months", "years", "short years"],
)
def test_of_a_workbook_with_a_sheet_for_each_month_the_newest_counts(office: Office, names: tuple[str, str]) -> None:
    taken = delivered(office, "elderly_allowance", **{names[0]: roll(1, 2), names[1]: roll(1, 3)})
    assert taken.frame["name"].to_list() == ["张三1", "张三3"]
    assert codes(taken) == ["EARLIER_SHEET"]
    assert f"工作表“{names[0]}”" in taken.receipts[0].messages[0].where


def test_months_without_a_year_around_new_year_are_held(office: Office) -> None:
    taken = delivered(office, "elderly_allowance", **{"12月": roll(1), "1月": roll(2)})
    assert codes(taken) == ["SEVERAL_MONTHS"]
    assert taken.receipts[0].disposition == "held"


def test_payments_of_every_month_are_payments(office: Office) -> None:
    header = ["姓名", "身份证号", "银行卡号", "补贴项目", "发放月份", "发放金额"]
    rows = {
        f"{month}月": [header, ["李四", id_number(1), "62179936500000001", "高龄津贴", f"2026-0{month}", 100]]
        for month in (8, 9)
    }
    assert delivered(office, "payment", **rows).frame["paid_month"].to_list() == ["2026-08", "2026-09"]


def test_sheets_of_villages_are_all_read(office: Office) -> None:
    taken = delivered(office, "elderly_allowance", 青山村=roll(1), 柳村=roll(2))
    assert taken.frame["name"].to_list() == ["张三1", "张三2"]


def test_a_file_without_a_known_header_is_told_the_words_that_look_like_one(office: Office) -> None:
    taken = delivered(
        office, "elderly_allowance", 名册=[["高龄老人"], ["老汉", "哪村", "哪组", "每回"], ["张三", "柳村", "1组", 100]]
    )
    message = taken.receipts[0].messages[-1]
    assert message.code == "NO_HEADER"
    assert message.what.endswith("最像表头的一行写着：老汉、哪村、哪组、每回")
    assert "第2行" in message.where
    assert "张三" not in message.what


def test_a_workbook_without_a_filled_cell_is_told_to_be_blank(office: Office) -> None:
    assert codes(delivered(office, "elderly_allowance", 名册=[], 备用=[["", " "]]))[-1] == "BLANK_FILE"


def test_no_person_of_a_list_without_a_header_is_quoted(office: Office) -> None:
    rows = [["张三", "男", "城关镇", ""], ["李四", "男", "青山村3组", "13812345678"]]
    taken = delivered(office, "elderly_allowance", 名册=rows)
    assert codes(taken)[-1] == "NO_HEADER"
    assert not any("张三" in message.what for message in taken.receipts[0].messages)


def test_a_small_second_table_is_left_out_for_nothing_but_its_columns(office: Office) -> None:
    amounts = ["姓名", "身份证号", "供养证号", "敬老院", "状态", "月供养金额"]
    rows = [
        TEKUN,
        *(in_a_home(n) for n in range(1, 5)),
        amounts,
        ["丁", id_number(8), "TK8", "某敬老院", "在供", "9000元/年"],
    ]
    taken = delivered(office, "tekun", 十月=rows)
    assert codes(taken) == ["UNIT_NOT_YUAN"]
    assert taken.receipts[0].disposition == "held"
