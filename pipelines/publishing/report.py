"""The first page of a release: one self-contained HTML file without scripts or anything from the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import all_feeds
from pipelines.matching.calibration import expected_calibration_error, reliability
from pipelines.publishing import picture
from pipelines.publishing.context import RunContext
from pipelines.publishing.pages import page_environment
from pipelines.publishing.people import Subjects
from pipelines.publishing.worklists import HELP_DUE, OUTCOME_WORDS, SEVERITY_ORDER
from pipelines.storage import atomic

SEVERITY_TITLES = {
    "红": "红 · 下次发放前停核", "黄": "黄 · 复核时核查", "蓝": "蓝 · 可能应享未享",
    "灰": "灰 · 数据问题，不涉及个人待遇",
}  # fmt: skip
STATES = {"fresh": "有效", "stale": "已过期", "never": "从未报送", "not_applicable": "本县不适用"}
EXTRACT_TITLES = {
    "person_link": "人员关联", "person": "人员", "finding": "疑点", "further_finding": "进一步核查疑点",
    "verified_household": "已核家庭", "household_member": "家庭成员数据质量", "household_change": "家庭变化",
    "duplicate_candidate": "重复待核", "quarantine": "未采用的行和值", "delivery_receipt": "报送回执",
    "lineage": "来源链",
}  # fmt: skip


def severity_tables(subjects: Subjects) -> dict[str, list[dict[str, Any]]]:
    """Severity -> its codes with title, number of findings, how many are certain, how many are on first sight new."""
    open_ones = subjects.findings.filter(pl.col("state") != "cleared")
    counted = (
        open_ones.group_by("severity", "code")
        .agg(count=pl.len(), certain=pl.col("certain").fill_null(False).sum(), amount=pl.col("amount").sum())
        .sort("count", "code", descending=[True, False])
    )
    tables: dict[str, list[dict[str, Any]]] = {severity: [] for severity in (HELP_DUE, *SEVERITY_ORDER)}
    for row in counted.iter_rows(named=True):
        tables.setdefault(row["severity"], []).append({**row, "title": subjects.titles.get(row["code"], row["code"])})
    return tables


def feed_table(subjects: Subjects) -> list[dict[str, Any]]:
    """Each feed with its age and state, and the rows of the files in force: read, used, repeated, held back."""
    receipts = subjects.receipts
    used = receipts.filter("in_force") if "in_force" in receipts.columns else receipts
    sums = used.group_by("feed").agg(
        read=pl.col("rows_read").sum(), used=pl.col("rows_accepted").sum(), repeated=pl.col("rows_repeat").sum(),
        held=pl.col("rows_quarantined").sum(), files=pl.len(),
    )  # fmt: skip
    counts = {row["feed"]: row for row in sums.iter_rows(named=True)}
    nothing = {"read": 0, "used": 0, "repeated": 0, "held": 0, "files": 0}
    rows = []
    for row in subjects.feeds.iter_rows(named=True):
        contract = all_feeds().get(row["feed"])
        title = contract.title if contract else row["feed"]
        state = "not_applicable" if row["state"] == "never" and row["not_applicable_reason"] else row["state"]
        rows.append(
            {
                **row,
                "title": title,
                "state": state,
                "state_word": "未能采用" if state == "never" and row["is_fallback"] else STATES.get(state, state),
                **nothing,
                **counts.get(row["feed"], {}),
            }
        )
    return rows


#: Fewer judged pairs than this say little about the score.
FEW_PAIRS = 100


def reliability_curve(judged: pl.DataFrame) -> dict[str, Any]:
    """pairs, error (expected calibration error, null without pairs), is_small and the bins: of the pairs said to be one
    person with a probability, how many caseworkers found to be one. `judged` has probability and is_same.
    """
    bins = reliability(judged)
    pairs = int(bins["pairs"].sum())
    error = expected_calibration_error(bins) if pairs else None
    return {"pairs": pairs, "error": error, "is_small": pairs < FEW_PAIRS, "bins": bins.to_dicts()}


def write_report(
    subjects: Subjects,
    target: Path,
    context: RunContext,
    rows: dict[str, int],
    worklists: list[dict[str, Any]],
    receipts: list[dict[str, Any]],
    quality: dict[str, Any],
) -> None:
    """Writes the page; every value is escaped, and no name or number of a person is on it. `quality` are the totals of
    the quality page beside it."""
    tables = severity_tables(subjects)
    severities = {
        name: {"title": SEVERITY_TITLES.get(name, name), "codes": codes, "count": sum(code["count"] for code in codes)}
        for name, codes in tables.items()
    }
    outcomes = dict(subjects.households.group_by("outcome").len().sort("outcome").iter_rows())
    page = page_environment().get_template("report/page.html.j2").render(
        context=context,
        severities=severities,
        outcomes=[
            {"title": title, "code": code, "count": outcomes.get(code, 0)} for code, title in OUTCOME_WORDS.items()
        ],
        households=subjects.households.height,
        people=subjects.people.height,
        curve=reliability_curve(subjects.judged),
        pairs=subjects.pairs.filter(pl.col("state") == "open").height,
        feeds=feed_table(subjects),
        receipts=sorted(receipts, key=lambda told: (told["state"] == "已采用", told["feed"], told["delivery"])),
        quality=quality,
        extracts=[{"name": name, "title": EXTRACT_TITLES[name], "rows": count} for name, count in rows.items()],
        worklists=worklists,
        **_picture(subjects),
    )  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(target, page)


def _picture(subjects: Subjects) -> dict[str, Any]:
    """The figures of the charts."""
    figures = subjects.picture
    return {
        "towns": picture.towns(subjects.findings),
        "funds": figures.funded.to_dicts(),
        "change": picture.change(subjects.changes, figures.findings_changed),
        "incomes": picture.incomes(subjects.households, figures.income_lines),
        "coverage_titles": picture.COVERAGE,
        "coverage_by_risk": picture.coverage(figures.covered, "risk"),
        "coverage_by_type": picture.coverage(figures.covered, "household_type"),
        "judged": figures.judged.to_dicts(),
    }
