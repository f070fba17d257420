"""The sheets that every workbook of a trial has: whose outcome would change, and how many findings come and go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import polars as pl

from pipelines.contracts import all_feeds
from pipelines.publishing.workbook import NUMBER, ListColumn, ListWorkbook, numbered
from pipelines.publishing.worklists import OUTCOME_WORDS

#: The columns of a household: left of the standards, the standards, right of them.
_WHO = (
    NUMBER,
    ListColumn("乡镇", 9),
    ListColumn("村(社区)", 9),
    ListColumn("户主", 9),
    ListColumn("名册", 14),
    ListColumn("证号", 16),
    ListColumn("之前", 10),
    ListColumn("之后", 10),
    ListColumn("低保边缘", 9),
)
_INCOME = (ListColumn("核实人均月收入 之前(元)", 11, "amount"), ListColumn("核实人均月收入 之后(元)", 11, "amount"))
_STANDARDS = (ListColumn("标准 之前(元)", 10, "amount"), ListColumn("标准 之后(元)", 10, "amount"))
_WHY = (
    ListColumn("在保月金额(元)", 10, "amount"),
    ListColumn("之前的理由", 30),
    ListColumn("之后的理由", 30),
    ListColumn("户编号", 18),
)
_FINDING_COLUMNS = (
    NUMBER,
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


def add_households(book: ListWorkbook, name: str, hint: str, effects: TrialEffects, compared: str) -> None:
    """The households whose outcome or 低保边缘 mark would change; `compared`, 'standard' or 'income', is shown of
    both sides."""
    columns = (*_WHO, *{"standard": (_INCOME[1], *_STANDARDS), "income": (*_INCOME, _STANDARDS[1])}[compared], *_WHY)
    title = "结论或低保边缘标记会变的家庭"
    book.add_list(name, title, hint, columns, _households(effects, compared), "#C0504D")


def _households(effects: TrialEffects, compared: str) -> Iterator[tuple[Any, ...]]:
    figures = {
        "standard": ("income_after", "standard_before", "standard_after"),
        "income": ("income_before", "income_after", "standard_after"),
    }[compared]
    return numbered(
        (
            row["town"], row["village"], row["head_name"], all_feeds()[row["case_feed"]].title,
            row["case_number"], OUTCOME_WORDS[row["outcome_before"]], OUTCOME_WORDS[row["outcome_after"]], _mark(row),
            *(row[name] for name in figures), row["monthly_amount"],
            row["outcome_reason_before"], row["outcome_reason_after"], row["household_id"],
        )
        for row in effects.households.iter_rows(named=True)
    )  # fmt: skip


def _mark(row: Mapping[str, Any]) -> str | None:
    before, after = row["is_low_income_margin_before"], row["is_low_income_margin_after"]
    return "新列入" if after and not before else "不再列入" if before and not after else "仍列入" if after else None


def add_findings(book: ListWorkbook, hint: str, effects: TrialEffects) -> None:
    """How many findings come and go, by kind."""
    book.add_list("疑点变化", "疑点的增减", hint, _FINDING_COLUMNS, _findings(effects), "#9BBB59")


def _findings(effects: TrialEffects) -> Iterator[tuple[Any, ...]]:
    return numbered(effects.findings.select("title", "new", "gone", "code").iter_rows())
