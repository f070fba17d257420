"""The first page of a release."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.publishing.picture import incomes
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
    assert page.count('<span class="mark never">从未报送</span>') == 21
    assert '<span class="mark not_applicable">本县不适用</span> <span>本县没有渔业水域</span>' in page
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


def section(page: str, title: str) -> str:
    """One section of the page, from its heading to the next."""
    return page.split(f"<h2>{title}</h2>")[1].split("<h2>")[0]


def test_money_at_risk_and_money_paid_stand_by_programme(page: str) -> None:
    funds = re.sub(r"<[^>]+>", " ", section(page, "资金")).split()
    row = funds[funds.index("最低生活保障") :][:8]
    assert row == ["最低生活保障", "3,500.00", "7", "41,000.00", "1,120.00", "560.00", "560.00", "1"]


def test_income_is_drawn_around_the_standard_with_both_lines(page: str) -> None:
    part = section(page, "收入与标准之比")
    assert part.count('class="limit"') == 2
    assert "1.2–1.3 倍：1 户" in part
    assert "超过 1.0 倍，不超过 1.5 倍" in part
    assert part.index("超过 1.0 倍") < part.index("100.0%")


def test_coverage_of_the_poverty_lists_is_counted_by_risk_and_kind(page: str) -> None:
    part = section(page, "脱贫户和监测对象得到的救助")
    assert "脱贫户共12户，都没有的3户" in part
    assert "风险未消除共3户，都没有的3户" in part


def test_what_changed_since_the_release_before_is_counted(page: str) -> None:
    part = section(page, "与上次发布相比")
    assert "2026-09-30(运行 0)" in part
    assert "死亡仍享受新增1、消失0、仍存在0" in part
    assert "报送的数据有变 1 户" in part


def test_every_chart_has_a_text(page: str) -> None:
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) > 5
    assert all("aria-label=" in drawing or 'aria-hidden="true"' in drawing for drawing in drawings)


def test_a_ratio_on_a_line_stands_below_it() -> None:
    households = pl.DataFrame({"income_ratio": [0.0, 1.0, 1.01, 1.5, 1.6, 7.0, None]})
    found = incomes(households, (1.0, 1.5))
    assert [zone["count"] for zone in found["zones"]] == [2, 2, 2]
    assert (found["known"], found["unknown"]) == (6, 1)
    assert {round(row["lower"], 1): row["count"] for row in found["bins"] if row["count"]} == {
        0.0: 1, 0.9: 1, 1.0: 1, 1.4: 1, 1.5: 1, 2.0: 1,
    }  # fmt: skip


def test_what_caseworkers_found_of_findings_stands_by_code(page: str) -> None:
    row = '<td>年龄与待遇不符</td><td class="n">3</td><td class="n">1</td><td class="n">33%</td>'
    assert row in section(page, "疑点核实后属实的比例")


def test_no_person_is_on_the_page(page: str) -> None:
    assert not [value for value in (*release_factory.ID_NUMBERS, "李四", "HYPERLINK") if value in page]


def test_everything_is_escaped(build, data) -> None:
    findings = release_factory.mart_rows("1")["finding"]
    findings[0] |= {"title": "<script>alert(1)</script>", "town": "<b>镇"}
    page = (build(changed={"finding": findings}) / "reports" / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>镇" not in page
    assert "&lt;script&gt;" in page
