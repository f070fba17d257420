"""Worklists: one workbook a town, with what its caseworkers have to look at.

Help that is due has its own sheet, of the same kind as the one for payments that may be wrong. Findings already cleared
are not listed again. File names hold a town's name and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import all_feeds
from pipelines.publishing.context import RunContext
from pipelines.publishing.masks import (
    compare_birth_dates,
    compare_id_numbers,
    mask_account_number,
    mask_id_number,
    without_birth_date,
)
from pipelines.publishing.people import NO_TOWN, Subjects
from pipelines.publishing.workbook import NUMBER, VERDICT_HEADER, ListColumn, ListWorkbook

SUSPECT_SHEET, HELP_SHEET, PAIR_SHEET, CHANGE_SHEET = "疑点清单", "应享未享", "重复待核", "家庭变化"
NOTE_HEADER = "核实情况说明"
HELP_DUE = "蓝"
SEVERITY_ORDER = ("红", "黄", "灰")
_SEVERITY_WORDS = {"红": "红·停发前核", "黄": "黄·复核", "蓝": "蓝·可能应享", "灰": "灰·数据问题"}
_STATE_WORDS = {"open": "待核", "confirmed": "已核属实", "expired": "重新待核", "cleared": "已核排除"}

_VERDICT = (ListColumn(VERDICT_HEADER, 9, "verdict"), ListColumn(NOTE_HEADER, 14, "note"))
_FINDING_COLUMNS = (
    NUMBER,
    ListColumn("姓名", 9),
    ListColumn("身份证号(隐去中间)", 20),
    ListColumn("村(社区)", 9),
    ListColumn("级别", 8),
    ListColumn("疑点", 10),
    ListColumn("户(证号)", 12),
    ListColumn("说明", 32),
    ListColumn("依据(来源·文件·工作表·行)", 32),
    ListColumn("身份把握", 8),
    ListColumn("涉及金额(元)", 11, "amount"),
    ListColumn("首次发现", 11, "date"),
    ListColumn("状态", 8),
    *_VERDICT,
    ListColumn("疑点编号", 14),
)
#: Two rows side by side: see `two_rows`.
TWO_ROWS = (
    ListColumn("甲 姓名", 9),
    ListColumn("甲 身份证号(隐去中间)", 20),
    ListColumn("甲 性别·村·账号", 11),
    ListColumn("甲 来源", 22),
    ListColumn("乙 姓名", 9),
    ListColumn("乙 身份证号(隐去中间)", 20),
    ListColumn("乙 性别·村·账号", 11),
    ListColumn("乙 来源", 22),
    ListColumn("身份证号比对", 9),
    ListColumn("出生日期比对", 9),
)
_PAIR_COLUMNS = (
    NUMBER,
    *TWO_ROWS,
    ListColumn("同一人的把握", 8),
    ListColumn("为什么列出", 26),
    ListColumn("相冲突之处", 14),
    *_VERDICT,
    ListColumn("编号", 14),
)
_CHANGE_COLUMNS = (
    NUMBER,
    ListColumn("户(证号)", 14),
    ListColumn("村(社区)", 10),
    ListColumn("变化", 12),
    ListColumn("上次结果", 11),
    ListColumn("本次结果", 11),
    ListColumn("新增疑点", 18),
    ListColumn("消失的疑点", 18),
    ListColumn("仍存在的疑点", 18),
    ListColumn("原因", 60),
    ListColumn("户编号", 16),
)
CHANGE_WORDS = {
    "added": "新增的家庭", "removed": "不再在册", "outcome_changed": "结果改变", "findings_changed": "疑点有变",
}  # fmt: skip
OUTCOME_WORDS = {
    "eligible": "符合条件", "ineligible": "不符合条件", "needs_review": "需要复核", "not_authorised": "未取得授权",
}  # fmt: skip
_SHEET_COLOURS = {SUSPECT_SHEET: "#C0504D", HELP_SHEET: "#4F81BD", PAIR_SHEET: "#9BBB59", CHANGE_SHEET: "#8064A2"}


def place(feed: str, file: str, sheet: str | None, row_number: int) -> str:
    """A row address as an office finds it: `最低生活保障对象花名册·文件.xlsx·工作表·第6行`."""
    known = all_feeds().get(feed)
    title = known.title if known else feed
    return "·".join(part for part in (title, file, sheet, f"第{row_number}行") if part)


def _notes(row: dict[str, Any]) -> str:
    """What the reader must know of the deliveries that a finding or a household rests on."""
    return f"数据提示：{'；'.join(row['data_notes'])}。" if row.get("data_notes") else ""


def _certainty(certain: bool | None, probability: float | None) -> str:
    if certain is None:
        return "见证据等级"
    if certain:
        return "确定"
    return "待确认" if probability is None else f"待确认 {probability:.0%}"


def safe_file_name(town: str) -> str:
    """A town's name without what a file system or a reader of file names could stumble over."""
    name = "".join(character for character in town if character.isalnum() or character in "()()·-_")[:40]
    return name or NO_TOWN


