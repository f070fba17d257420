"""The command `hedui deliveries try`: what would become of files before they are delivered, and their receipt."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.console.deliveries import check_feed, state_of, tell
from pipelines.console.exits import Exit, usage
from pipelines.console.receipts import receipt_of, tell_receipt
from pipelines.intake import delivered_on, receive, take_in
from pipelines.intake.states import STATES
from pipelines.publishing.receipts.words import TRIED
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from pipelines.storage.trials import trial_folder


def try_files(
    settings: Settings, feed: str, files: Sequence[Path], delivered: date, receipt_folder: Path | None, *, json: bool
) -> Exit:
    """Takes the files in as a delivery of that date, beside all that came before, in a folder that is removed again.

    Nothing is registered and nothing held; the expectations of data quality look at a delivery in the nightly run only.
    HELD_BACK when the delivery, a row or a value would not be used.
    """
    data = DataFolder(settings.data)
    check_feed(feed)
    with trial_folder(data, settings.keep_trial_hours) as folder:
        trial = DataFolder(folder / "data")
        _borrow(data, trial, feed)
        delivery = _delivery(trial, feed, delivered)
        _lay_down(files, folder / "landing" / feed / delivery)
        receive(folder / "landing", trial, delivered)
        taken = take_in(feed, trial, delivered, settings.intake_limits)
        receipt = replace(receipt_of(settings, trial, taken, delivery), is_trial=True)
        tell(trial, taken, [delivery], {**STATES, "in_force": TRIED[0]}, json=json)
    tell_receipt(receipt, receipt_folder, delivered, json=json)
    is_clean = state_of(taken, [delivery]).state == "in_force" and not receipt.problems
    return Exit.DONE if is_clean else Exit.HELD_BACK


def _delivery(trial: DataFolder, feed: str, delivered: date) -> str:
    """The folder that a delivery of that date has, or would get."""
    known = (file.delivery for file in Register(trial.register).files(feed))
    return next((name for name in known if delivered_on(name) == delivered), delivered.isoformat())


def _borrow(data: DataFolder, trial: DataFolder, feed: str) -> None:
    """What is known of the feed so far: the register as a copy, archived files and their parsed rows as links."""
    trial.root.mkdir()
    if not data.register.exists():
        return
    for sha256 in {file.sha256 for file in Register(data.register).copy_to(trial.register).files(feed)}:
        found = [data.archived_file(sha256), *(data.parsed / sha256[:2]).glob(f"{sha256}-{feed}-*")]
        for path in (path for path in found if path.exists()):
            link = trial.root / path.relative_to(data.root)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())


def _lay_down(files: Sequence[Path], folder: Path) -> None:
    """Copies the files, and what lies in folders among them, as a delivery. Raises UserError for what is not there."""
    folder.mkdir(parents=True)
    for path in files:
        if not path.exists():
            raise usage("没有这个文件", str(path), "核对路径")
        if (folder / path.name).exists():
            raise usage("两个文件同名", path.name, "改名后再试；一次报送中同名的文件会互相替代")
        if path.is_dir():
            shutil.copytree(path, folder, dirs_exist_ok=True, symlinks=True)
        else:
            shutil.copy2(path, folder / path.name)
