"""The register: which files were seen, which runs there were. One SQLite file beside the archive.

It holds facts, not judgements: a file's content is judged anew by every run, from the archived bytes. Times are kept
for people; order comes from numbers that only grow, so that a clock set back changes nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.storage.formats import check_database, mark_database

_SCHEMA = """
create table if not exists delivered_file (
    number integer primary key autoincrement, feed text not null, delivery text not null, file text not null,
    sha256 text not null, size integer not null, first_seen text not null, unique (feed, delivery, file, sha256)
) strict;
create table if not exists refused_file (
    feed text not null, delivery text not null, file text not null, disposition text not null, code text not null,
    primary key (feed, delivery, file)
) strict;
create table if not exists ruling (
    number integer primary key autoincrement, feed text not null, delivery text not null,
    ruling text not null check (ruling in ('approved', 'rejected', 'withdrawn')),
    ruled_by text not null, reason text not null, ruled_at text not null
) strict;
create table if not exists purged_file (
    number integer primary key references delivered_file (number), certificate text not null,
    was_usable integer not null
) strict;
create table if not exists quality_hold (
    number integer primary key autoincrement, feed text not null, delivery text not null, content text not null,
    reason text not null, unique (feed, delivery, content)
) strict;
create table if not exists run_counter (last integer not null) strict;
create table if not exists run (
    run_id text primary key, as_of text not null,
    state text not null check (state in ('started', 'finished', 'failed', 'crashed')),
    started_at text not null, ended_at text
) strict;
"""


@dataclass(frozen=True)
class DeliveredFile:
    """One archived file of one delivery; `number` grows with every file registered."""

    number: int
    feed: str
    delivery: str
    file: str
    sha256: str
    size: int
    first_seen: str


@dataclass(frozen=True)
class RefusedFile:
    """A file of a delivery that was not archived: refused or ignored, with the code of the reason."""

    feed: str
    delivery: str
    file: str
    disposition: str
    code: str


@dataclass(frozen=True)
class PurgedFile:
    """A delivered file (its `number`) whose content was removed for good, under a certificate.

    `was_usable`: a business date could rest on it, so that one which would do so cannot be built again.
    """

    number: int
    certificate: str
    was_usable: bool


@dataclass(frozen=True)
class Ruling:
    """What a person said of a delivery: approved, rejected or withdrawn. A later one takes the place of an earlier."""

    number: int
    feed: str
    delivery: str
    ruling: str
    ruled_by: str
    reason: str
    ruled_at: str


@dataclass(frozen=True)
class Run:
    run_id: str
    as_of: date
    state: str
    started_at: str
    ended_at: str | None


def content_key(hashes: Iterable[str]) -> str:
    """What stands for the content of a delivery: of its files' SHA-256, in whatever order."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()[:16]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


class RegisterUnusable(RuntimeError):
    """The register cannot be read or written; the message says where it is and what to do."""


def _unusable(path: Path, error: sqlite3.DatabaseError) -> RegisterUnusable:
    name = getattr(error, "sqlite_errorname", None) or ""
    what, remedy = "登记库无法读写", "检查该文件夹的权限和磁盘空间后重新运行"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        what, remedy = "登记库已损坏", "从备份恢复该文件；不要删除它，否则运行编号和人工放行的记录都会丢失"
    elif name.startswith("SQLITE_BUSY"):
        what, remedy = "登记库一直被其他程序占用", "关闭占用它的程序后重新运行"
    return RegisterUnusable(f"{what}({name or type(error).__name__})；位置：{path}；处理：{remedy}")


