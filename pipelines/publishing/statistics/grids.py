"""The public tables as people read them: a title, columns, and rows of figures of which some are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.publishing.people import NO_TOWN
from pipelines.publishing.statistics.cells import AMOUNT, COUNT, PLACE, WITH_AMOUNTS
from pipelines.publishing.worklists import OUTCOME_WORDS

SEVERITIES = {"红": "红 · 下次发放前停核", "黄": "黄 · 复核时核查", "蓝": "蓝 · 可能应享未享", "灰": "灰 · 数据问题"}
TOTAL = "合计"
UNKNOWN = "名称无法识别的项目"

#: Title and the sentence under it, by breakdown and measure.
_WORDS = {
    ("benefit", COUNT): (
        "领取补助的户（人）数",
        "截至业务日期的十二个月内领取过的，按户发放的计户，按人发放的计人；同时领取几项的每项各计一次。",
    ),
    ("benefit", AMOUNT): ("发放金额（元）", "截至业务日期的十二个月内发放的合计。"),
    ("at_risk", COUNT): (
        "发放中有待查疑点的户（人）数",
        "上表中，有发放记录列为红色疑点依据、尚未排除的。疑点是核查线索，不是处理决定。",
    ),
    ("at_risk", AMOUNT): ("有待查疑点的发放金额（元）", "列为红色疑点依据、尚未排除的发放记录的合计。"),
    ("finding", COUNT): ("疑点数", "尚未排除的疑点，按级别和种类计。疑点是核查线索，不是处理决定。"),
    ("outcome", COUNT): ("各乡镇家庭核对结果（户）", "低保、特困家庭和申请救助的家庭，每个救助单元计一户。"),
}
_BY_KIND = ("各类家庭核对结果（户）", "同上表，按救助单元的种类计。")


@dataclass(frozen=True)
class Line:
    """One row: its label, whether it sums others, and its figures; a figure is null where it is hidden."""

    label: str
    is_total: bool
    figures: tuple[int | Decimal | None, ...]


@dataclass(frozen=True)
class Grid:
    """One public table. `corner` says what the rows are, `columns` what stands over the figures; the last one is the
    total."""

    title: str
    sentence: str
    corner: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


class _Cells:
    """The figures of one breakdown by place; a place that has no cell is zero."""

    def __init__(self, cells: pl.DataFrame) -> None:
        self._cells = {tuple(cell[column] for column in PLACE): cell for cell in cells.iter_rows(named=True)}

    def __call__(self, measure: str, town: str | None, group: str | None, item: str | None) -> int | Decimal | None:
        cell = self._cells.get((town, group, item))
        if cell is None:
            return 0
        figure: int | Decimal = cell[measure]
        return figure if cell["is_shown"] else None


def grids(cells: pl.DataFrame, titles: Mapping[str, str]) -> list[Grid]:
    """All tables of a publication from its cells with is_shown, in the order of reading."""
    towns = sorted(cells["town"].drop_nulls().unique().to_list(), key=lambda town: (town == NO_TOWN, town))
    made: list[Grid] = []
    for breakdown in ("benefit", "at_risk", "finding", "outcome"):
        mine = cells.filter(pl.col("breakdown") == breakdown)
        if mine.is_empty():
            continue
        if breakdown == "outcome":
            made += _outcomes(mine, towns, titles)
            continue
        rows = list(_codes(mine, titles) if breakdown == "finding" else _programmes(mine, titles))
        figure = _Cells(mine)
        for measure in (COUNT, AMOUNT) if breakdown in WITH_AMOUNTS else (COUNT,):
            lines = tuple(
                Line(label, item is None, tuple(figure(measure, town, group, item) for town in (*towns, None)))
                for label, group, item in rows
            )
            made.append(Grid(*_WORDS[breakdown, measure], "项目", (*towns, TOTAL), lines))
    return made


def _programmes(cells: pl.DataFrame, titles: Mapping[str, str]) -> Iterator[tuple[str, None, str | None]]:
    """(label, group, item) of each row, programmes in the order of the seed."""
    order = {code: place for place, code in enumerate(titles)}
    items = cells["item"].drop_nulls().unique().to_list()
    for item in sorted(items, key=lambda item: (order.get(item, len(order)), item)):
        yield titles.get(item, UNKNOWN), None, item
    yield TOTAL, None, None


def _codes(cells: pl.DataFrame, titles: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    """(label, group, item) of each row: each severity after its codes."""
    order = {code: place for place, code in enumerate(titles)}
    for severity, words in SEVERITIES.items():
        codes = cells.filter(pl.col("item_group") == severity)["item"].drop_nulls().unique().to_list()
        for code in sorted(codes, key=lambda code: (order.get(code, len(order)), code)):
            yield titles.get(code, code), severity, code
        if codes:
            yield words, severity, None
    yield TOTAL, None, None


def _outcomes(cells: pl.DataFrame, towns: Sequence[str], titles: Mapping[str, str]) -> list[Grid]:
    present = set(cells["item"].drop_nulls().to_list())
    outcomes = [outcome for outcome in OUTCOME_WORDS if outcome in present]
    columns, figure = (*(OUTCOME_WORDS[outcome] for outcome in outcomes), TOTAL), _Cells(cells)
    kinds = sorted(cells["item_group"].drop_nulls().unique().to_list(), key=list(titles).index)

    def line(label: str, town: str | None, kind: str | None) -> Line:
        figures = tuple(figure(COUNT, town, kind, outcome) for outcome in (*outcomes, None))
        return Line(label, town is None and kind is None, figures)

    by_town = (*(line(town, town, None) for town in towns), line(TOTAL, None, None))
    by_kind = (*(line(titles[kind], None, kind) for kind in kinds), line(TOTAL, None, None))
    return [Grid(*_WORDS["outcome", COUNT], "乡镇", columns, by_town), Grid(*_BY_KIND, "种类", columns, by_kind)]


def flat(made: Sequence[Grid]) -> Iterator[dict[str, Any]]:
    """Every figure as a row of the CSV file."""
    for grid in made:
        for line in grid.lines:
            for column, figure in zip(grid.columns, line.figures, strict=True):
                shown = "" if figure is None else str(figure)
                yield {
                    "统计表": grid.title, "行": line.label, "列": column, "数值": shown,
                    "说明": "不公布" if figure is None else "",
                }  # fmt: skip
