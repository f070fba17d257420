"""What was read of a sheet: its rows as text under the contract's columns, and where each column came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message


@dataclass
class SheetTable:
    """The rows of one sheet: `columns` (by name) and `extra` hold texts, one a data row; `counts` by kind of row.

    `reasons` say why a column was recognised: by its own header, a synonym, a derived spelling, its content, or
    supplied by the sheet's title or name. `sheet` is the file's own name for it, `name` tells tables of one sheet
    apart; `from_row` (1-based) is where such a table begins, `again` are rows of a wide sheet that an earlier table of
    it has too. `reported_by` are the persons who drew it up, where it says so.
    """

    name: str | None
    sheet: str | None
    number: int
    counts: dict[str, int]
    header_row: int | None = None
    from_row: int = 1
    headers: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    extra: list[str | None] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reported_by: list[str] = field(default_factory=list)
    header: Header | None = None
    again: set[int] = field(default_factory=set)

    @property
    def sheet_of_rows(self) -> list[str | None]:
        """The sheet in each row's address: its own, and the table's name for a row that another table has had."""
        return [self.name if row in self.again else self.sheet for row in self.rows]

    @property
    def rows_read(self) -> int:
        return sum(self.counts.values())

    def fill(self, name: str, values: Sequence[str | None], reason: str) -> None:
        """Gives a column that the sheet has no header for."""
        self.columns[name], self.reasons[name] = list(values), reason
