"""Model files of the kind `table`: which columns are compared and how, what is worth it, when to link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.matching.model import ModelError
from pipelines.matching.tables.levels import KINDS

KEYS = frozenset({"kind", "name", "dated", "card", "record_id", "derived", "comparisons", "blocking", "thresholds"})
COMPARISON_KEYS = frozenset({"columns", "kind", "term_frequency", "m"})
#: How a blocking key is cut from a value: the whole, its first characters, its last, its consonants, its year.
CUTS = ("whole", "start", "end", "consonants", "year")
DERIVED_KEYS = frozenset({"join", "word"})


@dataclass(frozen=True)
class TableComparison:
    """One comparison: its columns (two for `swapped_names`), its kind, m of each level to start from."""

    name: str
    columns: tuple[str, ...]
    kind: str
    term_frequency: bool
    m: tuple[float, ...]


@dataclass(frozen=True)
class BlockingKey:
    """A column, how its key is cut, and how many characters (for start and end)."""

    column: str
    cut: str
    length: int


@dataclass(frozen=True)
class TableModel:
    """A model for one kind of flat table.

    `derived`: new column -> {join: columns} or {word: [column, first or last]}. `link`: probability from which records
    are linked into components. `group`: mean probability, inside a component, from which they stay one group.
    """

    name: str
    dated: str
    card: Mapping[str, Any]
    record_id: str
    derived: Mapping[str, Mapping[str, Any]]
    comparisons: tuple[TableComparison, ...]
    blocking: tuple[tuple[BlockingKey, ...], ...]
    link: float
    group: float

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the table that the model reads, in order."""
        read = [column for comparison in self.comparisons for column in comparison.columns]
        read += [key.column for rule in self.blocking for key in rule]
        for how in self.derived.values():
            read += how.get("join", ()) or [how["word"][0]]
        return tuple(dict.fromkeys(column for column in read if column not in self.derived))


def _fail(where: str, what: str, remedy: str) -> ModelError:
    return ModelError(f"匹配模型不能使用：{what}；位置：{where}；处理：{remedy}")


def _comparison(name: str, entry: Mapping[str, Any], where: str) -> TableComparison:
    place = f"{where} · comparisons.{name}"
    if unknown := set(entry) - COMPARISON_KEYS:
        raise _fail(place, f"未知的条目 {sorted(unknown)}", f"只能使用 {', '.join(sorted(COMPARISON_KEYS))}")
    kind = KINDS.get(str(entry.get("kind")))
    if kind is None:
        raise _fail(place, f"未知的比较方式 {entry.get('kind')}", f"只能使用 {', '.join(KINDS)}")
    columns = tuple(entry.get("columns", (name,)))
    if len(columns) != kind.columns:
        raise _fail(place, f"比较方式 {entry['kind']} 需要 {kind.columns} 列，给出 {len(columns)} 列", "改正 columns")
    m = tuple(float(value) for value in entry.get("m", kind.m))
    if len(m) != len(kind.levels) or not all(0 < value < 1 for value in m):
        raise _fail(place, f"m 须有 {len(kind.levels)} 个 0 与 1 之间的数", f"依次为 {', '.join(kind.levels)}")
    return TableComparison(name, columns, str(entry["kind"]), bool(entry.get("term_frequency", True)), m)


def _key(text: str, where: str) -> BlockingKey:
    """`surname`, `surname start 3`, `dob year`, `surname consonants`."""
    parts = str(text).split()
    column, cut = parts[0], parts[1] if len(parts) > 1 else "whole"
    needs_length = cut in ("start", "end")
    if cut not in CUTS or len(parts) != (3 if needs_length else min(len(parts), 2)):
        raise _fail(where, f"分块键 {text} 看不懂", "写法如 surname、surname start 3、dob year、surname consonants")
    return BlockingKey(column, cut, int(parts[2]) if needs_length else 0)


def parse_table_model(data: Mapping[str, Any], where: str) -> TableModel:
    """Turns the content of a model file into a TableModel. Raises ModelError."""
    required = KEYS - {"derived"}
    if not required <= set(data) <= KEYS:
        raise _fail(where, f"顶层条目为 {sorted(data)}", f"须有 {', '.join(sorted(required))}")
    thresholds = data["thresholds"]
    for name in ("link", "group"):
        entry = thresholds.get(name, {})
        if not 0 < float(entry.get("value", 0)) < 1 or not entry.get("reason"):
            raise _fail(f"{where} · thresholds.{name}", "缺少 0 与 1 之间的值或理由", "写明 value 与 reason")
    derived = data.get("derived", {})
    for name, how in derived.items():
        if len(how) != 1 or set(how) - DERIVED_KEYS:
            raise _fail(f"{where} · derived.{name}", f"写法为 {dict(how)}", "用 join: [列, 列] 或 word: [列, first]")
    return TableModel(
        name=str(data["name"]),
        dated=str(data["dated"]),
        card=data["card"],
        record_id=str(data["record_id"]),
        derived=derived,
        comparisons=tuple(_comparison(name, entry, where) for name, entry in data["comparisons"].items()),
        blocking=tuple(tuple(_key(key, f"{where} · blocking") for key in rule) for rule in data["blocking"]),
        link=float(thresholds["link"]["value"]),
        group=float(thresholds["group"]["value"]),
    )


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise _fail(path.name, "不是有效的 YAML", "检查缩进与冒号") from error


def is_table_model(path: Path) -> bool:
    """Whether the file is a model of the kind `table`; others are the county engine's."""
    data = _read(path)
    return isinstance(data, Mapping) and data.get("kind") == "table"


def load_table_model(path: Path) -> TableModel:
    """The model of a file. Raises ModelError, FileNotFoundError."""
    return parse_table_model(_read(path), path.name)
