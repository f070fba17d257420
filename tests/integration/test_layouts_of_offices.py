"""Whatever layout an office chooses, the rows taken in are the same: a whole county, laid out anew at random."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest

from pipelines.contracts import Feed, all_feeds
from pipelines.demo import make_county
from pipelines.intake import FeedIntake, receive, take_in
from pipelines.storage.paths import DataFolder
from tests.layout_factory import write_layout

AS_OF = date(2026, 10, 31)


def taken_in(landing: Path, data: Path) -> dict[str, FeedIntake]:
    receive(landing, DataFolder(data), AS_OF)
    return {name: take_in(name, DataFolder(data), AS_OF) for name in all_feeds()}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FeedIntake]:
    out = tmp_path_factory.mktemp("county")
    make_county(out, persons=600, seed=3, as_of=AS_OF)
    return taken_in(out / "landing", out / "data")


def rows(feed: Feed, frame: pl.DataFrame) -> Counter[tuple[str, ...]]:
    names = [column.name for column in feed.columns]
    return Counter(tuple((value or "").strip() for value in row) for row in frame.select(names).iter_rows())


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 44))])
def test_the_same_rows_in_another_layout_are_taken_in_alike(
    seed: int, county: dict[str, FeedIntake], tmp_path: Path
) -> None:
    rng = Random(seed)
    for name, taken in county.items():
        for (delivery,), part in taken.frame.group_by("_delivery", maintain_order=True):
            write_layout(all_feeds()[name], part, tmp_path / "landing" / name / str(delivery), rng)
    for name, taken in taken_in(tmp_path / "landing", tmp_path / "data").items():
        refused = [
            message for receipt in taken.receipts if receipt.disposition != "accepted" for message in receipt.messages
        ]
        assert not refused, (name, refused)
        assert rows(all_feeds()[name], taken.frame) == rows(all_feeds()[name], county[name].frame), name
