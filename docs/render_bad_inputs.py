"""Renders docs/bad-inputs.md from the catalogue of faults that tests/faults works through, so that neither can drift.

Run `python docs/render_bad_inputs.py` after the catalogue has changed; `--check` ends with 1 when the page is out of
date.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from pipelines.intake.messages import PLAIN
from tests.faults.catalogue import FAULTS, GROUPS, Fault

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "bad-inputs.md"
SEEDS = ROOT / "dbt_project" / "seeds"

#: Sentences that say more than their code: … stands for what differs from file to file.
WITH_DETAILS = {
    "BAD_BYTES": ("有不符合…编码的字节(第…字节起)", "请用表格软件打开核对该行，另存为 .xlsx 后重新报送"),
    "BAD_STRUCTURE": ("该行有…列，表头有…列；或引号不成对", "请更正该行，或另存为 .xlsx 后重新报送"),
    "TOTAL_MISMATCH": ("合计行“…”为…,各行相加为…", "请核对是否漏行或合计有误"),
    "FILLED_DOWN": ("有…个纵向合并的单元格已按合并范围填入各行", "今后请逐行填写"),
    "MISSING_COLUMN": ("缺少必需的列“…”；见到的列名：…", "请补上该列，或改用约定的列名后重新报送"),
    "DUPLICATE_HEADER": ("列名“…”重复出现，无法分辨", "请改为不同的列名，或补上上级表头后重新报送"),
    "UNKNOWN_COLUMN": ("列“…”不在约定之内，原样保留，不参与核对", "如指“…”，请改用该列名"),
    "BLANK_HEADER": ("该列有数据，却没有列名", "请补上列名，或删除该列后重新报送"),
    "WRONG_SOURCE": ("表头与本数据源不符，像是“…”", "请核对后放入 … 文件夹重新报送"),
    "COLUMNS_SWAPPED": ("“…”与“…”两列的内容像是对调了", "请核对两列后重新报送"),
    "FAR_MORE_ROWS": ("本次…行，上次…行，相差悬殊，暂不使用", "请核对是否漏报、重报或按增量报送"),
    "FAR_FEWER_ROWS": ("本次…行，上次…行，相差悬殊，暂不使用", "请核对是否漏报、重报或按增量报送"),
    "MISSING_TOWN": ("上次有而本次一行也没有的乡镇:…,暂不使用", "请核对这些乡镇是否漏报"),
    "FUTURE_DELIVERY": ("报送日期晚于业务日期…，已归档，到期再用", "如日期有误，请更正文件夹名"),
    "FILE_CHANGED": ("文件的大小或 SHA-256 与清单不符", "不要使用本发布；用同一业务日期重新运行"),
    "DECISION_CHAIN": ("核实结论台账的哈希链断裂", "从备份恢复台账，并查明是谁改动了它"),
    "one_head_a_household": ("…户没有户主，或有两个以上的户主", "请报送单位核对户主"),
}

PREFACE = """# 送来的数据和运行会出什么错，怎样处理

由 `docs/render_bad_inputs.py` 从 `tests/faults/catalogue` 生成，不要手工修改。共 {faults} 项，其中 {shown} 项由测试实际
制造出来(编号即测试编号，`pytest tests/faults -k F06`)，其余 {missing} 项写明尚未具备什么。

读法：

- **身份证号不能用，不等于这一行不能用。** 号码置空并写明原因，其余照用；只有姓名和有效身份证号都没有的行才暂不使用。
- 没有使用的内容都保存、计数并列出：文件在报送回执中，行和值在隔离清单中，都写明位置和怎样更正。
- “退出状态”是只遇到这一项时命令的退出状态：0 完成，1 失败，2 用法，3 完成但有文件或行未使用，4 已有运行，
  5 被拦下。
- 文件、报送和中断各项之后都检查同样的不变量(`tests/faults/invariants.py`)：行数守恒；发布总是完整的一份，旧的或新的；
  重跑结果相同；不漏不重；结论不丢；人员标识不变；日志和提示中没有个人信息；失败必定显出来；锁总能释放；审计链完好；
  临时文件被清理；文件、行、列的次序不影响结果。
"""


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sentences() -> dict[str, tuple[str, str]]:
    """Code -> what is said, and what to do; of files, of values and of findings."""
    values = {row["code"]: (row["what"], row["remedy"]) for row in _seed("problem_code")}
    findings = {row["code"]: (row["sentence"], "见工作清单") for row in _seed("finding_rule")}
    return {**findings, **values, **PLAIN, **WITH_DETAILS}


def sentence(fault: Fault) -> str:
    """What is said about a fault and what is to be done, or nothing."""
    what, remedy = _sentences().get(fault.code, ("", ""))
    return f"`{fault.code}` {what}；{remedy}" if what else ""


def _remarks(fault: Fault) -> str:
    missing = f"**尚未具备：{fault.missing}。**" if fault.missing else ""
    return " ".join(filter(None, (sentence(fault), fault.note, missing))) or "–"


def _row(fault: Fault) -> str:
    cells = (fault.id, fault.what, fault.outcome.word, str(fault.outcome.status), _remarks(fault))
    return "| " + " | ".join(cell.replace("|", "｜") for cell in cells) + " |"


def render() -> str:
    """The whole page."""
    shown = [fault for fault in FAULTS if fault.cases or fault.tests]
    parts = [PREFACE.format(faults=len(FAULTS), shown=len(shown), missing=len(FAULTS) - len(shown))]
    for title, faults in GROUPS.items():
        head = (
            "| 编号 | 送来的是什么，或发生了什么 | 怎样处理 | 退出状态 | 提示与说明 |\n| --- | --- | --- | --- | --- |"
        )
        parts.append("\n".join([f"## {title}\n", head, *(_row(fault) for fault in faults), ""]))
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    page = render()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
