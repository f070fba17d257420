"""Rolls without a column for the state: whoever is listed is being paid, unless the sheet says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import all_feeds, code_lists, get_feed
from pipelines.intake import Limits
from pipelines.intake.formats.grid import Grid
from pipelines.intake.messages import Message, Refused
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import id_number, write_workbook

ELDERLY = ["姓名", "身份证号", "月津贴金额"]
ROLLS: dict[str, dict[str, Any]] = {
    "dibao": {
        "低保证号": "D1", "户主姓名": "甲", "户主身份证号": id_number(1), "姓名": "甲", "身份证号": id_number(1),
        "与户主关系": "户主", "月保障金额": 500,
    },
    "tekun": {"姓名": "甲", "身份证号": id_number(1), "供养证号": "TK1", "月供养金额": 1000},
    "orphan": {"姓名": "甲", "身份证号": id_number(1), "儿童类型": "孤儿", "月补助金额": 1000},
    "elderly_allowance": {"姓名": "甲", "身份证号": id_number(1), "月津贴金额": 100},
    "homecare_subsidy": {"姓名": "甲", "身份证号": id_number(1), "月补贴金额": 100},
    "nursing_subsidy": {"姓名": "甲", "身份证号": id_number(1), "月补贴金额": 100},
}  # fmt: skip


def read(rows: list[list[Any]], feed: str = "elderly_allowance", sheet: str = "表1") -> SheetTable:
    (table,) = read_sheet(Grid(sheet, 1, rows), get_feed(feed))
    assert table.rows_read == len(rows)
    return table


def refused(rows: list[list[Any]], feed: str = "elderly_allowance") -> Message:
    with pytest.raises(Refused) as verdict:
        read(rows, feed)
    assert (verdict.value.message.code, verdict.value.disposition) == ("MISSING_COLUMN", "rejected")
    return verdict.value.message


def person(number: int, *more: Any) -> list[Any]:
    return [f"甲{number}", id_number(number), 100, *more]


@pytest.mark.parametrize("feed", ROLLS)
def test_whoever_is_on_a_roll_without_a_state_is_being_paid(feed: str) -> None:
    table = read([list(ROLLS[feed]), list(ROLLS[feed].values())], feed)
    assert table.columns["status"] == ["在保"]
    assert table.reasons["status"] == "assumed"
    (message,) = table.messages
    assert (message.code, message.what) == ("VALUE_ASSUMED", "没有“状态”列，按名册所列都“在保”理解")


def test_only_these_rolls_assume_anything_and_only_what_their_list_knows() -> None:
    assumed = {feed.name: column for feed in all_feeds().values() for column in feed.columns if column.assumed}
    assert set(assumed) == set(ROLLS)
    for column in assumed.values():
        assert column.required
        assert column.assumed in code_lists()[column.codes or ""]


def test_every_row_of_the_file_has_the_assumed_state(tmp_path: Path) -> None:
    rows = [["高龄津贴名册"], ELDERLY, person(1), person(2), ["合计", "", 200]]
    path = write_workbook(tmp_path / "名册.xlsx", {"表一": rows})
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert frame["status"].to_list() == ["在保", "在保"]
    assert account.counts == {"title": 1, "header": 1, "total": 1, "blank": 0, "data": 2}


@pytest.mark.parametrize(
    "remark", ["已死亡", "8月病故", "转特困", "户口迁出", "本人过世", "停发通知书已送达未签收", "可能停发"]
)
def test_a_remark_on_somebody_no_longer_paid_is_refused(remark: str) -> None:
    message = refused([[*ELDERLY, "备注"], person(1, ""), person(2, remark)])
    assert message.where == "工作表“表1”第3行D列"
    assert "备注写有停发、死亡一类的情况，分不清谁在享受" in message.what


@pytest.mark.parametrize(
    "remark",
    ["停发", "2026年8月停发", "已注销", "不再享受", "暂停发放", "自2026.8起停发", "停发（死亡）", "停保，本人申请"],
)
@pytest.mark.parametrize("feed", ["elderly_allowance", "orphan"])
def test_a_remark_that_is_a_state_itself_is_the_state(feed: str, remark: str) -> None:
    header, values = list(ROLLS[feed]), list(ROLLS[feed].values())
    table = read([[*header, "备注"], [*values, ""], [*values, remark], [*values, "2026年新增"]], feed)
    states = code_lists()["benefit_status"]
    assert [states[text or ""] for text in table.columns["status"]] == ["在保", "停保", "在保"]
    (message,) = [message for message in table.messages if message.code == "VALUE_ASSUMED"]
    assert "列“备注”中有1行写明已停" in message.what
    assert table.extra[2] == '{"备注": "2026年新增"}'


def test_a_column_of_nothing_but_states_is_the_state_whatever_it_is_called() -> None:
    table = read([[*ELDERLY, "审批意见"], ["(1)", "(2)", "(3)", "(4)"], person(1, "继续发放"), person(2, "停止发放")])
    assert [code_lists()["benefit_status"][text or ""] for text in table.columns["status"]] == ["在保", "停保"]


def test_remarks_tell_no_state_where_the_sheet_speaks_of_those_who_left() -> None:
    for rows in (
        [["减少人员名单"], [*ELDERLY, "备注"], person(1, ""), person(2, "停发")],
        [[*ELDERLY, "备注"], person(1, "停发"), ["以下人员已停发"], person(2, "")],
        [[*ELDERLY, "备注"], person(1, "停发"), person(2, "已死亡")],
        [[*ELDERLY, "备注", "说明"], person(1, "停发", ""), person(2, "", "停发")],
    ):
        assert "“状态”" in refused(rows).what


def test_the_refusal_leaves_no_row_behind(tmp_path: Path) -> None:
    rows = [[*ELDERLY, "备注"], person(1, ""), person(2, "已死亡")]
    path = write_workbook(tmp_path / "名册.xlsx", {"表一": rows})
    frame, account = parse_file(path, get_feed("elderly_allowance"), Limits())
    assert (frame.height, account.verdict) == (0, "rejected")
    assert [message.code for message in account.messages] == ["MISSING_COLUMN"]


@pytest.mark.parametrize("remark", ["", "低保户", "独居老人", "2026年新增"])
def test_another_remark_changes_nothing(remark: str) -> None:
    table = read([[*ELDERLY, "备注"], person(1, remark)])
    assert table.columns["status"] == ["在保"]


def test_a_remark_beside_a_column_of_states_refuses_nothing() -> None:
    table = read([[*ELDERLY, "状态", "备注"], person(1, "停保", "已死亡"), person(2, "在保", "")])
    assert table.columns["status"] == ["停保", "在保"]


def test_a_blank_beside_who_is_being_paid_is_not_assumed() -> None:
    table = read([[*ELDERLY, "状态"], person(1, "在保"), person(2, "")])
    assert table.columns["status"] == ["在保", None]
    assert table.messages == []


@pytest.mark.parametrize("header", ["人员状态一栏", "保障类状态标识"])
def test_nothing_is_assumed_where_an_unknown_header_comes_near(header: str) -> None:
    message = refused([[*ELDERLY, header], person(1, "在保"), person(2, "另册")])
    assert message.what.startswith("缺少必需的列“状态”")
    assert f"“{header}”" in message.remedy


def test_what_the_title_says_goes_before_what_is_assumed() -> None:
    table = read([["高龄津贴停发人员"], ELDERLY, person(1)], sheet="停发人员")
    assert table.columns["status"] == ["停发"]
    assert table.reasons["status"] == "title"


def test_a_roll_that_lacks_more_than_its_state_is_refused_for_both() -> None:
    assert "“身份证号”“状态”" in refused([["姓名", "月津贴金额"], ["甲", 100]]).what


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ([*ELDERLY, "停保日期"], [person(1, ""), person(2, "2026-01-01")]),
        ([*ELDERLY, "是否死亡"], [person(1, "否"), person(2, "是")]),
        (ELDERLY, [person(1), person(2, "已停发")]),
        (ELDERLY, [person(1), ["乙（已故）", id_number(2), 100]]),
        ([*ELDERLY, "备注"], [person(1, ""), ["以下人员2026年5月起停发"], person(2, "")]),
    ],
    ids=["a date of leaving", "a question", "a column without a header", "behind the name", "a line over rows"],
)
def test_whoever_says_it_and_wherever_it_is_refused(header: list[str], rows: list[list[Any]]) -> None:
    assert "停发、死亡一类的情况" in refused([header, *rows]).what


@pytest.mark.parametrize(
    ("header", "cell"), [("停保日期", ""), ("是否死亡", "否"), ("停发月份", "/")], ids=["no date", "no", "a dash"]
)
def test_an_answer_of_no_stops_nobody(header: str, cell: str) -> None:
    table = read([[*ELDERLY, header], person(1, cell), person(2, cell)])
    assert table.columns["status"] == ["在保", "在保"]


def test_the_death_of_a_parent_is_not_the_childs() -> None:
    header = ["姓名", "身份证号", "儿童类型", "月补助金额", "父母情况"]
    table = read([header, ["甲", id_number(1), "孤儿", 1000, "父亲死亡，母亲失踪"]], "orphan")
    assert table.columns["status"] == ["在保"]


def test_a_list_of_those_who_left_assumes_nothing() -> None:
    assert "缺少必需的列“状态”" in refused([["高龄津贴10月减少人员名单"], ELDERLY, person(1)]).what
