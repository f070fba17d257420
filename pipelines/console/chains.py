"""Prints the chain behind a published row: what it says, then every delivered row and cell that it rests on."""

from __future__ import annotations

from pipelines.audit import Chain
from pipelines.console.show import console, table

ARCHIVE = {"verified": "存档完好", "missing": "存档缺失", "changed": "存档被改动"}


def tell(chain: Chain) -> None:
    out = console()
    published = [(name, value) for name, value in chain.published.items() if value not in (None, [], "")]
    title = f"{chain.kind} {chain.id} · 业务日期 {chain.as_of} · 运行 {chain.run_id}"
    out.print(table(title, ("列 column", "值 value"), published))
    for source in chain.sources:
        sheet = f" · 工作表 {source.sheet}" if source.sheet else ""
        place = f"{source.feed}/{source.delivery}/{source.file}{sheet} · 第 {source.row_number} 行"
        state = ARCHIVE.get(source.archive, source.archive)
        proof = f"{state} · sha256 {source.file_sha256[:16]}… · 行 {source.row_sha256[:16]}…"
        cells = [(cell.header, cell.column, cell.delivered) for cell in source.cells]
        out.print(table(place, ("表头 header", "列 column", "报送原值 as delivered"), cells))
        out.print(f"  {proof}\n  用于 used by: {'、'.join(source.steps)}\n")
    if not chain.sources:
        out.print("没有找到依据的行。")
