"""Tables, progress and JSON. Tables go to standard output, progress and errors to standard error."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

#: Width when the output is no terminal: a table in a file is read by people too.
PIPE_WIDTH = 120
#: A cell of up to so many columns of the terminal stays on one line.
LONGEST_WHOLE = 16


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def as_json(value: Any) -> None:
    """Prints the value as one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table whose numbers stand right; they, short words and the first column, what the row is about, are never
    broken. None is shown as a dash."""
    body = [list(row) for row in rows]
    made = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for position, header in enumerate(headers):
        numeric = bool(body) and all(isinstance(row[position], int | float | None) for row in body)
        whole = numeric or not position or all(cell_len(_cell(row[position])) <= LONGEST_WHOLE for row in body)
        made.add_column(header, justify="right" if numeric else "left", overflow="fold", no_wrap=whole)
    for row in body:
        made.add_row(*(_cell(value) for value in row))
    return made


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) <= 1 else f"{value:,.2f}"
    return str(value).replace("[", r"\[")


class TerminalProgress:
    """One line per finished step with its counts and the seconds since the start; silent unless on a terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __call__(self, step: str, sentence: str) -> None:
        if self._shown:
            print(f"{time.monotonic() - self._begun:7.1f} s  {step:<18} {sentence}", file=sys.stderr, flush=True)
