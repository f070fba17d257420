"""The quality page of a release: from the results alone, with what changed since the releases before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.publishing.quality import page_of
from pipelines.storage.paths import DataFolder
from tests import release_factory

GRADES = {"家庭": [{"name": "A", "count": 1}]}


@pytest.fixture
def page(release: Path) -> str:
    return (release / "reports" / "quality.html").read_text(encoding="utf-8")


def told(as_of: str = "2026-10-31", **states: str) -> dict:
    """The factory's results with other outcomes: name -> passed or a reason."""
    base = release_factory.quality()
    results = [
        {**result, "passed": states.get(result["name"], result["reason"] or "passed") == "passed",
         "reason": None if (state := states.get(result["name"], result["reason"] or "passed")) == "passed" else state}
        for result in base["results"]
    ]  # fmt: skip
    return {**base, "as_of": as_of, "results": results}


def test_the_page_needs_nothing_from_elsewhere_and_is_found_from_the_report(page: str, release: Path) -> None:
    assert not re.search(r"(src|href)=\"(https?:)?//|<script|@import|url\(", page)
    report = (release / "reports" / "index.html").read_text(encoding="utf-8")
    assert '<a href="quality.html">' in report
    assert '<a href="index.html">' in page


def test_what_has_not_been_evaluated_has_not_passed(page: str) -> None:
    assert "<b>1 / 4</b><span>项检查符合要求" in page
    assert "<b>2</b><span>项不符" in page
    assert "<b>1</b><span>项未能评估" in page


def test_rows_are_told_by_key_and_figures_by_name(page: str) -> None:
    assert release_factory.row_id("dibao", 5) in page
    assert "月保障金额：中位数" in page
    assert not [number for number in release_factory.ID_NUMBERS if number in page]


def test_a_delivery_that_was_doubted_says_why_and_its_line_is_drawn(page: str) -> None:
    card = page[page.index('id="dibao"') :]
    assert "2026-11-01 的报送暂不使用" in card
    assert "2026-10-31 的报送有疑问：中位数与前几次相差不到6倍" in card
    assert 'aria-label="行数：2026-09-30 4、2026-10-31 2"' in card
    assert card.count("<polyline") == 2


def test_grades_of_households_and_members_stand_on_the_page(page: str) -> None:
    part = page[page.index("家庭和成员的数据质量等级") :]
    assert 'aria-label="家庭"' in part
    assert '<td class="n">1</td><td class="n">0</td><td class="n">1</td><td class="n">0</td>' in part, "A and C"


def test_the_results_are_published_as_they_are(release: Path) -> None:
    assert json.loads((release / "reports" / "quality.json").read_text(encoding="utf-8")) == release_factory.quality()


def test_the_trend_ends_at_a_release_of_a_version_that_did_not_say_what_it_followed_on(
    build: Callable[..., Path], data: DataFolder
) -> None:
    before = data.releases / f"{release_factory.PREVIOUS_AS_OF}" / "0"
    before.mkdir(parents=True)
    (before / "manifest.json").write_text('{"format": 1}')
    assert (build() / "reports" / "quality.html").is_file()


def test_the_first_evaluation_compares_with_nothing() -> None:
    shown = page_of(told(), [], GRADES)
    assert {result["change"] for result in shown["failed"]} == {None}
    assert [entry["as_of"] for entry in shown["trend"]] == ["2026-10-31"]


def test_what_is_new_comes_first_and_what_recovered_is_told() -> None:
    before = told("2026-09-30", id_number_bad_checksum="passed", sexed_as_numbered="not_met")
    now = told(medians_keep_their_unit="not_met", sexed_as_numbered="passed")
    shown = page_of(now, [before], GRADES)
    changes = {result["name"]: result["change"] for result in shown["failed"]}
    assert changes == {"id_number_bad_checksum": "new", "medians_keep_their_unit": "open"}
    assert [result["severity"] for result in shown["failed"]] == ["hold", "warn"], "what holds a delivery stands first"
    assert [result["name"] for result in shown["recovered"]] == ["sexed_as_numbered"]
    assert [(entry["as_of"], entry["passed"], entry["failed"]) for entry in shown["trend"]] == [
        ("2026-09-30", 2, 2), ("2026-10-31", 2, 2),
    ]  # fmt: skip


def test_an_expectation_that_the_release_before_could_not_evaluate_is_no_new_fault() -> None:
    shown = page_of(told(sexed_as_numbered="not_met"), [told()], GRADES)
    assert {result["name"]: result["change"] for result in shown["failed"]}["sexed_as_numbered"] == "first"


def test_shares_of_faulty_numbers_are_profiled() -> None:
    (profile,) = page_of(told(), [], GRADES)["feeds"][0]["numbers"]
    assert profile == {
        "column": "id_number",
        "shares": [{"fault": "bad_checksum", "title": "校验位不符", "share": 0.5}],
    }
