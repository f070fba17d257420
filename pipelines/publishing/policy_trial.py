"""The workbook of a trial of policy: what differs, and the households whose outcome would change, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.publishing.trial_sheets import TrialEffects, add_findings, add_households
from pipelines.publishing.workbook import NUMBER, ListColumn, ListWorkbook, numbered
from pipelines.storage import atomic

FILE = "政策试算.xlsx"

_RULE_COLUMNS = (
    NUMBER,
    ListColumn("政策表", 14),
    ListColumn("项目", 24),
    ListColumn("内容", 14),
    ListColumn("之前", 20),
    ListColumn("之后", 20),
    ListColumn("起", 11),
    ListColumn("状态", 13),
    ListColumn("依据", 40),
)


def write_trial(
    folder: Path, as_of: str, since: date, until: date, rules: Iterable[Mapping[str, Any]], effects: TrialEffects
) -> Path:
    """Writes the workbook into `folder` (made when missing), in place of an earlier one, and returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    days = f"{since} 与 {until} 的政策" if since != until else f"{until} 的政策，变更之前与之后"
    hint = f"试算，不是决定：同一批数据（截至 {as_of}）按 {days}各判一次 · 发布和政策表都没有改动"
    with atomic.replacing(target) as partial, ListWorkbook(partial, date.fromisoformat(as_of)) as book:
        add_households(book, "结论变化", hint, effects, compared="standard")
        book.add_list("政策变化", "政策有何不同", hint, _RULE_COLUMNS, _rules(rules), "#4F81BD")
        add_findings(book, hint, effects)
    return target


def _rules(rules: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    names = ("table", "item", "content", "before", "after", "begins", "status", "source")
    return numbered(tuple(rule[name] for name in names) for rule in rules)
