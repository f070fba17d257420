"""The commands `hedui policy diff` and `hedui policy try`: what would differ, and who would be touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.console.exits import usage
from pipelines.console.show import TerminalProgress, as_json, console, table
from pipelines.defs.conventions import FIRST_BUSINESS_DATE
from pipelines.defs.rejudging import Judgement, Rejudging, rejudging
from pipelines.policy import (
    Difference,
    Effects,
    PolicyBroken,
    PolicyTable,
    compare,
    differences,
    policy_problems,
    policy_tables,
    read_changes,
    standard_differences,
)
from pipelines.publishing.policy_trial import write_trial
from pipelines.publishing.worklists import OUTCOME_WORDS
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder

#: So many households are shown on the screen; all of them stand in the workbook.
SHOWN = 20


@dataclass(frozen=True)
class Trial:
    """What a trial found. `since` and `until` are the days whose policy judged the two sides."""

    release: Path
    since: date
    until: date
    rules: list[Difference]
    effects: Effects
    titles: Mapping[str, str]


def diff(settings: Settings, release: Path, since: date, until: date, out: Path | None, *, json: bool) -> None:
    """Judges the release in force under the policy of two days."""
    for name, day in (("--from", since), ("--to", until)):
        if day < FIRST_BUSINESS_DATE:
            raise usage("日期过早，没有当时的政策表", f"{name} {day}", f"日期不早于 {FIRST_BUSINESS_DATE}")
    tables = _sound_tables(settings)
    with _rejudging(settings, release) as work:
        before, after = work.judge(since, {}), work.judge(until, {})
    rules = differences(tables, since, tables, until) + _standards(before, after, tables)
    _tell(Trial(release, since, until, rules, _effects(before, after), _titles(tables)), out, json=json)


def try_changes(settings: Settings, release: Path, path: Path, out: Path | None, *, json: bool) -> None:
    """Judges the release in force with and without the changes of a file, both on the day from which they hold."""
    if not path.is_file():
        raise usage("没有这个变更文件", str(path), "给出 CSV 文件的路径；写法见 hedui policy try --help")
    tables = _sound_tables(settings)
    changes = read_changes(path, tables)
    day = max(changes.latest, date.fromisoformat(release.parent.name))
    changed = changes.applied(tables, day)
    with _rejudging(settings, release) as work:
        before, after = work.judge(day, {}), work.judge(day, changed, changes)
    rules = differences(tables, day, {**tables, **changed}, day) + _standards(before, after, tables)
    _tell(Trial(release, day, day, rules, _effects(before, after), _titles(tables)), out, json=json)


def _rejudging(settings: Settings, release: Path) -> AbstractContextManager[Rejudging]:
    data = DataFolder(settings.data.resolve())
    return rejudging(release, data, settings.dbt_project, TerminalProgress(), settings.keep_trial_hours)


def _sound_tables(settings: Settings) -> dict[str, PolicyTable]:
    if problems := policy_problems(settings.dbt_project):
        raise PolicyBroken(problems)
    return policy_tables(settings.dbt_project)


def _standards(before: Judgement, after: Judgement, tables: Mapping[str, PolicyTable]) -> list[Difference]:
    return standard_differences(before.standards, after.standards, _titles(tables))


def _titles(tables: Mapping[str, PolicyTable]) -> Mapping[str, str]:
    """Codes of findings, programmes and feeds as people call them; every table knows all of them."""
    return next(iter(tables.values())).titles


def _effects(before: Judgement, after: Judgement) -> Effects:
    return compare((before.households, before.findings), (after.households, after.findings))


def _tell(trial: Trial, out: Path | None, *, json: bool) -> None:
    """Prints the figures, and writes the list of households into `out`."""
    effects = trial.effects
    rules = [dataclasses.asdict(difference) for difference in trial.rules]
    written = write_trial(out, trial.release.parent.name, trial.since, trial.until, rules, effects) if out else None
    if json:
        as_json(_record(trial, rules, written))
        return
    shown = console()
    days = f"{trial.since} 与 {trial.until}" if trial.since != trial.until else f"{trial.until}，变更前后"
    shown.print(f"数据与人员归并：发布 {trial.release.parent.name}/{trial.release.name} · 政策：{days}")
    columns = ("政策表", "项目", "内容", "之前", "之后", "起", "状态")
    rows = [
        (rule["table"], rule["item"], rule["content"], rule["before"], rule["after"], rule["begins"], rule["status"])
        for rule in rules
    ]
    shown.print(table("政策有何不同 What differs", columns, rows) if rows else "政策没有不同 nothing differs")
    moves = [
        (
            OUTCOME_WORDS[move["outcome_before"]],
            OUTCOME_WORDS[move["outcome_after"]],
            move["units"],
            _yuan(move["monthly_amount"]),
        )
        for move in effects.moves.iter_rows(named=True)
    ]
    headers = ("之前 before", "之后 after", "户数 units", "在保月金额合计(元)")
    shown.print(table("结论会变的家庭 Households whose outcome would change", headers, moves))
    if effects.findings.height:
        found = effects.findings.select("title", "code", "new", "gone").rows()
        shown.print(table("疑点 Findings", ("疑点", "代码 code", "新增 new", "消失 gone"), found))
    households = effects.households.head(SHOWN)
    lines: list[tuple[Any, ...]] = [
        (
            row["household_id"],
            row["town"],
            OUTCOME_WORDS[row["outcome_before"]],
            OUTCOME_WORDS[row["outcome_after"]],
            _why(row, trial.titles),
        )
        for row in households.iter_rows(named=True)
    ]
    if lines:
        more = f"（前 {SHOWN} 户，全部见 --out 的工作簿）" if effects.households.height > SHOWN else ""
        shown.print(table(f"逐户 One by one{more}", ("户 household", "乡镇", "之前", "之后", "理由"), lines))
    shown.print(
        f"核对 {effects.judged:,} 户：结论会变 {sum(move[2] for move in moves):,} 户，"
        f"新列入低保边缘 {effects.margin_new:,} 户，不再列入 {effects.margin_gone:,} 户。"
        "这是试算，发布和政策表都没有改动。"
    )
    if written:
        shown.print(f"名单：{written}（含个人信息，用后妥善保管）")


def _why(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """What differs for a household: its findings, its mark, and the reason of the outcome where that changed."""
    parts = [f"不再有“{titles.get(code, code)}”" for code in row["codes_gone"]]
    parts += [f"新有“{titles.get(code, code)}”" for code in row["codes_new"]]
    if row["is_low_income_margin_before"] != row["is_low_income_margin_after"]:
        parts.append("列入低保边缘" if row["is_low_income_margin_after"] else "不再列入低保边缘")
    told = "，".join(parts) + "。" if parts else ""
    return told + (str(row["outcome_reason_after"]) if row["outcome_before"] != row["outcome_after"] else "")


def _yuan(amount: Any) -> float | None:
    return None if amount is None else float(amount)


def _record(trial: Trial, rules: list[dict[str, Any]], written: Path | None) -> dict[str, Any]:
    """The result for programs: without the names of people."""
    effects = trial.effects
    return {
        "release": trial.release,
        "as_of": trial.release.parent.name,
        "policy_before": trial.since,
        "policy_after": trial.until,
        "rules": rules,
        "judged": effects.judged,
        "moves": effects.moves.to_dicts(),
        "low_income_margin": {"new": effects.margin_new, "gone": effects.margin_gone},
        "findings": effects.findings.to_dicts(),
        "households": effects.households.drop("head_name").to_dicts(),
        "workbook": written,
    }
