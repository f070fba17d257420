"""The model file: m and u probabilities of every comparison level, thresholds and priors, with the reason for each."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model_file import fail, mapping, number, probability, read_model_file, reasoned, sequence

FOLDER = Path(__file__).parent / "models"
SHIPPED = FOLDER / "county-2026-11-24.yaml"
THRESHOLDS = frozenset({"link", "stay", "review", "own_number"})
KEYS = frozenset({"name", "dated", "card", "prior", "thresholds", "limits", "comparisons"})
PRIORS = frozenset({"known_share", "persons", "names"})
LIMITS = frozenset({"block_rows", "block_pairs", "cluster_nodes"})


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
        """Name, date and a digest of everything that bears on a score: a file that was changed is another model."""
        bears = (self.known_share, self.prior_persons, self.prior_names, self.thresholds, self.limits, self.levels)
        return f"{self.name}-{self.dated}+{hashlib.sha256(repr(bears).encode()).hexdigest()[:8]}"


def _dependence(value: Any, where: str) -> Dependence:
    entry = mapping(value, where)
    comparison, levels = str(entry.get("comparison")), tuple(map(str, sequence(entry.get("levels", ()), where)))
    if comparison not in COMPARISONS or set(levels) - {level.name for level in COMPARISONS[comparison].levels}:
        raise fail(where, f"依赖的比较项 {comparison} 或其等级不存在", "改为引擎已有的比较项与等级")
    return Dependence(comparison, levels, probability(entry.get("u"), f"{where}.u"))


def _level(value: Any, where: str) -> LevelWeight:
    entry = mapping(value, where)
    if unknown := set(entry) - {"m", "u", "term_frequency", "given"}:
        raise fail(where, f"未知的条目 {sorted(unknown)}", "只能使用 m、u、term_frequency、given")
    return LevelWeight(
        probability(entry.get("m"), f"{where}.m"),
        probability(entry.get("u"), f"{where}.u"),
        bool(entry.get("term_frequency", False)),
        tuple(_dependence(given, f"{where}.given") for given in sequence(entry.get("given", ()), f"{where}.given")),
    )


def _levels(data: Mapping[str, Any], where: str) -> dict[str, dict[str, LevelWeight]]:
    if unknown := set(mapping(data, f"{where} · comparisons")) - set(COMPARISONS):
        raise fail(where, f"未知的比较项 {sorted(unknown)}", f"只能使用 {', '.join(COMPARISONS)}")
    result: dict[str, dict[str, LevelWeight]] = {}
    for comparison in COMPARISONS.values():
        entries = data.get(comparison.name)
        names = [level.name for level in comparison.levels]
        if not isinstance(entries, Mapping) or list(entries) != names:
            raise fail(
                f"{where} · {comparison.name}",
                "等级与引擎不一致（模型由另一套比较项训练）",
                f"等级须依次为 {', '.join(names)}",
            )
        result[comparison.name] = {
            name: _level(entry, f"{where} · {comparison.name}.{name}") for name, entry in entries.items()
        }
    return result


def parse_model(data: Any, where: str) -> Model:
    """Turns the content of a model file into a Model. Raises ModelError."""
    if not isinstance(data, Mapping) or set(data) != KEYS:
        found = sorted(map(str, data)) if isinstance(data, Mapping) else []
        raise fail(where, f"顶层条目为 {found}", f"须正好为 {', '.join(sorted(KEYS))}")
    sections: dict[str, dict[str, Any]] = {}
    for section, expected in (("thresholds", THRESHOLDS), ("prior", PRIORS), ("limits", LIMITS)):
        place = f"{where} · {section}"
        if set(mapping(data[section], place)) != expected:
            raise fail(place, f"条目为 {sorted(data[section])}", f"须正好为 {', '.join(sorted(expected))}")
        sections[section] = {name: reasoned(data[section], name, place) for name in data[section]}
    thresholds = {name: probability(value, f"{where} · {name}") for name, value in sections["thresholds"].items()}
    if not thresholds["review"] < thresholds["stay"] <= thresholds["link"]:
        raise fail(
            f"{where} · thresholds", "不满足 review < stay ≤ link", "复核阈值须低于保持阈值，后者不高于自动关联阈值"
        )
    prior = sections["prior"]
    return Model(
        name=str(data["name"]),
        dated=str(data["dated"]),
        card=mapping(data["card"], f"{where} · card"),
        known_share=probability(prior["known_share"], f"{where} · prior.known_share"),
        prior_persons=number(prior["persons"], f"{where} · prior.persons"),
        prior_names=number(prior["names"], f"{where} · prior.names"),
        thresholds=thresholds,
        reasons={name: str(entry["reason"]) for name, entry in data["thresholds"].items()},
        limits={name: int(number(value, f"{where} · limits.{name}")) for name, value in sections["limits"].items()},
        levels=_levels(data["comparisons"], where),
    )


@cache
def load_model(path: Path | None = None) -> Model:
    """The model of a file, or the shipped one. Raises ModelError."""
    chosen = SHIPPED if path is None else Path(path)
    return parse_model(read_model_file(chosen), chosen.name)
