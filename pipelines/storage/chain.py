"""An append-only log in SQLite whose entries are chained by their hashes.

Entry n's hash covers its number, its time, its content and the hash of entry n - 1, so an entry that was changed,
removed, added between or put elsewhere is found by reading the log once. The database itself refuses UPDATE and DELETE;
the chain finds those who go round that. What an entry says is the caller's business.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.storage.formats import check_database, mark_database

#: The hash before the first entry.
GENESIS = "0" * 64

_SCHEMA = """
create table if not exists entry (
    number integer primary key check (number > 0), recorded_at text not null, content text not null,
    previous_hash text not null, hash text not null unique
) strict;
create trigger if not exists entry_is_never_changed before update on entry
    begin select raise(abort, 'entries are never changed'); end;
create trigger if not exists entry_is_never_removed before delete on entry
    begin select raise(abort, 'entries are never removed'); end;
"""


class ChainBroken(RuntimeError):
    """The log was changed outside this module; the message names the entry."""


@dataclass(frozen=True)
class Entry:
    """One entry: `number` counts from 1 without gaps, `recorded_at` never runs backwards, `content` is JSON data."""

    number: int
    recorded_at: datetime
    content: dict[str, Any]
    previous_hash: str
    hash: str


def _digest(number: int, recorded_at: str, content: str, previous_hash: str) -> str:
    text = "\n".join((str(number), recorded_at, previous_hash, content))
    return hashlib.sha256(text.encode()).hexdigest()


class HashChain:
    """The log at `path`; the file is made by the first append. Every call raises WrittenByNewer when a later version of
    the program wrote it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _connected(self, write: bool) -> Iterator[sqlite3.Connection]:
        if write:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        address = f"{self.path.resolve().as_uri()}?mode={'rwc' if write else 'ro'}"
        with closing(sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = full")
            check_database(connection, self.path)
            if write:
                connection.executescript(_SCHEMA)
                mark_database(connection)
            yield connection

    def append(self, content: dict[str, Any], recorded_at: datetime | None = None) -> Entry:
        """Adds one entry durably and returns it.

        The time is now, or `recorded_at` (with a zone). It is never earlier than that of the last entry, so that the
        entries up to a moment are always the first ones of the log, even when the clock was set back.
        """
        moment = (recorded_at or datetime.now(UTC)).astimezone(UTC)
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        with self._connected(write=True) as connection:
            connection.execute("begin immediate")
            last = connection.execute("select number, recorded_at, hash from entry order by number desc").fetchone()
            number, previous_hash = (last[0] + 1, last[2]) if last else (1, GENESIS)
            if last:
                moment = max(moment, datetime.fromisoformat(last[1]))
            stamp = moment.isoformat(timespec="microseconds")
            digest = _digest(number, stamp, text, previous_hash)
            row = (number, stamp, text, previous_hash, digest)
            connection.execute("insert into entry values (?, ?, ?, ?, ?)", row)
            connection.execute("commit")
        return Entry(number, moment, json.loads(text), previous_hash, digest)

    def _rows(self) -> list[tuple[int, str, str, str, str]]:
        if not self.path.exists():
            return []
        with self._connected(write=False) as connection:
            query = "select number, recorded_at, content, previous_hash, hash from entry order by number"
            return connection.execute(query).fetchall()

    def entries(self, until: datetime | None = None) -> list[Entry]:
        """The entries recorded before `until` (all of them when none is given), oldest first; ChainBroken when the
        log does not verify."""
        if problems := self.verify():
            raise ChainBroken(problems[0])
        rows = [(n, datetime.fromisoformat(at), json.loads(text), p, h) for n, at, text, p, h in self._rows()]
        return [Entry(*row) for row in rows if until is None or row[1] < until]

    def head(self, until: datetime | None = None) -> tuple[int, str]:
        """Number and hash of the last entry recorded before `until`; (0, GENESIS) when there is none."""
        entries = self.entries(until)
        return (entries[-1].number, entries[-1].hash) if entries else (0, GENESIS)

    def verify(self, head: tuple[int, str] | None = None) -> list[str]:
        """What is wrong with the chain, one sentence a break; empty when it holds.

        `head` is a number and hash noted earlier (a release's manifest has one): a log that was cut off behind it, or
        written anew, is only found by comparing with such a note.
        """
        try:
            rows = self._rows()
        except sqlite3.DatabaseError as error:
            return [f"the log cannot be read: {error}"]
        problems: list[str] = []
        previous = GENESIS
        for position, (number, stamp, text, previous_hash, digest) in enumerate(rows, start=1):
            if number != position:
                return [*problems, f"entry {position} is missing"]
            if previous_hash != previous:
                problems.append(f"entry {number} does not follow entry {number - 1}")
            if _digest(number, stamp, text, previous_hash) != digest:
                problems.append(f"entry {number} was changed")
            previous = digest
        if head and head[0]:
            kept = rows[head[0] - 1][4] if len(rows) >= head[0] else None
            if kept != head[1]:
                problems.append(f"entry {head[0]} is not the one that was noted earlier")
        return problems
