"""Prints the chain behind a published row: what it says, how a person's rows came together, then every delivered row
and cell that it rests on.
"""

from __future__ import annotations

from pipelines.audit import Chain, Reason
from pipelines.console.show import console, table

ARCHIVE = {"verified": "存档完好", "missing": "存档缺失", "changed": "存档被改动"}

OUTCOMES = {"joined": "归为一人", "review": "待人工核对", "apart": "未归为一人"}
METHODS = {"id_number": "本人身份证号", "same_values": "同组的行", "model": "匹配模型", "decision": "人工核对"}
#: Rows of one group that are named on the terminal; all are in --json.
ROWS_NAMED = 8
#: Bits of weight that one block of a bar stands for.
BITS_A_BLOCK = 2


def tell_reason(reason: Reason, title: str) -> None:
    """The rows, the sentence, and the waterfall of weights in bits."""
    out = console()
    named = f"{title} · {OUTCOMES[reason.outcome]} · {METHODS[reason.method]}"
    rows = [
        (f"{row.feed}/{row.delivery}/{row.file}", row.sheet or "", str(row.row_number), row.role, row.mention_id)
        for row in reason.rows[:ROWS_NAMED]
    ]
    out.print(table(named, ("文件 file", "工作表", "行 row", "角色 role", "mention_id"), rows))
    if left := len(reason.rows) - len(rows):
        out.print(f"  另有 {left:,} 行，见 --json")
    out.print(f"  {reason.sentence}", markup=False)
    if reason.waterfall:
        steps = [
            (step.title, step.sentence, f"{step.weight:+.1f}", _bar(step.weight), f"{step.running:+.1f}")
            for step in reason.waterfall
        ]
        out.print(table("  权重 weights (bit)", ("比较项", "发现", "权重", "", "累计"), steps))


def _bar(weight: float) -> str:
    return ("+" if weight > 0 else "−") * max(1, round(abs(weight) / BITS_A_BLOCK))


def tell(chain: Chain) -> None:
    out = console()
    published = [(name, value) for name, value in chain.published.items() if value not in (None, [], "")]
    title = f"{chain.kind} {chain.id} · 业务日期 {chain.as_of} · 运行 {chain.run_id}"
    out.print(table(title, ("列 column", "值 value"), published))
    for number, reason in enumerate(chain.reasons, start=1):
        tell_reason(reason, f"归并 {number}")
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
