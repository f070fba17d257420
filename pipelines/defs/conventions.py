"""What every asset has in common: owner, business dates, groups, and a description in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import dagster as dg

from pipelines.settings import business_today

OWNER = "data-engineering@hedui.example"

#: The groups of the asset graph are the rooms that data flows through.
DELIVERIES, INTAKE, STAGING, MATCHING, RELEASE = "deliveries", "intake", "staging", "matching", "release"

#: DuckDB allows one writer: everything that writes the warehouse or the release shares this pool.
WRITER_POOL = "duckdb_writer"

FIRST_BUSINESS_DATE = date(2020, 1, 1)


def business_dates(latest: date | None = None) -> dg.DailyPartitionsDefinition:
    """The business dates that can be run: up to today, or to `latest` when that lies ahead of the machine's clock."""
    ahead = max((latest - business_today()).days, 0) if latest else 0
    return dg.DailyPartitionsDefinition(FIRST_BUSINESS_DATE.isoformat(), timezone="Asia/Shanghai", end_offset=ahead + 1)


def described(chinese: str, english: str) -> str:
    """A description for both readers: the Chinese title first, then what the asset is, in English."""
    return f"{chinese}\n\n{english.strip()}"


def spec(
    key: list[str], chinese: str, english: str, *, group: str, kinds: Iterable[str] = (), **more: Any
) -> dg.AssetSpec:
    return dg.AssetSpec(
        key, description=described(chinese, english), group_name=group, kinds=set(kinds), owners=[OWNER], **more
    )
