"""Receipts of single deliveries, outside of a release: at any time, whether a delivery is used, waits or is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.defs.restaging import judge
from pipelines.intake import FeedIntake, waiting_rows, write_overview
from pipelines.publishing.receipts import (
    WHERE_ROWS_WENT,
    Judged,
    Receipt,
    facts,
    read_judged,
    read_receipt,
    write_receipts,
)
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from pipelines.storage.trials import trial_folder

#: So many cells to correct are printed.
_TOLD = 10


def receipt_of(settings: Settings, data: DataFolder, taken: FeedIntake, delivery: str) -> Receipt:
    """The receipt of one delivery in `data`, its rows judged by the SQL of staging."""
    project = settings.dbt_project
    rows = taken.frame.filter(pl.col("_delivery") == delivery)
    waiting = waiting_rows(taken, data).get(delivery, rows.clear())
    judged = judge(project, taken, {delivery: pl.concat([rows, waiting])})
    with trial_folder(data, settings.keep_trial_hours) as folder:
        write_overview([taken], folder)
        return read_receipt(folder, _judged(project, judged), taken.feed, delivery)


def _judged(project: Path, rows: pl.DataFrame) -> Judged:
    with duckdb.connect() as connection:
        connection.execute("create schema policy")
        seed = str(project / "seeds" / "problem_code.csv")
        connection.execute("create table policy.problem_code as from read_csv(?, all_varchar = true)", [seed])
        connection.register("judged_row", rows.to_arrow())
        return read_judged(connection, "from judged_row")


def tell_receipt(receipt: Receipt, folder: Path | None, as_of: date, *, json: bool) -> None:
    """Prints what becomes of the rows and the first cells to correct, and writes the receipt below `folder`, if any."""
    if not json:
        if rows := dict(facts(receipt)).get(WHERE_ROWS_WENT):
            print(f"\n{rows}。")
        for problem in receipt.problems[:_TOLD]:
            column = f"“{problem.header}”列" if problem.letter else problem.header
            print(f"  {problem.what}；位置：{problem.place}第{problem.row}行{column}；处理：{problem.remedy}")
        if (more := len(receipt.problems) - _TOLD) > 0:
            print(f"  另有 {more:,} 处，见回执" + ("" if folder else "；用 --receipt FOLDER 写出回执"))
    if folder is not None:
        write_receipts([receipt], folder, as_of)
        if not json:
            print(f"\n回执：{folder / f'{receipt.path}.html'} 和同名的 .xlsx")
