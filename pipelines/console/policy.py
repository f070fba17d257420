"""The commands `hedui policy diff` and `hedui policy try`: what would differ, and who would be touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.console.effects import effects_record, effects_sentence, effects_tables, titles_of
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
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder


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
    _tell(Trial(release, since, until, rules, _effects(before, after), titles_of(tables)), out, json=json)


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
    _tell(Trial(release, day, day, rules, _effects(before, after), titles_of(tables)), out, json=json)


def _rejudging(settings: Settings, release: Path) -> AbstractContextManager[Rejudging]:
    data = DataFolder(settings.data.resolve())
    return rejudging(release, data, settings.dbt_project, TerminalProgress(), settings.keep_trial_hours)


def _sound_tables(settings: Settings) -> dict[str, PolicyTable]:
    if problems := policy_problems(settings.dbt_project):
        raise PolicyBroken(problems)
    return policy_tables(settings.dbt_project)


def _standards(before: Judgement, after: Judgement, tables: Mapping[str, PolicyTable]) -> list[Difference]:
    return standard_differences(before.standards, after.standards, titles_of(tables))


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
    for part in effects_tables(effects, trial.titles):
        shown.print(part)
    shown.print(f"{effects_sentence(effects)}这是试算，发布和政策表都没有改动。")
    if written:
        shown.print(f"名单：{written}（含个人信息，用后妥善保管）")


def _record(trial: Trial, rules: list[dict[str, Any]], written: Path | None) -> dict[str, Any]:
    """The result for programs."""
    return {
        "release": trial.release,
        "as_of": trial.release.parent.name,
        "policy_before": trial.since,
        "policy_after": trial.until,
        "rules": rules,
        **effects_record(trial.effects),
        "workbook": written,
    }
