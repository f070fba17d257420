"""What a release holds for its notices: entries, the policy in force on its date, and whose names may not be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

Row = dict[str, Any]

_IN_FORCE = """
select seed.* from policy.{seed} as seed, raw.run_context as run
where run.as_of >= seed.valid_from and (seed.valid_to is null or run.as_of <= seed.valid_to) order by all
"""
_DIVISIONS = "select distinct name from staging.stg_reference__admin_division where name is not null"


class NoNotice(LookupError):
    """The release, the programme or the town has no notice; the message has three parts."""


@dataclass(frozen=True)
class Listing:
    """`entries`: int_notice__listed, in the order of a notice. `rules`, `columns`: rows of notice_rule and
    notice_column in force, in the order of reading; `words`: word -> kind of those that stand on no notice.
    `namesakes`: int_notice__namesake; `divisions`: the places of 行政区划."""

    as_of: date
    run_id: str
    entries: pl.DataFrame
    rules: list[Row]
    columns: list[Row]
    words: dict[str, str]
    namesakes: pl.DataFrame
    divisions: frozenset[str]

    @property
    def release(self) -> str:
        """`<business date>/<run>`, as people name the release."""
        return f"{self.as_of.isoformat()}/{self.run_id}"


def read_listing(release: Path) -> Listing:
    """Reads it from the warehouse of a release. Raises NoNotice for a release made before there were notices."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        try:
            entries = connection.sql(
                "from intermediate.int_notice__listed order by programme, town, village, household_id, person_id"
            ).pl()
        except duckdb.CatalogException as error:
            raise NoNotice(
                f"这个发布没有公示名单；位置：{release.parent.name}/{release.name}；处理：用同一业务日期重新运行"
            ) from error
        namesakes = connection.sql("from intermediate.int_notice__namesake order by all").pl()
        rules, columns, words = (
            connection.sql(_IN_FORCE.format(seed=seed)).pl().to_dicts()
            for seed in ("notice_rule", "notice_column", "notice_word")
        )
        divisions = frozenset(name for (name,) in connection.sql(_DIVISIONS).fetchall())
        as_of, run_id = connection.sql("select as_of, run_id from raw.run_context").fetchall()[0]
    return Listing(
        as_of=as_of,
        run_id=str(run_id),
        entries=entries,
        rules=sorted(rules, key=lambda row: (row["place"], row["programme"])),
        columns=sorted(columns, key=lambda row: (row["place"], row["column_name"])),
        words={row["word"]: row["kind"] for row in words},
        namesakes=namesakes,
        divisions=divisions,
    )
