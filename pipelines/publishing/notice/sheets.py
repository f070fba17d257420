"""Notices as they are read: a sheet a village, on it a list a programme, and what stands above and below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from pipelines.publishing.notice.contract import NoticeContract
from pipelines.publishing.notice.listing import Row
from pipelines.publishing.workbook import NUMBER

_ORDINALS = "一二三四五六七八九"

Value = str | int | Decimal | None


@dataclass(frozen=True)
class Period:
    """How long a notice is posted; without `until` as long as the rule says."""

    begins: date
    until: date | None = None

    def words(self, term: str) -> str:
        if self.until is None:
            return f"自{_day(self.begins)}起{term}"
        return f"{_day(self.begins)}至{_day(self.until)}"


@dataclass(frozen=True)
class ProgrammeList:
    """The list of one programme in one village: its lines without their number."""

    title: str
    period: str
    headers: tuple[str, ...]
    lines: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class VillageNotice:
    """What one village posts."""

    village: str
    title: str
    note: str
    lists: tuple[ProgrammeList, ...]
    feet: tuple[str, ...]

    def fixed_texts(self) -> frozenset[str]:
        """Everything on it that is no value of an entry."""
        listed = (text for each in self.lists for text in (each.title, each.period, *each.headers))
        return frozenset((self.title, self.note, *self.feet, NUMBER.header, *listed))


def town_title(town: str) -> str:
    """What the notices of a town are called together."""
    return f"{town}社会救助对象公示名单"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def feet(office: str, contact: str) -> tuple[str, ...]:
    """What stands below the lists; what is not set is left to be filled in by hand."""
    to = f"{office or '____________________'}，联系方式：{contact or '____________________'}"
    return (
        "本名单按名册在册情况列出；依规定不予公开的未列入。",
        f"对名单有异议的，请向{to}。",
        "本名单供村（居）民监督，请勿拍照转发或用于其他目的。",
        "公示单位（盖章）：____________________    张贴日期：______年____月____日",
    )


def village_notices(
    town: str,
    parts: Sequence[tuple[Row, NoticeContract, pl.DataFrame]],
    as_of: date,
    period: Period,
    below: tuple[str, ...],
) -> Iterator[VillageNotice]:
    """The notices of a town's villages. `parts`: for each programme its rule, its contract, and a frame of `village`
    and the columns of the contract as they are shown."""
    villages = sorted({village for _, _, shown in parts for village in shown.get_column("village")})
    for village in villages:
        lists: list[ProgrammeList] = []
        for rule, contract, shown in parts:
            mine = shown.filter(pl.col("village") == village).drop("village")
            if mine.height:
                title = f"{_ORDINALS[len(lists)]}、{rule['title']}（{mine.height}{rule['unit']}）"
                headers = tuple(column.header for column in contract.columns)
                lists.append(ProgrammeList(title, f"公示期：{period.words(rule['term'])}", headers, tuple(mine.rows())))
        yield VillageNotice(
            village=village,
            title=town_title(f"{town}{village}"),
            note=f"数据截至{_day(as_of)}",
            lists=tuple(lists),
            feet=below,
        )
