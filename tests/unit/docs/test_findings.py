"""docs/findings.md says of every finding what the seeds say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"
PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
#: Seed -> the column of its key, the columns that may hold its figure.
FIGURES = {
    "household_limit": ("limit_code", ("limit_value",)),
    "review_period": ("benefit_class", ("months",)),
    "age_limit": ("applies_to", ("minimum_age", "below_age")),
}


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(heading: str) -> dict[str, dict[str, str]]:
    """The rows of the table below a heading, by code."""
    part = PAGE.split(f"## {heading}\n", 1)[1]
    lines = [line for line in part.split("\n## ", 1)[0].splitlines() if line.startswith("| `")]
    columns = ("code", "title", "holds", "severity", "parameters", "source")
    rows = [dict(zip(columns, (cell.strip() for cell in line.strip("|").split("|")), strict=True)) for line in lines]
    return {row["code"].strip("`"): row for row in rows}


@pytest.mark.parametrize(
    ("heading", "rules"), [("The twenty", "finding_rule"), ("The further ones", "further_finding_rule")]
)
def test_every_rule_stands_on_the_page_as_in_its_seed(heading: str, rules: str) -> None:
    in_force = {
        row["code"]: (row["title"], row["severity"], row["source"]) for row in seed(rules) if not row["valid_to"]
    }
    assert {code: (row["title"], row["severity"], row["source"]) for code, row in told(heading).items()} == in_force
    assert all(row["holds"] for row in told(heading).values())


def test_every_parameter_on_the_page_is_the_seed_s() -> None:
    named = 0
    for row in (*told("The twenty").values(), *told("The further ones").values()):
        for parameter in re.findall(r"`([^`]+)`", row["parameters"]):
            name, _, figure = parameter.partition(" = ")
            table, _, key = name.partition("/")
            assert (SEEDS / f"{table}.csv").exists(), parameter
            if key:
                column, values = FIGURES[table]
                kept = [r for r in seed(table) if r[column] == key and not r["valid_to"]]
                assert [float(r[v]) for r in kept for v in values if r[v]] == [float(figure)], parameter
                named += 1
    assert named > 10


def test_household_codes_of_the_page_are_those_of_the_seed() -> None:
    part = PAGE.split("Household codes among them:", 1)[1].split("\n\n", 1)[0]
    wanted = {row["code"] for row in seed("further_finding_rule") if row["is_household_code"] == "true"}
    assert set(re.findall(r"`(\w+)`", part)) - {"poverty_household"} == wanted
