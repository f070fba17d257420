"""Whether a delivery can be what an office meant to send, seen by itself and beside the last good one.

A delivery in doubt is held until a person says that it is right. Each check tells what it saw, and holds a delivery
only where the whole of it speaks: a wrong cell here and there is for staging to find.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

import polars as pl

from pipelines.contracts import Column, Feed
from pipelines.intake.comparable import comparable
from pipelines.intake.formats.limits import Limits
from pipelines.intake.late_dates import ISO, is_late, late_columns
from pipelines.intake.messages import Message
from pipelines.intake.tables.supplied import TOWN, VILLAGE

#: A town is missed when so many rows, and this share of the last delivery, stood in it.
TOWN_ROWS, TOWN_SHARE = 20, 0.02
#: Rows without a town above which a table says nothing about towns.
TOWNLESS_SHARE = 0.2
#: Fewer filled cells say nothing about what a column holds.
FEWEST_CELLS = 20
#: Values of a column that are at home in another one: from this share on, and so much more than where they stand.
SWAPPED_SHARE, SWAPPED_MARGIN = 0.6, 0.5
#: Dates after the day of the delivery: from this share on it is no slip of the pen.
FUTURE_SHARE = 0.5
#: Columns that were filled at least half and are empty now: so many, and this share of all, make it another template.
LOST_COLUMNS, LOST_SHARE = 3, 1 / 3
#: A snapshot that shares fewer of its persons with the last one lists somebody else.
SAME_PERSONS = 0.1

_KIND_OF_TOWN = re.compile(r"(?:人民政府|街道办事处|街道办|办事处|街道|镇|乡)+$")
_CONFIRMED = "确认无误的，由管理员放行"


def doubts(feed: Feed, day: date, new: pl.DataFrame, before: pl.DataFrame | None, limits: Limits) -> list[Message]:
    """Why a delivery of the day is held: its raw rows `new` beside those of the delivery used `before`, if any."""
    cells = _Cells(feed, new)
    found = [future_dates(cells, day), misplaced_places(cells)]
    if before is not None:
        earlier = _Cells(feed, before)
        found.append(swapped_columns(cells, earlier))
        if not feed.is_append:
            found += [
                implausible_rows(new.height, before.height, limits),
                missing_town(cells.towns(), earlier.towns()),
                lost_columns(cells, earlier),
                other_persons(cells, earlier),
            ]
    return [message for message in found if message]


class _Cells:
    """The comparable texts of a delivery's columns, read when they are asked for."""

    def __init__(self, feed: Feed, rows: pl.DataFrame) -> None:
        self.feed, self._rows = feed, rows
        self._known: dict[str, pl.Series] = {}

    def __getitem__(self, column: Column) -> pl.Series:
        """The filled cells of a column."""
        if column.name not in self._known:
            texts = self._rows[column.name].drop_nulls()
            distinct = texts.unique()  # a million payments name a dozen months: each is read once
            read = distinct.to_frame().select(comparable(column)).to_series()
            self._known[column.name] = texts.replace_strict(distinct, read, return_dtype=pl.String).drop_nulls()
        return self._known[column.name]

    def filled_share(self, column: Column) -> float:
        return self[column].len() / max(1, self._rows.height)

    def towns(self) -> Counter[str]:
        return towns_of(self._rows["town"]) if "town" in self.feed.by_name else Counter()

    def persons(self) -> pl.Series:
        """Name and ID number of whom each row is about; the contract's key where the feed names nobody."""
        names = list(self.feed.mentions[0].columns.items()) if self.feed.mentions else []
        own = [name for attribute, name in names if attribute in ("name", "id_number")] or self.feed.key
        texts = [comparable(self.feed.by_name[name]).fill_null("") for name in own]
        return self._rows.select(pl.concat_str(texts, separator="\x1f")).to_series()


def towns_of(towns: pl.Series) -> Counter[str]:
    """Rows by town, however its kind is written; empty when too many rows name none."""
    counted: Counter[str] = Counter()
    for town, rows in towns.drop_nulls().value_counts().iter_rows():
        if name := _KIND_OF_TOWN.sub("", "".join(town.split())):
            counted[name] += rows
    return counted if counted.total() >= (1 - TOWNLESS_SHARE) * towns.len() else Counter()


def implausible_rows(rows: int, before: int, limits: Limits) -> Message | None:
    """A snapshot of `rows` rows after one of `before` rows: far fewer or far more."""
    if limits.hold_fewer_than * before <= rows <= limits.hold_more_than * before:
        return None
    code = "FAR_FEWER_ROWS" if rows < before else "FAR_MORE_ROWS"
    what = f"本次{rows}行，上次{before}行，相差悬殊，暂不使用"
    return Message(code, "", what, f"请核对是否漏报、重报或按增量报送。{_CONFIRMED}")


