"""Twenty thousand mutated files through the parsing child: it may refuse them, but never hang, swell or lose a row."""

from __future__ import annotations

import csv
import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.contracts import get_feed
from pipelines.intake import Limits
from pipelines.intake.account import Account
from pipelines.intake.worker import Worker, WorkerDied, WorkerTimedOut
from tests.delivery_factory import ELDERLY, elderly, write_text_file, write_workbook
from tests.faults.invariants import NUMBER

pytestmark = pytest.mark.slow

BATCHES, FILES_A_BATCH = 200, 100
FEED = "elderly_allowance"
LIMITS = Limits(memory_bytes=500_000_000, seconds=60)

#: Above its budget a child may hold what it took before the limit was set, in KB.
BEFORE_THE_LIMIT = 700_000

#: What stands in cells where nobody expects it.
ODD_CELLS: tuple[Any, ...] = (
    "", " ", "\u3000", "合计", "小计", "姓名", "身份证号", "同上", "/", "=1+1", "@x", "-1", "#REF!", "x" * 40_000,
    "\ue001", "张\n三", "\t", '"', "'", ",", "\u202e", "锟斤拷", 0, -1, 1e300, 3.4e17, 45331, True, "1e999", "NaN",
    "万元", "单位:万元", "示例", "以下空白", "制表人:某", "9" * 400, "𬱖", "ﷺ" * 50, "{}", "../..", "0x1F", "１２３",
)  # fmt: skip


def _rows(dice: random.Random) -> list[list[Any]]:
    rows = [[*ELDERLY], *(elderly(number) for number in range(dice.randint(1, 12)))]
    for _ in range(dice.randint(1, 8)):
        row = rows[dice.randrange(len(rows))]
        choice = dice.randrange(5)
        if choice == 0 and row:
            row[dice.randrange(len(row))] = dice.choice(ODD_CELLS)
        elif choice == 1:
            rows.insert(dice.randrange(len(rows) + 1), [dice.choice(ODD_CELLS) for _ in range(dice.randint(0, 9))])
        elif choice == 2:
            rows.insert(dice.randrange(len(rows) + 1), list(row))
        elif choice == 3 and row:
            del row[dice.randrange(len(row))]
        else:
            dice.shuffle(row)
    return rows


def _damaged(content: bytes, dice: random.Random) -> bytes:
    """Bytes turned, left out, put in, doubled or cut off."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        place, length = dice.randrange(len(data) or 1), dice.choice((1, 1, 2, 16, 200))
        choice = dice.randrange(6)
        if choice == 0 and data:
            data[min(place, len(data) - 1)] ^= 1 << dice.randrange(8)
        elif choice == 1:
            del data[place : place + length]
        elif choice == 2:
            data[place:place] = dice.randbytes(length)
        elif choice == 3:
            data[place:place] = data[place : place + length]
        elif choice == 4:
            data[place : place + length] = bytes(length)
        else:
            del data[dice.randrange(len(data) + 1) :]
    return bytes(data)


def _text(path: Path, dice: random.Random) -> None:
    delimiter = dice.choice((",", ",", "\t", ";"))
    write_text_file(path, _rows(dice), dice.choice(("utf-8", "utf-8-sig", "utf-16")), delimiter)


def _text_bytes(path: Path, dice: random.Random) -> None:
    _text(path, dice)
    path.write_bytes(_damaged(path.read_bytes(), dice))


def _workbook(path: Path, dice: random.Random) -> None:
    write_workbook(path, {f"表{number}": _rows(dice) for number in range(dice.randint(1, 3))})


def _workbook_bytes(path: Path, dice: random.Random) -> None:
    _workbook(path, dice)
    path.write_bytes(_damaged(path.read_bytes(), dice))


def _workbook_part(path: Path, dice: random.Random) -> None:
    """Damage inside a part, in a zip that is sound: it reaches the reader behind the zip."""
    _workbook(path, dice)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    hit = dice.choice(sorted(name for name in parts if name.startswith("xl/")))
    parts[hit] = _damaged(parts[hit], dice)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _parquet_bytes(path: Path, dice: random.Random) -> None:
    columns = {name: [str(elderly(n)[place]) for n in range(5)] for place, name in enumerate(ELDERLY)}
    pl.DataFrame(columns).write_parquet(path, compression=dice.choice(("zstd", "snappy", "uncompressed")))
    path.write_bytes(_damaged(path.read_bytes(), dice))


MUTATIONS: tuple[Callable[[Path, random.Random], None], ...] = (
    _text, _text_bytes, _workbook, _workbook_bytes, _workbook_part, _workbook_part, _parquet_bytes,
)  # fmt: skip


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    child = Worker()
    yield child
    child.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutated_files_are_read_or_refused_and_no_row_is_lost(tmp_path: Path, worker: Worker, batch: int) -> None:
    ended: dict[str, int] = {}
    for number in range(FILES_A_BATCH):
        dice = random.Random(f"{batch}/{number}")
        path = tmp_path / f"{number}"
        dice.choice(MUTATIONS)(path, dice)
        how = _read(worker, path, tmp_path / f"{number}.rows")
        ended[how] = ended.get(how, 0) + 1
        path.unlink()
    assert sum(ended.values()) == FILES_A_BATCH
    print(f"batch {batch}: {ended}")


def _read(worker: Worker, path: Path, target: Path) -> str:
    """What became of one file: accepted, rejected, held, or ended (the child ran out of memory, which it may)."""
    begun = time.monotonic()
    try:
        answer = worker.ask({"path": str(path), "feed": FEED, "target": str(target)}, LIMITS)
    except WorkerDied:
        return "ended"
    except WorkerTimedOut:
        assert time.monotonic() - begun < LIMITS.seconds + 10
        return "ended"
    assert _peak_memory(worker) * 1024 < LIMITS.memory_bytes + BEFORE_THE_LIMIT * 1024
    account = Account.from_json(answer)
    rows = pl.read_parquet(target)
    target.unlink()
    _assert_conserved(account, rows, path)
    return account.verdict


def _peak_memory(worker: Worker) -> int:
    """The most memory that the child ever held, in KB."""
    assert worker._process is not None
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def _assert_conserved(account: Account, rows: pl.DataFrame, path: Path) -> None:
    assert set(rows.columns) >= set(get_feed(FEED).by_name)
    if account.verdict != "accepted":
        assert rows.is_empty()
        assert account.messages, "refused without a word"
    else:
        assert rows.height == account.counts["data"] > 0
        assert rows.select("_sheet_number", "_row").is_duplicated().sum() == 0
        if account.encoding is not None:
            assert account.rows_read == _lines(path, account.encoding)
    for message in account.messages:
        assert message.what, message.code
        assert message.remedy, message.code
        assert not NUMBER.search(message.where + message.what + message.remedy), message.code


def _lines(path: Path, encoding: str) -> int:
    """The records of a text file, counted without any of the code under test."""
    text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))


def _delimiter(text: str) -> str:
    """The delimiter of the line with the most headers."""
    return max(",\t;", key=lambda sign: max(line.count(sign) for line in text.splitlines() or [""]))
