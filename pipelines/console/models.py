"""The commands `hedui model …`: re-estimating the matching model on a county's own records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.console.exits import usage
from pipelines.console.flat_tables import read_tables
from pipelines.console.show import TerminalProgress, as_json
from pipelines.matching import load_model
from pipelines.matching.estimation import as_yaml, changed_levels, estimate, model_file
from pipelines.matching.records import clean_records


def estimate_model(records: list[Path], out: Path, base: Path | None, dated: date, *, json: bool) -> None:
    """Writes a new dated model file; the tables are mentions (with mention_id) or flat records (with record_id)."""
    if out.suffix.lower() not in (".yaml", ".yml"):
        raise usage("模型文件的类型不对", str(out), "输出文件用 .yaml")
    if out.exists():
        raise usage("模型文件已经存在", str(out), "换一个带日期的新文件名，旧模型不覆盖")
    progress = TerminalProgress()
    table = read_tables(records)
    mentions = table if "mention_id" in table.columns else clean_records(table)
    model = load_model(base)
    progress("read", f"{mentions.height:,} 条记录")
    found = estimate(mentions, model)
    text = as_yaml(model_file(found, base, dated))
    out.write_text(text, encoding="utf-8")
    changes = changed_levels(model, found.model)
    if json:
        names = ("mentions", "persons", "pairs", "rounds")
        as_json({**{name: getattr(found, name) for name in names}, "changed_levels": len(changes), "model": out})
        return
    for comparison, level, before, after in changes:
        print(f"{comparison}.{level}: m {before.m:.5f} → {after.m:.5f}, u {before.u:.2g} → {after.u:.2g}")
    print(f"{found.mentions:,} 条记录、{found.pairs:,} 对候选、{found.rounds} 轮 → {out}；启用：--model {out}")
