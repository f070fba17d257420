"""Files that are either the old ones or the new ones, never something between.

Each write goes to a temporary sibling, reaches the disk (fsync), takes the final name in one step (os.replace), and the
folder that holds the name reaches the disk too. Left-over siblings of a killed process end in `.partial`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

#: The ending of unfinished files; whoever finds one without its process may remove it.
PARTIAL = ".partial"


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable (a rename is only safe once its folder was synced)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary sibling to write into; it takes `path`'s place when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:80]}.{uuid4().hex}{PARTIAL}")
    try:
        yield temporary
        _sync_file(temporary)
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, data: str) -> None:
    """Writes UTF-8 text, line ends as given."""
    write_bytes(path, data.encode("utf-8"))


def write_json(path: Path, data: Any) -> None:
    """Writes JSON with sorted keys, so that the same data gives the same bytes."""
    write_text(path, json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Raises OSError when the disk does not take it, as the other writers do: Polars names the system's error in its
    own error's text only."""
    with replacing(path) as temporary:
        try:
            frame.write_parquet(temporary, compression="zstd")
        except pl.exceptions.ComputeError as error:
            if found := re.search(r"os error (\d+)", str(error)):
                number = int(found[1])
                raise OSError(number, os.strerror(number), str(path)) from error
            raise


def publish_folder(temporary: Path, final: Path) -> Path:
    """Gives a complete folder its final name in one step; every file in it is on disk before.

    Both must lie on one file system. Raises FileExistsError when `final` is there already: what was published is never
    written again.
    """
    for folder, _, names in os.walk(temporary, topdown=False):
        for name in names:
            _sync_file(Path(folder) / name)
        sync_folder(Path(folder))
    if final.exists():
        raise FileExistsError(f"{final} was published already")
    final.parent.mkdir(parents=True, exist_ok=True)
    os.rename(temporary, final)
    sync_folder(final.parent)
    if temporary.parent != final.parent:
        sync_folder(temporary.parent)
    return final


def remove_partial(folder: Path) -> int:
    """Removes what killed writers left below a folder; returns how many. Only to be called under the run's lock."""
    left = list(folder.rglob(f"*{PARTIAL}")) if folder.exists() else []
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(left)
