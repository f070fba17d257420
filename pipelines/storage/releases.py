"""Which release a run follows on. Everything that a run remembers (ids of persons, findings seen before, what has
changed) is remembered from this one release.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.storage.formats import FORMAT, WrittenByNewer, check_databases, check_format
from pipelines.storage.paths import DataFolder

PREVIOUS = "previous_release"
WAREHOUSE = "warehouse.duckdb"


def release_before(data: DataFolder, as_of: date) -> Path | None:
    """The last release of the business date before `as_of`; None when there is none.

    A business date keeps the date that it followed on when it was first released: built again after other dates were
    filled in, it gives the same rows. Of that date the last release speaks, so that a date built anew after an error is
    followed on. Where nothing of that date is left to follow on, the newest earlier date stands in.
    """
    for manifest in map(read_manifest, _all_of_date(data, as_of.isoformat())):
        if PREVIOUS in manifest:
            previous = manifest[PREVIOUS]
            kept = _of_date(data, previous["as_of"]) if previous else []
            if kept or previous is None:
                return kept[-1] if kept else None
    earlier = sorted({path.name for path in data.releases.glob("*-*-*") if path.name < as_of.isoformat()}, reverse=True)
    for name in earlier:
        if releases := _of_date(data, name):
            return releases[-1]
    return None


def published_releases(data: DataFolder) -> list[Path]:
    """Every release that was ever published, whatever was purged of it; by business date, then in the order of runs."""
    dates = sorted({path.parent.parent.name for path in data.releases.glob("*-*-*/*/manifest.json")})
    return [release for as_of in dates for release in _all_of_date(data, as_of)]


def refuse_newer(data: DataFolder) -> None:
    """Raises WrittenByNewer when a later version of the program has been at work on the data folder. What is damaged is
    no concern of this: it is told where it is used, or made anew."""
    check_databases(data)
    for manifest in data.releases.glob("*-*-*/*/manifest.json"):
        with suppress(OSError, ValueError):
            read_manifest(manifest.parent)
    if (release := data.current_release()) is not None:
        _check_warehouse(release / WAREHOUSE)


def _check_warehouse(path: Path) -> None:
    """DuckDB turns away what a later version of it wrote, with a text of its own."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        if "newer version of DuckDB" in str(error):
            raise WrittenByNewer(path) from error


def missing_files(release: Path) -> list[str]:
    """Files that the manifest names and that are not there: purged, or lost."""
    return sorted(name for name in read_manifest(release)["files"] if not (release / name).exists())


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release; WrittenByNewer when a later version of the program made it."""
    path = release / "manifest.json"
    content = dict(json.loads(path.read_text(encoding="utf-8")))
    check_format(content.get("format", FORMAT), path)
    return content


def _of_date(data: DataFolder, as_of: str) -> list[Path]:
    """The releases of one business date that can be followed on, oldest first: not one without its warehouse."""
    return [release for release in _all_of_date(data, as_of) if not _lost_its_warehouse(release)]


def _lost_its_warehouse(release: Path) -> bool:
    named = WAREHOUSE in read_manifest(release).get("files", ())
    return named and not (release / WAREHOUSE).exists()


def _all_of_date(data: DataFolder, as_of: str) -> list[Path]:
    releases = [path.parent for path in (data.releases / as_of).glob("*/manifest.json")]
    return sorted(releases, key=lambda release: (_number(release), release.name))


def _number(release: Path) -> int:
    return int("".join(character for character in release.name if character.isdigit()) or 0)
