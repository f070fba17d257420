"""The first page of a release."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.publishing.report import reliability_curve
from tests import release_factory


@pytest.fixture
def page(release: Path) -> str:
    return (release / "reports" / "index.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"(src|href)=\"(https?:)?//|<script|@import|url\(", page)


def test_help_that_is_due_stands_beside_what_must_be_stopped(page: str) -> None:
    assert page.index("先看这两项") < page.index("困难未保障") < page.index("死亡仍享受") < page.index("其他疑点")


def test_each_feed_is_named_with_its_state(page: str) -> None:
    assert page.count('<span class="mark fresh">有效</span>') == 2
    assert page.count('<span class="mark never">从未报送</span>') == 22
    assert "最低生活保障对象花名册" in page


def test_what_caseworkers_found_is_held_against_what_was_said(page: str) -> None:
    part = page[page.index("匹配的可能性准不准") : page.index("数据来源")]
    assert '<td>40%–50%</td><td class="n">1</td><td class="n">41.0%</td><td class="n">0.0%</td>' in part
    assert '<td>90%–100%</td><td class="n">1</td><td class="n">93.0%</td><td class="n">100.0%</td>' in part
    assert part.count("<circle ") == 2
    assert "只有 2 对，样本小" in part
    assert ">24.0%<" in part  # (0.41 + 0.07) / 2


def test_a_curve_of_many_pairs_needs_no_warning() -> None:
    judged = pl.DataFrame({"probability": [0.75] * 100, "is_same": [True] * 75 + [False] * 25})
    curve = reliability_curve(judged)
    assert (curve["pairs"], curve["error"], curve["is_small"]) == (100, pytest.approx(0), False)


def test_without_verdicts_nothing_is_claimed() -> None:
    nothing = pl.DataFrame(schema={"probability": pl.Float64, "is_same": pl.Boolean})
    assert reliability_curve(nothing) == {"pairs": 0, "error": None, "is_small": True, "bins": []}


def test_no_person_is_on_the_page(page: str) -> None:
    assert not [value for value in (*release_factory.ID_NUMBERS, "李四", "HYPERLINK") if value in page]


def test_everything_is_escaped(build, data) -> None:  # type: ignore[no-untyped-def]
    findings = release_factory.mart_rows("1")["finding"]
    findings[0] |= {"title": "<script>alert(1)</script>", "town": "<b>镇"}
    page = (build(changed={"finding": findings}) / "reports" / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>镇" not in page
    assert "&lt;script&gt;" in page
