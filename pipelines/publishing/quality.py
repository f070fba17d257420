"""The quality page of a release, from the results that its run has written: counts and row keys, never a value.

The results themselves stand beside it (`reports/quality.json`), and are read back from the releases before for trends.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.publishing.context import RunContext
from pipelines.publishing.pages import page_environment
from pipelines.storage import atomic
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import PREVIOUS, read_manifest

NAME = "quality.json"
#: So many releases before this one are looked back on.
KEPT = 11

SEVERITIES = {"block": "阻断发布", "hold": "暂缓使用", "warn": "提示"}
#: Grade -> what it says of a member's or a household's rows.
GRADES = {
    "A": "没有存疑",
    "B": "有缺项或不寻常的值",
    "C": "自相矛盾或与其他来源矛盾",
    "D": "关键内容缺失或身份证号不可用",
}
#: State of an expectation -> the word for it; the order is that of the page.
STATES = {"failed": "不符", "unevaluated": "未评估", "passed": "符合"}
#: How an expectation stands beside the release before.
CHANGES = {"new": "新出现", "open": "仍存在", "first": "首次评估"}
#: What ID numbers and accounts are profiled by: the end of an expectation's name -> the word for it.
NUMBER_FAULTS = {
    "missing": "未填写", "bad_checksum": "校验位不符", "precision_lost": "Excel丢位", "old_form": "15位旧号",
    "bad_length": "位数不对", "placeholder": "占位数字", "impossible_birth_date": "生日不可能",
    "other_document": "其他证件",
}  # fmt: skip


def write_quality(release: Path, work: Path, data: DataFolder, context: RunContext) -> dict[str, Any]:
    """Writes results and page into the release's reports; returns the page's totals."""
    text = (work / "quality" / NAME).read_text(encoding="utf-8")
    reports = release / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    atomic.write_text(reports / NAME, text)
    told = json.loads(text)
    before = _releases_before(data, context)
    grades = {
        title: _grades(pl.read_parquet(release / "extracts" / f"{extract}.parquet"))
        for title, extract in (("家庭", "verified_household"), ("家庭成员", "household_member"))
    }
    shown = page_of(told, before, grades)
    page = page_environment().get_template("quality/page.html.j2").render(context=context, **shown)
    atomic.write_text(reports / "quality.html", page)
    totals: dict[str, Any] = shown["totals"]
    return totals


def _releases_before(data: DataFolder, context: RunContext) -> list[dict[str, Any]]:
    """The results of the releases that this one follows on, newest first."""
    found: list[dict[str, Any]] = []
    name = f"{context.previous_as_of}/{context.previous_run_id}" if context.previous_run_id else None
    while name and len(found) < KEPT:
        release = data.releases / name
        if (told := release / "reports" / NAME).is_file():  # releases of earlier versions have none
            found.append(json.loads(told.read_text(encoding="utf-8")))
        previous = read_manifest(release).get(PREVIOUS) if (release / "manifest.json").is_file() else None
        name = f"{previous['as_of']}/{previous['run_id']}" if previous else None
    return found


def _grades(graded: pl.DataFrame) -> list[dict[str, Any]]:
    """How many have each grade."""
    counted = dict(graded.group_by("data_quality_grade").len().iter_rows())
    return [{"name": grade, "count": counted.get(grade, 0)} for grade in GRADES]


def state_of(result: Mapping[str, Any]) -> str:
    if result["passed"]:
        return "passed"
    return "failed" if result["reason"] == "not_met" else "unevaluated"


def page_of(
    told: Mapping[str, Any], before: Sequence[Mapping[str, Any]], grades: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """What the template shows: totals, one entry per feed, the failed expectations, and how it was before."""
    dimensions = {dimension["name"]: dimension["title"] for dimension in told["dimensions"]}
    earlier = {_name(result): state_of(result) for result in before[0]["results"]} if before else None
    results = [{**result, "state": state_of(result), "change": _change(result, earlier)} for result in told["results"]]
    by_feed: dict[str, list[dict[str, Any]]] = {feed["feed"]: [] for feed in told["feeds"]}
    for result in results:
        by_feed[result["feed"]].append(result)
    feeds = [_feed(feed, by_feed[feed["feed"]], dimensions) for feed in told["feeds"]]
    counted = Counter(result["state"] for result in results)
    failed = sorted(
        (result for result in results if result["state"] == "failed"),
        key=lambda result: (list(SEVERITIES).index(result["severity"]), result["change"] != "new"),
    )
    recovered = [] if earlier is None else [
        {**result, "feed_title": _title(feeds, result["feed"])}
        for result in results if result["passed"] and earlier.get(_name(result)) == "failed"
    ]  # fmt: skip
    return {
        "totals": {**{state: counted[state] for state in STATES}, "all": len(results), "feeds": len(feeds),
                   "held": sum(bool(feed["is_fallback"] and feed["delivery"]) for feed in told["feeds"])},
        "feeds": feeds,
        "dimensions": dimensions,
        "failed": [{**result, "feed_title": _title(feeds, result["feed"])} for result in failed],
        "recovered": recovered,
        "trend": _trend([told, *before]),
        "grades": grades, "grade_titles": GRADES,
        "severities": SEVERITIES, "states": STATES, "changes": CHANGES,
    }  # fmt: skip


def _name(result: Mapping[str, Any]) -> tuple[str, str]:
    return result["feed"], result["name"]


def _title(feeds: Iterable[Mapping[str, Any]], feed: str) -> str:
    return next(str(entry["title"]) for entry in feeds if entry["feed"] == feed)


def _change(result: Mapping[str, Any], earlier: Mapping[tuple[str, str], str] | None) -> str | None:
    if result["passed"] or earlier is None:
        return None
    return {None: "first", "failed": "open", "unevaluated": "first"}.get(earlier.get(_name(result)), "new")


def _feed(feed: Mapping[str, Any], results: list[dict[str, Any]], dimensions: Mapping[str, str]) -> dict[str, Any]:
    cells = []
    for dimension in dimensions:
        states = Counter(result["state"] for result in results if result["dimension"] == dimension)
        cells.append({"dimension": dimension, **{state: states[state] for state in STATES}, "all": states.total()})
    numbers = [profile for column in ("id_number", "account_number") if (profile := _numbers(column, results))]
    return {**feed, "results": results, "cells": cells, "numbers": numbers, "lines": _lines(feed["deliveries"])}


def _numbers(column: str, results: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How the feed's numbers are written: shares of the rows, of each fault."""
    named = {str(result["name"]): result for result in results}
    shares = [
        {"fault": fault, "title": title, "share": 1 - named[f"{column}_{fault}"]["observed"]}
        for fault, title in NUMBER_FAULTS.items()
        if f"{column}_{fault}" in named and named[f"{column}_{fault}"]["observed"] is not None
    ]
    return {"column": column, "shares": shares} if shares else None


def _lines(deliveries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The figures that are followed from delivery to delivery: rows, filled shares, medians; the newest last."""
    if len(deliveries) < 2:
        return []
    lines = [{"title": "行数", "values": [delivery["rows"] for delivery in deliveries], "is_share": False}]
    if "id_number" in deliveries[-1]["filled"]:
        shares = [delivery["filled"].get("id_number", 0) for delivery in deliveries]
        lines.append({"title": "可用身份证号", "values": shares, "is_share": True})
    return lines


def _trend(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Per release, oldest first: business date, the share of evaluated expectations that held, and how many failed."""
    entries = []
    for release in reversed(told):
        states = Counter(state_of(result) for result in release["results"])
        evaluated = states["passed"] + states["failed"]
        share = states["passed"] / evaluated if evaluated else 0.0
        entries.append({"as_of": release["as_of"], "share": share, **{state: states[state] for state in STATES}})
    return entries
