"""One run's workspace: the lock, the run number, the working folder. Opened once per run, closed with its outcome.

Every step of a run gets it as the resource `workspace`. The whole graph runs in one process, so the lock is held from
the first step to the last, and the steps hand each other nothing but files in the working folder.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.announcing import announce_crashed
from pipelines.publishing import remove_orphans
from pipelines.settings import Settings
from pipelines.storage.atomic import remove_partial
from pipelines.storage.keys import county_key
from pipelines.storage.lock import run_lock
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from pipelines.storage.releases import refuse_newer
from pipelines.storage.shares import refuse_share

#: Told after each step: its name, and a sentence with counts.
Progress = Callable[[str, str], None]


def silent(step: str, sentence: str) -> None:
    """Progress for a run that nobody watches."""
    del step, sentence


@dataclass
class RunWorkspace:
    """What the steps of one run share. `published` is set by the last step; `gates` says what stopped the release,
    `warnings` what did not and must be put right, one sentence each."""

    settings: Settings
    data: DataFolder
    as_of: date
    run_id: str
    progress: Progress = silent
    settle_seconds: float = 0
    published: Path | None = None
    staged: Path | None = None
    gates: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    timings: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.data.run_folder(self.run_id)

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def quality(self) -> Path:
        return self.folder / "quality"

    @property
    def matched(self) -> Path:
        return self.folder / "matched"

    @property
    def previous(self) -> Path:
        return self.folder / "previous"

    @property
    def export(self) -> Path:
        return self.folder / "export"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def needs(self, path: Path, step: str) -> Path:
        """The file of an earlier step; Failure when that step is no part of this run."""
        if not path.exists():
            raise dg.Failure(
                f"{step} is not part of this run; start the whole job nightly: steps live on the files of one run"
            )
        return path


@contextmanager
def open_workspace(
    settings: Settings, as_of: date, progress: Progress = silent, settle_seconds: float = 0
) -> Iterator[RunWorkspace]:
    """Takes the lock and a run number, makes the working folder, and closes the run with its outcome.

    Raises LockHeld when another run is at work, KeyMissing when the county's key is gone, WrittenByNewer when a later
    version of the program was at work here, OnNetworkShare when the folder lies on one. What a killed run left half
    done is removed here.
    """
    data = DataFolder(settings.data.resolve())
    refuse_share(data.root)
    data.root.mkdir(parents=True, exist_ok=True)
    refuse_newer(data)
    register = Register(data.register)
    run_id = register.next_run_id()
    with run_lock(data, run_id):
        problems = announce_crashed(settings, data, register.close_crashed(run_id))
        remove_leftovers(data)
        remove_orphans(data)
        register.start_run(run_id, as_of)
        workspace = RunWorkspace(settings, data, as_of, run_id, progress, settle_seconds, warnings=problems)
        for folder in (workspace.raw, workspace.matched, workspace.previous, workspace.export):
            folder.mkdir(parents=True)
        try:
            county_key(data)
            yield workspace
        finally:
            register.end_run(run_id, "finished" if workspace.published else "failed")
            if not settings.keep_work:
                shutil.rmtree(workspace.folder, ignore_errors=True)


def remove_leftovers(data: DataFolder) -> None:
    """Removes the working folders and unfinished files of runs that ended without doing so. To be called with the lock
    held."""
    for folder in (data.archive, data.parsed, data.keys, data.releases):
        remove_partial(folder)
    if data.work.exists():
        for folder in data.work.iterdir():
            shutil.rmtree(folder, ignore_errors=True)
