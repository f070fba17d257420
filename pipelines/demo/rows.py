"""One row that an office keeps: true values, the persons it is about, and later how it was written and where.

`values` are true and typed (str, int, date); `delivered` is what the mess made of them. The truth rules read only
`values`, `persons` and `is_certain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: (feed, delivery, file, sheet, row number): where a row stands.
Address = tuple[str, str, str, str | None, int]


@dataclass(slots=True)
class Naming:
    """How one person stands in one row: what was written and what a careful reader recovers from it."""

    name: str | None
    id_number: Any
    recovered_id: str | None
    id_tag: str = "ok"
    name_tag: str = "ok"
    birth_tag: str = "ok"

    @property
    def difficulty(self) -> str:
        return f"id_{self.id_tag}" + ("" if self.name_tag == "ok" else "+name")


@dataclass(slots=True, eq=False)
class Row:
    feed: str
    values: dict[str, Any]
    persons: dict[str, int]
    unusable: str | None = None
    delivered: dict[str, Any] = field(default_factory=dict)
    namings: dict[str, Naming] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    old_addresses: list[Address] = field(default_factory=list)
    uncertain: frozenset[str] = frozenset()

    @property
    def uid(self) -> int:
        return self.persons["self"]

    def is_certain(self, role: str = "self") -> bool:
        """Whether the row carries a usable ID number of that person's own."""
        return role not in self.uncertain

    def __getitem__(self, column: str) -> Any:
        return self.values[column]
