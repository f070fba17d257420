"""Report sheets as self-contained HTML: inline styles, no script, nothing from the network (its own CSP forbids it)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipelines.publishing.household_report.sheet import Sheet
from pipelines.publishing.pages import page_environment

#: A name that may go into a file name: plain letters and digits, and nothing in it that could be an ID number.
_PLAIN = re.compile(r"[0-9A-Za-z]+(?:[:_-][0-9A-Za-z]+)*")
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_MAY_BE_ID_NUMBER = re.compile(rf"[1-9]\d{{5}}(?:\d{{2}})?\d{{2}}{_MONTH_AND_DAY}\d{{3}}")
_LONGEST = 80


def file_stem(household_id: str, number: int) -> str:
    """The name of a household's files: its id where that can stand in a file name, else its kind and its number in the
    release. Offices may use an ID number or a name as a case number; neither ever becomes a file name."""
    if len(household_id) <= _LONGEST and _PLAIN.fullmatch(household_id) and not _MAY_BE_ID_NUMBER.search(household_id):
        return household_id.replace(":", "-")
    kind = household_id.split(":", 1)[0]
    return f"{kind if kind.isascii() and kind.isalnum() else 'household'}-no{number:06d}"


class ReportPages:
    """Renders sheets; every value is escaped."""

    def __init__(self) -> None:
        environment = page_environment()
        self._reports = environment.get_template("household_reports.html.j2")
        self._index = environment.get_template("household_index.html.j2")

    def reports(self, sheets: Sequence[Sheet], title: str) -> str:
        """One document of one or many reports, each beginning on a page of its own."""
        return self._reports.render(sheets=sheets, title=title)

    def index(self, town: str, as_of: str, release: str, entries: Sequence[dict[str, Any]]) -> str:
        """The list of a town's reports, for the office alone."""
        return self._index.render(town=town, as_of=as_of, release=release, entries=entries)
