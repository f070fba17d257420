"""Receives what lies in the landing folder: each file once into the archive, by its hash, and into the register.

Nothing is parsed here. Links, pipes and folders are never opened, temporary files are passed over; both are listed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz, process

from pipelines.contracts import all_feeds, code_lists
from pipelines.intake.messages import Message, Refused, plain
from pipelines.storage.archive import file_sha256
from pipelines.storage.atomic import replacing
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import RefusedFile, Register

log = logging.getLogger(__name__)

_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_JUNK_ENDINGS = (".tmp", ".crdownload", ".part", ".partial", ".download", ".bak", ".swp", ".lnk", ".ok")
_DEVICE = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_DATE = re.compile(r"^(\d{4})(?:([-._])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))$")
_ATTEMPTS = 3


@dataclass
class Reception:
    """What a look at the landing folder gave. Counts are files; `waiting` are deliveries that still change."""

    received: int = 0
    known: int = 0
    refused: int = 0
    ignored: int = 0
    waiting: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


def delivered_on(folder: str) -> date | None:
    """The date that a delivery folder is named after (2026-10-31, 20261031, 2026年10月31日); None when it is none."""
    found = _DATE.match(folder)
    try:
        year, month, day = (part for part in found.group(1, 3, 4, 5, 6, 7, 8) if part) if found else ("", "", "")
        return date(int(year), int(month), int(day)) if found else None
    except ValueError:
        return None


def receive(landing: Path, data: DataFolder, as_of: date, settle_seconds: float = 0) -> Reception:
    """Archives and registers every delivered file; the date `as_of` only says which deliveries lie in the future.

    A delivery in which something changed within the last `settle_seconds` waits for the next run. One unreadable file
    does not keep the others back. Raises FileNotFoundError when there is no landing folder.
    """
    reception, register = Reception(), Register(data.register)
    for entry in _listed(landing):
        if _is_junk(entry.name):
            reception.ignored += 1
        elif not entry.is_dir(follow_symlinks=False):
            reception.messages.append(plain("MISPLACED", f"《{_shown(entry.name)}》"))
        elif entry.name not in all_feeds():
            reception.messages.append(_unknown_feed(_shown(entry.name)))
        else:
            _receive_feed(entry, data, register, as_of, settle_seconds, reception)
    log.info("landing: %d files new, %d known, %d refused", reception.received, reception.known, reception.refused)
    return reception


def _listed(folder: str | Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from sorted(entries, key=lambda entry: entry.name)


def _shown(name: str) -> str:
    """A file name that can be printed and stored: names that came in GBK are read as such, controls are left out."""
    raw = os.fsencode(name)
    for codec in ("utf-8", "gb18030"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return raw.decode("ascii", errors="backslashreplace")


def _is_junk(name: str) -> bool:
    folded = name.lower()
    return name.startswith(("~$", ".")) or folded in _JUNK_NAMES or folded.endswith(_JUNK_ENDINGS)


def _nearest_feed(name: str) -> str | None:
    """The feed that a folder's name most likely means: by its title, by what the programme is called, by its name."""
    programmes = {spelling: feed for spelling, feed in code_lists()["programme"].items() if feed in all_feeds()}
    titles = {title: feed.name for feed in all_feeds().values() for title in (feed.title, *feed.title_synonyms)}
    known = {**programmes, **titles}
    if name in known:
        return known[name]
    if near := process.extractOne(name.lower(), list(all_feeds()), scorer=fuzz.ratio, score_cutoff=60):
        return near[0]
    by_title = process.extractOne(name, list(titles), scorer=fuzz.partial_ratio, score_cutoff=60)
    return titles[by_title[0]] if by_title else None


def _unknown_feed(name: str) -> Message:
    nearest = _nearest_feed(name)
    remedy = (
        f"最接近的数据源是 {nearest}，请核对后改名" if nearest else f"请改用约定的数据源名称：{'、'.join(all_feeds())}"
    )
    return Message("UNKNOWN_FEED", f"文件夹《{name}》", "没有这个数据源，其中的文件未读取", remedy)


def _receive_feed(
    folder: os.DirEntry[str],
    data: DataFolder,
    register: Register,
    as_of: date,
    settle_seconds: float,
    reception: Reception,
) -> None:
    for entry in _listed(folder):
        where = f"{folder.name}/{_shown(entry.name)}"
        if _is_junk(entry.name):
            reception.ignored += 1
        elif not entry.is_dir(follow_symlinks=False):
            reception.messages.append(plain("MISPLACED", f"《{where}》"))
        elif (day := delivered_on(entry.name)) is None:
            reception.messages.append(plain("BAD_DELIVERY_FOLDER", f"《{where}》"))
        elif settle_seconds and _changed_since(entry, time.time() - settle_seconds):
            reception.waiting.append(where)
        else:
            if day > as_of:
                what = f"报送日期晚于业务日期{as_of}，已归档，到期再用"
                remedy = "如日期有误，请更正文件夹名"
                reception.messages.append(Message("FUTURE_DELIVERY", f"《{where}》", what, remedy))
            _receive_delivery(folder.name, entry, data, register, reception)


