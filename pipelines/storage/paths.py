"""The places of the data folder; nothing here makes or removes a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The data folder of one county. Folders are made by those who write into them."""

    root: Path

    @property
    def archive(self) -> Path:
        """Every delivered file, by SHA-256."""
        return self.root / "archive"

    @property
    def parsed(self) -> Path:
        """A cache: the rows of each delivered file. May be removed at any time."""
        return self.root / "parsed"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def quality(self) -> Path:
        """What each delivery looked like, in figures; files are added and never changed."""
        return self.root / "quality"

    @property
    def trials(self) -> Path:
        """Copies that trials of policy work on; each is removed when its trial ends."""
        return self.root / "trials"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def purges(self) -> Path:
        """Certificates of what was removed for good, one folder each."""
        return self.root / "purges"

    @property
    def reports(self) -> Path:
        """核对报告 and public notices made from releases; may be made again at any time."""
        return self.root / "reports"

    @property
    def publications(self) -> Path:
        """Statistics that were made public, by business date; never written again."""
        return self.root / "publications"

    @property
    def outbox(self) -> Path:
        """Messages about runs that not every channel has taken yet."""
        return self.root / "outbox"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def register(self) -> Path:
        return self.root / "register.sqlite"

    @property
    def decisions(self) -> Path:
        return self.root / "decisions.sqlite"

    @property
    def lock(self) -> Path:
        return self.root / "run.lock"

    @property
    def current(self) -> Path:
        """The pointer to the release in force."""
        return self.releases / "current.json"

    def archived_file(self, sha256: str) -> Path:
        return self.archive / sha256[:2] / sha256

    def run_folder(self, run_id: str | int) -> Path:
        """One run's working folder; the caller makes it."""
        return self.work / str(run_id)

    def current_release(self) -> Path | None:
        """The release in force, or None before the first one.

        Resolve it once and keep the answer: everything read below that folder is one consistent set, even while a
        newer release is published.
        """
        try:
            pointer = json.loads(self.current.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return self.releases / str(pointer["release"])
