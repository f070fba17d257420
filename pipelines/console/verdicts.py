"""The commands `hedui decide pair` and `finding`: one verdict on what the release in force shows."""

from __future__ import annotations

from pathlib import Path

from pipelines.console.exits import usage
from pipelines.console.show import as_json
from pipelines.review import Ledger, finding_subjects, pair_subjects
from pipelines.storage.chain import Entry
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder


def pair(data: DataFolder, release: Path, pair_id: str, verdict: str, who: str, reason: str, *, json: bool) -> None:
    subject = pair_subjects(release, [pair_id], county_key(data)).get(pair_id)
    if subject is None:
        raise usage("没有这一对待核记录", _place(release), "编号见 duplicate_candidate 的 pair_id")
    _told(Ledger(data.decisions).append("pair", subject, verdict, who=who, reason=reason), json)


def finding(
    data: DataFolder,
    release: Path,
    finding_id: str,
    verdict: str,
    who: str,
    reason: str,
    term_months: int | None,
    *,
    json: bool,
) -> None:
    subject = finding_subjects(release, [finding_id]).get(finding_id)
    if subject is None:
        raise usage("没有这条发现", _place(release), "编号见 finding 或 further_finding 的 finding_id")
    _told(
        Ledger(data.decisions).append("finding", subject, verdict, who=who, reason=reason, term_months=term_months),
        json,
    )


def _place(release: Path) -> str:
    return f"发布 {release.parent.name}/{release.name}"


def _told(entry: Entry, json: bool) -> None:
    if json:
        as_json({"number": entry.number, "recorded_at": entry.recorded_at, "hash": entry.hash})
    else:
        print(f"已登记为第 {entry.number} 条结论 · {entry.hash[:16]}…；下次运行生效。")
