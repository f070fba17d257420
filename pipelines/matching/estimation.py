"""Re-estimates a model on a county's own records, without labels: u from random pairs, m by expectation-maximisation.

A command, never a nightly surprise: the answer is a new dated model file with its card, to be read before it is used.
Seeded from the model given, which counts as so many pairs, so that a small county does not talk itself into anything.
Where the county's own numbers show an m (pipelines.matching.sameness) it is taken from them, because candidate pairs
flatter it: the pairs that no blocking rule brings together are the ones that agree least.
Source: Winkler 2000, "Using the EM algorithm for weight computation in the Fellegi-Sunter model of record linkage".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from pipelines.matching.blocking import candidate_pairs
from pipelines.matching.clustering import add_probabilities, known_shares
from pipelines.matching.engine import find_nodes, no_decisions
from pipelines.matching.model import SHIPPED, LevelWeight, Model, parse_model
from pipelines.matching.nodes import Nodes
from pipelines.matching.prepare import MatchingInputError, prepare
from pipelines.matching.sameness import PRIOR_ROWS, drawn, fitted
from pipelines.matching.scoring import score_pairs
from pipelines.matching.vetoes import apply_vetoes

#: What is estimated. The rest is measured every night (registers), or too rare among random pairs (numbers).
ESTIMATED = ("name", "birth_date", "sex", "residence", "phone", "account_number")
RANDOM_PAIRS = 200_000
#: Random pairs at a level below which its share is chance, and the u of the model given stands.
FEWEST_RANDOM = 20
MAX_ROUNDS, TOLERANCE = 50, 1e-4
#: Neither probability is ever certain.
SMALLEST, LARGEST = 1e-7, 0.9999


@dataclass(frozen=True)
class Estimate:
    """`model` with the new m and u; `mentions`; `persons` that count for frequencies; `pairs` compared; `rounds` until
    m changed by less than TOLERANCE; `expected` true pairs among those compared.
    """

    model: Model
    mentions: int
    persons: int
    pairs: int
    rounds: int
    expected: float


def random_pairs(nodes: Nodes, seed: int) -> pl.DataFrame:
    """node_l, node_r of distinct persons drawn at random, node_l the smaller."""
    generator = np.random.default_rng(seed)
    persons = nodes.counted.to_numpy()
    drawn = generator.choice(persons, size=(RANDOM_PAIRS, 2))
    frame = pl.DataFrame({"node_l": drawn.min(axis=1), "node_r": drawn.max(axis=1)})
    frame = frame.cast(pl.UInt32).filter(pl.col("node_l") != pl.col("node_r"))
    return frame.unique().sort("node_l", "node_r")


def estimate_u(nodes: Nodes, model: Model, seed: int) -> Model:
    """The model with u as the share of random pairs at each level. Levels weighed by frequency keep their floor."""
    scored = score_pairs(random_pairs(nodes, seed), nodes, model)
    levels = {name: dict(table) for name, table in model.levels.items()}
    for name in ESTIMATED:
        counts = dict(scored.drop_nulls(f"level_{name}").group_by(f"level_{name}").len().iter_rows())
        total = sum(counts.values())
        for index, (level, entry) in enumerate(levels[name].items()):
            found = counts.get(index, 0)
            if found >= FEWEST_RANDOM and not entry.term_frequency:
                levels[name][level] = replace(entry, u=float(np.clip(found / total, SMALLEST, LARGEST)))
    return replace(model, levels=levels)


def _reweighed(scored: pl.DataFrame, old: Model, new: Model) -> pl.DataFrame:
    """`match_weight` after m has changed; u, measured frequencies and dependences stay."""
    change = pl.lit(0.0)
    for name in ESTIMATED:
        steps = [float(np.log(entry.m / old.levels[name][level].m)) for level, entry in new.levels[name].items()]
        by_level = dict(enumerate(steps))
        level = pl.col(f"level_{name}").cast(pl.Int64)
        change = change + level.replace_strict(by_level, default=0.0, return_dtype=pl.Float64)
    return scored.with_columns(match_weight=pl.col("match_weight") + change)


def _next_m(probable: pl.DataFrame, prior: Model, name: str) -> dict[str, LevelWeight]:
    """m of one comparison: the prior's, drawn to the expected true pairs at each level."""
    seen = probable.drop_nulls(f"level_{name}").group_by(f"level_{name}").agg(pl.col("probability").sum())
    levels = list(prior.levels[name])
    return drawn(prior.levels[name], {levels[index]: pairs for index, pairs in seen.iter_rows()}, name)