def _changed_since(folder: os.DirEntry[str], moment: float) -> bool:
    try:
        states = [entry.stat(follow_symlinks=False) for entry in _listed(folder)]
    except FileNotFoundError:  # a file went away just now
        return True
    return any(max(state.st_mtime, state.st_ctime) > moment for state in states)


def _receive_delivery(
    feed: str, folder: os.DirEntry[str], data: DataFolder, register: Register, reception: Reception
) -> None:
    refused: list[RefusedFile] = []
    purged = purged_contents(register, feed, folder.name)
    for entry in _listed(folder):
        name = _shown(entry.name)
        if _is_junk(entry.name):
            reception.ignored += 1
            refused.append(RefusedFile(feed, folder.name, name, "ignored", "TEMPORARY_FILE"))
            continue
        try:
            _check_name(entry.name, name)
            sha256, size = archive_file(Path(entry.path), data, purged)
        except Refused as refusal:
            reception.refused += 1
            reception.messages.append(refusal.message.in_file(name))
            refused.append(RefusedFile(feed, folder.name, name, "rejected", refusal.message.code))
            continue
        if sha256 in purged:
            reception.known += 1
            continue
        is_new = register.add_file(feed, folder.name, name, sha256, size)
        reception.received += is_new
        reception.known += not is_new
    register.set_refused(feed, folder.name, [*refused, *_withdrawn(feed, folder, register)])


def purged_contents(register: Register, feed: str, delivery: str) -> frozenset[str]:
    """SHA-256 of what was removed for good of one delivery, however its date is written: a copy of it that still lies
    in the landing folder is never taken in again."""
    purged, day = register.purged(), delivered_on(delivery)
    files = register.files(feed) if purged else []
    return frozenset(file.sha256 for file in files if file.number in purged and delivered_on(file.delivery) == day)


def _withdrawn(feed: str, folder: os.DirEntry[str], register: Register) -> list[RefusedFile]:
    """Files that were received and have since been taken out of a delivery that is still there."""
    here = {_shown(entry.name) for entry in _listed(folder)}
    gone = {file.file for file in register.files(feed) if file.delivery == folder.name} - here if here else set()
    return [RefusedFile(feed, folder.name, name, "superseded", "WITHDRAWN") for name in sorted(gone)]


def _check_name(name: str, shown: str) -> None:
    if len(shown) > 200 or _DEVICE.match(shown) or any(unicodedata.category(s) in ("Cc", "Cf") for s in name):
        raise Refused(plain("BAD_FILE_NAME"))


def archive_file(path: Path, data: DataFolder, purged: frozenset[str] = frozenset()) -> tuple[str, int]:
    """Copies one file into the archive, unless it is there or its content was purged; returns its SHA-256 and size.

    The copy's hash is taken again from the copy. Refused for what is no plain readable file, and for a file that keeps
    changing while it is read.
    """
    for _ in range(_ATTEMPTS):
        before = _state(path)
        if stat.S_ISLNK(before.st_mode):
            raise Refused(plain("SYMLINK"))
        if not stat.S_ISREG(before.st_mode):
            raise Refused(plain("NOT_A_FILE"))
        try:
            archived = _copy_once(path, data, purged)
        except (_Changed, FileNotFoundError):
            continue
        except PermissionError as error:
            raise Refused(plain("UNREADABLE")) from error
        after = _state(path)
        if all(getattr(before, part) == getattr(after, part) for part in ("st_size", "st_mtime_ns", "st_ino")):
            return archived
    raise Refused(plain("UNSTABLE"))


class _Changed(Exception):
    pass


def _state(path: Path) -> os.stat_result:
    """The file's state; Refused when it has gone while its folder is still there. FileNotFoundError when the folder has
    gone too: then the whole landing folder is out of reach, and nothing is said of its files."""
    try:
        return os.lstat(path)
    except FileNotFoundError as error:
        os.lstat(path.parent)
        raise Refused(plain("UNSTABLE")) from error


def _copy_once(path: Path, data: DataFolder, purged: frozenset[str]) -> tuple[str, int]:
    """One attempt; _Changed when the copy is not what was read before."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise Refused(plain("NOT_A_FILE"))
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        size = source.tell()
        target = data.archived_file(sha256)
        if sha256 in purged:
            return sha256, size
        if target.exists() and file_sha256(target) == sha256:
            return sha256, size
        source.seek(0)
        with replacing(target) as copy:
            with copy.open("wb") as out:
                while block := source.read(1 << 20):
                    out.write(block)
            if file_sha256(copy) != sha256:  # changed under the reader: the copy never gets the archive's name
                raise _Changed
    return sha256, size
