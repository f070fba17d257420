"""The workbook of a trial of a model: what it would change, in figures first, then pair by pair and household by
household, masked as worklists are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.publishing.masks import without_birth_date
from pipelines.publishing.trial_sheets import TrialEffects, add_findings, add_households
from pipelines.publishing.workbook import NUMBER, ListColumn, ListWorkbook, numbered
from pipelines.publishing.worklists import TWO_ROWS, two_rows
from pipelines.storage import atomic

FILE = "模型对照.xlsx"
ZONE_WORDS = {"apart": "两个人", "review": "待核", "joined": "同一人"}
VERDICT_WORDS = {"same": "同一人", "different": "不是同一人", "unsure": "不能确定"}
JOINED, SEPARATED, REVIEW = "新归并", "新分开", "待核进出"

_FIGURE_COLUMNS = (
    ListColumn("项目", 34),
    ListColumn("现行模型", 30),
    ListColumn("新模型", 30),
    ListColumn("说明", 50),
)
_PARAMETER_COLUMNS = (
    NUMBER,
    ListColumn("部分", 14),
    ListColumn("项目", 34),
    ListColumn("现行模型", 34),
    ListColumn("新模型", 34),
    ListColumn("权重 现行(比特)", 10, "amount"),
    ListColumn("权重 新(比特)", 10, "amount"),
)
_REASON_COLUMNS = (
    NUMBER,
    ListColumn("为什么不同", 60),
    ListColumn("新归并(对)", 10, "count"),
    ListColumn("新分开(对)", 10, "count"),
    ListColumn("新列为待核(对)", 10, "count"),
    ListColumn("不再待核(对)", 10, "count"),
)
_SAID = (ListColumn("现行模型", 9), ListColumn("新模型", 9))
_TOLD = (ListColumn("说明", 34), ListColumn("权重的变化(比特)", 22), ListColumn("编号", 16))
_PAIR_COLUMNS = (NUMBER, *TWO_ROWS, *_SAID, ListColumn("为什么不同", 22), *_TOLD)
_VERDICT_COLUMNS = (NUMBER, *TWO_ROWS, ListColumn("经办人结论", 10), *_SAID, *_TOLD)
_COLOURS = {JOINED: "#9BBB59", SEPARATED: "#F79646", REVIEW: "#4F81BD"}


@dataclass(frozen=True)
class ModelTrialSheets:
    """What the workbook shows. `figures`: rows of project, before, after, remark; `differences`: dicts of a
    ModelDifference; `reasons`: the frame of a Contrast; `pairs`: a sample of its pairs and `verdicts` those of its
    decided pairs that the models see otherwise, both with explanation and weights; `totals`: how many pairs
    each sheet would hold in full; `mentions`: by mention_id."""

    figures: Sequence[tuple[str, Any, Any, str]]
    differences: Sequence[Mapping[str, Any]]
    reasons: pl.DataFrame
    pairs: pl.DataFrame
    verdicts: pl.DataFrame
    totals: Mapping[str, int]
    mentions: Mapping[str, dict[str, Any]]
    effects: TrialEffects


def write_model_trial(folder: Path, as_of: str, versions: tuple[str, str], trial: ModelTrialSheets) -> Path:
    """Writes the workbook into `folder` (made when missing), in place of an earlier one, and returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    hint = (
        f"对照，不是决定：同一批数据（截至 {as_of}）和同样的人工结论，按现行模型 {versions[0]} 和新模型 {versions[1]} "
        "各归并、核对一次 · 发布、结论台账和模型设置都没有改动"
    )
    with atomic.replacing(target) as partial, ListWorkbook(partial, date.fromisoformat(as_of), "匹配模型对照") as book:
        book.add_list("概要", "换用新模型会有什么不同", hint, _FIGURE_COLUMNS, trial.figures, "#C0504D", unprinted=0)
        book.add_list(
            "参数", "两个模型有何不同", hint, _PARAMETER_COLUMNS, _parameters(trial.differences), "#8064A2", unprinted=0
        )
        book.add_list(
            "原因",
            "归并和待核为什么不同",
            hint,
            _REASON_COLUMNS,
            numbered(trial.reasons.rows()),
            "#8064A2",
            unprinted=0,
        )
        for sheet, holds in PAIR_SHEETS.items():
            chosen = trial.pairs.filter(holds)
            add_pairs = (f"{hint} · {_listed(chosen.height, trial.totals[sheet])}", _PAIR_COLUMNS)
            book.add_list(sheet, f"{sheet}的行", *add_pairs, _pairs(chosen, trial.mentions), _COLOURS[sheet], 2)
        book.add_list(
            "人工结论", "与人工结论不一致，或两个模型判断不同的已核对",
            f"{hint} · 已核的对按人工结论，换模型也不改变；这里列的是模型单独会怎样判断",
            _VERDICT_COLUMNS, _verdicts(trial.verdicts, trial.mentions), "#C0504D", 2,
        )  # fmt: skip
        add_households(book, "家庭变化", hint, trial.effects, compared="income")
        add_findings(book, hint, trial.effects)
    return target


#: Sheet -> which pairs of a Contrast it lists.
PAIR_SHEETS = {
    JOINED: pl.col("zone_after") == "joined",
    SEPARATED: pl.col("zone_before") == "joined",
    REVIEW: (pl.col("zone_before") != "joined") & (pl.col("zone_after") != "joined"),
}


def _listed(shown: int, total: int) -> str:
    return f"共 {total:,} 对" if shown == total else f"共 {total:,} 对，按原因各任意抽取一部分，列出 {shown:,} 对"


def _parameters(differences: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    names = ("part", "item", "before", "after", "weight_before", "weight_after")
    return numbered(tuple(difference[name] for name in names) for difference in differences)


def _pairs(pairs: pl.DataFrame, mentions: Mapping[str, dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    ordered = pairs.sort("reason", "pair_id")
    return numbered(
        (*_rows_of(row, mentions), *_said(row, "zone"), row["reason"], *_told(row))
        for row in ordered.iter_rows(named=True)
    )


def _verdicts(verdicts: pl.DataFrame, mentions: Mapping[str, dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    ordered = verdicts.sort("contradicted_after", "verdict", "pair_id", descending=[True, False, False])
    return numbered(
        (*_rows_of(row, mentions), VERDICT_WORDS[row["verdict"]], *_said(row, "says"), *_told(row))
        for row in ordered.iter_rows(named=True)
    )


def _rows_of(row: Mapping[str, Any], mentions: Mapping[str, dict[str, Any]]) -> tuple[Any, ...]:
    return two_rows(*(mentions.get(row[f"mention_id_{side}"], {}) for side in "lr"))


def _said(row: Mapping[str, Any], kind: str) -> Iterator[str]:
    """What either model makes of the pair, and how likely it is one person."""
    for when in ("before", "after"):
        likely = row[f"probability_{when}"]
        yield f"{ZONE_WORDS[row[f'{kind}_{when}']]}\n{'(未单独比较)' if likely is None else f'{likely:.1%}'}"


def _told(row: Mapping[str, Any]) -> tuple[str, ...]:
    return without_birth_date(row["explanation"]), row["weights"], row["pair_id"]
