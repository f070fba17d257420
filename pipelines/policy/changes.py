"""A change of policy on trial, as an office writes it: a small CSV in one of two layouts.

New standards have the headers of the delivered 救助标准 (项目, 城乡类别, 月标准, 执行起始年月). Anything else stands
one cell a row: 政策表, 项目, 内容, 新值, 执行日期, 依据 (optional), for instance
家庭限额, 金融资产限额, 数值, 36, 2027-01-01. 内容 停止执行 takes a key off a list from that day on. Nothing here is
written to the seeds.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipelines.cleaning import fold_spelling, read_amounts, read_codes, read_dates, read_months
from pipelines.contracts import Column, code_lists, get_feed
from pipelines.policy.checks import table_problems
from pipelines.policy.tables import FROM, TO, PolicyRow, PolicyTable

STANDARDS = "assistance_standard"
GENERAL = {"政策表": "table", "项目": "key", "内容": "column", "新值": "value", "执行日期": "begins", "依据": "source"}
OPTIONAL = {"依据"}
#: As 内容: the key has no row in force from that day on.
ENDS = "停止执行"
ON_TRIAL = "试算"


class ChangeRefused(ValueError):
    """The file of changes cannot be used; `problems` says why, one sentence in three parts each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class NewStandard:
    """A standard from one month on; without an area type it holds for town and country."""

    line: int
    programme: str
    area_type: str | None
    monthly_standard: Decimal
    effective_from: str

    @property
    def begins(self) -> date:
        return date.fromisoformat(f"{self.effective_from}-01")


@dataclass(frozen=True)
class Change:
    """One cell of a policy row from a day on; `column` None: the key is off the list."""

    line: int
    table: str
    key: tuple[str, ...]
    column: str | None
    value: str
    begins: date
    source: str


@dataclass(frozen=True)
class Changes:
    """What a file of changes says."""

    standards: tuple[NewStandard, ...] = ()
    cells: tuple[Change, ...] = ()

    @property
    def latest(self) -> date:
        """The day from which all of them are in force."""
        return max([new.begins for new in self.standards] + [cell.begins for cell in self.cells])

    def applied(self, tables: Mapping[str, PolicyTable], on: date) -> dict[str, PolicyTable]:
        """The tables that change, with the changed rows in them. Raises ChangeRefused when one of them is then broken,
        or has nothing in force on `on`."""
        groups: dict[tuple[str, tuple[str, ...], date], list[Change]] = {}
        for change in self.cells:
            groups.setdefault((change.table, change.key, change.begins), []).append(change)
        changed: dict[str, PolicyTable] = {}
        for (name, key, begins), cells in sorted(groups.items(), key=lambda item: item[0][2]):
            table = changed.get(name, tables[name])
            changed[name] = table.with_rows(_with_change(table, key, begins, cells))
        problems = [problem for table in changed.values() for problem in table_problems(table, on)]
        if problems:
            raise ChangeRefused(problems)
        return changed


def _with_change(table: PolicyTable, key: tuple[str, ...], begins: date, cells: list[Change]) -> tuple[PolicyRow, ...]:
    """The row in force on that day ends the day before (or is replaced, when it begins on that day); a new one follows,
    until the next row that the table already has."""
    mine = table.by_key().get(key, [])
    standing = next((row for row in mine if row.is_in_force(begins)), None)
    later = next((row for row in mine if row.begins > begins), None)
    day_before = (begins - timedelta(days=1)).isoformat()
    kept = []
    for row in table.rows:
        if row is not standing:
            kept.append(row)
        elif row.begins < begins:
            kept.append(PolicyRow(row.line, {**row.values, TO: day_before}, row.cells))
    if any(cell.column is None for cell in cells):
        return tuple(kept)
    blank = dict.fromkeys(table.header, "") | dict(zip(table.key, key, strict=True))
    until = standing.values[TO] if standing else (later.begins - timedelta(days=1)).isoformat() if later else ""
    new = {
        **(standing.values if standing else blank),
        FROM: begins.isoformat(),
        TO: until,
        "source": next((cell.source for cell in cells if cell.source), ON_TRIAL),
        "status": "to be confirmed",
        **{cell.column: cell.value for cell in cells if cell.column},
    }
    return (*kept, PolicyRow(0, new, len(table.header)))


def read_changes(path: Path, tables: Mapping[str, PolicyTable]) -> Changes:
    """Reads a file of changes. Raises ChangeRefused with every problem found, FileNotFoundError when there is none."""
    rows = _rows(path)
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    body = [(line, dict(zip(header, (cell.strip() for cell in cells), strict=False))) for line, cells in rows[1:]]
    if not body:
        raise ChangeRefused([_said("变更文件没有内容", path.name, "第一行写表头，从第二行起每行写一项变更")])
    reader = _Reader(path.name, tables)
    changes = (
        Changes(cells=reader.cells(header, body)) if "政策表" in header else Changes(reader.standards(header, body))
    )
    if reader.problems:
        raise ChangeRefused(reader.problems)
    return changes


def _said(what: str, where: str, remedy: str) -> str:
    return f"{what}；位置：{where}；处理：{remedy}"


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ChangeRefused([_said("变更文件读不出文字", path.name, "用 Excel 或 WPS 另存为“CSV UTF-8（逗号分隔）”")])
    reader = csv.reader(io.StringIO(text, newline=""))
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


