"""The page that says how right a release is: links, findings by code and town, households, against a known truth.

A release cannot know its truth, so the page stands beside it and not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing.pages import page_environment
from pipelines.publishing.people import rule_titles
from pipelines.storage import atomic
from pipelines.storage.releases import read_manifest

PARTS = {"findings": "疑点", "further_findings": "进一步核查疑点"}


def write_evaluation_page(scores: Mapping[str, Any], release: Path, target: Path) -> None:
    """Writes `scores` of a release (what `audit.evaluate` returns) as one self-contained page."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        titles = rule_titles(connection)
    page = page_environment().get_template("report/evaluation.html.j2").render(
        as_of=read_manifest(release)["as_of"],
        links=scores["links"],
        households=scores["households"],
        parts=[{"title": title, **_findings(scores[name], titles)} for name, title in PARTS.items() if name in scores],
    )  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(target, page)


def _findings(scores: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """One row a code, worst first; one row a town; and the cells of code by town, where towns are known."""
    codes = [{"code": code, "title": titles.get(code, code), **cell} for code, cell in scores["by_code"].items()]
    towns = scores.get("by_town", [])
    cells = {(cell["code"], cell["town"]): cell for cell in scores.get("by_town_and_code", [])}
    return {
        "overall": scores["overall"],
        "codes": sorted(codes, key=lambda row: (_f1(row), row["code"])),
        "towns": sorted(towns, key=lambda row: (_f1(row), row["town"])),
        "cells": cells,
    }


def _f1(score: Mapping[str, Any]) -> float:
    return 1.0 if score["f1"] is None else float(score["f1"])
