"""A zip of tables. It is unpacked into memory alone, so that a run that is killed leaves nobody's data behind."""

from __future__ import annotations

import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from pipelines.intake.messages import Refused, plain

#: What a table in a zip may end in, what another archive does, and what systems put beside them.
_TABLES = (".xlsx", ".xls", ".et", ".csv", ".txt", ".tsv", ".parquet", ".pq")
_NESTED = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2")
_OF_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini", ".DS_Store")
#: More tables than this are no delivery of one office.
MOST_TABLES = 200
#: The flag of a name that is written in UTF-8.
_UTF_8 = 0x800


def is_of_tables(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether a zip holds tables, not too many of them and none of one name, and no further archive."""
    names = [_name(entry).lower() for entry in entries]
    tables = [name for name in names if _is_table(name)]
    is_plain = len(set(tables)) == len(tables) and not any(name.endswith(_NESTED) for name in names)
    return is_plain and 0 < len(tables) <= MOST_TABLES


def other_files(path: Path) -> list[str]:
    """The names of what a zip holds beside its tables, without what systems put there."""
    with zipfile.ZipFile(path) as archive:
        names = [_name(entry) for entry in archive.infolist() if not entry.is_dir()]
    return [name for name in names if not _is_table(name.lower()) and not _is_of_a_system(name)]


def table_names(path: Path) -> list[str]:
    """The names of the tables in a zip, in the order in which they are read."""
    with zipfile.ZipFile(path) as archive:
        return sorted(_name(entry) for entry in archive.infolist() if _is_table(_name(entry).lower()))


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[Path]:
    """A path under which a table of the zip can be read. Refused where its bytes are damaged."""
    try:
        with zipfile.ZipFile(path) as archive, os.fdopen(os.memfd_create("table"), "w+b") as memory:
            entry = next(entry for entry in archive.infolist() if _name(entry) == name)
            with archive.open(entry) as source:
                shutil.copyfileobj(source, memory)
            memory.flush()
            yield Path(f"/proc/self/fd/{memory.fileno()}")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise Refused(plain("TRUNCATED")) from error


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its office wrote it: programs for Chinese write GBK where the flag for UTF-8 is not set."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _is_table(name: str) -> bool:
    return name.endswith(_TABLES) and not _is_of_a_system(name)


def _is_of_a_system(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    known = {word.lower() for word in _OF_SYSTEMS}
    return not parts or any(part.lower() in known for part in parts) or parts[-1].startswith(("~$", "."))
