"""A run starts when all new deliveries have stopped changing, once for each content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.defs.settling import Look, look

SETTLE = 60.0


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    deliver(tmp_path, "dibao/2026-10-05/a.csv", "one")
    return tmp_path


def deliver(landing: Path, name: str, text: str) -> Path:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def after(landing: Path, *moments: float, cursor: str | None = None) -> Look:
    for moment in moments:
        found = look(landing, cursor, moment, SETTLE)
        cursor = found.cursor
    return found


def test_the_first_look_never_starts_a_run(landing: Path) -> None:
    found = after(landing, 1000.0)
    assert found.run_key is None
    assert found.waiting == ("dibao/2026-10-05",)


def test_an_unchanged_delivery_starts_one_run_and_no_second(landing: Path) -> None:
    settled = after(landing, 0.0, 61.0)
    assert settled.run_key
    assert after(landing, 122.0, 183.0, cursor=settled.cursor).run_key is None


def test_two_looks_close_together_do_not_settle(landing: Path) -> None:
    assert after(landing, 0.0, 30.0).run_key is None


def test_a_growing_file_is_waited_for(landing: Path) -> None:
    first = after(landing, 0.0, 50.0)
    deliver(landing, "dibao/2026-10-05/a.csv", "one and more")
    assert after(landing, 70.0, cursor=first.cursor).run_key is None
    assert after(landing, 131.0, cursor=after(landing, 70.0, cursor=first.cursor).cursor).run_key


def test_another_delivery_still_arriving_holds_the_run_back(landing: Path) -> None:
    first = after(landing, 0.0)
    deliver(landing, "tekun/2026-10-05/b.csv", "two")
    found = after(landing, 61.0, cursor=first.cursor)
    assert found.run_key is None
    assert found.waiting == ("tekun/2026-10-05",)


def test_an_open_workbook_or_a_partial_copy_alone_is_no_delivery(tmp_path: Path) -> None:
    deliver(tmp_path, "dibao/2026-10-05/~$a.xlsx", "lock")
    deliver(tmp_path, "tekun/2026-10-05/b.csv.part", "half")
    assert after(tmp_path, 0.0, 61.0) == Look('{"done": {}, "seen": {}}', None, (), ())


def test_the_run_key_follows_the_content_and_not_the_times(landing: Path) -> None:
    before = after(landing, 0.0, 61.0)
    os.utime(landing / "dibao/2026-10-05/a.csv", (1, 1))
    touched = after(landing, 122.0, 183.0, cursor=before.cursor)
    assert touched.run_key == before.run_key  # Dagster starts no second run for a key it knows
    deliver(landing, "dibao/2026-10-05/a.csv", "other")
    changed = after(landing, 244.0, 305.0, cursor=touched.cursor)
    assert changed.run_key not in (None, before.run_key)


def test_a_missing_landing_folder_is_no_error(tmp_path: Path) -> None:
    assert after(tmp_path / "none", 0.0, 61.0).run_key is None
