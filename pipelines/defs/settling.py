"""When a delivery is complete: nothing in its folder changed between two looks. Pure; the sensor only asks.

Files are copied into the landing folder by people and programs that leave no mark when they are done. A folder that
still changes is waited for; the nightly run does not wait.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.storage.archive import file_sha256

#: Names that copying programs and open workbooks leave beside the real files.
PASSING = ("~$", ".")
PASSING_ENDS = (".partial", ".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Look:
    """One look at the landing folder. `run_key` is set when all that is new has settled; `cursor` is for the next."""

    cursor: str
    run_key: str | None
    new: tuple[str, ...]
    waiting: tuple[str, ...]


def look(landing: Path, cursor: str | None, now: float, settle_seconds: float) -> Look:
    """Compares the delivery folders with the last look.

    `now` is in seconds. A folder has settled when its signature (names, sizes, times) has been the same for at least
    `settle_seconds` over two looks. The run key is made of the contents: a folder that was only touched starts no run.
    """
    before: dict[str, Any] = json.loads(cursor) if cursor else {}
    seen: dict[str, Any] = before.get("seen", {})
    done: dict[str, str] = before.get("done", {})
    current: dict[str, Any] = {}
    for name, folder in _deliveries(landing):
        signature = _signature(folder)
        if signature is None:
            continue
        known = seen.get(name)
        since = known["since"] if known and known["signature"] == signature else now
        current[name] = {"signature": signature, "since": since}
    new = tuple(name for name, state in current.items() if done.get(name) != state["signature"])
    waiting = tuple(name for name in new if now - current[name]["since"] < settle_seconds or name not in seen)
    run_key = None
    if new and not waiting:
        run_key = _content_key(landing, tuple(current))
        done = {name: state["signature"] for name, state in current.items()}
    return Look(json.dumps({"seen": current, "done": done}, sort_keys=True), run_key, new, waiting)


def _deliveries(landing: Path) -> Iterator[tuple[str, Path]]:
    """`<feed>/<delivery date>` folders, in the order of their names."""
    for feed in sorted(landing.iterdir()) if landing.is_dir() else ():
        if feed.is_dir():
            yield from ((f"{feed.name}/{folder.name}", folder) for folder in sorted(feed.iterdir()) if folder.is_dir())


def _files(folder: Path) -> list[Path]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in paths if not path.name.startswith(PASSING) and not path.name.endswith(PASSING_ENDS)]


def _signature(folder: Path) -> str | None:
    """Names, sizes and times of all files, passing ones too: they say that somebody is at work. None when empty."""
    if not _files(folder):
        return None
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path.relative_to(folder)}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _content_key(landing: Path, names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in names:
        for path in _files(landing / name):
            digest.update(f"{path.relative_to(landing)}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()
