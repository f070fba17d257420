"""The command `hedui match`: flat tables in, links and pairs out."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from pipelines.console.exits import usage
from pipelines.console.show import TerminalProgress, as_json
from pipelines.matching import load_model
from pipelines.matching.records import RecordLinkage, link_records
from pipelines.matching.tables import TableLinkage, is_table_model, link_table, load_table_model

KINDS = (".parquet", ".csv")


def match(records: list[Path], out: Path, model: Path | None, pairs: Path | None, *, json: bool) -> None:
    """Links the records of all tables together, and writes `out` and, when asked for, `pairs`."""
    progress = TerminalProgress()
    for path in (out, pairs):
        if path is not None and path.suffix.lower() not in KINDS:
            raise usage("不支持的输出类型", str(path), "输出文件用 .parquet 或 .csv")
        if path is not None and not path.resolve().parent.is_dir():
            raise usage("输出文件夹不存在", str(path.resolve().parent), "先建立该文件夹")
    table = read_tables(records)
    progress("read", f"{table.height:,} 条记录")
    linkage = _link(table, model)
    _write(linkage.links.select("record_id", "person_id"), out)
    if pairs is not None:
        _write(linkage.pairs, pairs)
    persons = linkage.links["person_id"].n_unique()
    progress("matched", f"{persons:,} 人")
    left_out = linkage.blocking_report.filter(pl.col("blocks_left_out") > 0)
    result = {
        "records": table.height,
        "persons": persons,
        "pairs": linkage.pairs.height,
        "left_out": left_out.select("rule", blocks="blocks_left_out", records="rows_left_out").to_dicts(),
        "links": out,
    }
    if json:
        as_json(result)
        return
    for rule, blocks, rows in left_out.select("rule", "blocks_left_out", "rows_left_out").iter_rows():
        print(f"注意：{rule} 有 {blocks:,} 个值过于常见（{rows:,} 条记录），不据以比较", file=sys.stderr)
    print(f"{table.height:,} 条记录 records → {persons:,} 人 persons；比较 {linkage.pairs.height:,} 对 pairs → {out}")


def _link(table: pl.DataFrame, model: Path | None) -> RecordLinkage | TableLinkage:
    """By a model of the kind `table` with its own columns, or by the county engine."""
    if model is not None and is_table_model(model):
        return link_table(table, load_table_model(model))
    linkage = link_records(table, load_model(model))
    for column in linkage.unused_columns:
        print(f"注意：列 {column} 未使用", file=sys.stderr)
    return linkage


def read_tables(paths: list[Path]) -> pl.DataFrame:
    """The rows of all tables. A column that is a date here and text there becomes text, and never a number."""
    tables = [read_table(path) for path in paths]
    kinds: dict[str, set[pl.DataType]] = {}
    for frame in tables:
        for column, kind in frame.schema.items():
            kinds.setdefault(column, set()).add(kind)
    differing = {column: found - {pl.Null()} for column, found in kinds.items() if len(found - {pl.Null()}) > 1}
    if unlike := [column for column, found in differing.items() if any(kind.is_nested() for kind in found)]:
        raise usage(f"列 {'、'.join(unlike)} 在各表中的类型合不到一起", "、".join(map(str, paths)), "改为同一类型")
    as_text = [
        frame.with_columns(pl.col(column).cast(pl.String) for column in frame.columns if column in differing)
        for frame in tables
    ]
    return pl.concat(as_text, how="diagonal_relaxed")


def read_table(path: Path) -> pl.DataFrame:
    """A table as delivered: text stays text, so that ID numbers stay whole. `source` is the file's name by default."""
    if path.suffix.lower() not in KINDS:
        raise usage("不支持的文件类型", str(path), "用 .parquet 或 .csv")
    if not path.is_file():
        raise usage("没有这个文件", str(path), "改正路径")
    try:
        frame = pl.read_parquet(path) if path.suffix.lower() == ".parquet" else pl.read_csv(path, infer_schema_length=0)
    except (pl.exceptions.PolarsError, OSError):
        raise usage("文件无法读取", str(path), "确认它是完整的 parquet，或以 UTF-8 保存的 csv") from None
    return frame if "source" in frame.columns else frame.with_columns(source=pl.lit(path.stem))


def _write(frame: pl.DataFrame, path: Path) -> None:
    from pipelines.storage.atomic import replacing

    with replacing(path.resolve()) as temporary:
        frame.write_csv(temporary) if path.suffix.lower() == ".csv" else frame.write_parquet(temporary)
