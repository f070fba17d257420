"""Copies that are made of releases and deliveries and may be made again: reports, trials of policy, working folders."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.storage.atomic import PARTIAL
from pipelines.storage.paths import DataFolder

ZONE = ZoneInfo("Asia/Shanghai")


def every_copy(data: DataFolder, releases: Iterable[str]) -> list[dict[str, Any]]:
    """The reports of some releases, and every working copy, whatever it was made of."""
    reports = [data.reports / name for name in releases]
    return _entries(data, [*reports, *_children(data.trials), *_leftovers(data)])


def copies_due(data: DataFolder, made_before: date, trial_hours: int) -> list[dict[str, Any]]:
    """Reports made before a day, trials older than so many hours, and what runs that were ended left behind."""
    reports = [path for path in data.reports.glob("*-*-*/*") if path.is_dir() and _made_on(path) < made_before]
    moment = time.time() - trial_hours * 3600
    trials = [path for path in _children(data.trials) if path.stat().st_mtime < moment]
    return _entries(data, [*reports, *trials, *_leftovers(data)])


def _leftovers(data: DataFolder) -> list[Path]:
    """Working folders, releases never published, unfinished files: with the lock held nobody uses them."""
    partial = [
        path for folder in (data.archive, data.parsed, data.publications) for path in folder.rglob(f"*{PARTIAL}")
    ]
    return [*_children(data.work), *_children(data.releases / ".staged"), *partial]


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _made_on(folder: Path) -> date:
    """The day on which the newest file below a folder was written, in China."""
    newest = max((path.stat().st_mtime for path in folder.rglob("*")), default=folder.stat().st_mtime)
    return datetime.fromtimestamp(newest, ZONE).date()


def _entries(data: DataFolder, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Place in the data folder and number of files of everything that is there."""
    return [{"place": path.relative_to(data.root).as_posix(), "files": _count(path)} for path in paths if path.exists()]


def _count(path: Path) -> int:
    return sum(file.is_file() for file in path.rglob("*")) if path.is_dir() else 1
