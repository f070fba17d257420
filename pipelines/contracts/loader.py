"""Loads the contract files into frozen objects and refuses what does not fit their shape."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
#: The loader written in C where PyYAML has it: ten times as fast.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: The row address, the same in every table (raw spells the names with a leading underscore).
ADDRESS_COLUMNS = ("feed", "delivery", "file", "sheet", "row_number")

COLUMN_TYPES = frozenset(
    [
        "text",
        "person_name",
        "id_number",
        "certificate_number",
        "account_number",
        "phone",
        "address",
        "town",
        "village",
        "group",
        "relation",
        "code",
        "date",
        "year_month",
        "amount",
        "number",
        "count",
    ]
)
COLUMN_KEYS = frozenset(
    [
        "name",
        "header",
        "type",
        "synonyms",
        "required",
        "personal",
        "codes",
        "unit",
        "may_lie_ahead",
        "none_is_zero",
        "assumed",
        "averaged",
    ]
)
FEED_KEYS = frozenset(
    [
        "feed",
        "title",
        "title_synonyms",
        "department",
        "grain",
        "delivery",
        "freshness_days",
        "event_column",
        "case_column",
        "economic",
        "is_renewed",
        "wide",
        "key",
        "blocks",
        "columns",
        "mentions",
        "row_requires",
        "subjects",
        "heads",
    ]
)
ROLES = frozenset(["self", "head", "husband", "wife", "child", "adopter", "guardian", "payee"])


class ContractError(ValueError):
    """A contract file is broken; the message names the file and the key."""


@dataclass(frozen=True)
class Column:
    """One column of a feed: its canonical name, the header as offices write it, and how to read its values.

    `may_lie_ahead`: its dates may be later than the delivery (a benefit that begins next month). `none_is_zero`: who
    writes 无 there declares that there is none of it. `assumed`: what a table without the column means by
    listing a row. `averaged`: an amount that a span's sum may be spread over, so that a year's tells the month's.
    """

    name: str
    header: str
    type: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    codes: str | None = None
    unit: str | None = None
    may_lie_ahead: bool = False
    none_is_zero: bool = False
    assumed: str | None = None
    averaged: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.header, *self.synonyms)


@dataclass(frozen=True)
class Mention:
    """One person that a row names: the role, and which column of the feed holds which attribute."""

    role: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Feed:
    """One kind of delivery.

    `delivery` is 'snapshot' (the newest replaces) or 'append' (each adds rows); `row_requires` names the columns
    without whose value a row says nothing and is held back; `key` is what makes a row of an append feed the same row;
    `is_renewed`: each snapshot may list other persons than the last; `subjects` are words for the person a row is
    about, as they stand before headers (车主 of 车主姓名); `heads` are what this office calls a 户主 (船主).
    `wide`: the column of amounts, and those whose values an office may write as headers over amounts, a column each.
    `economic` marks the registers of the whole county that say what people own or earn; a list of payments to some of
    them (fishing_compensation) or a certificate without a figure (disability) is none, though rules may ask it.
    """

    name: str
    title: str
    department: str
    grain: str
    delivery: str
    freshness_days: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    mentions: tuple[Mention, ...] = ()
    row_requires: tuple[str, ...] = ()
    title_synonyms: tuple[str, ...] = ()
    event_column: str | None = None
    case_column: str | None = None
    economic: bool = False
    is_renewed: bool = False
    wide: tuple[str, ...] | None = None
    subjects: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})

    @property
    def is_append(self) -> bool:
        return self.delivery == "append"

    @property
    def kind_of_rows(self) -> str:
        """What its rows are to the readers of withdrawals: payments, entries of a register, or neither."""
        return "payments" if self.is_append else "register" if self.economic else ""

    @property
    def staging_model(self) -> str:
        return f"stg_{self.department}__{self.name}"

    def columns_of_type(self, *types: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.type in types)


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as handle:
        return yaml.load(handle, SAFE_LOADER)


def _known(keys: set[str], allowed: frozenset[str], where: str) -> None:
    if unknown := keys - allowed:
        raise ContractError(f"{where}: unknown key {sorted(unknown)}; known keys are {sorted(allowed)}")


def _column(data: dict[str, Any], where: str) -> Column:
    _known(set(data), COLUMN_KEYS, f"{where}, column {data.get('name')}")
    if data["type"] not in COLUMN_TYPES:
        raise ContractError(f"{where}, column {data['name']}: unknown type {data['type']}")
    if data["type"] == "code" and data.get("codes") not in code_lists():
        raise ContractError(f"{where}, column {data['name']}: code list {data.get('codes')} is not in codes.yaml")
    return Column(**{**data, "synonyms": tuple(data.get("synonyms", ()))})


def _feed(path: Path, blocks: dict[str, list[dict[str, Any]]]) -> Feed:
    data, where = _read(path), path.name
    _known(set(data), FEED_KEYS, where)
    if data["delivery"] not in ("snapshot", "append"):
        raise ContractError(f"{where}: delivery must be snapshot or append, not {data['delivery']}")
    own = {column["name"]: column for column in data["columns"]}
    shared = [column for block in data.get("blocks", ()) for column in blocks[block] if column["name"] not in own]
    columns = tuple(_column(column, where) for column in [*shared, *data["columns"]])
    names = {column.name for column in columns}
    mentions = tuple(Mention(m["role"], dict(m["columns"])) for m in data.get("mentions", ()))
    for mention in mentions:
        if mention.role not in ROLES or set(mention.columns.values()) - names:
            raise ContractError(f"{where}: mention {mention.role} names an unknown role or column")
    if missing := {*data["key"], *data.get("row_requires", ()), *data.get("wide", ())} - names:
        raise ContractError(f"{where}: key, row_requires or wide names unknown columns {sorted(missing)}")
    return Feed(
        name=data["feed"], title=data["title"], department=data["department"], grain=data["grain"],
        delivery=data["delivery"], freshness_days=data["freshness_days"], key=tuple(data["key"]), columns=columns,
        mentions=mentions, row_requires=tuple(data.get("row_requires", ())),
        title_synonyms=tuple(data.get("title_synonyms", ())),
        event_column=data.get("event_column"), case_column=data.get("case_column"),
        economic=data.get("economic", False), is_renewed=data.get("is_renewed", False),
        wide=tuple(data["wide"]) if "wide" in data else None,
        subjects=tuple(data.get("subjects", ())), heads=tuple(data.get("heads", ())),
    )  # fmt: skip


@dataclass(frozen=True)
class HeaderWords:
    """Parts of headers: `words` (spelling -> word), `subjects` of every feed, those of them that name nobody alone;
    `alike` (spelling -> word) and `silent` are for the loosest reading; `latin` (a database's English name ->
    header)."""

    words: dict[str, str]
    subjects: tuple[str, ...]
    not_alone: frozenset[str]
    alike: dict[str, str]
    silent: tuple[str, ...]
    latin: dict[str, str]


@cache
def header_words() -> HeaderWords:
    """The spellings of parts of headers (headers.yaml)."""
    data = _read(FOLDER / "headers.yaml")
    _known(set(data), frozenset(["words", "subjects", "not_alone", "alike", "silent", "latin"]), "headers.yaml")
    return HeaderWords(
        _spellings(data, "words"), tuple(data["subjects"]), frozenset(data["not_alone"]), _spellings(data, "alike"),
        tuple(data["silent"]), _spellings(data, "latin"),
    )  # fmt: skip


def _spellings(data: dict[str, Any], section: str) -> dict[str, str]:
    """Spelling -> word of one section of headers.yaml; ContractError where a spelling stands for two words."""
    words: dict[str, str] = {}
    for word, spellings in data[section].items():
        for spelling in spellings:
            if words.setdefault(str(spelling), str(word)) != str(word):
                raise ContractError(f"headers.yaml, {section}: {spelling} stands for two words")
    return words


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """Code list -> {spelling: canonical value}."""
    lists: dict[str, dict[str, str]] = {}
    for name, entries in _read(FOLDER / "codes.yaml").items():
        spellings: dict[str, str] = {}
        for canonical, group in entries.items():
            for spelling in (canonical, *group):
                if spellings.setdefault(str(spelling), str(canonical)) != str(canonical):
                    raise ContractError(f"codes.yaml, {name}: {spelling} stands for two values")
        lists[name] = spellings
    return lists


@cache
def withdrawals(kind: str) -> tuple[tuple[str, str], ...]:
    """What headers outside a contract ask and the answers that take a row back, as patterns, for a kind of rows
    (`Feed.kind_of_rows`)."""
    data = _read(FOLDER / "withdrawals.yaml")
    _known(set(data), frozenset(["any", "payments", "register"]), "withdrawals.yaml")
    return tuple((mark["asks"], mark["answers"]) for mark in [*data["any"], *(data[kind] if kind else ())])


@cache
def all_feeds() -> dict[str, Feed]:
    """Every feed by name, in the order of the file names."""
    blocks = _read(FOLDER / "blocks.yaml")
    feeds = (_feed(path, blocks) for path in sorted((FOLDER / "feeds").glob("*.yaml")))
    return {feed.name: feed for feed in feeds}


def get_feed(name: str) -> Feed:
    """The contract of one feed; ContractError when there is none."""
    if name not in all_feeds():
        raise ContractError(f"there is no feed {name}; known feeds are {', '.join(all_feeds())}")
    return all_feeds()[name]


@cache
def contract_digest() -> str:
    """SHA-256 over all contract files: part of the key under which parsed deliveries are kept."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*.yaml")):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
