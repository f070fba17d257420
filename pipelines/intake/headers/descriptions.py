"""Sheets that describe the columns of another one (数据项说明: 字段名, 中文名称, 数据类型), and what they call them: a
header CERNO that is described as 证件号码 is read like CERNO(证件号码)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.intake.formats.cells import filled_places
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import header_text
from pipelines.intake.headers.profile import is_id_number
from pipelines.intake.headers.spelling import CHINESE, fold

#: The headers of a description: the field, its Chinese name, and what else is said of it.
_FIELD = re.compile(
    r"(?:字段|数据项|列|指标项?)(?:名称?|代码|标识|英文名称?|英文)?|(?:字段|数据项)?英文(?:名称?|字段名?)|数据库字段名?"
)
_NAME = re.compile(r"(?:字段|数据项)?中文(?:名称?|字段名?|含义|注释)?|(?:字段|数据项)?(?:含义|注释|名称|描述|说明)")
_MORE = re.compile(
    r"(?:数据|字段)?(?:类型|长度|格式|精度)|是否(?:必填|为空|可空|主键|必须)|必填项?|值域|约束|样例|主键"
)
_DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SEARCHED = 10
#: Of a row of headers so many cells are described, and so large a share of it.
_FEWEST, _MOST = 3, 0.5


def description(grid: Grid) -> dict[str, str] | None:
    """Field (folded) -> its Chinese name, of a sheet that describes columns; empty where it only lists Chinese ones.
    None for any other sheet."""
    for row, cells in enumerate(grid.rows[:_SEARCHED]):
        heads = {index: fold(header_text(cells[index])) for index in filled_places(cells)}
        fields = [index for index, text in heads.items() if _FIELD.fullmatch(text)]
        names = [index for index, text in heads.items() if _NAME.fullmatch(text) and index not in fields[:1]]
        names.sort(key=lambda index: "中文" not in heads[index])
        is_about_columns = any(_MORE.fullmatch(text) for text in heads.values())
        if not fields or not (names or is_about_columns) or any(_holds_persons(line) for line in grid.rows[row + 1 :]):
            continue
        described = _described(grid, row, fields[0], names[0]) if names else {}
        if is_about_columns or len(described) >= _FEWEST:
            return described
    return None


def _described(grid: Grid, head: int, field: int, name: int) -> dict[str, str]:
    pairs = {}
    for line in grid.rows[head + 1 :]:
        known, meant = (header_text(line[i]) if i < len(line) else "" for i in (field, name))
        if _DATABASE.fullmatch(known) and CHINESE.search(meant):
            pairs[fold(known)] = meant
    return pairs


def _holds_persons(line: list[object]) -> bool:
    return any(is_id_number(header_text(value)) for value in line)


def with_names(grid: Grid, names: dict[str, str]) -> Grid:
    """The sheet with the Chinese name in brackets behind each described field of its header; itself where it has no
    row of them."""
    for row, cells in enumerate(grid.rows[:_SEARCHED]):
        filled = filled_places(cells)
        known = [index for index in filled if fold(header_text(cells[index])) in names]
        if len(known) >= _FEWEST and len(known) >= _MOST * len(filled):
            head = [*cells]
            for index in known:
                field = header_text(cells[index])
                head[index] = f"{field}({names[fold(field)]})"
            return replace(grid, rows=[*grid.rows[:row], head, *grid.rows[row + 1 :]])
    return grid
