"""The same rows in another office's layout: other headers, another order, titles, merged parents, ordinals, totals,
a sheet for each town, text files of other encodings. What is delivered is the same, whatever it looks like.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import polars as pl
import xlsxwriter

from pipelines.contracts import Column, Feed

PARENTS = ("基本信息", "补贴情况", "登记信息")
Row = tuple[str | None, ...]


def write_layout(feed: Feed, frame: pl.DataFrame, folder: Path, rng: Random) -> Path:
    """Writes the columns of `frame` that hold anything into one file in `folder`; `rng` chooses the layout."""
    columns = [column for column in feed.columns if frame[column.name].drop_nulls().len()]
    rng.shuffle(columns)
    heads = _headers(columns, rng)
    folder.mkdir(parents=True)
    name = rng.choice((feed.title, f"{feed.title}-终版", f"附件1：{feed.title}(民政)"))
    data = frame.select(column.name for column in columns)
    if rng.random() < 0.3:
        return _write_text(folder / f"{name}.csv", heads, data.rows(), rng)
    sheets = {"Sheet1": data.rows()}
    if "town" in data.columns and rng.random() < 0.6:
        by_town = data.with_columns(pl.col("town").fill_null("其他")).partition_by("town", as_dict=True)
        sheets = {f"{number}{town}"[:31]: part.rows() for number, ((town,), part) in enumerate(by_town.items(), 1)}
    return _write_workbook(folder / f"{name}.xlsx", feed, heads, sheets, rng)


def _headers(columns: list[Column], rng: Random) -> list[str]:
    """A listed spelling of each column's header, some decorated; no two alike."""
    heads: list[str] = []
    for column in columns:
        spelling = rng.choice((column.header, *column.synonyms))
        decorated = rng.choice(
            (spelling, spelling, f"*{spelling}", f"{spelling}(必填)", f"{spelling}：", " ".join(spelling))
        )
        heads.append(decorated if decorated not in heads else column.header)
    return heads


def _write_text(path: Path, heads: list[str], rows: list[Row], rng: Random) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=rng.choice(",,\t;"), quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    writer.writerow(heads)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))))
    return path


def _write_workbook(path: Path, feed: Feed, heads: list[str], sheets: dict[str, list[Row]], rng: Random) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        if rng.random() < 0.3:
            notes = book.add_worksheet("填表说明")
            notes.write_column(0, 0, ["一、请如实填写。", "二、身份证号请设为文本。"])
        for name, rows in sheets.items():
            _write_sheet(book.add_worksheet(name), feed, heads, rows, rng)
    return path


def _write_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, feed: Feed, heads: list[str], rows: list[Row], rng: Random
) -> None:
    line, left = 0, rng.choice((0, 0, 1))
    has_ordinals = rng.random() < 0.6
    first = left + has_ordinals
    if rng.random() < 0.6 and len(heads) > 1:
        sheet.merge_range(line, left, line, left + len(heads) - 1, f"某县{feed.title}")
        line += 1
    if rng.random() < 0.5:
        sheet.write_row(line, left, ["填报单位：县民政局", "", "", "填报日期：2026年10月31日"])
        line += 1
    line += rng.random() < 0.3
    if rng.random() < 0.4:
        line = _write_parents(sheet, line, first, heads, rng)
        if has_ordinals:
            sheet.merge_range(line - 2, left, line - 1, left, "序号")
    else:
        sheet.write_row(line, left, ["序号", *heads] if has_ordinals else heads)
        line += 1
    for number, row in enumerate(rows, start=1):
        sheet.write_row(line, left, [number, *row] if has_ordinals else row)
        line += 2 if rng.random() < 0.01 else 1
    if rng.random() < 0.5:
        sheet.write_row(line, left, ["合计", "", f"{len(rows)}条"])
        line += 1
    if rng.random() < 0.5:
        sheet.write_row(line, left, ["制表人：王某", "", "审核人：李某"])


def _write_parents(sheet: xlsxwriter.worksheet.Worksheet, line: int, first: int, heads: list[str], rng: Random) -> int:
    """A header of two rows: some columns stand under a merged parent, the others reach over both rows."""
    place = 0
    while place < len(heads):
        count = min(rng.choice((1, 1, 2, 3)), len(heads) - place)
        left = first + place
        if count == 1:
            sheet.merge_range(line, left, line + 1, left, heads[place])
        else:
            sheet.merge_range(line, left, line, left + count - 1, rng.choice(PARENTS))
            sheet.write_row(line + 1, left, heads[place : place + count])
        place += count
    return line + 2
