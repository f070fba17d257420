"""What is wrong with the policy tables, said before a run begins: which table, which line, what to do.

A broken table stops the run: a rule without a row in force, or with two, would judge households by a default that
nobody decided on. Each problem is one sentence in three parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from pipelines.policy.tables import FROM, TO, PolicyColumn, PolicyRow, PolicyTable, policy_tables

_KINDS = {
    "date": "应为 2026-01-31 这样的日期",
    "boolean": "应为 true 或 false",
    "integer": "应为不小于 0 的整数",
    "bigint": "应为不小于 0 的整数",
    "decimal": "应为不小于 0 的数，最多两位小数",
}


class PolicyBroken(ValueError):
    """The policy tables cannot be used; `problems` says why, one sentence in three parts each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def policy_problems(project: Path, on: date | None = None) -> list[str]:
    """What is wrong with the policy seeds of a dbt project; with `on`, also what is not in force on that day."""
    try:
        tables = policy_tables(project)
    except UnicodeDecodeError as error:
        return [
            _said("政策表的编码不是 UTF-8", f"{project / 'seeds'}，第 {error.start} 字节", "另存为 UTF-8 编码的 CSV")
        ]
    except FileNotFoundError as error:
        return [_said("政策表缺失", str(error.filename), "从版本库恢复该文件")]
    return [problem for table in tables.values() for problem in table_problems(table, on)]


def table_problems(table: PolicyTable, on: date | None = None) -> list[str]:
    """As above for one table. Periods are looked at only when every cell can be read."""
    if problems := _header_problems(table):
        return problems
    if problems := [problem for row in table.rows for problem in _row_problems(table, row)]:
        return problems
    return [*_period_problems(table), *(_gaps(table, on) if on else ())]


def _said(what: str, where: str, remedy: str) -> str:
    return f"{what}；位置：{where}；处理：{remedy}"


def place(table: PolicyTable, *rows: PolicyRow) -> str:
    """`政策表“家庭限额”（seeds/household_limit.csv）第 3、4 行`; a row on trial has no line."""
    lines = "、".join(str(row.line) for row in rows if row.line)
    return f"政策表“{table.title}”（{table.file}）" + (f"第 {lines} 行" if lines else "")


def _header_problems(table: PolicyTable) -> list[str]:
    missing = [name for name in table.columns if name not in table.header]
    unknown = [name for name in table.header if name not in table.columns]
    said = [f"缺少列 {'、'.join(missing)}"] if missing else []
    said += [f"有不认识的列 {'、'.join(unknown)}"] if unknown else []
    if len(set(table.header)) != len(table.header):
        said.append("有同名的列")
    return (
        [_said("政策表" + "，".join(said), place(table) + "表头", "按 seeds/_*.yml 中的列名改正表头")] if said else []
    )


def _row_problems(table: PolicyTable, row: PolicyRow) -> Iterator[str]:
    if row.cells != len(table.header):
        yield _said(
            f"这一行有 {row.cells} 格，表头有 {len(table.header)} 列",
            place(table, row),
            "补上缺少的逗号，或给含逗号的内容加引号",
        )
        return
    for column in table.columns.values():
        value = row.values[column.name]
        if wrong := _wrong(column, value):
            where = f"{place(table, row)}“{column.header}”列（{column.name}）"
            yield _said(f"“{value}”不能使用：{wrong}" if value else "这一格不能为空", where, "改正该格后重新运行")
    begins, ends = row.values[FROM], row.values[TO]
    if _is_date(begins) and _is_date(ends) and ends < begins:
        yield _said(f"止日 {ends} 早于起日 {begins}", place(table, row), "改正 valid_from 或 valid_to")


def _wrong(column: PolicyColumn, value: str) -> str | None:
    """Why a cell cannot be used, or None."""
    if not value:
        return "不能为空" if column.is_required else None
    if column.values and value not in column.values:
        return "只能是 " + "、".join(column.values)
    return None if _fits(column.kind, value) else _KINDS[column.kind]


def _fits(kind: str, value: str) -> bool:
    if kind == "date":
        return _is_date(value)
    if kind == "boolean":
        return value in ("true", "false")
    if kind in ("integer", "bigint"):
        return bool(re.fullmatch(r"\d{1,9}", value))
    if kind == "decimal":
        try:
            number = Decimal(value)
        except InvalidOperation:
            return False
        return number.is_finite() and number >= 0 and number == round(number, 2)
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _period_problems(table: PolicyTable) -> Iterator[str]:
    """Rows of one key whose periods overlap, and keys that lost all of their rows."""
    by_key = table.by_key()
    for key, rows in by_key.items():
        for earlier, later in pairwise(rows):
            if earlier.ends is None or earlier.ends >= later.begins:
                yield _said(
                    f"“{table.label(key)}”在 {later.begins} 有两行同时有效",
                    place(table, earlier, later),
                    "给旧行的 valid_to 写上新行起日的前一天，或删去多余的一行",
                )
    for key in table.required_keys():
        if key not in by_key:
            yield _said(
                f"“{table.titles.get(key[0], key[0])}”没有任何一行，该规则会不声不响地失效",
                place(table),
                "恢复该行；要改变规则，请给旧行写上 valid_to 并另加一行",
            )


def _gaps(table: PolicyTable, on: date) -> Iterator[str]:
    """Keys of a table that is always in force without a row for the day."""
    if not table.is_always_in_force:
        return
    for key, rows in table.by_key().items():
        if not any(row.is_in_force(on) for row in rows):
            yield _said(
                f"“{table.label(key)}”在业务日期 {on} 没有有效的一行",
                place(table, *rows),
                "检查 valid_from 与 valid_to，补上该日有效的一行",
            )
