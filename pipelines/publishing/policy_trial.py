"""The workbook of a trial of policy: what differs, and the households whose outcome would change, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pipelines.contracts import all_feeds
from pipelines.publishing.workbook import ListColumn, ListWorkbook
from pipelines.publishing.worklists import OUTCOME_WORDS

FILE = "政策试算.xlsx"

_RULE_COLUMNS = (
    ListColumn("序号", 5, "count"),
    ListColumn("政策表", 14),
    ListColumn("项目", 24),
    ListColumn("内容", 14),
    ListColumn("之前", 20),
    ListColumn("之后", 20),
    ListColumn("起", 11),
    ListColumn("状态", 13),
    ListColumn("依据", 40),
)
_HOUSEHOLD_COLUMNS = (
    ListColumn("序号", 5, "count"),
    ListColumn("乡镇", 9),
    ListColumn("村(社区)", 9),
    ListColumn("户主", 9),
    ListColumn("名册", 14),
    ListColumn("证号", 16),
    ListColumn("之前", 10),
    ListColumn("之后", 10),
    ListColumn("低保边缘", 9),
    ListColumn("核实人均月收入(元)", 11, "amount"),
    ListColumn("标准 之前(元)", 10, "amount"),
    ListColumn("标准 之后(元)", 10, "amount"),
    ListColumn("在保月金额(元)", 10, "amount"),
    ListColumn("之前的理由", 30),
    ListColumn("之后的理由", 30),
    ListColumn("户编号", 18),
)
_FINDING_COLUMNS = (
    ListColumn("序号", 5, "count"),
    ListColumn("疑点", 24),
    ListColumn("新增", 9, "count"),
    ListColumn("消失", 9, "count"),
    ListColumn("代码", 28),
)


class TrialEffects(Protocol):
    """The frames of pipelines.policy.Effects that are listed."""

    @property
    def households(self) -> pl.DataFrame: ...

    @property
    def findings(self) -> pl.DataFrame: ...


def write_trial(
    folder: Path, as_of: str, since: date, until: date, rules: Iterable[Mapping[str, Any]], effects: TrialEffects
) -> Path:
    """Writes the workbook into `folder` (made when missing), in place of an earlier one, and returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    days = f"{since} 与 {until} 的政策" if since != until else f"{until} 的政策，变更之前与之后"
    hint = f"试算，不是决定：同一批数据（截至 {as_of}）按 {days}各判一次 · 发布和政策表都没有改动"
    partial = target.with_name(f".{target.name}")
    with ListWorkbook(partial, date.fromisoformat(as_of)) as book:
        book.add_list(
            "结论变化", "结论或低保边缘标记会变的家庭", hint, _HOUSEHOLD_COLUMNS, _households(effects), "#C0504D"
        )
        book.add_list("政策变化", "政策有何不同", hint, _RULE_COLUMNS, _rules(rules), "#4F81BD")
        book.add_list("疑点变化", "疑点的增减", hint, _FINDING_COLUMNS, _findings(effects), "#9BBB59")
    partial.replace(target)
    return target


def _rules(rules: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    names = ("table", "item", "content", "before", "after", "begins", "status", "source")
    for number, rule in enumerate(rules, start=1):
        yield (number, *(rule[name] for name in names))


def _households(effects: TrialEffects) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(effects.households.iter_rows(named=True), start=1):
        yield (
            number, row["town"], row["village"], row["head_name"], all_feeds()[row["case_feed"]].title,
            row["case_number"], OUTCOME_WORDS[row["outcome_before"]], OUTCOME_WORDS[row["outcome_after"]], _mark(row),
            row["income_after"], row["standard_before"], row["standard_after"], row["monthly_amount"],
            row["outcome_reason_before"], row["outcome_reason_after"], row["household_id"],
        )  # fmt: skip


def _mark(row: Mapping[str, Any]) -> str | None:
    before, after = row["is_low_income_margin_before"], row["is_low_income_margin_after"]
    return "新列入" if after and not before else "不再列入" if before and not after else "仍列入" if after else None


def _findings(effects: TrialEffects) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(effects.findings.iter_rows(named=True), start=1):
        yield number, row["title"], row["new"], row["gone"], row["code"]
