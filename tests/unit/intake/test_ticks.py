"""Forms with headers to tick, and headers that are drawn with merged cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.parse import parse_file
from pipelines.intake.tables.sheet import read_sheet
from pipelines.intake.tables.table import SheetTable
from pipelines.intake.tables.ticks import assume_unticked, ticked_words
from tests.delivery_factory import elderly, id_number, write_workbook

UPPER = ["姓名", "身份证号", "供养证号", "月供养金额", "状态", "供养方式", ""]
LOWER = ["", "", "", "", "", "集中", "分散"]
MERGED = [*(((0, column), (1, column)) for column in range(5)), ((0, 5), (0, 6))]


def person(number: int, *marks: str) -> list[Any]:
    return [f"张三{number}", id_number(number), f"TK{number}", 900, "在册", *marks]


def read(*persons: list[Any], upper: list[str] = UPPER, lower: list[str] = LOWER) -> SheetTable:
    (table,) = read_sheet(Grid("表1", 1, [upper, lower, *persons], merged=MERGED), get_feed("tekun"))
    return table


def told(table: SheetTable) -> list[tuple[str, str]]:
    return [(message.code, message.where) for message in table.messages]


def test_the_ticked_header_is_the_value() -> None:
    table = read(person(1, "√", ""), person(2, "", "✓"), person(3, "", ""), person(4, "×", "是"))
    assert table.columns["support_mode"] == ["集中", "分散", None, "分散"]
    assert told(table) == [("COLUMN_BY_CONTENT", "工作表“表1”F列")]
    assert table.letters["support_mode"] == "F"
    kept = [json.loads(extra or "{}").get("供养方式/分散") for extra in table.extra]
    assert kept == [None, "✓", None, "是"], "what was ticked is kept as it stood"


def test_the_value_written_under_its_own_header_is_a_tick() -> None:
    """Also where it stands for no tick under any other header, as 否 does."""
    upper = [UPPER[0], UPPER[1], "户编号", "监测对象类别", "是否低保", ""]
    rows = [["张三", id_number(1), "H1", "脱贫户", "是", ""], ["李四", id_number(2), "H2", "脱贫户", "", "否"]]
    merged = [*(((0, column), (1, column)) for column in range(4)), ((0, 4), (0, 5))]
    grid = Grid("表1", 1, [upper, ["", "", "", "", "是", "否"], *rows], merged=merged)
    (table,) = read_sheet(grid, get_feed("poverty_household"))
    assert table.columns["is_dibao"] == ["是", "否"]


def test_two_ticks_are_no_value_that_a_list_knows() -> None:
    assert read(person(1, "√", "√"), person(2, "√", "")).columns["support_mode"] == ["集中、分散", "集中"]


@pytest.mark.parametrize("mark", ["2人", "待定"])
def test_other_words_than_ticks_leave_the_columns_as_they_are(mark: str) -> None:
    table = read(person(1, "√", ""), person(2, "", mark))
    assert "support_mode" not in table.columns
    assert [code for code, _ in told(table)] == ["UNKNOWN_COLUMN"] * 2


def test_a_column_of_its_own_is_not_displaced() -> None:
    upper = [*UPPER[:4], "供养方式", "供养方式", ""]
    rows = [[*person(1)[:4], "分散供养", "√", ""], [*person(2)[:4], "集中供养", "", "√"]]
    with_state = [["状态", *row] for row in ([*upper], ["", *LOWER[1:]])]
    grid = Grid("表1", 1, [*with_state, *(["在册", *row] for row in rows)], merged=[
        *(((0, column), (1, column)) for column in range(6)), ((0, 6), (0, 7)),
    ])  # fmt: skip
    (table,) = read_sheet(grid, get_feed("tekun"))
    assert table.columns["support_mode"] == ["分散供养", "集中供养"]


def test_a_sheet_that_goes_on_without_a_header_is_ticked_too(tmp_path: Path) -> None:
    sheets = {
        "一组": [UPPER[:5], LOWER, person(1, "√", ""), person(2, "", "√")],
        "二组": [person(3, "", "√"), person(4, "√", "")],
    }
    merges = [("一组", 0, column, 1, column, UPPER[column]) for column in range(5)]
    path = write_workbook(tmp_path / "名册.xlsx", sheets, [*merges, ("一组", 0, 5, 0, 6, "供养方式")])
    frame, account = parse_file(path, get_feed("tekun"), Limits())
    assert account.verdict == "accepted"
    assert frame["support_mode"].to_list() == ["集中", "分散", "分散", "集中"]


def test_a_header_is_as_high_as_it_is_drawn() -> None:
    """Nothing in the second row is known, and the first one alone would leave a full column without a header."""
    lower = ["", "", "", "", "", "走访", "复核"]
    upper = [*UPPER[:5], "本年工作", ""]
    table = read(person(1, "3次", "1次"), person(2, "2次", "1次"), person(3, "1次", "1次"), upper=upper, lower=lower)
    assert table.counts["data"] == 3
    assert [json.loads(extra or "{}").get("本年工作/复核") for extra in table.extra] == ["1次", "1次", "1次"]


@pytest.mark.parametrize(
    ("feed", "header", "parent", "column"),
    [
        ("dibao", "工资", "家庭收入情况(元/月)", "declared_wage_income"),
        ("dibao", "转移性", "家庭收入", "declared_transfer_income"),
        ("application", "经营", "家庭申报收入", "declared_business_income"), ("dibao", "合计", "家庭收入情况", None),
        ("dibao", "其他", "家庭收入", None), ("dibao", "保障金合计", "", "monthly_amount"),
        ("application", "主申请人姓名", "", "head_name"), ("application", "与主申请人关系", "", "relation_to_head"),
        ("marriage", "男性当事人证件号码", "", "husband_id_number"), ("marriage", "女性当事人姓名", "", "wife_name"),
        ("marriage", "男性当事人国籍", "", None), ("tekun", "分散", "供养方式", None),
    ],
)  # fmt: skip
def test_what_a_parent_says_of_the_headers_under_it(feed: str, header: str, parent: str, column: str | None) -> None:
    hit = look_up(get_feed(feed), header, parent)
    assert (hit[0].name if hit else None) == column


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_headers_for_the_number_the_one_over_numbers_of_persons_is_taken(order: int) -> None:
    """A company's 纳税人识别号 stands beside the person's number; alone it may be a person's own."""
    pair = ["纳税人识别号", "职工身份证号"][::order]
    rows = [["姓名", *pair, "月工资"]]
    rows += [[elderly(n)[0], *["91340500MA2N1234X5", id_number(n)][::order], "3000"] for n in range(1, 4)]
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed("wage"))
    assert table.columns["id_number"] == [id_number(n) for n in range(1, 4)]
    (alone,) = read_sheet(
        Grid("表1", 1, [["姓名", "纳税人识别号", "月工资"], ["张三", id_number(1), "3000"]]), get_feed("wage")
    )
    assert alone.columns["id_number"] == [id_number(1)]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_headers_the_one_that_counts_the_rows_is_not_taken(order: int) -> None:
    rows = [[*["编号", "代码"][::order], "名称", "级别"]]
    rows += [[*[str(n), f"34059010000{n}"][::order], f"第{n}村", "村"] for n in range(1, 4)]
    (table,) = read_sheet(Grid("表1", 1, rows), get_feed("admin_division"))
    assert table.columns["code"] == ["340590100001", "340590100002", "340590100003"]


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("☑低保　□特困　□临时救助", "低保"), ("□低保 √特困 □临时救助", "特困"), ("□低保、■临时救助", "临时救助"),
        ("□低保 □特困", None), ("低保", "低保"), ("□低保 说明：待定", "□低保 说明：待定"),
    ],
)  # fmt: skip
def test_the_ticked_word_of_several_in_a_cell_counts(written: str, word: str | None) -> None:
    assert ticked_words([written, None]) == [word, None]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [(["√", "", None], ["√", "否", "否"]), (["是", "", None], ["是", "", None]), (["√", "否", ""], ["√", "否", ""])],
)
def test_what_is_not_ticked_in_a_column_of_ticks_is_no(written: list[str | None], read_as: list[str | None]) -> None:
    column = get_feed("poverty_household").by_name["is_dibao"]
    header, texts = Header(0, 1, [("", "低保")], columns={0: column}), {0: written}
    told = assume_unticked(header, texts, None)
    assert texts[0] == read_as
    assert [message.code for message in told] == ["VALUE_ASSUMED"] * (read_as != written)
