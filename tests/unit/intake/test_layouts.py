"""Layouts of ten offices: what stands around the table, beside it and under its header, and what a sheet says once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.account import Account
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.messages import Refused
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import ELDERLY, PAYMENT, elderly, id_number, payment, write_workbook

DIBAO = ["姓名", "身份证号", "低保证号", "月保障金额", "状态"]


def read(rows: list[list[Any]], feed: str = "elderly_allowance", name: str | None = "表1", **more: Any) -> SheetTable:
    (table,) = read_sheet(Grid(name, 1, rows, **more), get_feed(feed))
    return table


def codes(table: SheetTable) -> list[str]:
    return [message.code for message in table.messages]


def workbook(tmp_path: Path, sheets: dict[str, Any], feed: str = "elderly_allowance") -> tuple[list[str], Account]:
    frame, account = parse_file(write_workbook(tmp_path / "名册.xlsx", sheets), get_feed(feed), Limits())
    return frame["name"].to_list(), account


WIDE = ["序号", *ELDERLY]


@pytest.mark.parametrize(
    ("second", "counted"),
    [
        ([1, 2, 3, 4, 5, 6, 7], "header"), (["甲", "乙", "丙", "1", "2", "3", "4"], "header"),
        (["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"], "header"), (["", "", "", "", "", "元/月", ""], "header"),
        (["", "name", "id_number", "town", "account_number", "monthly_amount", "status"], "header"),
        (["示例", *elderly(99)], "header"), ([1, *elderly(99)], "data"), ([1, "张三", "", "", "", 100, "在保"], "data"),
    ],
)  # fmt: skip
def test_a_line_that_explains_the_header_is_no_person(second: list[Any], counted: str) -> None:
    table = read([WIDE, second, [1, *elderly(1)], [2, *elderly(2)]])
    assert table.counts["header"] == (2 if counted == "header" else 1)
    assert table.counts["data"] == (2 if counted == "header" else 3)


def test_a_header_of_three_rows_is_joined_and_the_nearest_person_is_whose_it_is() -> None:
    rows = [
        ["名册", "", "", "", "", "", ""],
        ["家庭情况", "", "", "", "低保证号", "月保障金额", "状态"],
        ["保障对象", "", "户主信息", "", "", "", ""],
        ["姓名", "身份证号", "姓名", "身份证号", "", "", ""],
        ["张三", id_number(1), "李四", id_number(2), "D1", 500.0, "在保"],
    ]
    merged = [
        ((0, 0), (0, 6)),
        ((1, 0), (1, 3)),
        ((2, 0), (2, 1)),
        ((2, 2), (2, 3)),
        *(((1, c), (3, c)) for c in (4, 5, 6)),
    ]
    table = read(rows, "dibao", merged=merged)
    assert (table.columns["name"], table.columns["head_name"]) == (["张三"], ["李四"])
    assert table.columns["case_number"] == ["D1"]
    assert (table.counts["header"], table.counts["title"], table.counts["data"]) == (3, 1, 1)


@pytest.mark.parametrize("merged", [[((0, 0), (1, 0)), ((0, 1), (0, 3)), ((0, 4), (0, 6))], []])
def test_an_ordinal_merged_down_beside_headers_that_need_no_parent(merged: list[Any]) -> None:
    rows = [
        ["序号", "登记信息", "", "", "补贴情况", "", ""],
        ["", "姓名", "身份证号", "乡镇", "银行账号", "月津贴金额", "状态"],
        *([n, f"张{n}", id_number(n), "云岭镇", "6217", 100.0, "在保"] for n in range(1, 5)),
    ]
    table = read(rows, merged=merged)
    assert table.columns["name"] == ["张1", "张2", "张3", "张4"]
    assert "UNKNOWN_COLUMN" not in codes(table)
    assert table.counts["header"] == 2


def test_a_header_in_latin_letters_is_no_note_on_its_parent() -> None:
    rows = [
        ["补贴情况", "", "", "", ""],
        ["姓名", "GMSFHM(必填)", "KHH", "月津贴金额", "状态"],
        ["张三", id_number(1), "农商行", 100.0, "在保"],
        ["李四", id_number(2), "农商行", 100.0, "在保"],
    ]
    table = read(rows, merged=[((0, 0), (0, 4))])
    assert table.columns["id_number"] == [id_number(1), id_number(2)]
    assert table.columns["bank"] == ["农商行", "农商行"]


def test_a_latin_header_under_a_person_is_that_persons() -> None:
    rows = [
        ["保障对象", "", "户主信息", "", "低保证号", "月保障金额", "状态"],
        ["XM", "SFZH", "XM", "SFZH", "", "", ""],
        ["张三", id_number(1), "李四", id_number(2), "D1", 500.0, "在保"],
    ]
    table = read(rows, "dibao", merged=[((0, 0), (0, 1)), ((0, 2), (0, 3)), *(((0, c), (1, c)) for c in (4, 5, 6))])
    assert (table.columns["name"], table.columns["head_name"]) == (["张三"], ["李四"])
    assert table.columns["head_id_number"] == [id_number(2)]


def test_a_parent_takes_no_listed_header_away_from_its_column() -> None:
    feed = get_feed("poverty_household")
    assert look_up(feed, "人员ID", "补贴情况") == look_up(feed, "人员ID")


def test_a_blank_first_column_titles_and_blank_columns_at_the_end_change_nothing() -> None:
    rows = [
        [""],
        ["", "某县花名册"],
        ["", "单位:元、人"],
        [""],
        ["", *ELDERLY, "", ""],
        ["", *elderly(1), "", ""],
        ["", "单位负责人(签字):"],
    ]
    table = read(rows)
    assert table.header_row == 5
    assert table.columns["name"] == ["张三1"]
    assert table.counts["title"] == 3


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ([["乡镇", "户数", "人数", "金额(元)"], ["甲镇", 12, 30, 5000]], "SUMMARY_SHEET"),
        ([["填表说明"], ["1、姓名须与身份证一致"], ["2、身份证号用文本"]], "IGNORED_SHEET"),
    ],
)
def test_a_sheet_beside_the_data_is_passed_over_and_named(tmp_path: Path, sheet: list[list[Any]], code: str) -> None:
    for sheets in ({"汇总": sheet, "数据": [ELDERLY, elderly(1)]}, {"数据": [ELDERLY, elderly(1)], "汇总": sheet}):
        names, account = workbook(tmp_path, sheets)
        assert names == ["张三1"]
        assert [(m.code, m.where) for m in account.messages] == [(code, "工作表“汇总”")]


def test_a_summary_alone_is_refused_for_what_it_lacks(tmp_path: Path) -> None:
    names, account = workbook(tmp_path, {"汇总": [["乡镇", "人数", "金额(元)"], ["甲镇", 30, 5000]]})
    assert (names, account.verdict, account.messages[-1].code) == ([], "rejected", "MISSING_COLUMN")
    assert "“姓名”" in account.messages[-1].what


def test_an_example_sheet_is_left_out_unless_it_is_all_there_is(tmp_path: Path) -> None:
    names, account = workbook(tmp_path, {"填写示例": [ELDERLY, elderly(9)], "数据": [ELDERLY, elderly(1)]})
    assert (names, [m.code for m in account.messages]) == (["张三1"], ["EXAMPLE_SHEET"])
    assert workbook(tmp_path, {"填写示例": [ELDERLY, elderly(9)]})[0] == ["张三9"]


def test_a_sheet_that_goes_on_without_a_header_is_read_under_the_header_before(tmp_path: Path) -> None:
    sheets = {"一": [["名册"], WIDE, [1, *elderly(1)]], "二": [[2, *elderly(2)], [3, *elderly(3)], ["", "合计"]]}
    names, account = workbook(tmp_path, sheets)
    assert names == ["张三1", "张三2", "张三3"]
    assert [(m.code, m.where) for m in account.messages] == [("CONTINUED_SHEET", "工作表“二”")]
    assert account.counts["total"] == 1


def test_a_sheet_of_a_feed_without_persons_goes_on_where_its_lists_do(tmp_path: Path) -> None:
    header = ("项目", "城乡类别", "月标准", "执行起始年月")
    rows = [["低保", "农村", 700, "2026-07"], ["低保", "城市", 812, "2026-07"]]
    note = [["说明", "以上为全县标准"]]
    path = tmp_path / "标准.xlsx"
    write_workbook(path, {"一": [header, rows[0]], "二": [rows[1], ["特困", "农村", 910, "2026-07"]], "三": note})
    frame, account = parse_file(path, get_feed("assistance_standard"), Limits())
    assert frame["monthly_standard"].to_list() == ["700", "812", "910"]
    assert [(m.code, m.where) for m in account.messages] == [
        ("IGNORED_SHEET", "工作表“三”"), ("CONTINUED_SHEET", "工作表“二”"),
    ]  # fmt: skip


def test_persons_on_a_sheet_without_a_header_are_never_passed_over(tmp_path: Path) -> None:
    turned = [[row[1], row[0], *row[2:]] for row in (elderly(2), elderly(3))]
    names, account = workbook(tmp_path, {"一": [ELDERLY, elderly(1)], "二": turned})
    assert (names, account.verdict) == ([], "rejected")
    assert (account.messages[-1].code, account.messages[-1].where) == ("SHEET_WITHOUT_HEADER", "工作表“二”")


def test_a_number_that_stands_in_a_header_is_not_shown() -> None:
    table = read([[*ELDERLY, "6217993650000000003"], [*elderly(1), "x"]])
    assert [message.what for message in table.messages] == ["列“…”不在约定之内，原样保留，不参与核对"]


def test_a_person_is_never_taken_for_a_header_nor_shown_as_one(tmp_path: Path) -> None:
    person = ["某甲", id_number(1), "某公司", "企业", "股东", 5, "存续"]
    account = parse_file(write_workbook(tmp_path / "a.xlsx", {"表": [person, person]}), get_feed("business"), Limits())[
        1
    ]
    assert account.verdict == "rejected"
    assert not any(
        id_number(1) in part or "某甲" in part for m in account.messages for part in (m.where, m.what, m.remedy)
    )


@pytest.mark.parametrize(("sheet", "column"), [("白鹭镇", "town"), ("东风村", "village"), ("和平社区", "village")])
def test_sheets_named_after_places_supply_the_place(tmp_path: Path, sheet: str, column: str) -> None:
    bare = ["姓名", "身份证号", "月津贴金额", "状态"]
    rows = [bare, ["张三", id_number(1), 100, "在保"]]
    path = write_workbook(tmp_path / "a.xlsx", {sheet: rows, "其他": rows})
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert frame[column].to_list() == [sheet, None]
    assert [m.code for m in account.messages] == ["PLACE_FROM_SHEET"]


def test_bare_months_take_the_one_year_of_the_title() -> None:
    rows = [["2026年度某县补贴发放明细"], [*PAYMENT], [*payment(1)[:4], "9月", 100], [*payment(2)[:4], "10月份", 100]]
    table = read(rows, "payment")
    assert table.columns["paid_month"] == ["2026年9月", "2026年10月份"]
    assert codes(table) == ["YEAR_FROM_TITLE"]
    rows[0] = ["2025-2026年度,2026年补发2025年"]
    assert read(rows, "payment").columns["paid_month"] == ["9月", "10月份"]


def test_the_title_supplies_month_and_programme_that_no_column_holds() -> None:
    header = ["姓名", "身份证号", "银行卡号", "发放金额"]
    rows = [
        ["某县2026年9月农村低保金发放表"],
        ["填报日期:2026年10月8日"],
        header,
        ["张三", id_number(1), "6217993650000000001", 100],
    ]
    table = read(rows, "payment")
    assert (table.columns["paid_month"], table.columns["programme"]) == (["2026年9月"], ["农村低保金"])
    assert codes(table) == ["VALUE_FROM_TITLE", "VALUE_FROM_TITLE"]


@pytest.mark.parametrize(
    "title", ["某县补贴发放表", "2026年8月、9月农村低保金发放表", "2026年9月低保金、高龄津贴发放表"]
)
def test_a_title_that_says_two_things_or_nothing_supplies_nothing(title: str) -> None:
    header = ["姓名", "身份证号", "银行卡号", "发放金额"]
    with pytest.raises(Refused) as verdict:
        read([[title], header, ["张三", id_number(1), "6217993650000000001", 100]], "payment")
    assert verdict.value.message.code == "MISSING_COLUMN"


def test_a_header_for_two_columns_is_settled_by_its_values() -> None:
    rows = [
        [*DIBAO, "类别"],
        *([f"甲{n}", id_number(n), f"D{n}", 500.0, "在保", kind] for n, kind in enumerate(["农村", "农村", "城市"])),
    ]
    table = read(rows, "dibao")
    assert table.columns["area_type"] == ["农村", "农村", "城市"]
    assert codes(table) == ["COLUMN_BY_CONTENT"]
    for row in rows[1:]:
        row[-1] = "B类"
    table = read(rows, "dibao")
    assert (table.columns["benefit_class"], codes(table)) == (["B类"] * 3, [])


def test_of_two_headers_for_one_column_the_other_goes_where_its_values_belong() -> None:
    rows = [
        [*DIBAO, "低保类别(ABC)", "户口性质"],
        *([f"甲{n}", id_number(n), f"D{n}", 500.0, "在保", "A类", "农业"] for n in range(3)),
    ]
    table = read(rows, "dibao")
    assert (table.columns["benefit_class"], table.columns["area_type"]) == (["A类"] * 3, ["农业"] * 3)
    assert table.extra == [None] * 3


def test_case_numbers_that_a_program_wrote_as_numbers_are_kept_and_rounded_ones_stop_the_file() -> None:
    exact = [[*DIBAO], *([f"甲{n}", id_number(n), 3405901001000011.0 + n, 500.0, "在保"] for n in range(3))]
    assert read(exact, "dibao").columns["case_number"] == ["3405901001000011", "3405901001000012", "3405901001000013"]
    rounded = [[*DIBAO], *([f"甲{n}", id_number(n), 34059010010000100.0, 500.0, "在保"] for n in range(3))]
    with pytest.raises(Refused) as verdict:
        read(rounded, "dibao")
    assert (verdict.value.message.code, verdict.value.message.where) == ("DIGITS_LOST", "工作表“表1”C列")
    mixed = [
        [*DIBAO],
        *([f"甲{n}", id_number(n), f"D{n}", 500.0, "在保"] for n in range(3)),
        ["甲9", id_number(9), 34059010010000100.0, 500.0, "在保"],
    ]
    table = read(mixed, "dibao")
    assert table.columns["case_number"][-1] == "3.40590100100001E+16"
    assert codes(table) == ["DIGITS_LOST"]


def test_a_scale_behind_a_header_is_never_overlooked() -> None:
    with pytest.raises(Refused) as verdict:
        read([[*DIBAO, "人均收入(万元)"], ["甲", id_number(1), "D1", 500.0, "在保", 3000]], "dibao")
    assert (verdict.value.message.code, verdict.value.disposition) == ("UNIT_NOT_YUAN", "held")


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("家庭人均收入(年)", "3000元÷12"), ("家庭人均收入(元/年)", "3000元÷12"), ("人均年收入", "3000元÷12"),
        ("前12个月人均收入", "3000元÷12"), ("2025年人均收入", "3000元÷12"), ("家庭人均收入(元/季)", "3000元÷3"),
        ("人均收入(千元/年)", None), ("人均收入(元/月)", "3000"), ("月人均收入", "3000"),
    ],
)  # fmt: skip
def test_an_income_of_a_longer_time_is_spread_over_its_months(header: str, written: str | None) -> None:
    rows = [[*DIBAO, header], ["甲", id_number(1), "D1", 500.0, "在保", 3000]]
    if written is None:  # three million yuan a year
        with pytest.raises(Refused) as verdict:
            read(rows, "dibao")
        assert verdict.value.message.code == "UNIT_NOT_YUAN"
    else:
        table = read(rows, "dibao")
        assert table.columns["declared_income_per_capita"] == [written]
        assert codes(table) == ["UNIT_FROM_HEADER"] * ("÷" in written)


def test_amounts_that_name_their_own_time_are_spread_where_the_contract_averages() -> None:
    rows = [[*DIBAO, "家庭人均收入"], *(["甲", id_number(n), f"D{n}", 500.0, "在保", t] for n, t in enumerate(TIMES))]
    expected = ["3000元÷12", "250元/月", "1,500元÷3", "260"]
    assert read(rows, "dibao").columns["declared_income_per_capita"] == expected
    rows[1][5] = "约3000元/年"
    with pytest.raises(Refused) as verdict:
        read(rows, "dibao")
    assert (verdict.value.message.code, verdict.value.disposition) == ("UNIT_NOT_YUAN", "held")


def test_a_line_above_gives_the_span_to_columns_that_are_for_one() -> None:
    header = ["姓名", "身份证号", "家庭人均收入", "申报存款", "申请编号", "申请事项"]
    rows = [["单位：元/年"], header, ["甲", id_number(1), 3000, 8000, "S1", "低保"]]
    table = read(rows, "application")
    assert table.columns["declared_income_per_capita"] == ["3000元÷12"]
    assert table.columns["declared_deposit"] == ["8000"]


def test_a_little_of_a_year_is_believed() -> None:
    table = read([[*DIBAO, "财产性收入（元/年）"], ["甲", id_number(1), "D1", 500.0, "在保", 120]], "dibao")
    assert table.columns["declared_property_income"] == ["120元÷12"]


TIMES = ("3000元/年", "250元/月", "1,500元/季度", "260")


@pytest.mark.parametrize(
    ("header", "values", "written"),
    [
        ("年保障标准（元）", [9600, 8400], ["9600元÷12", "8400元÷12"]),
        ("保障标准（千元/年）", [9.6, 8.4], ["9.6千元÷12", "8.4千元÷12"]),
        ("月标准（百元）", [8, 7], ["8百元", "7百元"]),
    ],
)
def test_a_standard_by_the_year_or_in_larger_money(header: str, values: list[float], written: list[str]) -> None:
    rows = [["救助类型", "城乡", header, "执行日期"]]
    rows += [["低保", area, value, "2026-01-01"] for area, value in zip(("城市", "农村"), values, strict=True)]
    assert read(rows, "assistance_standard").columns["monthly_standard"] == written


def test_a_roster_without_states_is_refused_and_says_which_header_comes_nearest() -> None:
    with pytest.raises(Refused) as verdict:
        read([["姓名", "身份证号", "月津贴金额", "享受状"], ["张三", id_number(1), 100, "在保"]])
    assert "“状态”" in verdict.value.message.what
    assert "“享受状”" in verdict.value.message.remedy


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (["填报人：李四    审核人：王五"], ["李四"]),
        (["制表人(签字):", "李 四", "复核人:", "王五"], ["李四"]),
        (["填报单位：白鹭镇", "", "填报日期：2026-10-31", "经办人:赵 六"], ["赵六"]),
        (["制表：阿依古丽·买买提  填表人：李四"], ["阿依古丽·买买提", "李四"]),
        (["负责人：王五 制表人：          制表日期：2026年10月31日"], []),
        (["备注：本表由填报单位负责解释，如有疑问请联系经办人。"], []),
    ],
)
def test_who_drew_a_table_up_is_read_from_the_lines_around_it(line: list[str], names: list[str]) -> None:
    assert read([ELDERLY, elderly(1), line]).reported_by == names
    assert read([["高龄津贴花名册"], line, ELDERLY, elderly(1)]).reported_by == names


@pytest.mark.parametrize(
    "line",
    [
        ["镇长：        分管副镇长：         民政办："],
        ["主要领导：", "", "分管领导：", "", "民政办主任：", "经办人："],
        ["", "以上人员均已核实，情况属实。"],
        ["", "", "以上人员均已核实，情况属实。", "", ""],
        ["村（居）委会意见："],
        ["承诺：本表所填情况真实无误，如有虚假，愿承担责任。"],
    ],
)
def test_what_is_signed_or_said_under_a_table_is_no_person(line: list[str]) -> None:
    table = read([[*ELDERLY], elderly(1), elderly(2), line])
    assert table.counts == {"title": 1, "header": 1, "total": 0, "blank": 0, "data": 2}


def test_a_person_with_a_long_remark_in_place_of_the_number_stays_a_person() -> None:
    table = read([[*ELDERLY], elderly(1), ["张三", "身份证遗失，正在补办，预计下月办好", *elderly(2)[2:]]])
    assert table.counts["data"] == 2


def test_units_and_numbers_of_columns_both_explain_a_header() -> None:
    width = len(ELDERLY)
    numbers = [str(number) for number in range(1, width + 1)]
    units = [*[""] * (width - 1), "元"]
    for lines in ([units, numbers], [numbers, units], [[""] * width, units]):
        table = read([[*ELDERLY], *lines, elderly(1), elderly(2)])
        assert table.counts["data"] == 2


@pytest.mark.parametrize("sheet", ["2.白鹭镇", "白鹭镇（30人）", "白鹭镇10月", "白鹭镇花名册", "白鹭镇2026年10月名单"])
def test_what_stands_beside_a_place_in_a_sheets_name_is_left_out(tmp_path: Path, sheet: str) -> None:
    rows = [["姓名", "身份证号", "月津贴金额", "状态"], ["张三", id_number(1), 100, "在保"]]
    path = write_workbook(tmp_path / "a.xlsx", {sheet: rows, "其他": rows})
    frame, _ = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert frame["town"].to_list() == ["白鹭镇", None]


@pytest.mark.parametrize(
    ("title", "town"),
    [
        ("填报单位：白鹭镇　填报日期：2026年10月", "白鹭镇"), ("填报单位（盖章）：白鹭镇人民政府", "白鹭镇"),
        ("白鹭镇2026年10月高龄津贴发放花名册", "白鹭镇"), ("临江县2026年10月高龄津贴发放花名册", None),
        ("各乡镇2026年高龄津贴", None), ("填报单位：白鹭镇 复核单位：双堰乡", None),
    ],
)  # fmt: skip
def test_a_title_says_whose_table_it_is(title: str, town: str | None) -> None:
    header = ["姓名", "身份证号", "月津贴金额", "状态"]
    table = read([[title], header, ["张三", id_number(1), 100, "在保"]])
    assert table.columns.get("town", [None]) == [town]
    assert codes(table) == (["VALUE_FROM_TITLE"] if town else [])


def test_two_columns_of_codes_under_each_others_words_are_what_they_hold() -> None:
    header = [*DIBAO, "低保类别", "保障类别"]
    rows = [
        ["张三", id_number(n), f"D{n}", 100, "在保", code, area]
        for n, (code, area) in enumerate([("甲", "农村"), ("乙", "城市"), ("丙", "农村"), ("2", "农村")])
    ]
    table = read([header, *rows], "dibao")
    assert table.columns["area_type"] == ["农村", "城市", "农村", "农村"]
    assert table.columns["benefit_class"] == ["甲", "乙", "丙", "2"]
    assert codes(table) == ["COLUMN_BY_CONTENT"] * 2


def test_a_cell_merged_down_is_filled_in_a_column_that_only_its_values_explain() -> None:
    rows = [
        [*DIBAO, "城市/农村", "低保类别"],
        *([f"甲{n}", id_number(n), f"D{n // 2}", 500, "在保", "农村", None if n % 2 else "A类"] for n in range(6)),
    ]
    table = read(rows, "dibao", merged=[((n, 6), (n + 1, 6)) for n in (1, 3, 5)])
    assert table.columns["benefit_class"] == ["A类"] * 6
    assert table.columns["area_type"] == ["农村"] * 6


ROLL = ["低保证号", "户主姓名", "姓名", "身份证号", "月保障金额", "状态"]


def on_the_roll(*more: str) -> list[list[Any]]:
    return [[f"D{n}", "甲", f"甲{n}", id_number(n), 500, "在保", *more] for n in range(1, 5)]


@pytest.mark.parametrize("more", [["低保类型"], ["低保类型", "施保类别"]])
def test_the_kind_of_the_benefit_says_the_area_before_the_registration_does(more: list[str]) -> None:
    values = ["农村居民最低生活保障", "A类"][: len(more)]
    table = read([[*ROLL, "户籍性质", *more], *on_the_roll("居民户口", *values)], "dibao")
    assert set(table.columns["area_type"]) == {"农村居民最低生活保障"}
    assert "COLUMN_BY_CONTENT" in [message.code for message in table.messages]


def test_without_such_a_kind_the_registration_says_the_area() -> None:
    table = read([[*ROLL, "户籍性质", "低保类型"], *on_the_roll("农业户口", "A类")], "dibao")
    assert set(table.columns["area_type"]) == {"农业户口"}
    assert set(table.columns["benefit_class"]) == {"A类"}


def test_a_column_that_is_looked_at_for_failures_is_said_to_be() -> None:
    table = read([[*PAYMENT, "支付结果", "经办人"], [*payment(1), "成功", "某"]], "payment")
    first, second = (message.what for message in table.messages if message.code == "UNKNOWN_COLUMN")
    assert first.endswith("只看其中有无作废、失败一类的字样")
    assert second.endswith("不参与核对")


def test_a_heading_over_a_part_is_no_header_and_says_what_the_part_is() -> None:
    width = len(DIBAO)
    rows: list[list[Any]] = [
        ["某县居民最低生活保障金审批表"], ["一、城市居民最低生活保障"],
        [*DIBAO], [str(n) for n in range(1, width + 1)], ["甲", id_number(1), "D1", 500.0, "在保"],
        [float(n) for n in range(1, width + 1)], ["乙", id_number(2), "D2", 500.0, "在保"],
        ["二、农村居民最低生活保障"], ["丙", id_number(3), "D3", 400.0, "在保"],
    ]  # fmt: skip
    merged = [((row, 0), (row, width - 1)) for row in (0, 1, 7)]
    (table,) = read_sheet(Grid("表1", 1, rows, merged=merged), get_feed("dibao"))
    assert table.header_row == 3
    assert table.columns["name"] == ["甲", "乙", "丙"]  # the numbers of the columns come again on every page
    assert table.columns["area_type"] == ["城市居民最低生活保障"] * 2 + ["农村居民最低生活保障"]


@pytest.mark.parametrize(
    ("title", "area"),
    [("某镇2026年10月农村低保台账", ["农村低保"]), ("农村商业银行代发低保花名册", None), ("城乡低保花名册", None)],
)  # fmt: skip
def test_the_kind_of_benefit_in_a_title_says_the_area(title: str, area: list[str] | None) -> None:
    table = read([[title], [*DIBAO], ["甲", id_number(1), "D1", 500.0, "在保"]], "dibao")
    assert table.columns.get("area_type") == area
