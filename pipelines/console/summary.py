"""What is printed at the end of a run, a demo, an evaluation, a check-up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from pipelines.console.figures import ReleaseFigures
from pipelines.console.show import console, table

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.defs.outcome import ModelChange, RunSummary

STATES = {"fresh": "有效", "stale": "过期", "never": "未报送", "not_applicable": "本县不适用"}
OUTCOMES = {
    "eligible": "符合 eligible",
    "ineligible": "不符合 ineligible",
    "needs_review": "待核实 needs_review",
    "not_authorised": "未授权 not_authorised",
}
#: Longer lists of an evaluation are for a page or a machine.
LONGEST_LIST = 40
#: So many lines of one kind are printed, and so many places of one fault.
LONGEST_NOTICE, MOST_PLACES = 20, 3
FEED_HEADERS = (
    "数据源 feed",
    "报送 delivery",
    "时效",
    "读入\nread",
    "采用\nused",
    "重复\nrepeat",
    "隔离\nheld back",
    "停用文件\nfiles held",
)


def feeds_table(summary: RunSummary) -> Table:
    rows = []
    for feed in summary.feeds:
        state = STATES.get(feed["state"], feed["state"])
        if feed["is_fallback"]:  # something newer came and could not be used
            state = f"{state}(沿用上次)" if feed["delivery"] else "未能采用"
        counts = (feed["read"], feed["used"], feed["repeated"], feed["quarantined"], feed["files_held"])
        rows.append((feed["feed"], feed["delivery"], state, *counts))
    return table("各数据源 Rows by feed", FEED_HEADERS, rows)


def resting_on_older(feed: dict[str, Any]) -> str | None:
    """What is said of a feed that this run took from an older delivery than it should; None of any other feed."""
    delivery, unused = feed["delivery"], feed["unused_delivery"]
    if delivery is None or not (feed["is_fallback"] or feed["state"] == "stale"):
        return None
    age = f"已 {feed['age_days']} 天" + (f"，超过时限 {feed['freshness_days']} 天" if feed["state"] == "stale" else "")
    if feed["is_fallback"]:
        what = f"{feed['title']} {unused} 的报送没有采用，沿用 {delivery} 的（{age}）"
        remedy = f"用 `hedui deliveries show {feed['feed']} {unused}` 查看原因，请报送单位更正"
    else:
        what, remedy = f"{feed['title']}没有新的报送，沿用 {delivery} 的（{age}）", "向报送单位催报"
    return f"{what}；位置：{feed['feed']}/{unused or delivery}；处理：{remedy}"


def changed_model(change: ModelChange) -> str:
    """What is said of a run by another model than the release that it follows on."""
    return (
        f"匹配模型由 {change.before} 换成 {change.after}；与上次发布 {change.release} 相比，"
        f"并入他人的 {change.merged:,} 人，分出的 {change.split:,} 人（其中也有报送或人工结论引起的）"
    )


def figures_tables(figures: ReleaseFigures) -> list[Table]:
    households = [(feed, OUTCOMES.get(outcome, outcome), units) for feed, outcome, units in figures.households]
    return [
        table("发现 Findings", ("级别", "疑点", "代码 code", "确定 certain", "待核 uncertain"), figures.findings),
        table("家庭核对结果 Households", ("名册 register", "结论 outcome", "户数 units"), households),
    ]


def run_summary(summary: RunSummary, figures: ReleaseFigures | None, *, with_timings: bool) -> None:
    out = console()
    if summary.feeds:
        out.print(feeds_table(summary))
    older = [told for feed in summary.feeds if (told := resting_on_older(feed))]
    for label, lines in (
        ("文件未用", unused_files(summary.messages)),
        ("沿用旧报送", older),
        ("提醒", summary.warnings),
    ):
        for line in lines[:LONGEST_NOTICE]:
            out.print(f"[yellow]{label}[/] {escape(line)}", soft_wrap=True)
        if (more := len(lines) - LONGEST_NOTICE) > 0:
            out.print(f"[yellow]{label}[/] 另有 {more} 项；`hedui run --json` 列出全部")
    if summary.model_change:
        out.print(f"[yellow]提醒[/] {escape(changed_model(summary.model_change))}", soft_wrap=True)
    if figures:
        for part in figures_tables(figures):
            out.print(part)
        out.print(
            f"人员 persons {figures.persons:,} · 提及 mentions {figures.mentions:,} · "
            f"待核重复 pairs to review {figures.pairs_for_review:,}"
        )
    if with_timings:
        out.print(timings_table(summary.timings, summary.nodes))
    if summary.release:
        out.print(f"\n[green]已发布 published[/] {summary.as_of}/{summary.run_id}  →  {summary.release}")


def unused_files(messages: Iterable[dict[str, Any]]) -> list[str]:
    """What is said of files that are not used: a line for every fault, however many files of a delivery share it."""
    places: dict[tuple[str | None, Any, str, str], list[str]] = {}
    for message in messages:
        fault = (message["feed"], message["delivery"], message["what"], message["remedy"])
        places.setdefault(fault, []).append(message["where"])
    return [_fault(*fault, where) for fault, where in places.items()]


def _fault(feed: str | None, delivery: Any, what: str, remedy: str, where: list[str]) -> str:
    folder = f"{feed}/{delivery} " if feed else ""
    more = f" 等 {len(where)} 处" if len(where) > MOST_PLACES else ""
    return f"{what}；位置：{folder}{'、'.join(where[:MOST_PLACES])}{more}；处理：{remedy}"


def timings_table(timings: dict[str, float], nodes: Iterable[dict[str, Any]]) -> Table:
    rows: list[tuple[Any, ...]] = list(timings.items())
    slow = sorted(nodes, key=lambda node: -node["seconds"])[:12]
    rows += [(f"  dbt {node['node'].split('.', 1)[1][:60]}", node["seconds"]) for node in slow]  # tests have long names
    return table("用时 Where the time goes", ("步骤 step", "秒 s"), rows)


def scores(evaluation: dict[str, Any]) -> None:
    """Prints the nested figures of an evaluation: one line per figure, short lists as tables."""
    out = console()
    for part, figures in evaluation.items():
        lines, lists = _flat(figures)
        out.print(table(part, ("指标 figure", "值"), lines))
        for name, rows in lists:
            if len(rows) > LONGEST_LIST:
                out.print(f"{part} · {name}: {len(rows)} 行，见 --page 或 --json rows, see --page or --json\n")
                continue
            out.print(table(f"{part} · {name}", tuple(rows[0]), (tuple(row.values()) for row in rows)))


def _flat(
    figures: dict[str, Any], prefix: str = ""
) -> tuple[list[tuple[str, Any]], list[tuple[str, list[dict[str, Any]]]]]:
    lines: list[tuple[str, Any]] = []
    lists: list[tuple[str, list[dict[str, Any]]]] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            inner, deeper = _flat(value, f"{prefix}{name}.")
            lines += inner
            lists += deeper
        elif isinstance(value, list):
            if value and isinstance(value[0], dict):
                lists.append((f"{prefix}{name}", value))
        else:
            lines.append((f"{prefix}{name}", value))
    return lines, lists


def demo_ending(evaluation: dict[str, Any], release: Path, landing: Path, page: Path) -> None:
    """How right the demo was against its own truth (all of it on `page`), and what to open next."""
    links, findings, households = (evaluation[part] for part in ("links", "findings", "households"))
    rows = [
        ("人员归并 links beyond the ID number, F1", _f1(links["pairwise_beyond_id_number"])),
        ("人员归并 all links, F1", _f1(links["pairwise"])),
        ("可能性的平均偏差 calibration error of compared pairs", links["calibration"]["expected_calibration_error"]),
        ("发现 findings, F1", _f1(findings.get("overall") or findings.get("all") or {})),
        ("进一步核查 further findings, F1", _f1(evaluation["further_findings"]["overall"])),
        ("结论一致 household outcomes that agree", households["outcome_agreement"]),
        ("收入一致 incomes within 1 yuan", households["income_within_1_yuan"]),
    ]
    out = console()
    out.print(table("与真值相比 Against the truth", ("", "0 … 1"), rows))
    for part, title in (("findings", "疑点"), ("further_findings", "进一步核查疑点")):
        towns = [(row["town"], row["precision"], row["recall"], row["true"]) for row in evaluation[part]["by_town"]]
        header = ("乡镇 town", "准确率 precision", "查全率 recall", "应列 true")
        out.print(table(f"各乡镇{title} {part} by town", header, towns))
    out.print(f"按疑点和乡镇 by finding and town: {page}\n")
    worklists = sorted((release / "worklists").glob("*.xlsx"))
    out.print("接下来可以打开 What to open next:")
    out.print(f"  1. 乡镇核查清单 a town's worklist   {worklists[0] if worklists else release / 'worklists'}")
    out.print(f"  2. 核对报告 the report               {release / 'reports' / 'index.html'}")
    out.print(f"  3. 数据质量报告 the quality of what came {release / 'reports' / 'quality.html'}")
    out.print(
        f"  4. 全流程图 the graph of assets      HEDUI_LANDING={landing} HEDUI_DATA={release.parents[2]} hedui dev"
    )


def _f1(score: dict[str, Any]) -> float | None:
    value = score.get("f1")
    return None if value is None else float(value)
