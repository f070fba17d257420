"""A worklist that caseworkers filled in and sent back, held against the one that was published.

The published workbook lies in its release, which nobody changes. A row that no longer says what stands there under its
number (sorted by one column alone, overwritten, copied under another) is told and gives no verdict. The order of rows
and columns, further rows and columns, another file name and another spreadsheet program make no difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine

from pipelines.publishing.workbook import VERDICT_HEADER, VERDICTS
from pipelines.publishing.worklists import HELP_SHEET, NOTE_HEADER, PAIR_SHEET, SUSPECT_SHEET, safe_file_name

RELEASE = re.compile(r"发布 (\d{4}-\d{2}-\d{2}/\d+)")
#: A header is looked for in so many first rows.
_TOP = 20


@dataclass(frozen=True)
class SheetKind:
    """What a row of a sheet is about ('finding' or 'pair'), the column of its number, and those that tell it apart."""

    subject: str
    number: str
    telling: tuple[str, ...]


_FINDINGS = SheetKind("finding", "疑点编号", ("姓名", "身份证号(隐去中间)", "疑点", "户(证号)"))
_PAIRS = SheetKind("pair", "编号", ("甲 姓名", "甲 身份证号(隐去中间)", "乙 姓名", "乙 身份证号(隐去中间)"))
KINDS = {SUSPECT_SHEET: _FINDINGS, HELP_SHEET: _FINDINGS, PAIR_SHEET: _PAIRS}


@dataclass(frozen=True)
class Written:
    """What stands in one row: `verdict` is a word of VERDICTS, `row` counts as a spreadsheet does."""

    sheet: str
    row: int
    subject: str
    number: str
    verdict: str
    note: str


@dataclass(frozen=True)
class RowProblem:
    """Why a row gives no verdict, and what to do."""

    sheet: str
    row: int
    what: str
    remedy: str


@dataclass(frozen=True)
class Returned:
    """The verdicts of a workbook, the rows that give none though something is written there, and how many are blank."""

    written: tuple[Written, ...]
    problems: tuple[RowProblem, ...]
    blank: int


class NotAWorklist(ValueError):
    """The file cannot be read as a returned worklist; the message has three parts."""

    def __init__(self, path: Path, what: str, remedy: str, place: str = "") -> None:
        super().__init__(f"{what}；位置：《{path.name}》{place}；处理：{remedy}")


@dataclass(frozen=True)
class _Sheet:
    """The rows of a sheet by header, as text, with their row numbers."""

    name: str
    title: str
    above: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def release_of(path: Path) -> str:
    """`<as_of>/<run_id>` of the release whose worklist the file at `path` was. Raises NotAWorklist."""
    named = {found[1] for sheet in _sheets(path) if (found := RELEASE.search(sheet.above))}
    if len(named) != 1:
        raise NotAWorklist(
            path, "看不出是哪次发布的工作清单", "保留清单第2行的“发布 …”说明，不要把几次的清单并成一个文件"
        )
    return named.pop()


def read_returned(path: Path, release: Path) -> Returned:
    """What caseworkers wrote into the worklist at `path`, which is one of `release`. Raises NotAWorklist."""
    written: list[Written] = []
    problems: list[RowProblem] = []
    blank = 0
    for sheet in _sheets(path):
        kind = KINDS[sheet.name]
        lacking = [header for header in (kind.number, VERDICT_HEADER) if header not in sheet.headers]
        if lacking or not set(kind.telling) & set(sheet.headers):
            what = f"缺少列“{'”“'.join(lacking or kind.telling)}”"
            raise NotAWorklist(path, what, "恢复被删除的列，或在原清单上重新填写", f"工作表“{sheet.name}”")
        published = _published(release, sheet)
        for row, cells in sheet.rows:
            verdict, note = cells.get(VERDICT_HEADER, ""), cells.get(NOTE_HEADER, "")
            if not verdict and not note:
                blank += 1
            elif problem := _wrong(kind, verdict, cells, published):
                problems.append(RowProblem(sheet.name, row, *problem))
            else:
                written.append(Written(sheet.name, row, kind.subject, cells[kind.number], verdict, note))
    agreed, contradicting = _once_each(written)
    return Returned(tuple(agreed), tuple(problems + contradicting), blank)


def _wrong(
    kind: SheetKind, verdict: str, cells: dict[str, str], published: dict[str, dict[str, str]]
) -> tuple[str, str] | None:
    """What is wrong with a row in which something is written, and the remedy."""
    if not verdict:
        return "写了说明，没有选核实结论", f"从列表中选择：{'、'.join(VERDICTS)}"
    if verdict not in VERDICTS:
        return f"核实结论不是{'、'.join(VERDICTS)}之一", "从列表中选择"
    if (before := published.get(cells.get(kind.number, ""))) is None:
        return f"“{kind.number}”缺失，或不在这次发布的清单里", "照原清单恢复编号，或在原清单上重新填写"
    if changed := [
        name for name in kind.telling if name in cells and _bare(cells[name]) != _bare(before.get(name, ""))
    ]:
        return f"“{'”“'.join(changed)}”与原清单同一编号的不同，可能只对部分列排过序", "在原清单上重新填写这一行"
    return None


def _once_each(written: Sequence[Written]) -> tuple[list[Written], list[RowProblem]]:
    """One verdict for each subject; rows that contradict each other give none."""
    by_subject: dict[tuple[str, str], list[Written]] = defaultdict(list)
    for each in written:
        by_subject[each.subject, each.number].append(each)
    agreed = [rows[0] for rows in by_subject.values() if len({row.verdict for row in rows}) == 1]
    contradicting = [
        RowProblem(row.sheet, row.row, "同一编号有几行，核实结论不一致", "只保留一行，或填成一致")
        for rows in by_subject.values() if len({row.verdict for row in rows}) > 1
        for row in rows
    ]  # fmt: skip
    return agreed, contradicting


def _published(release: Path, sheet: _Sheet) -> dict[str, dict[str, str]]:
    """The rows of the sheet as it was published, by their number; none when its town is not found."""
    town = sheet.title.removesuffix(sheet.name).strip()
    for path in sorted((release / "worklists").glob(f"{safe_file_name(town)}*.xlsx")):
        for original in _sheets(path):
            if (original.name, original.title) == (sheet.name, sheet.title):
                number = KINDS[sheet.name].number
                return {cells[number]: cells for _, cells in original.rows if cells.get(number)}
    return {}


def _sheets(path: Path) -> Iterator[_Sheet]:
    """The sheets of a worklist, whatever else is in the workbook. Raises NotAWorklist when there is none."""
    try:
        with path.open("rb") as handle:
            book = python_calamine.CalamineWorkbook.from_filelike(handle)
            grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except python_calamine.PasswordError as error:
        raise NotAWorklist(path, "工作簿设有打开密码", "去掉密码后再交回") from error
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError, ValueError) as error:
        raise NotAWorklist(path, "文件不能作为工作簿打开", "用 Excel 或 WPS 另存为 .xlsx 后再交回") from error
    found = [sheet for name, grid in grids.items() if name in KINDS and (sheet := _sheet(name, grid))]
    if not found:
        what = f"没有工作表“{'”“'.join(KINDS)}”，或其中没有表头"
        raise NotAWorklist(path, what, "交回填好的工作清单；不要改工作表的名称")
    yield from found


def _sheet(name: str, grid: list[list[Any]]) -> _Sheet | None:
    rows = [[_text(value) for value in row] for row in grid]
    known = {KINDS[name].number, VERDICT_HEADER}
    top = next((place for place, row in enumerate(rows[:_TOP]) if known & set(row)), None)
    if top is None:
        return None
    headers = tuple(rows[top])
    body = tuple(
        (number, {header: text for header, text in zip(headers, row, strict=False) if header})
        for number, row in enumerate(rows[top + 1 :], start=top + 2)
        if any(row)
    )
    above = [text for row in rows[:top] for text in row if text]
    return _Sheet(name, next((text for text in above if text.endswith(name)), ""), " ".join(above), headers, body)


def _text(value: Any) -> str:
    return (
        "" if value is None else str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
    )


def _bare(text: str) -> str:
    """Without spaces and line breaks, which spreadsheet programs write differently."""
    return "".join(text.split())
