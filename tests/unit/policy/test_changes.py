"""Changes of policy as an office writes them: what they do to the tables, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.policy import ChangeRefused, Changes, NewStandard, PolicyTable, policy_tables, read_changes
from tests.unit.policy.conftest import PROJECT

GENERAL = "政策表,项目,内容,新值,执行日期,依据\n"
DAY = date(2027, 1, 1)


@pytest.fixture(scope="module")
def tables() -> dict[str, PolicyTable]:
    return policy_tables(PROJECT)


def _read(folder: Path, tables: dict[str, PolicyTable], text: str, encoding: str = "utf-8") -> Changes:
    path = folder / "change.csv"
    path.write_text(text, encoding=encoding)
    return read_changes(path, tables)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_new_standards_are_read_as_a_delivery_of_them_is(tmp_path: Path, tables: dict, encoding: str) -> None:
    text = '救助项目,城乡,标准(元/月),执行时间\n农村低保,农村,"1,864元",2027年1月\n低保,,900,2027-07\n'
    changes = _read(tmp_path, tables, text, encoding)
    assert changes.standards == (
        NewStandard(2, "dibao", "农村", Decimal("1864.00"), "2027-01"),
        NewStandard(3, "dibao", None, Decimal("900.00"), "2027-07"),
    )
    assert changes.latest == date(2027, 7, 1)


def test_a_limit_changes_from_a_day_on_and_the_old_row_ends_the_day_before(tmp_path: Path, tables: dict) -> None:
    changes = _read(tmp_path, tables, GENERAL + "家庭限额,金融资产限额,数值,36,2027-01-01,县民政局通知\n")
    changed = changes.applied(tables, DAY)
    assert set(changed) == {"household_limit"}
    old, new = changed["household_limit"].by_key()[("financial_asset",)]
    assert (old.values["limit_value"], old.ends) == ("24", date(2026, 12, 31))
    assert (new.values["limit_value"], new.begins, new.ends) == ("36", DAY, None)
    assert (new.values["source"], new.values["status"]) == ("县民政局通知", "to be confirmed")
    assert new.values["sentence"] == old.values["sentence"]
    assert tables["household_limit"].by_key()[("financial_asset",)][0].ends is None, "the seed itself stays"


def test_several_cells_of_one_row_make_one_row_in_words_of_people(tmp_path: Path, tables: dict) -> None:
    text = GENERAL + (
        "收入计算口径,城乡居民养老,口径,计入,2027-01-01,\n收入计算口径,城乡居民养老,每人每月限额（元）,—,2027-01-01,\n"
    )
    rows = _read(tmp_path, tables, text).applied(tables, DAY)["income_treatment"].by_key()
    new = rows[("social_insurance", "城乡居民养老")][-1]
    assert (new.values["treatment"], new.values["exempt_up_to"], new.begins) == ("counted", "", DAY)
    assert len(rows[("social_insurance", "城乡居民养老")]) == 3


def test_a_change_on_the_day_of_a_row_replaces_it(tmp_path: Path, tables: dict) -> None:
    text = GENERAL + "收入计算口径,养老保险待遇发放 城乡居民养老,每人每月限额（元）,200,2026-01-01,\n"
    rows = _read(tmp_path, tables, text).applied(tables, date(2026, 10, 31))["income_treatment"].by_key()
    assert [row.values["exempt_up_to"] for row in rows[("social_insurance", "城乡居民养老")]] == ["180", "200"]


def test_a_list_gains_and_loses_an_entry(tmp_path: Path, tables: dict) -> None:
    text = GENERAL + (
        "豁免的车辆类型,电动自行车,类型,普通二轮摩托车,2027-01-01,\n"
        "互斥项目表,最低生活保障 孤儿和事实无人抚养儿童基本生活费,停止执行,,2027-01-01,\n"
    )
    changed = _read(tmp_path, tables, text).applied(tables, DAY)
    (added,) = changed["exempt_vehicle_type"].by_key()[("电动自行车",)]
    assert (added.values["vehicle_type"], added.begins) == ("普通二轮摩托车", DAY)
    assert not any(row.is_in_force(DAY) for row in changed["programme_exclusion"].by_key()[("dibao", "orphan")])


REFUSED = {
    "an empty file": ("", ("没有内容",)),
    "headers of neither layout": ("甲,乙\n1,2\n", ("表头缺少 项目、月标准、执行起始年月", "第 1 行")),
    "a general layout with a column missing": ("政策表,项目,内容,新值\n家庭限额,a,b,1\n", ("表头缺少 执行日期",)),
    "an unknown programme": ("项目,城乡类别,月标准,执行起始年月\n低宝,农村,800,2027-01\n", ("低宝", "第 2 行", "项目")),
    "an unknown area": ("项目,城乡类别,月标准,执行起始年月\n低保,山区,800,2027-01\n", ("山区", "第 2 行", "城乡类别")),
    "a negative standard": ("项目,城乡类别,月标准,执行起始年月\n低保,农村,-800,2027-01\n", ("-800", "月标准")),
    "a standard of nothing": ("项目,城乡类别,月标准,执行起始年月\n低保,农村,0,2027-01\n", ("“0”", "月标准")),
    "a broken month": ("项目,城乡类别,月标准,执行起始年月\n低保,农村,800,2027-13\n", ("2027-13", "执行起始年月")),
    "two standards for one month": (
        "项目,城乡类别,月标准,执行起始年月\n低保,农村,800,2027-01\n农村低保,农村,810,2027年1月\n",
        ("第 3 行", "第 2 行已有一个标准"),
    ),
    "an unknown table": (GENERAL + "家庭限度,金融资产限额,数值,36,2027-01-01,\n", ("家庭限度", "家庭限额")),
    "an unknown entry": (GENERAL + "家庭限额,飞机限额,数值,1,2027-01-01,\n", ("飞机限额", "机动车限额")),
    "a cell that cannot change": (
        GENERAL + "家庭限额,金融资产限额,状态,x,2027-01-01,\n", ("没有可改的内容“状态”", "数值"),
    ),
    "a broken day": (GENERAL + "家庭限额,金融资产限额,数值,36,2027-02-30,\n", ("2027-02-30", "执行日期")),
    "a limit taken away": (GENERAL + "家庭限额,金融资产限额,停止执行,,2027-01-01,\n", ("必须一直有效", "改写新的数值")),
    "one cell twice": (
        GENERAL + "家庭限额,金融资产限额,数值,36,2027-01-01,\n家庭限额,金融资产限额,数值,30,2027-01-01,\n",
        ("第 2 行已改", "第 3 行"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_a_change_that_cannot_be_used_is_refused_by_line(
    tmp_path: Path, tables: dict, text: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(ChangeRefused) as refused:
        _read(tmp_path, tables, text)
    (problem,) = refused.value.problems
    assert all(word in problem for word in words), problem
    assert "change.csv" in problem
    assert "；处理：" in problem


def test_a_value_that_the_table_does_not_take_is_refused(tmp_path: Path, tables: dict) -> None:
    changes = _read(tmp_path, tables, GENERAL + "家庭限额,金融资产限额,数值,很多,2027-01-01,\n")
    with pytest.raises(ChangeRefused, match=r"“很多”不能使用.*household_limit"):
        changes.applied(tables, DAY)
