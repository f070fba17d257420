"""Folders for work on copies of personal data; nothing of a trial stays."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.storage.paths import DataFolder


@contextmanager
def trial_folder(data: DataFolder, keep_hours: int) -> Iterator[Path]:
    """A folder that is removed whatever happens, as are those older than `keep_hours`, which a killed trial left.

    It lies in the data folder, where its copies are as well kept as their originals; where there is no data folder yet,
    in the system's folder for temporary files.
    """
    if not data.root.is_dir():
        with tempfile.TemporaryDirectory(prefix="hedui-") as name:
            yield Path(name)
        return
    data.trials.mkdir(exist_ok=True)
    _remove_leftovers(data.trials, keep_hours)
    with tempfile.TemporaryDirectory(dir=data.trials) as name:
        yield Path(name)


def _remove_leftovers(trials: Path, keep_hours: int) -> None:
    for folder in trials.iterdir():
        if time.time() - folder.stat().st_mtime > keep_hours * 3600:
            shutil.rmtree(folder, ignore_errors=True)
