# ruff: noqa: E501 - sheets are written as they look
"""Sheets as offices lay them out, and what is read of them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts import get_feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up, titled_feed, unit_of
from pipelines.intake.messages import Refused, column_letter
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from tests.delivery_factory import ELDERLY, PAYMENT, elderly, id_number, payment

ALLOWANCE = get_feed("elderly_allowance")
DIBAO_HEADER = ["姓名", "身份证号", "低保证号", "月保障金额", "状态"]


def read(rows: list[list[Any]], feed: str = "elderly_allowance", name: str | None = "表1", **more: Any) -> SheetTable:
    (table,) = read_sheet(Grid(name, 1, rows, **more), get_feed(feed))
    return table


def refused(rows: list[list[Any]], feed: str = "elderly_allowance", **more: Any) -> Any:
    with pytest.raises(Refused) as verdict:
        read_sheet(Grid("表1", 1, rows, **more), get_feed(feed))
    return verdict.value.message


@pytest.mark.parametrize(
    ("delivered", "text"),
    [
        (17.0, "17"), (403.5, "403.5"), (9667.849999999999, "9667.849999999999"), (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "0.0000001"), (True, "TRUE"), (date(2026, 4, 19), "2026-04-19"), (datetime(2026, 4, 19), "2026-04-19"),
        (datetime(2026, 4, 19, 8, 30), "2026-04-19 08:30:00"), (Decimal("1200.50"), "1200.50"), ("", None),
        (" x ", " x "), (340590198811073000, "340590198811073000"),
    ],
)  # fmt: skip
def test_a_cell_becomes_the_text_that_was_delivered(delivered: Any, text: str | None) -> None:
    assert cell_text(delivered) == text


def test_an_identifier_that_lost_digits_shows_it() -> None:
    assert cell_text(3.40590198811073e17, identifier=True) == "3.40590198811073E+17"
    assert cell_text(340590881107301.0, identifier=True) == "340590881107301"
    assert cell_text(3.40590198811073e17) == "340590198811073000"


@pytest.mark.parametrize(
    ("header", "parent", "column"),
    [
        ("姓 名", "", "name"), ("*身份证号码", "", "id_number"), ("3.联系电话", "", "phone"), ("乡【镇】", "", "town"),
        ("月保障金额(元/月)", "", "monthly_amount"), ("月保障金额(单位:元)", "", "monthly_amount"), ("姓名", "户主信息", "head_name"),
        ("身份证号", "申请人基本信息", "head_id_number"), ("关系", "户主信息", "relation_to_head"), ("村\n(社区)", "居住地", "village"),
        ("联系电话", "户主信息", None), ("血型", "", None),
    ],
)  # fmt: skip
def test_a_header_is_known_by_its_spelling_and_its_parent(header: str, parent: str, column: str | None) -> None:
    hit = look_up(get_feed("dibao"), header, parent)
    assert (hit[0].name if hit else None) == column


def test_units_and_titles_are_read() -> None:
    assert unit_of("余额(万元)") == "万元"
    assert unit_of("姓名") is None
    assert titled_feed(ALLOWANCE, "某县特困人员救助供养花名册") == "tekun"
    assert titled_feed(ALLOWANCE, "某县高龄津贴发放花名册") is None
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_titles_blanks_totals_repeats_and_footers_are_told_from_data_and_counted() -> None:
    header = ["序号", *ELDERLY]
    rows: list[list[Any]] = [
        ["某县高龄津贴发放花名册"], ["填报单位:某镇", "", "", "填报日期:2026-10-31"], header, [1, *elderly(1)], [2, *elderly(2)],
        ["小计", "", "", "", "", 200], [], ["某县高龄津贴发放花名册"], header, [3, *elderly(3)], [4], ["合 计", "", "", "", "", 300],
        ["备注:截至填报日期"], ["制表人:王", "", "审核人:李"],
    ]  # fmt: skip
    table = read(rows)
    assert table.rows == [4, 5, 10]
    assert table.counts == {"title": 5, "header": 2, "total": 2, "blank": 2, "data": 3}
    assert table.messages == []
    assert table.header_row == 3


def test_a_total_that_disagrees_is_reported() -> None:
    table = read([[*ELDERLY], elderly(1), elderly(2), ["合计", "共3人", "", "", 250]])
    assert [message.code for message in table.messages] == ["TOTAL_MISMATCH", "TOTAL_MISMATCH"]
    assert table.messages[0].where == "工作表“表1”第4行E列"


def test_a_two_row_header_is_joined_and_its_parents_tell_columns_apart() -> None:
    rows = [
        ["名册", "", "", "", "", "", ""],
        ["成员", "", "户主信息", "", "低保证号", "月保障金额", "状态"],
        ["姓名", "身份证号", "姓名", "身份证号", "", "", ""],
        ["张三", id_number(1), "李四", id_number(2), "D1", 500.0, "在保"],
    ]
    merged = [((0, 0), (0, 6)), ((1, 0), (1, 1)), ((1, 2), (1, 3)), *(((1, c), (2, c)) for c in (4, 5, 6))]
    for kinds in (merged, []):
        table = read(rows, "dibao", merged=kinds)
        assert table.columns["name"] == ["张三"]
        assert table.columns["head_name"] == ["李四"]
        assert table.columns["head_id_number"] == [id_number(2)]
        assert table.columns["case_number"] == ["D1"]
        assert table.counts["header"] == 2


def test_merged_household_cells_are_filled_inside_their_range_only() -> None:
    rows = [
        DIBAO_HEADER,
        ["甲", id_number(1), "D1", 500.0, "在保"],
        ["乙", id_number(2), "", "", "在保"],
        ["丙", id_number(3), "", 300.0, "在保"],
    ]
    table = read(rows, "dibao", merged=[((1, 2), (2, 2)), ((1, 3), (2, 3))])
    assert table.columns["case_number"] == ["D1", "D1", None]
    assert table.columns["monthly_amount"] == ["500", "500", "300"]
    assert [message.code for message in table.messages] == ["FILLED_DOWN"]


def test_the_order_of_columns_and_an_unknown_column_change_no_value() -> None:
    plain = read([[*ELDERLY], elderly(1), elderly(2)])
    turned = read([[*reversed(ELDERLY), "血型"], [*reversed(elderly(1)), "A"], [*reversed(elderly(2)), None]])
    assert turned.columns == plain.columns
    assert turned.extra == [json.dumps({"血型": "A"}, ensure_ascii=False), None]
    assert [message.code for message in turned.messages] == ["UNKNOWN_COLUMN"]


def test_a_missing_column_names_what_was_seen_and_what_is_nearest() -> None:
    message = refused([["姓名", "身份证明号", "月津贴金额", "状态"], ["张三", id_number(1), 100, "在保"]])
    assert message.code == "MISSING_COLUMN"
    assert "身份证明号" in message.what
    assert "“身份证号”最接近的列名是“身份证明号”" in message.remedy
    assert message.where == "工作表“表1”第1行"


def test_a_header_that_is_read_as_another_column_is_not_named_as_the_nearest() -> None:
    message = refused([["姓名", "身份证号", "机动车号牌"], ["张三", id_number(1), "皖A12345"]], "vehicle")
    assert message.what.startswith("缺少必需的列“状态”")
    assert "最接近" not in message.remedy


def test_two_columns_of_one_name_are_refused_and_two_spellings_are_not() -> None:
    assert refused([[*ELDERLY, "姓名"], [*elderly(1), "乙"]]).code == "DUPLICATE_HEADER"
    table = read([[*ELDERLY, "家庭住址", "户籍地址"], [*elderly(1), "甲地", "乙地"]])
    assert table.columns["address"] == ["甲地"]
    assert table.extra == [json.dumps({"户籍地址": "乙地"}, ensure_ascii=False)]


def test_a_full_column_without_a_header_is_refused() -> None:
    assert refused([[*ELDERLY], *([*elderly(n), "值"] for n in range(4))]).code == "BLANK_HEADER"


def test_another_feeds_table_is_refused_by_its_columns_and_by_its_title() -> None:
    message = refused([[*PAYMENT], payment(1)])
    assert message.code == "WRONG_SOURCE"
    assert "payment" in message.remedy
    titled = [["某县低收入老年人居家养老服务补贴"], [*ELDERLY], elderly(1)]
    assert refused(titled).code == "WRONG_SOURCE"
    assert read(titled, "homecare_subsidy").rows == [3]


def test_columns_whose_values_changed_places_are_refused() -> None:
    rows = [[*ELDERLY], *(elderly(n) for n in range(5))]
    for row in rows[1:]:
        row[1], row[3] = row[3], row[1]
    assert refused(rows).code == "COLUMNS_SWAPPED"


@pytest.mark.parametrize(
    "rows",
    [
        [["金额单位:万元"], [*ELDERLY], elderly(1)],
        [["姓名", "身份证号", "月津贴金额(元/年)", "状态"], ["张三", id_number(1), 1200, "在保"]],
        [["姓名", "身份证号", "月津贴金额(万元)", "状态"], ["张三", id_number(1), 100, "在保"]],
    ],
)
def test_amounts_in_another_unit_are_held(rows: list[list[Any]]) -> None:
    assert refused(rows).code == "UNIT_NOT_YUAN"
    assert read([["单位:元"], [*ELDERLY], elderly(1)]).rows == [3]


def test_of_amounts_for_several_months_none_is_taken_for_the_amount() -> None:
    row = ["张三", id_number(1), 100, 100, "在保"]
    assert read([["姓名", "身份证号", "10月津贴金额", "备注", "状态"], row]).columns["monthly_amount"] == ["100"]
    assert refused([["姓名", "身份证号", "9月津贴金额", "10月津贴金额", "状态"], row]).code == "MISSING_COLUMN"


def test_numbers_under_a_header_in_ten_thousands_say_so_and_are_believed_only_when_small() -> None:
    header = ["姓名", "身份证号", "金融机构", "账户余额(万元)"]
    people = [["张三", id_number(1), "农商行", 5.5778], ["李四", id_number(2), "农商行", "1,200元"]]
    table = read([header, *people, ["合计", None, None, 5.7]], "deposit")
    assert table.columns["balance"] == ["5.5778万元", "1,200元"]
    assert "UNIT_FROM_HEADER" in {message.code for message in table.messages}
    assert refused([header, ["张三", id_number(1), "农商行", 55778]], "deposit").code == "UNIT_NOT_YUAN"


@pytest.mark.parametrize(
    "lines",
    [
        [["单位：万元"], ["姓名", "身份证号", "金融机构", "账户余额"]],
        [["姓名", "身份证号", "金融机构", "账户余额"], [None, None, None, "（万元）"]],
        [["姓名", "身份证号", "金融机构", "账户余额"], [1, 2, 3, 4], [None, None, None, "万元"]],
    ],
)
def test_a_line_of_units_counts_for_the_columns_that_name_none(lines: list[list[Any]]) -> None:
    table = read([*lines, ["张三", id_number(1), "农商行", 5.5778]], "deposit")
    assert table.columns["balance"] == ["5.5778万元"]
    assert "UNIT_FROM_HEADER" in {message.code for message in table.messages}
    assert refused([*lines, ["张三", id_number(1), "农商行", 55778]], "deposit").code == "UNIT_NOT_YUAN"


def test_the_unit_behind_a_header_goes_before_that_of_a_line() -> None:
    header = ["姓名", "身份证号", "金融机构", "账户余额(元)"]
    assert read([["单位：万元"], header, ["张三", id_number(1), "农商行", 55778]], "deposit").columns["balance"] == [
        "55778"
    ]


def test_a_sheet_of_instructions_is_no_table() -> None:
    assert read_sheet(Grid("填表说明", 2, [["填表说明"], ["1.请如实填写"], ["2.身份证号请用文本"]]), ALLOWANCE) == []
    assert read_sheet(Grid("空表", 2, []), ALLOWANCE) == []


_ROWS = st.sampled_from(["data", "blank", "total", "footer", "header", "title"])


@settings(max_examples=60, deadline=None)
@given(titles=st.integers(0, 3), kinds=st.lists(_ROWS, max_size=25), numbered=st.booleans())
def test_every_row_of_a_sheet_is_counted_and_every_data_row_is_kept(
    titles: int, kinds: list[str], numbered: bool
) -> None:
    lead = ["序号"] if numbered else []
    made: dict[str, Any] = {
        "blank": lambda n: [], "total": lambda n: ["合计"], "footer": lambda n: ["制表人:王"],
        "header": lambda n: [*lead, *ELDERLY], "title": lambda n: ["标题"],
        "data": lambda n: [*([n] if numbered else []), *elderly(n)],
    }  # fmt: skip
    below = [kind for kind in kinds if kind != "title" or titles]
    rows = [["标题"]] * titles + [[*lead, *ELDERLY]] + [made[kind](n) for n, kind in enumerate(below)]
    table = read(rows)
    assert table.rows_read == len(rows)
    assert table.rows == [titles + 2 + n for n, kind in enumerate(below) if kind == "data"]
    assert table.counts["total"] == below.count("total")
    assert table.counts["header"] == 1 + below.count("header")
    assert table.counts["blank"] == below.count("blank")


def test_the_letter_of_each_column_is_noted_and_none_for_what_stood_elsewhere() -> None:
    table = read([["序号", *DIBAO_HEADER], [1, "张三", id_number(0), "D1", 300, "在保"]], "dibao")
    assert table.letters == {
        "name": "B", "id_number": "C", "case_number": "D", "monthly_amount": "E", "status": "F",
    }  # fmt: skip
