"""The page that says how right a release is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipelines.publishing import write_evaluation_page


def score(given: int, true: int, hits: int) -> dict[str, Any]:
    return {
        "precision": hits / given if given else None, "recall": hits / true if true else None,
        "f1": 2 * hits / (given + true), "hits": hits, "given": given, "true": true, "certain_precision": None,
    }  # fmt: skip


def scores() -> dict[str, Any]:
    findings = {
        "overall": score(5, 4, 4),
        "by_code": {"poverty_mark_missing": score(1, 1, 1), "age_mismatch": score(4, 3, 3)},
        "by_town": [{"town": "甲镇", **score(2, 2, 2)}, {"town": "乙镇", **score(3, 2, 2)}],
        "by_town_and_code": [{"town": "乙镇", "code": "age_mismatch", **score(3, 2, 2)}],
    }
    links = {"pairwise_beyond_id_number": {"f1": 0.98663}, "pairwise": {"f1": 0.99902}}
    return {
        "links": links, "findings": findings,
        "households": {"outcome_agreement": 0.99843, "income_within_1_yuan": None},
    }  # fmt: skip


def test_what_was_right_stands_by_finding_and_by_town_the_worst_first(release: Path, tmp_path: Path) -> None:
    write_evaluation_page(scores(), release, tmp_path / "deep" / "page.html")
    page = (tmp_path / "deep" / "page.html").read_text(encoding="utf-8")
    assert re.findall(r"<b>(.*?)</b>", page) == ["98.66%", "99.90%", "99.84%", "–"]
    assert page.index("<td>年龄与待遇不符</td>") < page.index("<td>享受救助未标注</td>")
    assert page.index("<td>乙镇</td>") < page.index("<td>甲镇</td>")
    assert "66.67% / 100.00%" in page
    assert "进一步核查疑点" not in page
    assert not re.search(r"(src|href)=\"(https?:)?//|<script|@import|url\(", page)
