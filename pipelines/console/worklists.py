"""The command `hedui decide worklist`: the verdicts of a worklist that caseworkers filled in."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import duckdb
import polars as pl

from pipelines.console.exits import Exit, usage
from pipelines.console.show import as_json
from pipelines.publishing.masks import mask_text
from pipelines.publishing.people import MARGIN_NUMBER
from pipelines.publishing.returned import Returned, RowProblem, Written, read_returned, release_of
from pipelines.review import FINDING_EXTRACTS, Ledger
from pipelines.review.mention_key import content_keys
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
    ledger, seen = Ledger(data.decisions), read_manifest(release)["decision_log"]["entries"]
    subjects = _finding_subjects(release) | _pair_subjects(release, returned, county_key(data))
    outcomes: Counter[str] = Counter(blank=returned.blank)
    problems = list(returned.problems)
    for row in returned.written:
        verdict, subject = _MEANS[row.subject][row.verdict], subjects.get((row.subject, row.number))
        if row.number.startswith(MARGIN_NUMBER):
            outcomes["notice"] += 1
            continue
        if subject is None:
            problems.append(RowProblem(row.sheet, row.row, "这次发布中没有这个编号", "照原清单恢复编号"))
            continue
        standing = ledger.standing(row.subject).get(_identity(row, subject))
        if verdict is None:
            outcomes["open"] += 1
        elif standing and (standing.content["verdict"], standing.content["subject"]) == (verdict, subject):
            outcomes["known"] += 1
        elif standing and standing.number > seen and standing.content["who"] != who.strip():
            problems.append(_conflict(row, standing))
        else:
            number = standing.number if standing else 0
            ledger.append(row.subject, subject, verdict, who=who, reason=mask_text(row.note) or "", sees=number)
            outcomes["recorded"] += 1
    _tell(path, name, outcomes, sorted(problems, key=lambda problem: (problem.sheet, problem.row)), json)
    return Exit.HELD_BACK if problems else Exit.DONE


def _identity(row: Written, subject: dict[str, str]) -> tuple[str, ...]:
    return (row.number,) if row.subject == "finding" else tuple(subject.values())


def _conflict(row: Written, standing: Entry) -> RowProblem:
    words = {verdict: word for word, verdict in _MEANS[row.subject].items()}
    day = standing.recorded_at.date().isoformat()
    what = f"清单发出后已有人登记为“{words[standing.content['verdict']]}”（第 {standing.number} 条，{day}）"
    return RowProblem(row.sheet, row.row, what, "与登记人核对；需要改的，用 `hedui decide` 单独登记")


def _finding_subjects(release: Path) -> dict[tuple[str, str], dict[str, str]]:
    extracts = [pl.scan_parquet(release / "extracts" / f"{name}.parquet") for name in FINDING_EXTRACTS]
    found = pl.concat([frame.select("finding_id", "fingerprint") for frame in extracts]).collect()
    return {("finding", row["finding_id"]): row for row in found.iter_rows(named=True)}


def _pair_subjects(release: Path, returned: Returned, key: bytes) -> dict[tuple[str, str], dict[str, str]]:
    wanted = [row.number for row in returned.written if row.subject == "pair"]
    if not wanted:
        return {}
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        columns = "pair_id, mention_id_l, mention_id_r"
        query = f"select {columns} from matched.duplicate_candidate where list_contains(?, pair_id)"
        pairs = connection.execute(query, [wanted]).fetchall()
        ends = [mention for _, *sides in pairs for mention in sides]
        query = "select * from intermediate.int_person__mentioned where list_contains(?, mention_id)"
        mentions = connection.sql(query, params=[ends]).pl()
    keys = dict(content_keys(mentions, key).iter_rows())
    sides = {pair: sorted((keys[left], keys[right])) for pair, left, right in pairs}
    return {
        ("pair", pair): dict(zip(("content_key_l", "content_key_r"), both, strict=True)) for pair, both in sides.items()
    }


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
