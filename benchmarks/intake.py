"""python -m benchmarks.intake [--rows N] [--peer-python PYTHON]: intake beside plain readers of the same files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
import xlsxwriter

from benchmarks.intake_child import FEED, READERS

CHILD = Path(__file__).parent / "intake_child.py"
FILES, DELIVERY = 20, "2026-10-31"
HEADERS = (
    "姓名", "身份证号", "开户银行", "银行卡号", "补贴项目", "发放月份", "发放金额", "乡镇", "村(社区)",
)  # fmt: skip
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
TOWNS = ("城关镇", "白鹭镇", "江湾镇", "芦塘镇", "双堰乡")
PROGRAMMES = ("农村低保", "城市低保金", "高龄津贴", "特困供养金")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int) -> str:
    """A number with a right check digit in the area that no county has."""
    day, sequence = f"{1 + number % 12:02d}{1 + number // 12 % 28:02d}", f"{number // 336 % 1000:03d}"
    body = f"340590{1930 + number // 336_000 % 80}{day}{sequence}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def payments(rows: int, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Rows of a roll of payments; amounts are numbers, everything else is text, as offices send them."""
    dice = np.random.default_rng(seed).integers(0, 1 << 30, size=(rows, 4))
    for number, (first, second, third, fourth) in enumerate(dice.tolist()):
        name = SURNAMES[first % 10] + GIVEN[second % 20] + GIVEN[third % 20]
        yield (
            name, id_number(number), "临江农村商业银行", f"6217993650{number:09d}", PROGRAMMES[fourth % 4], "2026-10",
            float(200 + fourth % 60_000 / 100), TOWNS[third % 5], f"东{second % 30}村",
        )  # fmt: skip


def make_deliveries(folder: Path, rows: int) -> dict[str, Path]:
    """Two landing folders with the same rows: as twenty workbooks, and as one Parquet file."""
    landings = {kind: folder / kind / "landing" / FEED / DELIVERY for kind in ("xlsx", "parquet")}
    for place in landings.values():
        place.mkdir(parents=True)
    table = list(payments(rows))
    pl.DataFrame(table, schema=list(HEADERS), orient="row").write_parquet(landings["parquet"] / "发放明细.parquet")
    for number in range(FILES):
        part = table[number * rows // FILES : (number + 1) * rows // FILES]
        with xlsxwriter.Workbook(landings["xlsx"] / f"发放明细{number + 1:02d}.xlsx") as book:
            sheet = book.add_worksheet("明细")
            for place, row in enumerate([HEADERS, *part]):
                sheet.write_row(place, 0, row)
    return {kind: folder / kind / "landing" for kind in landings}


class ReaderFailed(RuntimeError):
    """A reader did not read what was written."""


def measure(reader: str, kind: str, landing: Path, python: str | None, rows: int) -> dict[str, Any] | None:
    """What the reader tells of itself in a process of its own; None when its library is not there.

    Raises ReaderFailed when it fails or reads other than `rows` rows: its time would compare with nothing.
    """
    data = landing.parent / f"data_{reader}"
    shutil.rmtree(data, ignore_errors=True)
    command = [python or sys.executable, str(CHILD), reader, kind, str(landing), str(data), str(time.time())]
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"])[-1]
        if reader == "hedui" or "ModuleNotFoundError" not in ended.stderr:
            raise ReaderFailed(f"{reader} ({kind}): {reason}")
        print(f"没有 missing: {reader} ({kind}): {reason}", file=sys.stderr)
        return None
    told: dict[str, Any] = json.loads(ended.stdout)
    if told["rows"] != rows:
        raise ReaderFailed(f"{reader} ({kind}): {told['rows']:,} rows read, {rows:,} written")
    return told


def main(
    rows: Annotated[int, typer.Option(help="rows of each of the two deliveries")] = 1_000_000,
    work: Annotated[Path, typer.Option(help="working folder; made anew")] = Path("build/bench"),
    peer_python: Annotated[str | None, typer.Option(help="interpreter with fastexcel, for polars.read_excel")] = None,
) -> None:
    """Reads the same files by every reader in turn and prints a row each, with the ratios to Hedui."""
    folder = work / f"intake_{rows}"
    shutil.rmtree(folder, ignore_errors=True)
    landings = make_deliveries(folder, rows)
    print(f"{rows:,} rows, {len(HEADERS)} columns, {date.today().isoformat()}, {os.cpu_count()} cores")
    print("| files | reader | rows | rows a second | wall s | CPU s | MB | Hedui's wall, CPU, memory ÷ it |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, landing in landings.items():
        own: dict[str, Any] | None = None
        for reader in READERS[kind]:  # Hedui first
            python = peer_python if reader == "polars" and kind == "xlsx" else None
            told = measure(reader, kind, landing, python, rows)
            if told is None:
                continue
            ratios = ", ".join(f"{own[name] / told[name]:.1f}" for name in ("wall", "cpu", "memory")) if own else "–"
            own = own or told
            print(
                f"| {kind} | {reader} | {told['rows']:,} | {told['rows'] / told['wall']:,.0f} | {told['wall']:.1f} "
                f"| {told['cpu']:.1f} | {told['memory']:.0f} | {ratios} |",
                flush=True,
            )


if __name__ == "__main__":
    typer.run(main)
