"""What was found in a file: how it was read, what each sheet holds, what is told of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.intake.messages import Message
from pipelines.intake.tables import row_kinds
from pipelines.intake.tables.table import SheetTable


@dataclass
class Account:
    """What was found in a file. `verdict` is accepted, rejected or held; counts are rows by kind over all sheets, and
    `sheet_rows` the same by sheet ("" where a file has no sheets). `reported_by`: who drew it up, where it says so."""

    verdict: str = "accepted"
    detected_type: str | None = None
    encoding: str | None = None
    sheets: list[str] = field(default_factory=list)
    header_row: int | None = None
    column_mapping: dict[str, dict[str, Any]] = field(default_factory=dict)
    sheet_rows: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reported_by: list[str] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        return sum(self.counts.values())

    def take(self, table: SheetTable) -> None:
        """Counts a table's rows and keeps its columns: as its sheet's, or as those `further` of the sheet's tables."""
        self.headers += [header for header in table.headers if header not in self.headers]
        self.reported_by += [name for name in table.reported_by if name not in self.reported_by]
        sheet = table.sheet or ""
        columns: dict[str, Any] = {
            "header_row": table.header_row, "columns": table.mapping, "letters": table.letters,
            "reasons": table.reasons,
        }  # fmt: skip
        if sheet in self.column_mapping:
            further = self.column_mapping[sheet].setdefault("further", [])
            further.append({"from_row": table.from_row, **columns})
        else:
            self.column_mapping[sheet] = columns
        self._count(sheet, {**table.counts, row_kinds.DATA: table.counts[row_kinds.DATA] - len(table.again)})
        if table.again:
            self.column_mapping[table.name or ""] = columns
            self._count(table.name or "", {**dict.fromkeys(table.counts, 0), row_kinds.DATA: len(table.again)})

    def _count(self, sheet: str, counts: dict[str, int]) -> None:
        rows = self.sheet_rows.setdefault(sheet, {})
        for kind, count in counts.items():
            rows[kind] = rows.get(kind, 0) + count
            self.counts[kind] = self.counts.get(kind, 0) + count

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Account:
        return cls(**{**data, "messages": [Message(**message) for message in data["messages"]]})