def _untold(nodes: Nodes) -> list[str]:
    """The comparisons of which the numbers say less than the prior."""
    told = dict(nodes.population.sameness.group_by("comparison").agg(pl.col("rows").sum()).iter_rows())
    return [name for name in ESTIMATED if told.get(name, 0) < PRIOR_ROWS]


def estimate_m(nodes: Nodes, prior: Model) -> tuple[Model, int, int, float]:
    """(model with m by the numbers, else by EM over the candidate pairs; pairs; rounds; expected true pairs).

    The E-step is the engine's own: frequencies, dependences, vetoes and competing owners included. Pairs of two owners
    are two persons by their numbers, and are left out.
    """
    untold = _untold(nodes)
    pairs, _ = candidate_pairs(nodes, prior)
    owned = nodes.frame.filter(pl.col("id_number").is_not_null()).select("node")
    pairs = pairs.join(owned, left_on="node_l", right_on="node", how="anti")
    scored = apply_vetoes(score_pairs(pairs, nodes, prior), nodes)
    prior = fitted(prior, nodes.population)
    known, model, rounds, moved = known_shares(nodes, prior), prior, 0, 1.0
    probable = scored.with_columns(probability=pl.lit(0.0))
    while moved >= TOLERANCE and rounds < MAX_ROUNDS:
        rounds += 1
        probable = add_probabilities(_reweighed(scored, prior, model), known, nodes.population, model)
        levels = {**model.levels, **{name: _next_m(probable, prior, name) for name in untold}}
        moved = max(
            abs(entry.m - model.levels[name][level].m) for name in untold for level, entry in levels[name].items()
        )
        model = replace(model, levels=levels)
    return model, pairs.height, rounds, float(probable["probability"].sum())


def estimate(mentions: pl.DataFrame, model: Model, *, seed: int = 1) -> Estimate:
    """Estimates u, then m, on mentions (docs/architecture.md). Raises MatchingInputError."""
    prepared = prepare(mentions)
    nodes = find_nodes(prepared, no_decisions(), model)
    if nodes.population.persons < 2:
        raise MatchingInputError("不足两人，无法估计；位置：匹配输入；处理：给出一个县的记录")
    estimated, pairs, rounds, expected = estimate_m(nodes, estimate_u(nodes, model, seed))
    return Estimate(estimated, mentions.height, nodes.population.persons, pairs, rounds, expected)


def model_file(found: Estimate, base: Path | None, dated: date) -> dict[str, Any]:
    """The content of the new model file: the base file's, with m and u as estimated and a card that says from what."""
    path = SHIPPED if base is None else base
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, table in found.model.levels.items():
        for level, entry in table.items():
            data["comparisons"][name][level] |= {"m": round(entry.m, 7), "u": round(entry.u, 9)}
    data["dated"] = dated.isoformat()
    data["card"] = {
        "title": data["card"]["title"],
        "data": f"{found.mentions} 条记录、{found.persons} 人（无标注），{dated.isoformat()} 估计",
        "method": f"u 取自 {RANDOM_PAIRS} 个随机对；m 取自同一身份证号的记录，"
        f"号码少时由 {found.pairs} 个候选对经 EM 估计（{found.rounds} 轮），"
        f"先验 {path.stem} 计作 {PRIOR_ROWS:.0f} 对",
        "metrics": f"候选对中预计为同一人的 {found.expected:.0f} 对；无标注，准确率须另用已知结果检验",
        "limits": "阈值、依赖和名册权重沿用先验模型；启用前先与现行模型对照（hedui model try）",
    }
    parse_model(data, path.name)
    return data


def changed_levels(before: Model, after: Model) -> list[tuple[str, str, LevelWeight, LevelWeight]]:
    """comparison, level, before, after of the levels whose weight moved by more than a tenth of a nat."""
    return [
        (name, level, entry, after.levels[name][level])
        for name, table in before.levels.items()
        for level, entry in table.items()
        if abs(entry.weight - after.levels[name][level].weight) > 0.1
    ]


def as_yaml(data: Mapping[str, Any]) -> str:
    """A model file as text, in the order of the levels."""
    text: str = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    return text
