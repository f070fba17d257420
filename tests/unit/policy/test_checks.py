"""Broken policy tables are refused, with the table, the line and what to do; nothing falls back to a default."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.policy import not_applicable, policy_problems, policy_tables
from tests.unit.policy.conftest import PROJECT, Edit

AS_OF = date(2026, 10, 31)

ASSETS = (
    "financial_asset,金融资产限额,24,倍月标准,人均金融资产高于月标准乘以限额的，不符合条件。,"
    "2014-05-01,,县级家庭财产状况规定,to be confirmed\n"
)

#: What is done to a seed -> seed, old text, new text, words of the message.
BROKEN = {
    "a limit removed": ("household_limit", ASSETS, "", ("financial_asset", "没有任何一行", "恢复该行")),
    "a limit that begins too late": (
        "household_limit", "不符合条件。,2014-05-01,,县级家庭财产状况规定,to be confirmed\ncompany",
        "不符合条件。,2027-01-01,,县级家庭财产状况规定,to be confirmed\ncompany",
        ("金融资产限额", "2026-10-31 没有有效的一行", "第 6 行"),
    ),
    "overlapping periods of one limit": (
        "household_limit", ASSETS, ASSETS + ASSETS.replace(",24,", ",36,").replace("2014-05-01", "2026-01-01"),
        ("金融资产限额", "2026-01-01 有两行同时有效", "第 6、7 行", "valid_to"),
    ),
    "a broken date": (
        "age_limit", "elderly_allowance,80,,2011-01-01", "elderly_allowance,80,,2011-13-01",
        ("2011-13-01", "第 2 行", "valid_from", "2026-01-31"),
    ),
    "an end before the beginning": (
        "age_limit", "elderly_allowance,80,,2011-01-01,", "elderly_allowance,80,,2011-01-01,2010-12-31",
        ("止日 2010-12-31 早于起日 2011-01-01", "第 2 行"),
    ),
    "a register that every county keeps declared not applicable": (
        "feed_not_applicable", "source,status\n",
        "source,status\nvehicle,没有机动车,某县民政局,2026-01-01,,会议纪要,to be confirmed\n",
        ("“vehicle”不能使用", "第 2 行", "fishing_compensation"),
    ),
    "a declaration without a reason": (
        "feed_not_applicable", "source,status\n",
        "source,status\nfisher,,某县民政局,2026-01-01,,会议纪要,to be confirmed\n",
        ("这一格不能为空", "“理由”列", "第 2 行"),
    ),
    "an unknown key": (
        "outcome_rule", "vehicle_owned,ineligible", "vehicle_ownd,ineligible",
        ("vehicle_ownd", "第 3 行", "vehicle_owned"),
    ),
    "an unknown effect": (
        "outcome_rule", "vehicle_owned,ineligible", "vehicle_owned,refuse", ("refuse", "ineligible、review"),
    ),
    "an unknown programme in the exclusion matrix": (
        "programme_exclusion", "dibao,tekun", "dibao,tekum", ("tekum", "第 2 行", "互斥项目"),
    ),
    "a negative limit": ("household_limit", "机动车限额,0,", "机动车限额,-1,", ("“-1”", "第 4 行", "不小于 0")),
    "a word for a number": ("household_limit", "金融资产限额,24,", "金融资产限额,二十四,", ("“二十四”", "第 6 行")),
    "a row without a source": (
        "household_limit", ",2014-05-01,,社会救助暂行办法第九条,", ",2014-05-01,,,", ("不能为空", "依据", "第 2 行"),
    ),
    "an unknown status": ("age_limit", "80周岁及以上,to be confirmed", "80周岁及以上,sure", ("“sure”", "confirmed")),
    "a missing comma": ("age_limit", "elderly_allowance,80,,", "elderly_allowance,80,", ("6 格", "7 列", "第 2 行")),
    "a renamed column": ("age_limit", "minimum_age", "min_age", ("缺少列 minimum_age", "表头")),
}  # fmt: skip


def test_the_shipped_tables_are_sound() -> None:
    assert policy_problems(PROJECT, AS_OF) == []


@pytest.mark.parametrize(("seed", "old", "new", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_table_is_told_in_three_parts(
    project: Path, edit: Edit, seed: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    edit(seed, old, new)
    (problem,) = policy_problems(project, AS_OF)
    assert all(word in problem for word in words), problem
    what, where, remedy = problem.split("；位置：")[0], *problem.split("；位置：")[1].split("；处理：")
    assert what
    assert f"seeds/{seed}.csv" in where
    assert remedy


def test_a_list_may_lose_an_entry_but_a_limit_may_not_end(project: Path, edit: Edit) -> None:
    edit("exempt_vehicle_type", "三轮电动车,2014-05-01,,", "三轮电动车,2014-05-01,2025-12-31,")
    assert policy_problems(project, AS_OF) == []
    edit("household_limit", "于限额的，不符合条件。,2014-05-01,,县级家庭财产状况规定,to be confirmed\nfinancial",
         "于限额的，不符合条件。,2014-05-01,2025-12-31,县级家庭财产状况规定,to be confirmed\nfinancial")  # fmt: skip
    assert ["住宅限额" in problem for problem in policy_problems(project, AS_OF)] == [True]


def test_a_missing_and_a_misencoded_table_are_named(project: Path) -> None:
    path = project / "seeds" / "age_limit.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert ["UTF-8" in problem for problem in policy_problems(project)] == [True]
    path.unlink()
    assert ["age_limit.csv" in problem for problem in policy_problems(project)] == [True]


def test_every_seed_with_periods_is_a_policy_table() -> None:
    dated = {path.stem for path in (PROJECT / "seeds").glob("*.csv") if "valid_from" in path.read_text("utf-8")[:400]}
    assert dated == set(policy_tables(PROJECT))


def test_every_column_has_a_header_in_chinese() -> None:
    for table in policy_tables(PROJECT).values():
        assert all(not column.header.isascii() for column in table.columns.values()), table.name


def test_a_declaration_holds_from_its_first_day_to_its_last(project: Path, edit: Edit) -> None:
    assert not_applicable(project, AS_OF) == {}, "as shipped nothing is declared"
    row = "fisher,本县没有渔业水域,某县民政局,2026-10-01,2026-10-31,会议纪要,confirmed\n"
    edit("feed_not_applicable", "source,status\n", f"source,status\n{row}")
    assert policy_problems(project, AS_OF) == []
    found = {
        day: not_applicable(project, date.fromisoformat(day)) for day in ("2026-09-30", "2026-10-01", "2026-11-01")
    }
    assert found == {"2026-09-30": {}, "2026-10-01": {"fisher": "本县没有渔业水域"}, "2026-11-01": {}}
