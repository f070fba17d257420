"""One publication: hides what may not be shown, checks it as an attacker would, and keeps what later ones must mind.

`publications/<as_of>/public` is what goes out. `publications/<as_of>/kept` stays in the office: what each household
adds, under the county's pseudonyms, and which cells were shown. A date is published once; the same content again is the
same publication, other content is refused, since the difference of the two would show single households.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from pipelines.publishing.statistics.cells import (
    KEY,
    Statistics,
    demands,
    linked_tables,
    read_statistics,
)
from pipelines.publishing.statistics.earlier import Earlier, compared
from pipelines.publishing.statistics.files import write_files
from pipelines.publishing.statistics.grids import grids
from pipelines.publishing.statistics.suppression import Hidden, NotProtected, hide, weaknesses
from pipelines.storage import atomic

RECORD = "record.json"


class PublicationRefused(RuntimeError):
    """The statistics may not be published; the message has three parts."""


@dataclass(frozen=True)
class Publication:
    """What was published: its folder, whether it is new, how many cells are shown and hidden, and how many of the
    hidden ones only for the sake of others."""

    folder: Path
    is_new: bool
    shown: int
    hidden: int
    hidden_for_others: int


def publish_statistics(release: Path, publications: Path) -> Publication:
    """Publishes the statistics of a release below `publications`, unless they were published already.

    Raises NoStatistics for a release without them, PublicationRefused when its date was published with other content or
    when what would be shown does not hold against the attacker.
    """
    statistics = read_statistics(release)
    final = publications / statistics.as_of.isoformat()
    contents = _contents(statistics)
    if final.exists():
        return _published_before(final, contents)
    cells = _decided(statistics, list(_others(publications)))
    temporary = publications / f".{statistics.as_of.isoformat()}.{uuid4().hex}{atomic.PARTIAL}"
    try:
        write_files(grids(cells, statistics.titles), statistics, temporary / "public")
        (temporary / "kept").mkdir()
        statistics.units.write_parquet(temporary / "kept" / "unit.parquet")
        cells.select(*KEY, "is_shown", "is_guard").write_parquet(temporary / "kept" / "cell.parquet")
        record = {
            "contents": contents, "release": f"{release.parent.name}/{release.name}",
            "shown": int(cells["is_shown"].sum()), "hidden": int((~cells["is_shown"]).sum()),
            "hidden_for_others": int((~cells["is_shown"] & ~cells["is_sensitive"]).sum()),
        }  # fmt: skip
        atomic.write_json(temporary / "kept" / RECORD, record)
        atomic.publish_folder(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return _publication(final, record, is_new=True)


def _contents(statistics: Statistics) -> str:
    """A digest of the figures and the rules that decide which of them are shown."""
    told = hashlib.sha256()
    for frame in (statistics.cells, statistics.rules):
        told.update(frame.write_csv().encode())
    return told.hexdigest()


def _publication(final: Path, record: dict[str, object], *, is_new: bool) -> Publication:
    counts = (int(str(record[name])) for name in ("shown", "hidden", "hidden_for_others"))
    return Publication(final / "public", is_new, *counts)


def _published_before(final: Path, contents: str) -> Publication:
    record = json.loads((final / "kept" / RECORD).read_text(encoding="utf-8"))
    if record["contents"] != contents:
        raise PublicationRefused(
            f"{final.name} 的统计已经公布过，这次的数字或公布规则与那次不同，两次相减会暴露个别家庭；"
            f"位置：{final / 'public'}，依据发布 {record['release']}；处理：沿用已公布的，更正留待下一个业务日期"
        )
    return _publication(final, record, is_new=False)


def _others(publications: Path) -> Iterator[Earlier]:
    for record in sorted(publications.glob(f"[0-9]*/kept/{RECORD}")):
        yield Earlier(
            pl.read_parquet(record.with_name("unit.parquet")), pl.read_parquet(record.with_name("cell.parquet"))
        )


def _decided(statistics: Statistics, others: list[Earlier]) -> pl.DataFrame:
    """The cells with is_sensitive (not to be shown for its own sake), is_shown and is_guard (hidden, and it would give
    away a small figure, its own or another's). Raises PublicationRefused."""
    smallest, margin = statistics.rule("smallest_count"), statistics.rule("estimate_margin")
    decided = []
    for (breakdown,), cells in statistics.cells.group_by("breakdown", maintain_order=True):
        units = statistics.units.filter(pl.col("breakdown") == breakdown)
        cells = compared(units, cells, others, smallest)
        tables = linked_tables(units, cells)
        demanded = list(demands(cells, tables.measures, smallest, margin))
        try:
            hidden = hide(tables, demanded, np.flatnonzero(cells["is_held_back"].to_numpy()).tolist())
            said = weaknesses(tables, hidden.cells, demanded)
        except NotProtected as error:
            said = [str(error)]
        if said:
            raise PublicationRefused(
                f"隐去的数字仍能被推算出来（{len(said)} 处）；位置：公布统计 {breakdown}；处理：不得公布，请报告此问题"
            )
        number = pl.int_range(pl.len(), dtype=pl.Int64)
        decided.append(
            cells.with_columns(
                is_sensitive=number.is_in(sorted({demand.cell for demand in demanded})),
                is_shown=~number.is_in(sorted(hidden.cells)),
                is_guard=number.is_in(sorted(_guards(cells, hidden))),
            )
        )
    return (
        pl.concat(decided)
        if decided
        else statistics.cells.with_columns(is_sensitive=pl.lit(False), is_shown=pl.lit(True), is_guard=pl.lit(False))
    )


def _guards(cells: pl.DataFrame, hidden: Hidden) -> set[int]:
    """The hidden cells that would, shown later and little changed by then, give away what is hidden now: small and
    dominated ones, those that protect such a one, and those that protect one too near without being it."""
    small = set(np.flatnonzero((cells["is_small"] | cells["is_dominated"]).to_numpy()).tolist())
    near = set(np.flatnonzero(cells["is_too_near"].to_numpy()).tolist())
    return small | {cell for cell, helped in hidden.helping if helped in small or cell not in near}
