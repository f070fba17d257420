"""Why two rows are, or are not, one person: the waterfall of weights and the sentence, conflicts first.

Knows weights and sentences only; finds no pairs and decides nothing. The desk, worklists and audit import it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.vetoes import VETOES

REFUSALS = {
    "two_numbers": "合并会使一人有两个有效身份证号，须人工核对",
    "too_many": "合并后一人的不同写法记录过多，疑为连锁误连，须人工核对",
    "unsure": "此前人工核对的结论是“不能确定”",
}
VETO_SENTENCES = {veto.name: veto.sentence for veto in VETOES}
#: Weights below this many nats speak against, and are named among the conflicts.
CONFLICT_WEIGHT = -1.0


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a comparison, the level found, its sentence, its weight (bits) and the sum so far."""

    comparison: str
    title: str
    level: str
    sentence: str
    weight: float
    running: float


def waterfall(levels: Mapping[str, int | None], weights: Mapping[str, float | None]) -> list[Step]:
    """The steps from no evidence to the match weight, in the order of the comparisons that have evidence."""
    steps, running = [], 0.0
    for name, comparison in COMPARISONS.items():
        index, weight = levels.get(name), weights.get(name)
        if index is None or weight is None:
            continue
        running += weight / math.log(2)
        level = comparison.levels[index]
        steps.append(Step(name, comparison.title, level.name, level.sentence, weight / math.log(2), running))
    return steps


def conflicts_of(steps: Sequence[Step], vetoes: Sequence[str] = (), refusal: str | None = None) -> list[str]:
    """What speaks against, most weighty first: the vetoes, the refused join, then comparisons that disagree."""
    against = sorted(
        (step for step in steps if step.weight * math.log(2) <= CONFLICT_WEIGHT), key=lambda step: step.weight
    )
    said = [VETO_SENTENCES[name] for name in vetoes] + ([REFUSALS[refusal]] if refusal in REFUSALS else [])
    return said + [step.sentence for step in against]


def sentence_of(steps: Sequence[Step], conflicts: Sequence[str], probability: float) -> str:
    """The explanation in one Chinese sentence, conflicts first."""
    agreeing = sorted((step for step in steps if step.weight > 0), key=lambda step: -step.weight)
    parts = []
    if conflicts:
        parts.append("不一致：" + "、".join(conflicts))
    if agreeing:
        parts.append("一致：" + "、".join(step.sentence for step in agreeing))
    parts.append(f"同一人的可能性 {probability:.0%}")
    return "；".join(parts) + "。"


def weights_json(steps: Sequence[Step]) -> str:
    """comparison -> weight in bits, as JSON with two decimals."""
    return json.dumps({step.comparison: round(step.weight, 2) for step in steps}, ensure_ascii=False)


def explain_pair(row: Mapping[str, object]) -> tuple[list[Step], list[str], str]:
    """(waterfall, conflicts, sentence) of one row of scored pairs (level_*, weight_*, vetoes, refusal, probability)."""
    levels = {name: row.get(f"level_{name}") for name in COMPARISONS}
    weights = {name: row.get(f"weight_{name}") for name in COMPARISONS}
    # A row of a frame is read as plain objects; its columns are what the docstring says.
    steps = waterfall(levels, weights)  # type: ignore[arg-type]
    vetoes, refusal = row.get("vetoes"), row.get("refusal")
    conflicts = conflicts_of(steps, list(vetoes) if isinstance(vetoes, list) else [], str(refusal) if refusal else None)
    probability = row.get("probability")
    return steps, conflicts, sentence_of(steps, conflicts, probability if isinstance(probability, float) else 0.0)
