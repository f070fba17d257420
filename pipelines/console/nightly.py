"""The command `hedui run`: the arguments checked, the run made, its outcome told."""

from __future__ import annotations

import dataclasses
import sys
from datetime import date
from typing import Any

from pipelines.console import summary as summaries
from pipelines.console.exits import usage
from pipelines.console.figures import release_figures
from pipelines.console.show import TerminalProgress
from pipelines.defs.announcing import check_addresses
from pipelines.defs.conventions import FIRST_BUSINESS_DATE
from pipelines.defs.headless import run_headless
from pipelines.defs.outcome import RunSummary
from pipelines.settings import Settings


def run(settings: Settings, as_of: date) -> RunSummary:
    if not settings.landing.is_dir():
        raise usage("没有这个报送文件夹", str(settings.landing), "用 --landing 指定存放各部门报送文件的文件夹")
    if settings.model and not settings.model.is_file():
        raise usage("没有这个匹配模型文件", str(settings.model), "改正 --model，或省略以使用随附的模型")
    if as_of < FIRST_BUSINESS_DATE:
        raise usage("业务日期过早", as_of.isoformat(), f"--as-of 不早于 {FIRST_BUSINESS_DATE}")
    check_addresses(settings)
    return run_headless(settings, as_of, TerminalProgress())


def as_record(summary: RunSummary) -> dict[str, Any]:
    """The summary for programs, with the counts of the release."""
    figures = release_figures(summary.release) if summary.release else None
    return {**dataclasses.asdict(summary), "figures": dataclasses.asdict(figures) if figures else None}


def tell(summary: RunSummary, *, with_timings: bool = False) -> None:
    """Prints the outcome. Why a run was stopped or failed goes to standard error, with what to do."""
    figures = release_figures(summary.release) if summary.release else None
    summaries.run_summary(summary, figures, with_timings=with_timings)
    if summary.state == "stopped":
        print("检查未通过，没有发布；上一次发布继续有效。", file=sys.stderr)
    elif summary.state == "failed":
        print("运行失败；上一次发布继续有效。", file=sys.stderr)
    for reason in summary.reasons[:20]:
        print(f"  原因：{reason}", file=sys.stderr)
    if summary.state in ("stopped", "failed"):
        place = f"业务日期 {summary.as_of}，运行 {summary.run_id}"
        print(
            f"  位置：{place}\n  处理：按原因更正报送或配置后重新运行；`hedui dev` 可查看每一步的记录", file=sys.stderr
        )