class _Reader:
    """Reads the rows of one file and collects what is wrong with them."""

    def __init__(self, name: str, tables: Mapping[str, PolicyTable]) -> None:
        self._name, self._tables = name, tables
        self.problems: list[str] = []
        self._names = {name: table for table in tables.values() for name in (table.name, table.title)}

    def _refuse(self, line: int, what: str, remedy: str, header: str | None = None) -> None:
        where = f"{self._name} 第 {line} 行" + (f"“{header}”列" if header else "")
        self.problems.append(_said(what, where, remedy))

    def standards(self, header: list[str], body: list[tuple[int, dict[str, str]]]) -> tuple[NewStandard, ...]:
        columns = {column.name: column for column in get_feed(STANDARDS).columns}
        headers = {name: _header_of(column, header) for name, column in columns.items()}
        missing = [columns[name].header for name, found in headers.items() if found is None and columns[name].required]
        if missing:
            general = "、".join(GENERAL)
            self._refuse(
                1,
                f"表头缺少 {'、'.join(missing)}",
                f"新标准写 项目、城乡类别、月标准、执行起始年月；其他变更写 {general}",
            )
            return ()
        found = []
        for line, row in body:
            said = {name: row.get(head or "", "") for name, head in headers.items()}
            read = {
                "programme": read_codes(pl.Series([said["programme"]]), code_lists()["programme"]),
                "area_type": read_codes(pl.Series([said["area_type"]]), code_lists()["area_type"]),
                "monthly_standard": read_amounts(pl.Series([said["monthly_standard"]])),
                "effective_from": read_months(pl.Series([said["effective_from"]])),
            }
            values = {name: frame["value"][0] for name, frame in read.items()}
            missing = [name for name in values if values[name] is None and (columns[name].required or said[name])]
            wrong = [*missing, *(["monthly_standard"] if values["monthly_standard"] == 0 else [])]
            for name in wrong:
                self._refuse(
                    line,
                    f"“{said[name]}”不能使用" if said[name] else "这一格不能为空",
                    "按列名改正该格",
                    columns[name].header,
                )
            if not wrong:
                found.append(NewStandard(line, **values))
        self._refuse_doubles(found)
        return tuple(found)

    def _refuse_doubles(self, found: list[NewStandard]) -> None:
        seen: dict[tuple[str, str | None, str], int] = {}
        for new in found:
            first = seen.setdefault((new.programme, new.area_type, new.effective_from), new.line)
            if first != new.line:
                self._refuse(new.line, f"同一项目、城乡类别和月份在第 {first} 行已有一个标准", "只留一个")

    def cells(self, header: list[str], body: list[tuple[int, dict[str, str]]]) -> tuple[Change, ...]:
        if missing := [name for name in GENERAL if name not in header and name not in OPTIONAL]:
            self._refuse(1, f"表头缺少 {'、'.join(missing)}", f"写 {'、'.join(GENERAL)}（依据可以不写）")
            return ()
        read = (self._cell(line, {GENERAL[name]: row.get(name, "") for name in GENERAL}) for line, row in body)
        found = [change for change in read if change]
        seen: dict[tuple[object, ...], int] = {}
        for change in found:
            first = seen.setdefault((change.table, change.key, change.column, change.begins), change.line)
            if first != change.line:
                self._refuse(change.line, f"第 {first} 行已改同一项内容", "只留一行")
        return tuple(found)

    def _cell(self, line: int, said: dict[str, str]) -> Change | None:
        table = self._names.get(said["table"])
        if table is None:
            titles = "、".join(table.title for table in self._tables.values())
            self._refuse(
                line,
                f"没有政策表“{said['table']}”",
                f"写其中之一：{titles}；新标准请用 项目、城乡类别、月标准、执行起始年月",
                "政策表",
            )
            return None
        begins = read_dates(pl.Series([said["begins"]]))["value"][0]
        if begins is None:
            self._refuse(line, f"执行日期“{said['begins']}”不能使用", "写到日，如 2027-01-01", "执行日期")
            return None
        is_end = said["column"] == ENDS
        heads = {name: column.name for column in table.columns.values() for name in (column.name, column.header)}
        column = heads.get(said["column"])
        if not is_end and (column is None or column in (*table.key, FROM, TO, "source", "status")):
            fields = "、".join(
                c.header for c in table.columns.values() if c.name not in (*table.key, FROM, TO, "source", "status")
            )
            self._refuse(
                line,
                f"政策表“{table.title}”没有可改的内容“{said['column']}”",
                f"写其中之一：{fields}；或 {ENDS}",
                "内容",
            )
            return None
        if is_end and table.is_always_in_force:
            self._refuse(line, f"政策表“{table.title}”中的每一项都必须一直有效，不能停止执行", "改写新的数值", "内容")
            return None
        key = self._key(line, table, said["key"], is_end=is_end)
        if key is None:
            return None
        value = "" if is_end or column is None else table.value(column, said["value"])
        return Change(line, table.name, key, None if is_end else column, value, begins, said["source"])

    def _key(self, line: int, table: PolicyTable, said: str, *, is_end: bool) -> tuple[str, ...] | None:
        """The key that a 项目 names: by its label, its codes, or a part that only one key has; a new one for a list."""
        known = list(table.by_key())
        exact = [key for key in known if said in (table.label(key), " ".join(filter(None, key)))]
        partly = [key for key in known if said in (*key, *map(table.word, table.key, key))]
        if len(exact or partly) == 1:
            return (exact or partly)[0]
        parts = [
            table.value(column, part) for column, part in zip(table.key, re.split(r"[\s–、/]+", said), strict=False)
        ]
        if tuple(parts) in known:
            return tuple(parts)
        if not table.is_always_in_force and not is_end and len(parts) == len(table.key) and not partly:
            return tuple(parts)
        labels = "、".join(table.label(key) for key in known)
        self._refuse(line, f"政策表“{table.title}”中没有唯一的“{said}”", f"写其中之一：{labels}", "项目")
        return None


def _header_of(column: Column, header: list[str]) -> str | None:
    names = {fold_spelling(name) for name in (*column.headers, column.name)}
    return next((cell for cell in header if fold_spelling(cell) in names), None)
