"""The first page of a release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


def test_no_person_is_on_the_page(page: str) -> None:
    assert not [value for value in (*release_factory.ID_NUMBERS, "李四", "HYPERLINK") if value in page]


def test_everything_is_escaped(build, data) -> None:  # type: ignore[no-untyped-def]
    findings = release_factory.mart_rows("1")["finding"]
    findings[0] |= {"title": "<script>alert(1)</script>", "town": "<b>镇"}
    page = (build(changed={"finding": findings}) / "reports" / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>镇" not in page
    assert "&lt;script&gt;" in page
