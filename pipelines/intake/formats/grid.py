"""A sheet as delivered: cells in rows, with what the file says of merged ranges and visibility."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: ((first row, first column), (last row, last column)), 0-based, both ends included.
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Grid:
    """One sheet. `name` is None for a text file; rows count from the sheet's first line, as a user sees them.

    `strict_width` says that every data row has to have as many cells as the header (a text file). `errors` are the
    cells (row, column), 0-based, that hold an error's text, or "" for a formula that was saved without its result.
    `first_row`: the rows before it are empty here, because they are another table's. `legend`: what other sheets of the
    workbook say of codes, as (what is coded, or "" where they do not say; code; word). `part_of`: the name of the
    sheet that this is one of several tables of, whose rows keep its address.
    """

    name: str | None
    number: int
    rows: list[list[Any]]
    merged: list[Range] = field(default_factory=list)
    visible: bool = True
    strict_width: bool = False
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    first_row: int = 0
    legend: tuple[tuple[str, str, str], ...] = ()
    part_of: tuple[str | None] | None = None

    @property
    def sheet(self) -> str | None:
        """The sheet's name in the file, also of a table that is a part of it under a name of its own."""
        return self.part_of[0] if self.part_of else self.name
