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
    """One engine on one set. `groups`, `fuzzy`: at the engine's own threshold (Splink: 0.95); `best`, `fuzzy_best`: F1
    at the best of several. `calibration_error`: of the pairs at least 0.02 probable.

    None where it was not measured: `pair_best` on a county, where Hedui never scores the pairs that an ID number has
    settled; the best thresholds and the calibration on the large sets.
    """

    set_name: str
    records: int
    engine: str
    cost: Cost
    groups: Score
    best: float | None
    pair_best: float | None
    fuzzy: Score | None
    fuzzy_best: float | None
    calibration_error: float | None


def _peer(line: Line, lines: list[Line]) -> Line | None:
    if line.engine == "Splink":
        return None
    return next((x for x in lines if x.set_name == line.set_name and x.engine == "Splink"), None)


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else "–"


def _known(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


QUALITY = (
    "| set | records | engine | F1 of groups, own threshold | best | best F1 of pairs | precision of links "
    "| fuzzy-needed F1, own threshold | best | errors at best ÷ Splink's at best | own threshold ÷ Splink's at best "
    "| calibration error |\n|" + "---|" * 12
)
COST = (
    "| set | records | engine | pairs compared | wall s | CPU s | peak MB | wall, CPU, memory ÷ Splink |\n|"
    + "---|" * 8
)


def quality_row(line: Line, lines: list[Line]) -> str:
    """One row of QUALITY. Errors are 1 − F1 of the fuzzy-needed pairs."""
    peer, ratios = _peer(line, lines), ("–", "–")
    if peer and peer.fuzzy_best is not None and line.fuzzy_best is not None and line.fuzzy:
        theirs = 1 - peer.fuzzy_best
        ratios = _ratio(1 - line.fuzzy_best, theirs), _ratio(1 - line.fuzzy.f1, theirs)
    return (
        f"| {line.set_name} | {line.records:,} | {line.engine} | {line.groups.f1:.4f} | {_known(line.best)} "
        f"| {_known(line.pair_best)} | {line.groups.precision:.5f} | {_known(line.fuzzy.f1 if line.fuzzy else None)} "
        f"| {_known(line.fuzzy_best)} | {ratios[0]} | {ratios[1]} | {_known(line.calibration_error)} |"
    )


def cost_row(line: Line, lines: list[Line]) -> str:
    """One row of COST, with the ratios to Splink on the same set in the same run."""
    peer, ratios = _peer(line, lines), "–"
    cost = line.cost
    if peer:
        pairs = ((cost.wall, peer.cost.wall), (cost.cpu, peer.cost.cpu), (cost.memory, peer.cost.memory))
        ratios = ", ".join(_ratio(*pair) for pair in pairs)
    return (
        f"| {line.set_name} | {line.records:,} | {line.engine} | {cost.pairs:,} | {cost.wall:.1f} | {cost.cpu:.1f} "
        f"| {cost.memory:.0f} | {ratios} |"
    )


def tables(lines: list[Line]) -> str:
    """How right, then at what cost."""
    quality = [quality_row(line, lines) for line in lines]
    return "\n".join([QUALITY, *quality, "", COST, *(cost_row(line, lines) for line in lines)])


def section(lines: list[Line], missing: list[tuple[str, str]], command: str, day: str) -> str:
    """The whole section: how it was measured, the tables, what was not measured."""
    engines = {line.engine for line in lines}
    said = [
        HEADING,
        "",
        f"`{command}`, {day}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Each engine runs in a process of its own on the same files; wall and CPU seconds and peak memory are those of",
        "the process from its start until the groups at its own threshold are written (reading, training and writing",
        "included). Other thresholds, tried for the best one, and Splink's count of blocked pairs come after that",
        "and are not billed. F1 counts the pairs that the groups imply; Splink's own threshold is probability 0.95,",
        "Hedui's that of its model file. Fuzzy-needed pairs are those that one readable ID number does not settle.",
        "On a county Splink is given the values as Hedui cleans them, with the pinyin of the names, outside its",
        "measured time; Hedui cleans them inside. Hedui compares no pair of two records with ID numbers of their own;",
        "what such a number settles is settled.",
        "",
        tables(lines),
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