class Register:
    """The register at `path`; the file is made on first use. Every call is one transaction; RegisterUnusable when
    it cannot be made, WrittenByNewer when a later version of the program wrote the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._opened() as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = full")
            check_database(connection, self.path)
            connection.executescript(_SCHEMA)
            connection.execute("begin immediate")
            try:
                mark_database(connection)
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def copy_to(self, path: Path) -> Register:
        """A copy of the register as it stands, at `path`. Raises RegisterUnusable."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as here, closing(sqlite3.connect(path)) as copy:
                here.backup(copy)
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error
        return Register(path)

    # -- deliveries

    def add_file(self, feed: str, delivery: str, file: str, sha256: str, size: int) -> bool:
        """Notes one archived file; False when it is known and nothing came in its place since. A content that comes
        back under its name gets a new number: it is the newest again."""
        named = (feed, delivery, file)
        with self._transaction() as connection:
            query = "select sha256 from delivered_file where (feed, delivery, file) = (?, ?, ?) order by number desc"
            if (newest := connection.execute(query, named).fetchone()) and newest[0] == sha256:
                return False
            renumbered = connection.execute(
                "update delivered_file set number = (select max(number) + 1 from delivered_file)"
                " where (feed, delivery, file, sha256) = (?, ?, ?, ?)",
                (*named, sha256),
            )
            if not renumbered.rowcount:
                columns = "(feed, delivery, file, sha256, size, first_seen)"
                new = (*named, sha256, size, _now())
                connection.execute(f"insert into delivered_file {columns} values (?, ?, ?, ?, ?, ?)", new)
            return True

    def files(self, feed: str | None = None) -> list[DeliveredFile]:
        """Files seen, in the order in which they were registered."""
        with self._transaction() as connection:
            rows = connection.execute(
                "select number, feed, delivery, file, sha256, size, first_seen from delivered_file"
                " where ?1 is null or feed = ?1 order by number",
                (feed,),
            ).fetchall()
        return [DeliveredFile(*row) for row in rows]

    def set_refused(self, feed: str, delivery: str, refused: Iterable[RefusedFile]) -> None:
        """Replaces what is known of the unusable files of one delivery folder, as it was found just now."""
        with self._transaction() as connection:
            connection.execute("delete from refused_file where feed = ? and delivery = ?", (feed, delivery))
            connection.executemany(
                "insert into refused_file values (?, ?, ?, ?, ?)",
                [(r.feed, r.delivery, r.file, r.disposition, r.code) for r in refused],
            )

    def refused(self, feed: str) -> list[RefusedFile]:
        with self._transaction() as connection:
            query = "select * from refused_file where feed = ? order by delivery, file"
            return [RefusedFile(*row) for row in connection.execute(query, (feed,)).fetchall()]

    def rule(self, feed: str, delivery: str, ruling: str, ruled_by: str, reason: str) -> None:
        """Notes what a person says of a delivery: approved, rejected or withdrawn. Nothing noted before is changed."""
        with self._transaction() as connection:
            connection.execute(
                "insert into ruling (feed, delivery, ruling, ruled_by, reason, ruled_at) values (?, ?, ?, ?, ?, ?)",
                (feed, delivery, ruling, ruled_by, reason, _now()),
            )

    def rulings(self, feed: str | None = None) -> list[Ruling]:
        """What was said of deliveries, in the order in which it was said."""
        with self._transaction() as connection:
            query = "select * from ruling where ?1 is null or feed = ?1 order by number"
            return [Ruling(*row) for row in connection.execute(query, (feed,)).fetchall()]

    def purge(self, purged: Iterable[PurgedFile]) -> None:
        """Notes that the content of files is gone, or going; what is noted already stays as it is."""
        with self._transaction() as connection:
            connection.executemany(
                "insert or ignore into purged_file values (?, ?, ?)",
                [(file.number, file.certificate, int(file.was_usable)) for file in purged],
            )

    def purged(self) -> dict[int, PurgedFile]:
        """The files whose content is gone, by their number."""
        with self._transaction() as connection:
            rows = connection.execute("select number, certificate, was_usable from purged_file").fetchall()
        return {number: PurgedFile(number, certificate, bool(usable)) for number, certificate, usable in rows}

    def hold(self, feed: str, delivery: str, content: str, reason: str) -> None:
        """Notes why a delivery of this content (`content_key`) is left out until a person says otherwise; once."""
        with self._transaction() as connection:
            connection.execute(
                "insert or ignore into quality_hold (feed, delivery, content, reason) values (?, ?, ?, ?)",
                (feed, delivery, content, reason),
            )

    def holds(self, feed: str) -> dict[tuple[str, str], str]:
        """(delivery, content) -> why it is left out."""
        with self._transaction() as connection:
            query = "select delivery, content, reason from quality_hold where feed = ? order by number"
            return {(row[0], row[1]): row[2] for row in connection.execute(query, (feed,)).fetchall()}

    # -- runs

    def next_run_id(self) -> str:
        """A number that was never given before, as text of at least six digits; independent of the clock."""
        with self._transaction() as connection:
            row = connection.execute("select last from run_counter").fetchone()
            if row is None:
                connection.execute("insert into run_counter values (0)")
            connection.execute("update run_counter set last = last + 1")
            return f"{connection.execute('select last from run_counter').fetchone()[0]:06d}"

    def close_crashed(self, run_id: str | int) -> list[str]:
        """Closes as crashed what is still open besides `run_id`; returns the closed run numbers.

        Only to be called under the run's lock: whoever is still open then has died.
        """
        with self._transaction() as connection:
            query = "update run set state = 'crashed', ended_at = ? where state = 'started' and run_id <> ?"
            rows = connection.execute(query + " returning run_id", (_now(), str(run_id))).fetchall()
        return sorted(row[0] for row in rows)

    def start_run(self, run_id: str | int, as_of: date) -> None:
        """Opens a run under a number of `next_run_id`."""
        with self._transaction() as connection:
            opened = (str(run_id), as_of.isoformat(), _now())
            connection.execute("insert into run values (?, ?, 'started', ?, null)", opened)

    def end_run(self, run_id: str | int, state: str) -> None:
        """Closes a run as 'finished' or 'failed'; ValueError when it is not open."""
        if state not in ("finished", "failed"):
            raise ValueError(f"a run ends finished or failed, not {state}")
        with self._transaction() as connection:
            query = "update run set state = ?, ended_at = ? where run_id = ? and state = 'started'"
            if not connection.execute(query, (state, _now(), str(run_id))).rowcount:
                raise ValueError(f"run {run_id} is not open")

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute("select * from run order by rowid").fetchall()
        return [Run(r[0], date.fromisoformat(r[1]), *r[2:]) for r in rows]
