"""The certificate as a page to print, sign and file: self-contained HTML, no script, nothing from the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipelines.retention.copies import ZONE
from pipelines.retention.plan import Content
from pipelines.retention.terms import PARTS

KINDS = {"withdrawn": "清除已撤回的报送", "expired": "清除已过保存期限的数据"}
DISPOSITIONS = {
    "accepted": "采用", "superseded": "已被替代或撤回", "rejected": "未能使用", "held": "暂缓", "duplicate": "重复",
}  # fmt: skip
TERMS = {
    "raw": "报送原件", "warehouse": PARTS["warehouse"], "quarantine": PARTS["quarantine"],
    "worklists": PARTS["worklists"], "receipts": PARTS["receipts"], "results": PARTS["results"],
    "reports": "核对报告副本", "logs": "运行日志", "trial_hours": "试算副本",
}  # fmt: skip
#: What a purge never touches; it stands on every certificate.
REMAINS = (
    "报送登记：数据源、报送日期、文件名、大小、SHA-256、收到时间；登记簿不含文件内容",
    "各次发布的清单和数据合同：文件名、行数、SHA-256、版本；不含人员",
    "核实结论台账和本证明的登记：结论、经办人、理由，人员以密钥代号表示；此后的发布中与已清除发布的比较只有户编号和代号",
    "已公布的统计及其留存（publications）：留存供以后公布时比对，只有户和人员的代号、项目、金额",
    "不在数据文件夹中的副本：备份介质、导出或打印的核对报告和工作清单，由单位另行清除并登记",
)


def certificate_page(document: dict[str, Any]) -> str:
    """The page of a sealed certificate, as `certificates.seal` gives it; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("pipelines.retention"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content: Content = document["content"]
    return environment.get_template("certificate.html.j2").render(
        certificate=document,
        content=content,
        kind=KINDS[content["kind"]],
        sealed_at=f"{datetime.fromisoformat(document['ledger']['recorded_at']).astimezone(ZONE):%F %T}",
        day=_chinese_day(date.fromisoformat(content["decided_on"])),
        deliveries=[{**entry, "became": DISPOSITIONS[entry["disposition"]]} for entry in content["deliveries"]],
        releases=[_release_line(entry) for entry in content["releases"]],
        removed=list(removed_lines(content)),
        terms=[(TERMS[name], _term(name, value)) for name, value in content["terms"].items()],
        remains=REMAINS,
        landing=landing_words(content),
    )


def removed_lines(content: Content) -> Iterator[tuple[str, str]]:
    """What goes, one line a kind: name, and how much in words."""
    if content["deliveries"]:
        files, rows = len(content["deliveries"]), sum(entry["rows"] for entry in content["deliveries"])
        yield "报送原件和解析缓存", f"{files:,} 个文件，{rows:,} 行数据"
    parts: Counter[str] = Counter(part for release in content["releases"] for part in release["parts"])
    if parts:
        files = sum(len(release["files"]) for release in content["releases"])
        rows = sum(sum(release["rows"].values()) for release in content["releases"])
        named = "、".join(f"{PARTS[part]} {parts[part]} 次" for part in PARTS if parts[part])
        yield f"发布中的内容（{len(content['releases'])} 次发布）", f"{files:,} 个文件，成果表 {rows:,} 行：{named}"
    if content["copies"]:
        files = sum(copy["files"] for copy in content["copies"])
        yield "副本和临时文件", f"{len(content['copies'])} 处，{files:,} 个文件"
    if content["log_runs"]:
        yield "运行日志", f"{content['log_runs']:,} 次运行"


def landing_words(content: Content) -> str:
    """The deliveries that still lay in the landing folder."""
    return "、".join(dict.fromkeys(f"{entry['feed']}/{entry['delivery']}" for entry in content["landing"]))


def _release_line(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": f"{entry['as_of']}/{entry['run_id']}",
        "parts": "、".join(PARTS[part] for part in PARTS if part in entry["parts"]),
        "files": len(entry["files"]),
        "rows": sum(entry["rows"].values()),
    }


def _term(name: str, value: int) -> str:
    return f"{value} 小时" if name == "trial_hours" else f"{value} 个月"


def _chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
