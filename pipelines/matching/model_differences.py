"""In what two models differ: every parameter that bears on a score, as people read it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model import Dependence, LevelWeight, Model

THRESHOLD_TITLES = {
    "link": "自动归并", "stay": "上次已归并的保持", "review": "列为待核", "own_number": "号码属本人",
}  # fmt: skip
PRIOR_TITLES = {
    "known_share": "无号码的行在别处另有带号行的比例", "prior_persons": "频率先验相当的人数",
    "prior_names": "姓名频率先验相当的人数",
}  # fmt: skip
LIMIT_TITLES = {
    "block_rows": "一个分块键最多的行数", "block_pairs": "一条分块规则最多的候选对",
    "cluster_nodes": "一人最多的不同写法",
}  # fmt: skip


@dataclass(frozen=True)
class ModelDifference:
    """One parameter. `part` and `item` say which; `before` and `after` what it is in either model, as text; the weights
    are those of a level, in bits (log2 of m/u), None elsewhere."""

    part: str
    item: str
    before: str
    after: str
    weight_before: float | None = None
    weight_after: float | None = None


def model_differences(before: Model, after: Model) -> list[ModelDifference]:
    """Every parameter that differs: thresholds first, then priors and limits, then levels in the engine's order."""
    return [*_thresholds(before, after), *_numbers(before, after), *_levels(before, after)]


def _thresholds(before: Model, after: Model) -> Iterator[ModelDifference]:
    for name, title in THRESHOLD_TITLES.items():
        one, other = before.thresholds[name], after.thresholds[name]
        if one != other:
            yield ModelDifference("阈值", title, _number(one), _number(other))


def _numbers(before: Model, after: Model) -> Iterator[ModelDifference]:
    def priors(model: Model) -> Mapping[str, float]:
        return {name: getattr(model, name) for name in PRIOR_TITLES}

    for part, titles, one, other in (
        ("先验", PRIOR_TITLES, priors(before), priors(after)),
        ("上限", LIMIT_TITLES, before.limits, after.limits),
    ):
        for name, title in titles.items():
            if one[name] != other[name]:
                yield ModelDifference(part, title, _number(one[name]), _number(other[name]))


def _levels(before: Model, after: Model) -> Iterator[ModelDifference]:
    for name, comparison in COMPARISONS.items():
        for level in comparison.levels:
            one, other = before.levels[name][level.name], after.levels[name][level.name]
            if one != other:
                weights = (entry.weight / math.log(2) for entry in (one, other))
                yield ModelDifference(comparison.title, level.sentence, _content(one), _content(other), *weights)


def _content(entry: LevelWeight) -> str:
    parts = [f"m {_number(entry.m)}", f"u {_number(entry.u)}{'（按频率）' if entry.term_frequency else ''}"]
    return "，".join([*parts, *map(_dependence, entry.given)])


def _dependence(given: Dependence) -> str:
    comparison = COMPARISONS[given.comparison]
    levels = "或".join(level.sentence for level in comparison.levels if level.name in given.levels)
    return f"{levels}时 u {_number(given.u)}"


def _number(value: float) -> str:
    return f"{value:.12g}"
