"""The command `hedui decide worklist`: the verdicts of a worklist that caseworkers filled in."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.console.exits import Exit, usage
from pipelines.console.show import as_json
from pipelines.publishing.masks import mask_text
from pipelines.publishing.people import MARGIN_NUMBER
from pipelines.publishing.returned import RowProblem, Written, read_returned, release_of
from pipelines.review import Ledger, finding_subjects, pair_subjects
from pipelines.settings import BUSINESS_ZONE
from pipelines.storage.chain import Entry
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest

#: What the words of a worklist mean for its subject; a finding that is 待查 stays as it is.
_MEANS: dict[str, dict[str, str | None]] = {
    "finding": {"属实": "confirmed", "不属实": "cleared", "待查": None},
    "pair": {"属实": "same", "不属实": "different", "待查": "unsure"},
}

_OUTCOMES = {
    "recorded": "新登记", "known": "已登记过", "open": "疑点待查", "notice": "低保边缘提示(不需结论)", "blank": "未填",
}  # fmt: skip


def record(data: DataFolder, path: Path, who: str, *, json: bool) -> Exit:
    """Appends the verdicts of a returned worklist; HELD_BACK when a row in which something is written gives none.

    What stands in the ledger already is not added again. A verdict that somebody else gave after the list was published
    is left as it is, and told where the list says otherwise; one's own may be corrected.
    """
    name = release_of(path)
    release = data.releases / name
    if not (release / "worklists").is_dir():
        raise usage("这份清单所属的发布不在数据文件夹中", f"《{path.name}》发布 {name}", "请在现行发布的清单上填写")
    returned = read_returned(path, release)
    outcomes: Counter[str] = Counter(blank=returned.blank)
    problems = list(returned.problems)
    for outcome in _recorded(data, release, returned.written, who):
        if isinstance(outcome, RowProblem):
            problems.append(outcome)
        else:
            outcomes[outcome] += 1
    _tell(path, name, outcomes, sorted(problems, key=lambda problem: (problem.sheet, problem.row)), json)
    return Exit.HELD_BACK if problems else Exit.DONE


def _recorded(data: DataFolder, release: Path, rows: Sequence[Written], who: str) -> Iterator[str | RowProblem]:
    """Of each row the name of its outcome (see _OUTCOMES), or why it is not recorded."""
    ledger, published_at = Ledger(data.decisions), read_manifest(release)["decision_log"]["entries"]
    standing = {kind: ledger.standing(kind) for kind in _MEANS}
    subjects = {
        "finding": finding_subjects(release, [row.number for row in rows if row.subject == "finding"]),
        "pair": pair_subjects(release, [row.number for row in rows if row.subject == "pair"], county_key(data)),
    }
    for row in rows:
        verdict, subject = _MEANS[row.subject][row.verdict], subjects[row.subject].get(row.number)
        if row.number.startswith(MARGIN_NUMBER):
            yield "notice"
        elif subject is None:
            yield RowProblem(row.sheet, row.row, "这次发布中没有这个编号", "照原清单恢复编号")
        elif verdict is None:
            yield "open"
        else:
            identity = (row.number,) if row.subject == "finding" else tuple(subject.values())
            before = standing[row.subject].get(identity)
            if before and (before.content["verdict"], before.content["subject"]) == (verdict, subject):
                yield "known"
            elif before and before.number > published_at and before.content["who"] != who.strip():
                yield _conflict(row, before)
            else:
                sees = before.number if before else 0
                standing[row.subject][identity] = ledger.append(
                    row.subject, subject, verdict, who=who, reason=mask_text(row.note) or "", sees=sees
                )
                yield "recorded"


def _conflict(row: Written, before: Entry) -> RowProblem:
    words = {verdict: word for word, verdict in _MEANS[row.subject].items()}
    day = before.recorded_at.astimezone(BUSINESS_ZONE).date()
    what = f"清单发出后已有人登记为“{words[before.content['verdict']]}”（第 {before.number} 条，{day}）"
    return RowProblem(row.sheet, row.row, what, "与登记人核对；需要改的，用 `hedui decide` 单独登记")


def _tell(path: Path, release: str, outcomes: Counter[str], problems: list[RowProblem], json: bool) -> None:
    if json:
        rows = [dataclasses.asdict(problem) for problem in problems]
        as_json({"release": release, **{name: outcomes[name] for name in _OUTCOMES}, "problems": rows})
        return
    for problem in problems:
        place = f"《{path.name}》工作表“{problem.sheet}”第{problem.row}行"
        print(f"未登记 {problem.what}；位置：{place}；处理：{problem.remedy}")
    told = "，".join(
        f"{word} {outcomes[name]} 行" for name, word in _OUTCOMES.items() if outcomes[name] or name == "recorded"
    )
    print(f"{told}，未登记 {len(problems)} 行（发布 {release} 的清单）；下次运行生效。")
