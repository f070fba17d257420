"""Which release a run follows on, also when dates are built again or filled in later."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import release_before


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def publish(data: DataFolder, as_of: str, run_id: str) -> None:
    """A release as a run would name it: it follows on what `release_before` says."""
    before = release_before(data, date.fromisoformat(as_of))
    previous = {"as_of": before.parent.name, "run_id": before.name} if before else None
    folder = data.releases / as_of / run_id
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"run_id": run_id, "previous_release": previous}))


def named(data: DataFolder, as_of: str) -> str | None:
    before = release_before(data, date.fromisoformat(as_of))
    return f"{before.parent.name}/{before.name}" if before else None


def test_the_last_release_of_the_newest_earlier_date_is_followed_on(data: DataFolder) -> None:
    assert named(data, "2026-10-31") is None
    for as_of, run_id in (("2026-08-31", "000001"), ("2026-09-30", "000009"), ("2026-09-30", "000010")):
        publish(data, as_of, run_id)
    assert named(data, "2026-10-31") == "2026-09-30/000010"
    assert named(data, "2026-09-30") == "2026-08-31/000001"


def test_a_date_built_again_follows_on_the_same_date_whatever_was_filled_in(data: DataFolder) -> None:
    publish(data, "2026-08-31", "000001")
    publish(data, "2026-10-31", "000002")
    publish(data, "2026-09-30", "000003")
    assert named(data, "2026-10-31") == "2026-08-31/000001"
    assert named(data, "2026-11-30") == "2026-10-31/000002"


def test_a_first_release_stays_a_first_release(data: DataFolder) -> None:
    publish(data, "2026-10-31", "000001")
    publish(data, "2026-09-30", "000002")
    assert named(data, "2026-10-31") is None


def test_of_the_date_before_its_last_release_speaks(data: DataFolder) -> None:
    publish(data, "2026-09-30", "000001")
    publish(data, "2026-10-31", "000002")
    publish(data, "2026-09-30", "000003")
    assert named(data, "2026-10-31") == "2026-09-30/000003"


def test_where_the_date_before_is_gone_the_newest_earlier_one_stands_in(data: DataFolder) -> None:
    publish(data, "2026-08-31", "000001")
    publish(data, "2026-09-30", "000002")
    publish(data, "2026-10-31", "000003")
    (data.releases / "2026-09-30" / "000002" / "manifest.json").unlink()
    assert named(data, "2026-10-31") == "2026-08-31/000001"
