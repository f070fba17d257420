"""Market entities 市场主体登记: one row per role of one person."""

from __future__ import annotations

from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Suite


def checks(as_of: date) -> list[check.Check]:
    del as_of  # this register carries no date
    return [
        check.is_filled("company", "企业名称都有值", 1.0),
        check.is_known_code("entity_type", "主体类型几乎都是已知写法(企业、个体工商户、农民专业合作社)", 0.95),
        check.is_known_code("role", "角色几乎都是已知写法(法定代表人、股东)", 0.95),
        check.is_known_code("status", "状态几乎都是已知写法(存续、注销、吊销)"),
        check.lies_between("registered_capital", 0, 1_000_000, "注册资本(万元)在0至100亿元之间", 0.99),
        check.median_lies_between("registered_capital", 0, 5000, "注册资本中位数不超过5000万元(否则单位可能是元)"),
        check.holds("company_agrees", "同一企业各行的主体类型、注册资本和状态相同", 0.97),
        check.holds("is_of_age", "登记人已满16周岁", 0.98),
    ]


suite = Suite(
    "business",
    checks,
    facts={
        "company_agrees": facts.same_throughout("company", ["entity_type", "registered_capital", "status"]),
        "is_of_age": f"{facts.age_on('$as_of')} >= 16",
    },
    by_town=("id_number", "status"),
)
