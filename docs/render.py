"""Renders docs/policy.md from the policy seeds, so that the page and the rules cannot differ.

Run `python docs/render.py` after a seed has changed; `--check` ends with 1 when the page is out of date.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipelines.policy import PolicyTable, policy_tables

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"
PAGE = ROOT / "docs" / "policy.md"

DATED = ("valid_from", "valid_to", "source", "status")

#: How the page begins: what a bureau confirms, and what the program does with what is missing or wrong.
PREFACE = PAGE.with_name("policy_preface.md")


@dataclass(frozen=True)
class Section:
    """One seed on the page: what it says in a sentence, and its columns in the order of reading."""

    seed: str
    sentence: str
    columns: tuple[str, ...]


SECTIONS = (
    Section(
        "finding_rule",
        "每条发现的含义与级别。红：下次发放前停下核查；黄：复核时核查；蓝：可能应给予帮助；"
        "灰：数据缺陷，对个人没有影响。",
        ("title", "code", "severity", "sentence"),
    ),
    Section(
        "outcome_rule",
        "哪些发现影响家庭的结论。身份不确定的发现只引起复核，从不直接得出不符合条件。",
        ("code", "effect", "sentence"),
    ),
    Section(
        "unit_programme",
        "各类救助单元按哪一项标准衡量，是否核算收入。标准的金额由“救助标准”数据报送，不在此表。",
        ("title", "standard_programme", "standard_area_type", "is_income_verified"),
    ),
    Section(
        "household_limit", "严格大于限额才成立，正好等于限额不成立。", ("title", "limit_value", "unit", "sentence")
    ),
    Section(
        "income_treatment",
        "各类来源是否计入核实收入。表中没有的项目不计入，计入与否会改变结论时提请复核。",
        ("income_source", "item", "treatment", "exempt_up_to", "sentence"),
    ),
    Section("exempt_vehicle_type", "这些类型的车辆不作为财产。", ("vehicle_type", "spelling")),
    Section(
        "deciding_feed",
        "缺少其中一项或已过期时，家庭不能得出符合条件的结论。",
        ("title", "question", "decides", "freshness_days"),
    ),
    Section(
        "feed_not_applicable",
        "本县没有的数据，例如没有渔业水域的县没有退捕渔民。申明之后，家庭的结论不再等它；仍收到报送的，照常使用并提醒。"
        "每个县都有的登记（机动车、不动产、存款、企业、养老、工资等）不能申明：没有报送不等于不适用。",
        ("feed", "reason", "declared_by"),
    ),
    Section("age_limit", "按业务日期的周岁计算。", ("applies_to", "minimum_age", "below_age")),
    Section("programme_exclusion", "同一人不得同时享受的两项待遇。", ("programme", "excluded_programme")),
    Section(
        "further_finding_rule",
        "同样的依据和级别，另列一张提取表；不影响家庭的结论。口径见 docs/findings.md。",
        ("title", "code", "severity", "sentence"),
    ),
    Section(
        "benefit_reduction",
        "同一人同一所属月份领取两项时，前一项只补差额，或只享受较高的一项。"
        "补差的标准由“救助标准”数据报送，没有报送的不作判断。",
        ("programme", "other_programme", "treatment", "standard_programme", "sentence"),
    ),
    Section("review_period", "各类低保家庭至少多久复核一次。", ("benefit_class", "months")),
    Section("heavy_disability", "这些等级为重度残疾。", ("grade",)),
    Section(
        "clearing_document",
        "核对报告在每条疑点下写明的材料，以及报告上是否写出家庭以外的人的全名。",
        ("code", "document", "outsiders"),
    ),
    Section(
        "publication_rule",
        "向社会公布的统计（`hedui report publication`）中哪些数字不公布；不影响任何家庭的结论。",
        ("title", "rule_code", "rule_value", "unit", "sentence"),
    ),
    Section(
        "notice_rule",
        "在村（居）公示享受救助的名单（`hedui report notice`）时公示哪些项目；"
        "没有列入的项目（如孤儿和事实无人抚养儿童）不公示。不影响任何家庭的结论。",
        ("programme", "title", "unit", "minor_below_age", "term", "sentence"),
    ),
    Section(
        "notice_column",
        "公示名单上写哪些内容，怎样写；没有列入的一律不写。",
        ("programme", "medium", "column_name", "header", "mask"),
    ),
    Section("notice_word", "公示名单上不得出现的词；出现一个，整份名单都不写出。", ("word", "kind")),
    Section(
        "objection_route",
        "核对报告末尾写明的途径；复核机构的全称由设置 HEDUI_OFFICE 给出。",
        ("title", "office", "term", "sentence"),
    ),
)


def _doubts(tables: dict[str, PolicyTable]) -> str:
    """Rules whose ground has ended and that go on until the bureau says otherwise: the first to confirm."""
    rows = [
        (table, earlier, later)
        for table in tables.values()
        for rows in table.by_key().values()
        for earlier, later in pairwise(rows)
        if later.values["status"] != "confirmed"
    ]
    if not rows:
        return ""
    lines = [
        f"- {table.title}“{table.label(table.key_of(later))}”：{earlier.begins} 起的规定（{earlier.values['source']}）"
        f"止于 {earlier.ends}；{later.begins} 起暂按现行写法执行（{later.values['source']}）。"
        for table, earlier, later in rows
    ]
    return "\n".join(["## 请先确认：依据已到期而暂时延续的口径", "", *lines, ""])


def _section(section: Section, table: PolicyTable) -> str:
    columns = (*section.columns, *DATED)
    headers = [table.columns[name].header for name in columns]
    lines = [headers, ["---"] * len(headers)]
    lines += [[_cell(table, name, row.values[name]) for name in columns] for row in table.rows]
    if not table.rows:
        lines = [headers, lines[1], ["（没有）", *[""] * (len(headers) - 1)]]
    body = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    kind = "每一项每天都必须有且只有一行有效" if table.is_always_in_force else "名单：没有有效行的即不在名单上"
    return f"## {table.title}\n\n{section.sentence}{kind}。（`dbt_project/{table.file}`）\n\n{body}\n"


def _cell(table: PolicyTable, column: str, value: str) -> str:
    if column == "code":
        is_titled = "title" in table.columns
        return f"`{value}`" if is_titled else f"{table.word(column, value)} `{value}`"
    return table.word(column, value).replace("|", "｜")


def render(project: Path = PROJECT) -> str:
    """The whole page."""
    tables = policy_tables(project)
    rows = [row for table in tables.values() for row in table.rows]
    unconfirmed = sum(row.values["status"] != "confirmed" for row in rows)
    preface = PREFACE.read_text(encoding="utf-8").replace("{rows}", str(len(rows)))
    parts = [preface.replace("{unconfirmed}", str(unconfirmed)), _doubts(tables)]
    return "\n".join([*filter(None, parts), *(_section(section, tables[section.seed]) for section in SECTIONS)])


def main(arguments: list[str]) -> int:
    page = render()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
