"""The model file: m and u probabilities of every comparison level, thresholds and priors, with the reason for each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.matching.comparisons import COMPARISONS

FOLDER = Path(__file__).parent / "models"
SHIPPED = FOLDER / "county-2026-11-24.yaml"
THRESHOLDS = frozenset({"link", "stay", "review", "own_number"})
KEYS = frozenset({"name", "dated", "card", "prior", "thresholds", "limits", "comparisons"})
PRIORS = frozenset({"known_share", "persons", "names"})
LIMITS = frozenset({"block_rows", "block_pairs", "cluster_nodes"})


class ModelError(ValueError):
    """A model file does not fit this engine; the message names the file, the place and the remedy (in Chinese)."""


@dataclass(frozen=True)
class Dependence:
    """u of a level among pairs that agree on another comparison: what two persons of one household share anyway."""

    comparison: str
    levels: tuple[str, ...]
    u: float


@dataclass(frozen=True)
class LevelWeight:
    """m: share of true pairs at this level. u: share of other pairs; with `term_frequency` the floor of u.

    `given` replaces u where another comparison agrees: the numbers of two persons born on one day differ in few digits.
    """

    m: float
    u: float
    term_frequency: bool = False
    given: tuple[Dependence, ...] = ()

    @property
    def weight(self) -> float:
        """Natural logarithm of m/u (Fellegi and Sunter 1969)."""
        return math.log(self.m / self.u)


@dataclass(frozen=True)
class Model:
    """One dated model. `levels` is comparison -> level -> LevelWeight.

    `prior_persons`: persons unseen that a small table's frequencies are drawn towards the model with. `prior_names`:
    persons that the frequency of a name is drawn with towards what its surname and given name let expect.
    """

    name: str
    dated: str
    card: Mapping[str, Any]
    known_share: float
    prior_persons: float
    prior_names: float
    thresholds: Mapping[str, float]
    reasons: Mapping[str, str]
    limits: Mapping[str, int]
    levels: Mapping[str, Mapping[str, LevelWeight]]

    @property
    def version(self) -> str:
        return f"{self.name}-{self.dated}"


def _fail(where: str, what: str, remedy: str) -> ModelError:
    return ModelError(f"匹配模型不能使用：{what}；位置：{where}；处理：{remedy}")


def _probability(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < float(value) < 1:
        raise _fail(where, f"概率 {value!r} 不在 0 与 1 之间", "改为大于 0、小于 1 的数")
    return float(value)


def _dependence(entry: Mapping[str, Any], where: str) -> Dependence:
    comparison, levels = entry.get("comparison"), tuple(entry.get("levels", ()))
    if comparison not in COMPARISONS or set(levels) - {level.name for level in COMPARISONS[comparison].levels}:
        raise _fail(where, f"依赖的比较项 {comparison} 或其等级不存在", "改为引擎已有的比较项与等级")
    return Dependence(comparison, levels, _probability(entry.get("u"), f"{where}.u"))


def _level(entry: Mapping[str, Any], where: str) -> LevelWeight:
    if unknown := set(entry) - {"m", "u", "term_frequency", "given"}:
        raise _fail(where, f"未知的条目 {sorted(unknown)}", "只能使用 m、u、term_frequency、given")
    return LevelWeight(
        _probability(entry.get("m"), f"{where}.m"),
        _probability(entry.get("u"), f"{where}.u"),
        bool(entry.get("term_frequency", False)),
        tuple(_dependence(given, f"{where}.given") for given in entry.get("given", ())),
    )


def _levels(data: Mapping[str, Any], where: str) -> dict[str, dict[str, LevelWeight]]:
    if unknown := set(data) - set(COMPARISONS):
        raise _fail(where, f"未知的比较项 {sorted(unknown)}", f"只能使用 {', '.join(COMPARISONS)}")
    result: dict[str, dict[str, LevelWeight]] = {}
    for comparison in COMPARISONS.values():
        entries = data.get(comparison.name)
        names = [level.name for level in comparison.levels]
        if not isinstance(entries, Mapping) or list(entries) != names:
            raise _fail(
                f"{where} · {comparison.name}",
                "等级与引擎不一致（模型由另一套比较项训练）",
                f"等级须依次为 {', '.join(names)}",
            )
        result[comparison.name] = {
            name: _level(entry, f"{where} · {comparison.name}.{name}") for name, entry in entries.items()
        }
    return result


def parse_model(data: Mapping[str, Any], where: str) -> Model:
    """Turns the content of a model file into a Model. Raises ModelError."""
    if not isinstance(data, Mapping) or set(data) != KEYS:
        found = sorted(data) if isinstance(data, Mapping) else []
        raise _fail(where, f"顶层条目为 {found}", f"须正好为 {', '.join(sorted(KEYS))}")
    thresholds = data["thresholds"]
    for section, expected in (("thresholds", THRESHOLDS), ("prior", PRIORS), ("limits", LIMITS)):
        if set(data[section]) != expected:
            raise _fail(
                f"{where} · {section}", f"条目为 {sorted(data[section])}", f"须正好为 {', '.join(sorted(expected))}"
            )
    for name, entry in thresholds.items():
        if not entry.get("reason"):
            raise _fail(f"{where} · thresholds.{name}", "缺少理由", "写明该阈值的理由 reason")
    values = {name: _probability(entry.get("value"), f"{where} · {name}") for name, entry in thresholds.items()}
    if not values["review"] < values["stay"] <= values["link"]:
        raise _fail(
            f"{where} · thresholds", "不满足 review < stay ≤ link", "复核阈值须低于保持阈值，后者不高于自动关联阈值"
        )
    return Model(
        name=str(data["name"]),
        dated=str(data["dated"]),
        card=data["card"],
        known_share=_probability(data["prior"]["known_share"]["value"], f"{where} · prior.known_share"),
        prior_persons=float(data["prior"]["persons"]["value"]),
        prior_names=float(data["prior"]["names"]["value"]),
        thresholds=values,
        reasons={name: str(entry["reason"]) for name, entry in thresholds.items()},
        limits={name: int(entry["value"]) for name, entry in data["limits"].items()},
        levels=_levels(data["comparisons"], where),
    )


@cache
def load_model(path: Path | None = None) -> Model:
    """The model of a file, or the shipped one. Raises ModelError, FileNotFoundError."""
    chosen = SHIPPED if path is None else Path(path)
    try:
        data = yaml.safe_load(chosen.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise _fail(chosen.name, "不是有效的 YAML", "检查缩进与冒号") from error
    return parse_model(data, chosen.name)
