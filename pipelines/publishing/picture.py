"""The county's picture: the figures behind the charts of the report, counts and sums only, never a row of a person."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb
import polars as pl

#: Where a figure without a town is counted.
NO_TOWN = "未注明乡镇"
#: Ratio of verified income to the standard: bins of a tenth up to twice the standard, and one for all above.
BIN_WIDTH, BINS = 0.1, 20
COVERAGE = {"dibao": "低保", "tekun": "特困", "applied": "已申请", "none": "都没有"}
SEVERITIES = ("红", "黄", "蓝", "灰")
CAUSES = {
    "delivery": "报送的数据有变", "policy": "政策或标准有变", "verdict": "经办人核查结论", "identity": "人员归并有变",
    "time": "业务日期推移", "version": "规则或程序版本不同", "unknown": "未能归因",
}  # fmt: skip

_LIMITS = """
select policy_key, cast(content ->> 'limit_value' as double) from intermediate.int_policy__in_force
where seed = 'household_limit' and policy_key in ('income', 'low_income_margin') order by 2
"""


@dataclass(frozen=True)
class Picture:
    """Frames as the marts' models give them, and the lines of the income chart.

    `findings_changed`: code, title, new_count, gone_count, open_count; `covered`: town, household_type, risk, coverage,
    household_count; `funded`: one row per programme; `judged`: code, title, verdict_count, confirmed_count;
    `income_lines`: limits in force, in standards.
    """

    findings_changed: pl.DataFrame
    covered: pl.DataFrame
    funded: pl.DataFrame
    judged: pl.DataFrame
    income_lines: tuple[float, ...]


def read_picture(connection: duckdb.DuckDBPyConnection) -> Picture:
    """Reads the figures from a release's warehouse."""
    return Picture(
        connection.sql("from intermediate.int_change__finding_counted order by code").pl(),
        connection.sql("from intermediate.int_picture__covered order by all").pl(),
        connection.sql("from intermediate.int_picture__funded order by year_amount desc, title").pl(),
        connection.sql("from intermediate.int_picture__judged order by code").pl(),
        tuple(row[1] for row in connection.execute(_LIMITS).fetchall()),
    )


def towns(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """Findings that are not cleared by town and severity, the most first: town, one count per severity, total."""
    open_ones = findings.filter(pl.col("state") != "cleared").with_columns(pl.col("town").fill_null(NO_TOWN))
    counted = open_ones.group_by("town").agg(
        *((pl.col("severity") == severity).sum().alias(severity) for severity in SEVERITIES), total=pl.len()
    )
    return counted.sort("total", "town", descending=[True, False]).to_dicts()


def incomes(households: pl.DataFrame, lines: tuple[float, ...]) -> dict[str, Any]:
    """The distribution of the ratio of verified income to the standard: bins (lower, upper, count), how many households
    have one and how many have none, and how many stand in each zone between the lines."""
    ratios = households.get_column("income_ratio").drop_nulls()
    # A ratio on a line belongs below it: the limits are strict.
    places = ((ratios - 1e-9) / BIN_WIDTH).floor().clip(0, BINS).cast(pl.Int64)
    counts = dict(places.value_counts().iter_rows())
    bins = [
        {"lower": place * BIN_WIDTH, "upper": None if place == BINS else (place + 1) * BIN_WIDTH,
         "count": counts.get(place, 0)}
        for place in range(BINS + 1)
    ]  # fmt: skip
    edges = [0.0, *lines, float("inf")]
    zones = [
        {"lower": lower, "upper": upper if upper != float("inf") else None,
         "count": int(((ratios > lower if lower else ratios >= 0) & (ratios <= upper)).sum())}
        for lower, upper in pairwise(edges)
    ]  # fmt: skip
    return {
        "bins": bins, "lines": lines, "zones": zones, "known": ratios.len(),
        "unknown": households.height - ratios.len(), "highest": max(row["count"] for row in bins),
    }  # fmt: skip


def coverage(covered: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    """Households on the poverty lists by one column and the help they receive: name, one count per kind, total."""
    counted = covered.group_by(by).agg(
        *(
            pl.col("household_count").filter(pl.col("coverage") == kind).sum().alias(kind)
            for kind in COVERAGE
        ),
        total=pl.col("household_count").sum(),
    )  # fmt: skip
    return counted.rename({by: "name"}).sort("total", "name", descending=[True, False]).to_dicts()


def change(changes: pl.DataFrame, findings_changed: pl.DataFrame) -> dict[str, Any]:
    """Changed households by kind and by kind of cause (a household counts once for each), and findings by code."""
    kinds = dict(changes.group_by("kind_of_change").len().iter_rows())
    causes = changes.select(pl.col("cause_kind").list.unique()).explode("cause_kind").drop_nulls()
    by_cause = dict(causes.group_by("cause_kind").len().iter_rows())
    return {
        "kinds": kinds,
        "households": changes.height,
        "causes": [{"title": title, "count": by_cause[kind]} for kind, title in CAUSES.items() if kind in by_cause],
        "codes": [
            {**row, "most": row["new_count"] + row["gone_count"] + row["open_count"]}
            for row in findings_changed.sort("new_count", "code", descending=[True, False]).iter_rows(named=True)
        ],
        "new": int(findings_changed["new_count"].sum()),
        "gone": int(findings_changed["gone_count"].sum()),
        "open": int(findings_changed["open_count"].sum()),
    }
