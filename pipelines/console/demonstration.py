"""The command `hedui demo`: a synthetic county, the whole run on it, and how right it was."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from pipelines.audit import evaluate
from pipelines.console import nightly
from pipelines.console.exits import OF_STATE, Exit, usage
from pipelines.console.show import TerminalProgress, as_json
from pipelines.console.summary import demo_ending
from pipelines.demo import make_county
from pipelines.publishing import write_evaluation_page
from pipelines.settings import Settings

#: The business date of the demo: fixed, so that the same seed gives the same county whenever it is run.
AS_OF = date(2026, 10, 31)

MARK = ".hedui-demo"
PARTS = ("landing", "truth", "data")
EVALUATION = "evaluation.html"


def run(out: Path, persons: int, seed: int, as_of: date, *, json: bool) -> Exit:
    """Makes everything below `out` anew. Only a folder that a demo made, or an empty one, is written into."""
    out = out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise usage("文件夹不是空的，也不是演示所建", str(out), "用 --out 指定一个新文件夹")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()
    for part in PARTS:
        _remove(out / part)
    progress = TerminalProgress()
    progress("demo", f"正在生成 {persons:,} 人的县 making a county")
    county = make_county(out, persons, seed, as_of)
    # A made-up county is nobody's news.
    summary = nightly.run(Settings(landing=out / "landing", data=out / "data", notify=SecretStr("")), as_of)
    scored = evaluate(out / "truth", summary.release) if summary.release else None
    if scored and summary.release:
        write_evaluation_page(scored, summary.release, out / EVALUATION)
    if json:
        record = {"county": dataclasses.asdict(county), "run": nightly.as_record(summary), "evaluation": scored}
        as_json({**record, "exit_status": OF_STATE[summary.state]})
    else:
        nightly.tell(summary)
        if scored and summary.release:
            demo_ending(scored, summary.release, out / "landing", out / EVALUATION)
    return OF_STATE[summary.state]


def _remove(folder: Path) -> None:
    """Releases are read-only: their folders are opened before they are removed."""
    if folder.exists():
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)