def quality_hold(reason: str) -> Message:
    """What is said of a delivery that did not meet an expectation of its feed; `reason` is the expectation's."""
    remedy = f"请核对该列的内容和单位，更正后重新报送。{_CONFIRMED}"
    return Message("QUALITY_HELD", "", f"数据质量未达到要求，暂不使用：{reason}", remedy)


def missing_town(towns: Mapping[str, int], before: Mapping[str, int]) -> Message | None:
    """A whole town of the last snapshot is missing.

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
    what = f"上次有而本次一行也没有的乡镇：{'、'.join(gone)}(上次共{sum(before[town] for town in gone)}行)，暂不使用"
    return Message("MISSING_TOWN", "", what, f"请核对这些乡镇是否漏报。{_CONFIRMED}")


def future_dates(cells: _Cells, day: date) -> Message | None:
    """Most dates or months of a column lie after the day of the delivery, and the column tells of what has happened."""
    for column in late_columns(cells.feed):
        read = cells[column].filter(cells[column].str.contains(ISO)).to_frame("text")
        late = read.filter(is_late(column, pl.lit(f"{day}")))
        if not late.height or late.height < FUTURE_SHARE * read.height:
            continue
        latest = "" if column.personal else f"，最晚为{max(late['text'].to_list())}"
        what = f"“{column.header}”有{late.height}行晚于报送日期{day}{latest}，暂不使用"
        return Message("FUTURE_PERIOD", f"“{column.header}”列", what, f"请核对所属期或报送日期是否有误。{_CONFIRMED}")
    return None


def misplaced_places(cells: _Cells) -> Message | None:
    """Villages stand under the town's header and towns under the village's."""
    town, village = (cells.feed.by_name.get(name) for name in ("town", "village"))
    if town is None or village is None or min(cells[town].len(), cells[village].len()) < FEWEST_CELLS:
        return None
    crossed = (_share(cells[town], VILLAGE.pattern), _share(cells[village], TOWN.pattern))
    return _swapped(town, village) if min(crossed) >= SWAPPED_SHARE else None


def _share(texts: pl.Series, pattern: str) -> float:
    # Polars says of a mean no more than that it is some value.
    return float(texts.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]  # a mean of truths is a number


def _swapped(one: Column, other: Column) -> Message:
    what = f"“{one.header}”与“{other.header}”两列的内容像是对调了，暂不使用"
    remedy = f"请核对两列；如已对调，请更正后重新报送。{_CONFIRMED}"
    return Message("COLUMNS_SWAPPED", f"“{one.header}”列、“{other.header}”列", what, remedy)


def swapped_columns(new: _Cells, before: _Cells) -> Message | None:
    """What stood in one column the last time stands in another now, and the reverse.

    Columns whose values are at home in both (amounts of 0, heads among members) speak only by how much more they fit
    the other.
    """
    known = [c for c in new.feed.columns if min(new[c].len(), before[c].len()) >= FEWEST_CELLS]
    own = {column.name: _at_home(new[column], before[column]) for column in known}
    for one in known:
        if own[one.name] > 1 - SWAPPED_MARGIN / 2:
            continue
        for other in known:
            there, here = _at_home(new[one], before[other]), 0.0
            if other is not one and there >= SWAPPED_SHARE:
                here = _at_home(new[other], before[one])
            if here >= SWAPPED_SHARE and there + here >= own[one.name] + own[other.name] + SWAPPED_MARGIN:
                return _swapped(*sorted((one, other), key=new.feed.columns.index))
    return None


def _at_home(texts: pl.Series, before: pl.Series) -> float:
    """The share of cells whose text stood in a column before."""
    # Polars says of a mean no more than that it is some value.
    return float(texts.is_in(before.unique().implode()).mean() or 0.0)  # type: ignore[arg-type]  # a mean of truths is a number


def lost_columns(new: _Cells, before: _Cells) -> Message | None:
    """Several columns that were filled the last time are missing or empty: another template."""
    filled = [column for column in new.feed.columns if before.filled_share(column) >= 0.5]
    lost = [column.header for column in filled if not new[column].len()]
    if len(lost) < max(LOST_COLUMNS, LOST_SHARE * len(filled)):
        return None
    what = f"上次填有而本次没有的列：{'、'.join(lost)}，像是用了另一种模板，暂不使用"
    return Message("WRONG_TEMPLATE", "", what, f"请核对模板，补齐这些列后重新报送。{_CONFIRMED}")


def other_persons(new: _Cells, before: _Cells) -> Message | None:
    """Hardly anybody of the last snapshot is listed again: another register, another place, or only what is new."""
    persons, earlier = new.persons(), before.persons()
    if new.feed.is_renewed or min(persons.len(), earlier.len()) < FEWEST_CELLS:
        return None
    same = max(_at_home(persons, earlier), _at_home(earlier, persons))
    if same >= SAME_PERSONS:
        return None
    what = f"本次名单中只有{same:.0%}与上次相同，像是另一份名册，或只报了新增部分，暂不使用"
    return Message("OTHER_REGISTER", "", what, f"请核对是否放错名册；本数据源须报送全部在册对象。{_CONFIRMED}")
