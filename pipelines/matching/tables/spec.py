"""Model files of the kind `table`: which columns are compared and how, what is worth it, when to link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.matching.model_file import fail, mapping, probability, read_model_file, reasoned, sequence
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


def _comparison(name: str, value: Any, where: str) -> TableComparison:
    place = f"{where} · comparisons.{name}"
    entry = mapping(value, place)
    if unknown := set(entry) - COMPARISON_KEYS:
        raise fail(place, f"未知的条目 {sorted(unknown)}", f"只能使用 {', '.join(sorted(COMPARISON_KEYS))}")
    kind = KINDS.get(str(entry.get("kind")))
    if kind is None:
        raise fail(place, f"未知的比较方式 {entry.get('kind')}", f"只能使用 {', '.join(KINDS)}")
    columns = tuple(map(str, sequence(entry.get("columns", (name,)), f"{place}.columns")))
    if len(columns) != kind.columns:
        raise fail(place, f"比较方式 {entry['kind']} 需要 {kind.columns} 列，给出 {len(columns)} 列", "改正 columns")
    m = tuple(probability(value, f"{place}.m") for value in sequence(entry.get("m", kind.m), f"{place}.m"))
    if len(m) != len(kind.levels):
        raise fail(place, f"m 须有 {len(kind.levels)} 个 0 与 1 之间的数", f"依次为 {', '.join(kind.levels)}")
    return TableComparison(name, columns, str(entry["kind"]), bool(entry.get("term_frequency", True)), m)


def _key(text: str, where: str) -> BlockingKey:
    """`surname`, `surname start 3`, `dob year`, `surname consonants`."""
    parts = str(text).split() or [""]
    column, cut = parts[0], parts[1] if len(parts) > 1 else "whole"
    needs_length = cut in ("start", "end")
    well_formed = parts[2:] and parts[2].isdecimal() and not parts[3:] if needs_length else not parts[2:]
    if not column or cut not in CUTS or not well_formed:
        raise fail(where, f"分块键 {text} 看不懂", "写法如 surname、surname start 3、dob year、surname consonants")
    return BlockingKey(column, cut, int(parts[2]) if needs_length else 0)


def _derived(data: Any, where: str) -> Mapping[str, Mapping[str, Any]]:
    for name, how in mapping(data, where).items():
        place = f"{where}.{name}"
        if len(mapping(how, place)) != 1 or set(how) - DERIVED_KEYS:
            raise fail(place, f"写法为 {dict(how)}", "用 join: [列, 列] 或 word: [列, first]")
        parts = [str(part) for part in sequence(next(iter(how.values())), place)]
        if not parts or ("word" in how and (len(parts) != 2 or parts[1] not in ("first", "last"))):
            raise fail(place, f"写法为 {dict(how)}", "用 join: [列, 列] 或 word: [列, first]")
    return mapping(data, where)


def parse_table_model(data: Any, where: str) -> TableModel:
    """Turns the content of a model file into a TableModel. Raises ModelError."""
    required = KEYS - {"derived"}
    if not required <= set(mapping(data, where)) <= KEYS:
        raise fail(where, f"顶层条目为 {sorted(data)}", f"须有 {', '.join(sorted(required))}")
    places = {section: f"{where} · {section}" for section in data}
    thresholds = mapping(data["thresholds"], places["thresholds"])
    link, group = (
        probability(reasoned(thresholds, name, places["thresholds"]), f"{places['thresholds']}.{name}")
        for name in ("link", "group")
    )
    comparisons = mapping(data["comparisons"], places["comparisons"])
    rules = [sequence(rule, places["blocking"]) for rule in sequence(data["blocking"], places["blocking"])]
    if not comparisons or not rules or not all(rules):
        raise fail(where, "没有比较项，或没有分块规则", "至少写一项 comparisons 和一条 blocking")
    return TableModel(
        name=str(data["name"]),
        dated=str(data["dated"]),
        card=mapping(data["card"], places["card"]),
        record_id=str(data["record_id"]),
        derived=_derived(data.get("derived", {}), f"{where} · derived"),
        comparisons=tuple(_comparison(name, entry, where) for name, entry in comparisons.items()),
        blocking=tuple(tuple(_key(key, places["blocking"]) for key in rule) for rule in rules),
        link=link,
        group=group,
    )


def is_table_model(path: Path) -> bool:
    """Whether the file is a model of the kind `table`; others are the county engine's. Raises ModelError."""
    data = read_model_file(path)
    return isinstance(data, Mapping) and data.get("kind") == "table"


def load_table_model(path: Path) -> TableModel:
    """The model of a file. Raises ModelError."""
    return parse_table_model(read_model_file(path), path.name)
