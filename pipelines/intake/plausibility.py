"""Whether a snapshot can be what an office meant to send, seen beside the last good one; if not, a person decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from pipelines.intake.limits import Limits
from pipelines.intake.messages import Message
from pipelines.storage.register import Ruling

#: A town is missed when so many rows, and this share of the last delivery, stood in it.
TOWN_ROWS, TOWN_SHARE = 20, 0.02
#: Rows without a town above which a table says nothing about towns.
TOWNLESS_SHARE = 0.2

_KIND_OF_TOWN = re.compile(r"(?:人民政府|街道办事处|街道办|办事处|街道|镇|乡)+$")
_CONFIRMED = "确认无误的,由管理员放行"


def standing(rulings: Iterable[Ruling], approvals: int) -> dict[str, str]:
    """delivery -> what holds of what persons said, in order: approved (by so many of them), rejected or withdrawn."""
    stands: dict[str, str] = {}
    approvers: dict[str, set[str]] = {}
    for ruling in rulings:
        if ruling.ruling != "approved":
            stands[ruling.delivery] = ruling.ruling
            approvers.pop(ruling.delivery, None)
            continue
        people = approvers.setdefault(ruling.delivery, set())
        people.add(ruling.ruled_by)
        if len(people) >= approvals:
            stands[ruling.delivery] = "approved"
    return stands


def towns_of(towns: pl.Series) -> Counter[str]:
    """Rows by town, however its kind is written; empty when too many rows name none."""
    counted: Counter[str] = Counter()
    for town, rows in towns.drop_nulls().value_counts().iter_rows():
        if name := _KIND_OF_TOWN.sub("", "".join(town.split())):
            counted[name] += rows
    return counted if counted.total() >= (1 - TOWNLESS_SHARE) * towns.len() else Counter()


def implausible_rows(rows: int, before: int, limits: Limits) -> Message | None:
    """Why a snapshot of `rows` rows is held after one of `before` rows, or None."""
    if limits.hold_fewer_than * before <= rows <= limits.hold_more_than * before:
        return None
    code = "FAR_FEWER_ROWS" if rows < before else "FAR_MORE_ROWS"
    what = f"本次{rows}行,上次{before}行,相差悬殊,暂不使用"
    return Message(code, "", what, f"请核对是否漏报、重报或按增量报送。{_CONFIRMED}")


def missing_town(towns: Mapping[str, int], before: Mapping[str, int]) -> Message | None:
    """Why a snapshot is held in which a whole town of the last one is missing, or None.

    Towns that were renamed or merged appear under another name: where a new name came, nothing is missing.
    """
    all_before = sum(before.values())
    if not towns or towns.keys() - before.keys():
        return None
    gone = sorted(
        town
        for town, rows in before.items()
        if town not in towns and rows >= TOWN_ROWS and rows >= TOWN_SHARE * all_before
    )
    if not gone:
        return None
    what = f"上次有而本次一行也没有的乡镇:{'、'.join(gone)}(上次共{sum(before[town] for town in gone)}行),暂不使用"
    return Message("MISSING_TOWN", "", what, f"请核对这些乡镇是否漏报。{_CONFIRMED}")
