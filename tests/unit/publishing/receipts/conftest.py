"""A release of a few units, and what one of them looks like on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.publishing.household_report import Office, ReleaseReader, ReportPages, compose
from pipelines.publishing.household_report.sheet import Sheet
from tests.household_factory import HEAD, ID_NUMBERS, ReleaseMaker


@pytest.fixture
def maker() -> ReleaseMaker:
    made = ReleaseMaker()
    made.person(HEAD, "王建国", ID_NUMBERS[0])
    return made


@pytest.fixture
def sheet_of(maker: ReleaseMaker, tmp_path: Path) -> Callable[[str], Sheet]:
    """Writes the release and composes the sheet of one household."""

    def sheet_of(household_id: str, office: Office | None = None) -> Sheet:
        with ReleaseReader(maker.write(tmp_path / "releases")) as reader:
            return compose(reader.read([household_id])[0], reader, office or Office())

    return sheet_of


@pytest.fixture
def page_of(sheet_of: Callable[[str], Sheet]) -> Callable[[str], str]:
    return lambda household_id: ReportPages().reports([sheet_of(household_id)], "核对报告")
