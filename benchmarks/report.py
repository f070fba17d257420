"""The benchmark's table as Markdown, under its own heading of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Cost
from benchmarks.scores import Score

HEADING = "## Linking, beside Splink 5"
MARKER = "\n## "


@dataclass(frozen=True)
class Line:
    """One engine on one set. `groups` at the engine's own threshold (Splink: 0.95); `best` over its thresholds.

    `pair_best` is None on the county, where Hedui never scores the pairs that an ID number has settled.
    """

    set_name: str
    records: int
    engine: str
    cost: Cost
    groups: Score
    best: float
    pair_best: float | None
    fuzzy: Score | None
    fuzzy_best: float | None


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else "–"


def table(lines: list[Line]) -> str:
    """One row per engine and set; cost as seconds and as a ratio to Splink's on the same set in the same run."""
    head = (
        "| set | records | engine | F1 of groups | its best threshold | best F1 of pairs | fuzzy-needed F1 | precision "
        "| pairs compared | wall s | CPU s | peak MB | wall, CPU, memory ÷ Splink |\n|" + "---|" * 13
    )
    rows = []
    for line in lines:
        peer = next((x.cost for x in lines if x.set_name == line.set_name and x.engine == "Splink"), None)
        ratios = "–"
        if peer and line.engine != "Splink":
            costs = ((line.cost.wall, peer.wall), (line.cost.cpu, peer.cpu), (line.cost.memory, peer.memory))
            ratios = ", ".join(_ratio(*pair) for pair in costs)
        pair_best = "–" if line.pair_best is None else f"{line.pair_best:.4f}"
        fuzzy = f"{line.fuzzy.f1:.4f} (best {line.fuzzy_best:.4f})" if line.fuzzy else "–"
        rows.append(
            f"| {line.set_name} | {line.records:,} | {line.engine} | {line.groups.f1:.4f} | {line.best:.4f} "
            f"| {pair_best} | {fuzzy} | {line.groups.precision:.5f} | {line.cost.pairs:,} "
            f"| {line.cost.wall:.1f} | {line.cost.cpu:.1f} | {line.cost.memory:.0f} | {ratios} |"
        )
    return "\n".join([head, *rows])


def section(lines: list[Line], missing: list[tuple[str, str]], command: str, day: str) -> str:
    """The whole section: how it was measured, the table, what was not measured."""
    engines = {line.engine for line in lines}
    said = [
        HEADING,
        "",
        f"`{command}`, {day}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Each engine runs in a process of its own on the same files; wall and CPU seconds and peak memory are those of",
        "the whole process, from start to end. F1 counts the pairs that the groups imply; Splink's groups are at",
        "probability 0.95, Hedui's at the threshold of its model file. Fuzzy-needed pairs are those that one readable",
        "ID number does not settle. Splink writes groups at six thresholds, which costs it seconds on large sets; on",
        "the county it is given the values as Hedui cleans them, outside its measured time; Hedui cleans them inside.",
        "",
        table(lines),
        "",
    ]
    if missing:
        said += ["Not measured, files missing: " + ", ".join(f"{name} ({file})" for name, file in missing) + ".", ""]
    if "Splink" not in engines:
        said += ["Splink was not measured: install the extra `bench`, or give --peer-python.", ""]
    return "\n".join(said)


def write_section(path: Path, text: str) -> None:
    """Replaces the section of this heading, or adds it; the rest of the file stays."""
    old = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    start = old.find(HEADING)
    if start < 0:
        path.write_text(old.rstrip("\n") + "\n\n" + text, encoding="utf-8")
        return
    end = old.find(MARKER, start + len(HEADING))
    rest = old[end:].lstrip("\n") if end >= 0 else ""
    path.write_text(old[:start] + text + ("\n" + rest if rest else ""), encoding="utf-8")