def file_names(towns: Iterable[str]) -> dict[str, str]:
    """Town -> the name of its file or folder, no two alike."""
    names: dict[str, str] = {}
    for town in towns:
        name = safe_file_name(town)
        while name in names.values():
            name += "_"
        names[town] = name
    return names


class _Lists:
    """The rows of every town's sheets."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._people = {row["person_id"]: row for row in subjects.people.iter_rows(named=True)}
        self._mentions = {row["mention_id"]: row for row in subjects.mentions.iter_rows(named=True)}
        listed = subjects.findings.filter(pl.col("state") != "cleared")
        self.findings = _with_town(listed)
        self.pairs = _with_town(subjects.pairs.filter(pl.col("state") == "open"))
        self.changes = _with_town(subjects.changes)

    def towns(self) -> list[str]:
        names = {town for listed in (self.findings, self.pairs, self.changes) for town in listed.get_column("town")}
        return sorted(names - {NO_TOWN}) + ([NO_TOWN] if NO_TOWN in names else [])

    def finding_rows(self, town: str, help_due: bool) -> Iterator[tuple[Any, ...]]:
        mine = self.findings.filter(pl.col("town") == town, (pl.col("severity") == HELP_DUE) == help_due)
        rank = {severity: number for number, severity in enumerate(SEVERITY_ORDER)}
        order = pl.col("severity").replace_strict(rank, default=len(rank), return_dtype=pl.Int64)
        ordered = mine.sort(order, ~pl.col("certain"), "code", "village", "finding_id", nulls_last=True)
        for number, row in enumerate(ordered.iter_rows(named=True), start=1):
            yield (number, *self._finding(row))

    def _finding(self, row: dict[str, Any]) -> tuple[Any, ...]:
        people = [self._people.get(person_id, {}) for person_id in row["person_ids"] or ()]
        village = row.get("village") or next((person["village"] for person in people if person.get("village")), None)
        evidence = [place(e["feed"], e["file"], e["sheet"], e["row_number"]) for e in row["evidence"] or ()]
        shown = evidence[:6] + ([f"……共 {len(evidence)} 处，见提取表 lineage"] if len(evidence) > 6 else [])
        return (
            "\n".join(person.get("name") or "(无姓名)" for person in people[:6]),
            "\n".join(mask_id_number(person.get("id_number")) or "(无)" for person in people[:6]),
            village,
            _SEVERITY_WORDS.get(row["severity"], row["severity"]),
            self._subjects.titles.get(row["code"], row["code"]),
            row["household_case"],
            "\n".join(
                text for text in (without_birth_date(row["message"]), row.get("state_reason"), _notes(row)) if text
            ),
            "\n".join(shown),
            _certainty(row["certain"], row["match_probability"]),
            row["amount"],
            row["first_seen_as_of"],
            _STATE_WORDS.get(row["state"], row["state"]),
            None,
            None,
            row["finding_id"],
        )

    def pair_rows(self, town: str) -> Iterator[tuple[Any, ...]]:
        mine = self.pairs.filter(pl.col("town") == town).sort("probability", "pair_id", descending=[True, False])
        for number, row in enumerate(mine.iter_rows(named=True), start=1):
            one, other = (self._mentions.get(row[f"mention_id_{side}"], {}) for side in "lr")
            yield (
                number,
                *two_rows(one, other),
                f"{row['probability']:.1%}",
                without_birth_date(row["explanation"]),
                without_birth_date(row["conflicts"]),
                None,
                None,
                row["pair_id"],
            )

    def change_rows(self, town: str) -> Iterator[tuple[Any, ...]]:
        mine = self.changes.filter(pl.col("town") == town)
        rank = {kind: number for number, kind in enumerate(CHANGE_WORDS)}
        order = pl.col("kind_of_change").replace_strict(rank, return_dtype=pl.Int64)
        for number, row in enumerate(mine.sort(order, "village", "household_id").iter_rows(named=True), start=1):
            yield (
                number,
                row["case_number"],
                row["village"],
                CHANGE_WORDS[row["kind_of_change"]],
                OUTCOME_WORDS.get(row["outcome_before"]),
                OUTCOME_WORDS.get(row["outcome_after"]),
                *(self._named(row[f"finding_codes_{when}"]) for when in ("new", "gone", "open")),
                "\n".join(row["cause"]),
                row["household_id"],
            )

    def _named(self, codes: list[str]) -> str:
        return "、".join(self._subjects.titles.get(code, code) for code in codes)


def _with_town(frame: pl.DataFrame) -> pl.DataFrame:
    town = pl.col("town").str.strip_chars().replace("", None).fill_null(NO_TOWN)
    return frame.with_columns(town=town)


def two_rows(one: dict[str, Any], other: dict[str, Any]) -> tuple[Any, ...]:
    """The cells of TWO_ROWS for two mentions (MENTION_COLUMNS); an empty one was not found."""
    return (
        *_side(one),
        *_side(other),
        compare_id_numbers(one.get("id_number_delivered"), other.get("id_number_delivered")),
        compare_birth_dates(one.get("birth_date"), other.get("birth_date")),
    )


def _side(mention: dict[str, Any]) -> tuple[Any, ...]:
    if not mention:
        return ("(记录缺失)", None, None, None)
    account = mask_account_number(mention["account_number"])
    details = [text for text in (mention["sex"], mention["village"], account) if text]
    return (
        mention["name"] or "(无姓名)",
        mask_id_number(mention["id_number_delivered"] or mention["id_number"]) or "(无)",
        "·".join(details),
        place(mention["feed"], mention["file"], mention["sheet"], mention["row_number"]),
    )


def write_worklists(subjects: Subjects, folder: Path, context: RunContext) -> list[dict[str, Any]]:
    """Writes one workbook per town and returns `file, town, findings, help_due, pairs, changes` of each."""
    folder.mkdir(parents=True)
    lists, written = _Lists(subjects), []
    release = f"{context.as_of.isoformat()}/{context.run_id}"
    date_line = (
        f"发布 {release} · 匹配与疑点都是核查线索，不是处理决定 · 黄色两栏由经办人填写，填好后交回，不要改动其他各栏"
    )
    for town, name in file_names(lists.towns()).items():
        sheets = {
            SUSPECT_SHEET: (_FINDING_COLUMNS, lists.finding_rows(town, help_due=False)),
            HELP_SHEET: (_FINDING_COLUMNS, lists.finding_rows(town, help_due=True)),
            PAIR_SHEET: (_PAIR_COLUMNS, lists.pair_rows(town)),
            CHANGE_SHEET: (_CHANGE_COLUMNS, lists.change_rows(town)),
        }
        with ListWorkbook(folder / f"{name}.xlsx", context.as_of) as book:
            counts = [
                book.add_list(sheet, f"{town} {sheet}", date_line, columns, rows, _SHEET_COLOURS[sheet])
                for sheet, (columns, rows) in sheets.items()
            ]
        numbers = dict(zip(("findings", "help_due", "pairs", "changes"), counts, strict=True))
        written.append({"file": f"{name}.xlsx", "town": town, **numbers})
    return written
