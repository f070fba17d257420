"""From a published row to the delivered cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.audit import NotPublished, lineage_of
from pipelines.storage.paths import DataFolder
from tests import release_factory


def test_a_finding_leads_to_its_rows_and_their_cells(release: Path) -> None:
    chain = lineage_of(release, "finding", "f1")
    assert chain.published["code"] == "deceased_recipient"
    assert [(row.feed, row.file, row.sheet, row.row_number, row.archive) for row in chain.sources] == [
        ("cremation", "cremation.csv", None, 2, "verified"),
        ("dibao", "dibao.xlsx", "测试镇", 4, "verified"),
    ]
    cells = {cell.column: (cell.header, cell.delivered) for cell in chain.sources[0].cells}
    assert cells["died_on"] == ("死亡日期", "2026-08-03")
    assert chain.sources[0].steps == ("finding:deceased_recipient",)


def test_a_further_finding_is_asked_for_like_a_finding(release: Path) -> None:
    chain = lineage_of(release, "finding", "f3")
    assert chain.published["code"] == "poverty_mark_missing"
    assert [(row.feed, row.row_number, row.steps) for row in chain.sources] == [
        ("dibao", 5, ("finding:poverty_mark_missing",)),
    ]


def test_a_household_leads_to_all_its_rows(release: Path) -> None:
    chain = lineage_of(release, "household", "h1")
    assert [(row.row_number, row.steps) for row in chain.sources] == [
        (4, ("household:member",)),
        (5, ("household:member",)),
    ]
    assert (chain.as_of, chain.run_id) == ("2026-10-31", "1")


def test_a_person_leads_to_the_reasons_for_its_rows(release: Path) -> None:
    reasons = lineage_of(release, "person", "p2").reasons
    assert [(reason.outcome, reason.method) for reason in reasons] == [
        ("joined", "id_number"),
        ("apart", "decision"),
        ("apart", "decision"),
        ("review", "model"),
    ]
    assert lineage_of(release, "household", "h1").reasons == ()


def test_numbers_are_masked_unless_asked_for(release: Path) -> None:
    hidden = {cell.column: cell.delivered for cell in lineage_of(release, "person", "p1").sources[1].cells}
    assert hidden["id_number"] == "340590********4527"
    assert hidden["account_number"] == "*" * 15 + "1234"
    assert "备注" not in hidden
    shown = {cell.column: cell.delivered for cell in lineage_of(release, "person", "p1", reveal=True).sources[1].cells}
    assert shown["id_number"] == release_factory.ID_NUMBERS[0]
    assert shown["account_number"] == release_factory.ACCOUNT
    assert shown["备注"] == "随意"


def test_a_delivery_that_is_no_longer_what_was_received_is_said(release: Path, data: DataFolder) -> None:
    for path in data.archive.rglob("*"):
        if path.is_file():
            path.write_bytes(b"changed")
    assert {row.archive for row in lineage_of(release, "finding", "f1").sources} == {"changed"}


@pytest.mark.parametrize(("kind", "identifier"), [("finding", "f9"), ("payment", "f1")])
def test_what_was_not_published_is_refused(release: Path, kind: str, identifier: str) -> None:
    with pytest.raises(NotPublished):
        lineage_of(release, kind, identifier)
