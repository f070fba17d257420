"""Which rows go into which delivery: older snapshots, append feeds with an overlap, parts, repeated rows."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.contracts import all_feeds, get_feed
from pipelines.demo.county import STANDARDS, County, month_of
from pipelines.demo.offices import Office, earlier, file_name, layouts
from pipelines.demo.rows import Row

#: days before the business date
OLDER, OVERLAP = 33, 64
#: an older snapshot still, from the year before: it says since when a case has been in 渐退
YEAR_BEFORE = 400
#: registers whose extract gives some rows twice
REPEATING = ("vehicle", "business")


def write_reference(county: County) -> None:
    """The divisions and the standards."""
    area = county.words.places["area_code"]
    _reference(
        county, "admin_division", code=f"{area}000000", name=county.words.places["county"], level="县", parent_code=None
    )
    for number, town in enumerate(county.words.places["towns"]):
        code = f"{area}{101 + number}000"
        _reference(county, "admin_division", code=code, name=town, level="乡镇", parent_code=f"{area}000000")
        villages = [village for t, village in county.population.villages if t == town]
        for place, village in enumerate(villages):
            _reference(
                county, "admin_division", code=f"{code[:9]}{201 + place}", name=village, level="村", parent_code=code
            )
    names = {"dibao": "最低生活保障", "tekun": "特困人员供养", "orphan": "孤儿基本生活费"}
    for programme, area_type, amount, month in STANDARDS:
        _reference(
            county,
            "assistance_standard",
            programme=names[programme],
            area_type=area_type,
            monthly_standard=amount,
            effective_from=month,
        )


def _reference(county: County, feed: str, **values: Any) -> None:
    county.add(feed, values).delivered = values


def deliver(county: County, landing: Path) -> None:
    """Writes all 24 feeds below `landing/<feed>/<delivery date>/`."""
    for number, feed in enumerate(all_feeds()):
        rng = random.Random(f"{county.rng.random()}")
        rows = list(county.rows.get(feed, ()))
        if feed not in ("admin_division", "assistance_standard", "dibao", "application", "poverty_household"):
            rng.shuffle(rows)
        if feed in REPEATING:
            rows += rng.sample(rows, len(rows) // 400)
        day = earlier(county.as_of, number % 5)
        if get_feed(feed).is_append:
            _deliver_append(county, landing, feed, rows, rng)
        else:
            for days in (YEAR_BEFORE, OLDER) if feed == "dibao" else (OLDER,) if layouts()[feed].older else ():
                then = earlier(day, days)
                kept = [_as_of(county, row, then) for row in rows if rng.random() < 0.96 and not row.unusable]
                _write(county, landing, feed, kept, then, rng, "old_addresses")
            _write(county, landing, feed, rows, day, rng)


def _as_of(county: County, row: Row, day: date) -> Row:
    """The row as an earlier delivery had it; it shares its addresses with the row of today."""
    since = county.tapering_since.get(row.values.get("case_number", ""))
    if since is None or since <= day or row.values.get("status") != "渐退":
        return row
    return replace(row, delivered={**row.delivered, "status": "在保"})


def _deliver_append(county: County, landing: Path, feed: str, rows: list[Row], rng: random.Random) -> None:
    column = get_feed(feed).event_column
    assert column is not None
    first, overlap = earlier(county.as_of, OLDER), earlier(county.as_of, OVERLAP)

    def before(row: Row, day: date) -> bool:
        value = row.values[column]
        return value < (day if isinstance(value, date) else month_of(day))

    _write(county, landing, feed, [row for row in rows if before(row, first)], first, rng)
    _write(county, landing, feed, [row for row in rows if not before(row, overlap)], county.as_of, rng)


def _write(
    county: County, landing: Path, feed: str, rows: list[Row], day: date, rng: random.Random, into: str = "addresses"
) -> None:
    name = county.words.places["county"]
    parts: dict[str | None, list[Row]] = {None: rows}
    if split := layouts()[feed].split:
        parts = {
            part: [row for row in rows if row.values[split] == part]
            for part in sorted({row.values[split] for row in rows})
        }
    for part, own in parts.items():
        path = landing / feed / day.isoformat() / file_name(name, feed, day, part)
        Office(feed, name, rng).write(path, own, day, into)
