"""A roll without a column for the state: whoever is listed is being paid, unless a remark says otherwise."""

from __future__ import annotations

import re

from pipelines.contracts import Column, Feed
from pipelines.intake.cells import cell_text
from pipelines.intake.grid import Grid
from pipelines.intake.header_rows import Header
from pipelines.intake.headers import nearest_seen
from pipelines.intake.messages import Message, Refused, place

#: Remarks on persons who are still listed though they are no longer paid.
_STOPPED = re.compile(
    r"停发|停保|停供|停止|暂停|死亡|去世|已故|病故|过世|注销|退出|退保|取消|终止|清退|不再享受|不符合|转特困|转为特困|迁出"
)


def assumed_values(grid: Grid, feed: Feed, header: Header, found: set[str]) -> dict[str, str]:
    """Column -> what the contract lets a roll without it mean; none where a header comes near it.

    Refused where a remark says that somebody is no longer paid: who that is must stand in a column.
    """
    missing = [column for column in feed.columns if column.assumed and column.name not in found]
    free = [text for index, (_, text) in enumerate(header.cells) if index in header.extra]
    if any(nearest_seen(column, free) for column in missing):
        return {}  # a header that nobody knows may be the column
    if not missing or not {column.name for column in feed.columns if column.required} <= found | {
        c.name for c in missing
    }:
        return {}
    for row, cells in enumerate(grid.rows[header.last_row + 1 :], start=header.last_row + 1):
        for index in header.extra:
            if index < len(cells) and _STOPPED.search(cell_text(cells[index]) or ""):
                wanted = missing[0].header
                what = f"没有“{wanted}”列，而该行备注写有停发、死亡一类的情况，分不清谁在享受"
                remedy = f"请补上“{wanted}”列后重新报送"
                raise Refused(Message("MISSING_COLUMN", place(grid.name, row + 1, index), what, remedy))
    return {column.name: column.assumed or "" for column in missing}


def told_of_assumed(column: Column, value: str, sheet: str | None) -> Message:
    what = f"没有“{column.header}”列，按名册所列都“{value}”理解"
    remedy = f"请核对；有已停发的，请补上“{column.header}”列后重新报送"
    return Message("VALUE_ASSUMED", place(sheet), what, remedy)
