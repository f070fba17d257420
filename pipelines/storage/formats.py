"""The format of what is kept in a data folder, so that no program goes on with what it does not understand.

The register, the log of decisions and every release's manifest carry the number. A newer program reads what an older
one wrote: tables that came later are added when they are missing, and what an older release does not hold counts as
unknown. An older program is turned away by what a newer one wrote: it would leave out what it does not know, and nobody
would see.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from pipelines.storage.paths import DataFolder

#: Raise it when a program of before could not go on with what is written now. 0 is what was written without a number.
FORMAT = 1


class WrittenByNewer(RuntimeError):
    """Something in the data folder was written in a format of a later version of the program."""

    def __init__(self, path: Path, found: object = None) -> None:
        numbers = f"(格式 {found}，本程序只认到 {FORMAT})" if found is not None else ""
        self.what = f"由更新版本的程序写成，本程序不能接着使用{numbers}"
        self.where, self.remedy = str(path), "改用写成它的版本或更新的版本；不要改动或删除该文件"
        super().__init__(f"{self.what}；位置：{self.where}；处理：{self.remedy}")


def check_format(found: object, path: Path) -> None:
    """Raises WrittenByNewer when the number found in `path` is none of this program's."""
    if not isinstance(found, int) or found > FORMAT:
        raise WrittenByNewer(path, found)


def check_database(connection: sqlite3.Connection, path: Path) -> None:
    check_format(connection.execute("pragma user_version").fetchone()[0], path)


def mark_database(connection: sqlite3.Connection) -> None:
    """Notes the number in a database whose tables are those of this program; once, for a write waits for the disk."""
    if connection.execute("pragma user_version").fetchone()[0] != FORMAT:
        connection.execute(f"pragma user_version = {FORMAT}")


def check_databases(data: DataFolder) -> None:
    """Raises WrittenByNewer when one of the databases is of a later format; makes and changes nothing. What cannot be
    read at all is told by whoever uses it."""
    for path in filter(Path.exists, (data.register, data.decisions)):
        with suppress(sqlite3.DatabaseError), closing(_read_only(path)) as connection:
            check_database(connection, path)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
