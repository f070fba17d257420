"""One column for several things: each cell is parted by what its pieces look like, and kept as it was delivered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import all_feeds, get_feed
from pipelines.intake import Limits
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.composites import part, parts_of
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number, write_workbook

ELDERLY = ["姓名", "身份证号", "月津贴金额", "状态"]


def read(rows: list[list[Any]], feed: str = "elderly_allowance", **more: Any) -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, rows, **more), get_feed(feed))
    assert table.rows_read == len(rows)
    return table


def roll(header: str, *cells: str) -> list[list[Any]]:
    """Persons with one more column."""
    persons = ([f"甲{n}", id_number(n), 100, "在保", cell] for n, cell in enumerate(cells, start=1))
    return [[*ELDERLY, header], *persons]


def codes(table: SheetTable) -> list[str]:
    return [message.code for message in table.messages]


@pytest.mark.parametrize("header", ["住址、电话", "家庭住址/联系电话", "家庭住址及联系电话", "住址电话"])
def test_an_address_and_a_phone_are_told_apart(header: str) -> None:
    cells = ["东门街12号 13812345678", "13912345678、西门街3号", "南门街5号，电话：0555-7654321", "只有住址", ""]
    table = read(roll(header, *cells))
    assert table.columns["address"] == ["东门街12号", "西门街3号", "南门街5号", "只有住址", None]
    assert table.columns["phone"] == ["13812345678", "13912345678", "0555-7654321", None, None]
    assert codes(table) == ["COLUMN_SPLIT"]


def test_the_cell_is_kept_as_it_was_delivered() -> None:
    table = read(roll("住址、电话", "东门街12号 13812345678", ""))
    (first, second) = table.extra
    assert json.loads(first or "") == {"住址、电话": "东门街12号 13812345678"}
    assert second is None
    assert table.reasons["address"] == table.reasons["phone"] == "content"
    assert table.letters["address"] == table.letters["phone"] == "E"
    assert table.messages[0].what == "列“住址、电话”已按内容拆为“家庭住址”“联系电话”"


def test_a_bank_and_its_account_are_told_apart() -> None:
    table = read(roll("开户行及账号", "农商行 6217993650000000001", "账号：6217993650000000002", "徽商银行"))
    assert table.columns["bank"] == ["农商行", None, "徽商银行"]
    assert table.columns["account_number"] == ["6217993650000000001", "6217993650000000002", None]


@pytest.mark.parametrize("header", ["姓名/身份证号", "姓名及身份证号码", "姓名身份证号"])
def test_the_persons_own_name_and_number_may_stand_in_one_cell(tmp_path: Path, header: str) -> None:
    cells = [f"甲一 {id_number(1)}", f"乙二/{id_number(2)}", f"丙三（{id_number(3)}）"]
    rows = [[header, *ELDERLY[2:]], *([cell, 100, "在保"] for cell in cells)]
    path = write_workbook(tmp_path / "名册.xlsx", {"表一": rows})
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert frame["name"].to_list() == ["甲一", "乙二", "丙三"]
    assert frame["id_number"].to_list() == [id_number(n) for n in (1, 2, 3)]
    assert account.rows_read == len(rows)


@pytest.mark.parametrize("header", ["证件类型及号码", "证件类型/证件号码", "证件种类和编号"])
def test_the_number_is_taken_out_from_behind_the_kind_of_document(header: str) -> None:
    persons = [["甲", f"居民身份证 {id_number(1)}", 100, "在保"], ["乙", f"身份证/{id_number(2)}", 100, "在保"]]
    table = read([["姓名", header, *ELDERLY[2:]], *persons])
    assert table.columns["id_number"] == [id_number(1), id_number(2)]
    assert [message.what for message in table.messages] == [f"列“{header}”中的“身份证号”已按内容取出"]


def test_several_persons_of_a_row_may_each_have_such_a_column() -> None:
    header = ["被收养人（姓名/身份证号）", "收养人（姓名/证件号）", "登记日期"]
    table = read([header, [f"甲一 {id_number(1)}", f"乙二/{id_number(2)}", "2026-01-02"]], "adoption")
    assert (table.columns["child_name"], table.columns["child_id_number"]) == (["甲一"], [id_number(1)])
    assert (table.columns["adopter_name"], table.columns["adopter_id_number"]) == (["乙二"], [id_number(2)])
    assert codes(table) == ["COLUMN_SPLIT", "COLUMN_SPLIT"]


def test_a_column_of_its_own_goes_before_a_piece_of_another() -> None:
    rows = [
        [*ELDERLY, "住址、电话", "联系电话"],
        ["甲", id_number(1), 100, "在保", "东门街 13812345678", "13900000001"],
    ]
    table = read(rows)
    assert table.columns["phone"] == ["13900000001"]
    assert table.reasons["phone"] == "header"


def test_a_merged_cell_is_parted_in_every_row_of_its_range() -> None:
    rows = roll("开户行及账号", "农商行 6217993650000000001", "", "徽商银行 6217993650000000002")
    table = read(rows, merged=[((1, 4), (2, 4))])
    assert table.columns["bank"] == ["农商行", "农商行", "徽商银行"]
    assert table.columns["account_number"] == [f"621799365000000000{n}" for n in (1, 1, 2)]


def test_a_row_whose_number_stands_in_such_a_column_is_no_total() -> None:
    rows = [["乡镇", "姓名/身份证号", *ELDERLY[2:]], ["合计", f"甲一 {id_number(1)}", 100, "在保"]]
    table = read(rows)
    assert table.columns["name"] == ["甲一"]
    assert table.counts["total"] == 0


def test_two_columns_of_words_are_not_parted() -> None:
    table = read(roll("家庭住址及状态", "东门街12号在保"))
    assert "address" not in table.columns
    assert table.columns["status"] == ["在保"]
    assert table.extra == ['{"家庭住址及状态": "东门街12号在保"}']
    assert codes(table) == ["UNKNOWN_COLUMN"]


@pytest.mark.parametrize(
    "header", ["姓名", "电话/手机", "身份证号/社会保障号", "银行账号", "家庭住址及宗教信仰", "姓名（与身份证一致）"]
)
def test_a_header_of_one_thing_or_of_what_nobody_knows_has_no_parts(header: str) -> None:
    assert parts_of(get_feed("elderly_allowance"), header) == []


def test_a_phone_is_cut_out_of_an_address_though_it_has_a_column_of_its_own() -> None:
    rows = [
        [*ELDERLY, "住址、电话", "联系电话"],
        ["甲", id_number(1), 100, "在保", "东门街1号 13812345678", "13912345678"],
    ]
    table = read(rows)
    assert (table.columns["address"], table.columns["phone"]) == (["东门街1号"], ["13912345678"])


def test_of_two_such_columns_the_one_on_where_one_lives_counts() -> None:
    header = [*ELDERLY, "户籍地址及手机号", "住址、电话"]
    table = read([header, ["甲", id_number(1), 100, "在保", "旧街9号 13911111112", "东门街1号 13812345678"]])
    assert (table.columns["address"], table.columns["phone"]) == (["东门街1号"], ["13812345678"])
    assert codes(table).count("COLUMN_SPLIT") == 1


@pytest.mark.parametrize(
    ("cell", "address"),
    [("电话局宿舍3号 13812345678", "电话局宿舍3号"), ("东门手机城3号，电话：13812345678", "东门手机城3号"),
     ("东门街（二期）3号(东) 联系电话13812345678", "东门街（二期）3号(东)"), ("东门街3号 电话：无", "东门街3号")],
)  # fmt: skip
def test_nothing_but_the_word_before_the_number_is_taken_off(cell: str, address: str) -> None:
    assert read(roll("住址、电话", cell)).columns["address"] == [address]


def test_two_things_that_nobody_can_tell_apart_are_not_taken_for_one() -> None:
    table = read(roll("家庭住址及开户行", "东门街1号 农商行"))
    assert not {"address", "bank"} & table.columns.keys()
    assert codes(table) == ["UNKNOWN_COLUMN"]


@pytest.mark.parametrize(
    ("cell", "name", "sex"),
    [("张三(女)", "张三", "女"), ("张三（男）", "张三", "男"), ("张三 女", "张三", "女"), ("张三", "张三", None)],
)
def test_a_name_with_the_sex_behind_it(cell: str, name: str, sex: str | None) -> None:
    header = ["逝者(性别)", "身份证号", "死亡日期", "火化日期"]
    table = read([header, [cell, id_number(1), "2026-01-02", "2026-01-05"]], "cremation")
    assert (table.columns["name"], table.columns["sex"]) == ([name], [sex])


def test_a_kind_of_disability_with_its_grade() -> None:
    header = ["姓名", "身份证号", "残疾证号", "残疾类别及等级"]
    number = id_number(1)
    table = read([header, ["甲", number, number + "43", "肢体残疾三级"]], "disability")
    assert (table.columns["category"], table.columns["grade"]) == (["肢体残疾"], ["三级"])


def test_a_name_and_number_under_one_header_are_the_same_persons() -> None:
    header = ["被收养人\n姓名/身份证号", "被收养人\n出生日期", "收养人\n姓名/身份证号", "收养登记日期"]
    row = [f"甲一\n{id_number(1)}", "2020-02-24", f"乙二\n{id_number(2)}", "2021-03-22"]
    table = read([header, row], "adoption")
    assert table.columns["child_name"] == ["甲一"]
    assert table.columns["child_id_number"] == [id_number(1)]
    assert table.columns["adopter_name"] == ["乙二"]
    assert table.columns["adopter_id_number"] == [id_number(2)]


def test_the_number_beside_a_guardians_name_is_the_guardians() -> None:
    header = ["姓名", "身份证号", "类别", "监护人姓名/\n身份证号", "月补助金额"]
    table = read([header, ["甲一", id_number(1), "孤儿", f"乙二/{id_number(2)}", 1100]], "orphan")
    assert table.columns["id_number"] == [id_number(1)]
    assert table.columns["guardian_name"] == ["乙二"]
    assert table.columns["guardian_id_number"] == [id_number(2)]


def test_the_age_beside_the_sex_is_left() -> None:
    table = read(roll("性别/年龄", "女/70", "男、64", "不详"))
    assert table.columns["sex"] == ["女", "男", None]


@pytest.mark.parametrize("feed", all_feeds())
def test_a_listed_header_is_one_thing(feed: str) -> None:
    for column in get_feed(feed).columns:
        for header in column.headers:
            assert parts_of(get_feed(feed), header) == [], (column.name, header)


def test_a_relation_between_member_and_head_is_read() -> None:
    header = ["成员姓名", "身份证号", "户主姓名", "家庭成员与户主关系", "户编号", "户类型"]
    row = ["甲一", id_number(1), "乙二", "长子", "YZH0000012", "脱贫户"]
    table = read([header, row], "poverty_household")
    assert table.columns["relation_to_head"] == ["长子"]
    assert table.columns["name"] == ["甲一"]


def test_a_line_break_after_the_stroke_makes_no_single_thing_of_two() -> None:
    header = ["姓名/\n身份证号", "供养证号", "供养方式", "供养标准", "起始年月", "状态"]
    table = read([header, [f"甲一\n{id_number(1)}", "TK001", "分散", 900, "2024-03", "在保"]], "tekun")
    assert (table.columns["name"], table.columns["id_number"]) == (["甲一"], [id_number(1)])


def test_an_account_in_groups_of_digits_is_parted_from_its_bank() -> None:
    columns = [get_feed("payment").by_name[name] for name in ("bank", "account_number")]
    assert part("农业银行临江支行/6228 4806 9092 9064 150", columns) == {
        "bank": "农业银行临江支行", "account_number": "6228 4806 9092 9064 150",
    }  # fmt: skip
    assert part("农业银行'6228480690929064150", columns)["bank"] == "农业银行"
