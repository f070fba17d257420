"""Renders docs/policy.md from the policy seeds, so that the page and the rules cannot differ.

Run `python docs/render.py` after a seed has changed; `--check` ends with 1 when the page is out of date.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "dbt_project" / "seeds"
PAGE = ROOT / "docs" / "policy.md"

DATED = {"valid_from": "起", "valid_to": "止", "source": "依据", "status": "状态"}
STATUS = {"to be confirmed": "待民政局确认", "confirmed": "已确认"}
WORDS = {
    "true": "是",
    "false": "否",
    "counted": "计入",
    "exempt": "不计入",
    "exempt_up_to": "限额内不计入",
    "ineligible": "不符合条件",
    "review": "复核",
    "income": "收入",
    "fishing": "过渡期生活补助",
    "asset": "财产",
    "minor_child": "未成年子女",
    "top_up": "补差",
    "higher": "择高",
}


@dataclass(frozen=True)
class Section:
    """One seed on the page: what it says in a sentence, and its columns in the order of reading, with their headers."""

    seed: str
    title: str
    sentence: str
    columns: dict[str, str]


SECTIONS = (
    Section(
        "finding_rule",
        "核查规则",
        "每条发现的含义与级别。红：下次发放前停下核查；黄：复核时核查；蓝：可能应给予帮助；"
        "灰：数据缺陷，对个人没有影响。",
        {"title": "规则", "code": "代码", "severity": "级别", "sentence": "何时成立"},
    ),
    Section(
        "further_finding_rule",
        "进一步核查规则",
        "同样的依据和级别，另列一张提取表；不影响家庭的结论。口径见 docs/findings.md。",
        {"title": "规则", "code": "代码", "severity": "级别", "sentence": "何时成立"},
    ),
    Section(
        "outcome_rule",
        "发现与结论",
        "哪些发现影响家庭的结论。身份不确定的发现只引起复核，从不直接得出不符合条件。",
        {"code": "代码", "effect": "作用", "sentence": "怎样处理"},
    ),
    Section(
        "unit_programme",
        "救助单元与标准",
        "各类救助单元按哪一项标准衡量，是否核算收入。标准的金额由“救助标准”数据报送，不在此表。",
        {
            "title": "救助单元",
            "standard_programme": "适用标准",
            "standard_area_type": "固定城乡类别",
            "is_income_verified": "核算收入",
        },
    ),
    Section(
        "household_limit",
        "家庭限额",
        "严格大于限额才成立，正好等于限额不成立。",
        {"title": "限额", "limit_value": "数值", "unit": "单位", "sentence": "规则"},
    ),
    Section(
        "income_treatment",
        "收入怎样计算",
        "各类来源是否计入核实收入。表中没有的项目不计入，计入与否会改变结论时提请复核。",
        {
            "income_source": "来源",
            "item": "项目",
            "treatment": "口径",
            "exempt_up_to": "每人每月限额（元）",
            "sentence": "规则",
        },
    ),
    Section(
        "exempt_vehicle_type",
        "豁免的车辆类型",
        "这些类型的车辆不作为财产。",
        {"vehicle_type": "类型", "spelling": "登记写法"},
    ),
    Section(
        "deciding_feed",
        "决定结论的数据",
        "缺少其中一项或已过期时，家庭不能得出符合条件的结论。",
        {"title": "数据", "question": "查什么", "decides": "用于", "freshness_days": "时效（天）"},
    ),
    Section(
        "age_limit",
        "年龄限制",
        "按业务日期的周岁计算。",
        {"applies_to": "适用", "minimum_age": "须满（周岁）", "below_age": "须未满（周岁）"},
    ),
    Section(
        "programme_exclusion",
        "互斥项目",
        "同一人不得同时享受的两项待遇。",
        {"programme": "项目", "excluded_programme": "互斥项目"},
    ),
    Section(
        "benefit_reduction",
        "补差与择高",
        "同一人同一所属月份领取两项时，前一项只补差额，或只享受较高的一项。补差的标准由“救助标准”数据报送，没有报送的不作判断。",
        {
            "programme": "项目",
            "other_programme": "另一项目",
            "treatment": "口径",
            "standard_programme": "补差的标准",
            "sentence": "规则",
        },
    ),
    Section(
        "review_period",
        "复核期限",
        "各类低保家庭至少多久复核一次。",
        {"benefit_class": "保障类别", "months": "期限（月）"},
    ),
    Section(
        "heavy_disability",
        "重度残疾等级",
        "这些等级为重度残疾。",
        {"grade": "残疾等级"},
    ),
)


def _read(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _titles() -> dict[str, str]:
    """Codes and feeds as people call them."""
    found = {row["code"]: row["title"] for row in _read("finding_rule")}
    found |= {row["programme"]: row["title"] for row in _read("programme")}
    return found | {row["feed"]: row["title"] for row in _read("deciding_feed")}


def _cell(column: str, value: str, titles: dict[str, str]) -> str:
    if column == "code":
        return f"`{value}`"
    text = STATUS.get(value, value) if column == "status" else WORDS.get(value, titles.get(value, value))
    return text.replace("|", "｜") or "—"


def _section(section: Section, titles: dict[str, str]) -> str:
    rows = _read(section.seed)
    columns = section.columns | DATED
    if missing := set(columns) - set(rows[0]):
        raise KeyError(f"seeds/{section.seed}.csv has no columns {sorted(missing)}")
    table = [list(columns.values()), ["---"] * len(columns)]
    table += [[_cell(column, row[column], titles) for column in columns] for row in rows]
    lines = "\n".join("| " + " | ".join(cells) + " |" for cells in table)
    return f"## {section.title}\n\n{section.sentence}（`dbt_project/seeds/{section.seed}.csv`）\n\n{lines}\n"


def render() -> str:
    """The whole page."""
    titles = _titles()
    unconfirmed = sum(row["status"] != "confirmed" for section in SECTIONS for row in _read(section.seed))
    head = (
        "# 政策口径\n\n"
        "本页由 `python docs/render.py` 根据政策表生成，请修改政策表，不要修改本页。"
        "每一行都有起止日期：运行时只用业务日期当天有效的行，所以任何过去的日期都能按当时的口径重算。\n\n"
        f"其中 {unconfirmed} 行尚待民政局确认；确认后把该行的 status 改为 confirmed。"
        "修改口径时给旧行写上 valid_to，另加一行。\n"
    )
    return "\n".join([head, *(_section(section, titles) for section in SECTIONS)])


def main(arguments: list[str]) -> int:
    page = render()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
