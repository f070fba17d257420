"""Links a flat table of raw records, as `hedui match` is given: cleans the values, then links them like mentions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from pipelines.cleaning import (
    read_accounts,
    read_codes,
    read_dates,
    read_id_numbers,
    read_names,
    read_phones,
    read_places,
    read_texts,
)
from pipelines.contracts import code_lists
from pipelines.matching.clustering import cluster
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.engine import find_nodes, link_methods, no_decisions, score_candidates
from pipelines.matching.model import Model
from pipelines.matching.prepare import NUMBER_LINKS, MatchingInputError, prepare
from pipelines.matching.shared_numbers import report_shared_numbers
from pipelines.matching.side_by_side import side_by_side

#: Column of a flat table -> how its values are read.
READERS: dict[str, Callable[[pl.Series], pl.DataFrame]] = {
    "name": read_names,
    "birth_date": read_dates,
    "sex": lambda values: read_codes(values, code_lists()["sex"]),
    "town": read_places,
    "village": read_places,
    "address": read_texts,
    "phone": read_phones,
    "account_number": read_accounts,
}
KNOWN_COLUMNS = ("record_id", "source", "id_number", *READERS)
#: Columns that nothing reads once a table of which no row is told to be a repeat is prepared: a fifth of the memory.
UNREAD = (
    *("name", "id_number_status", "id_number_delivered", "town", "village", "address", "group_no", "section", "event"),
    *NUMBER_LINKS,
)


@dataclass(frozen=True)
class RecordLinkage:
    """`links`: record_id, person_id (the first record of the person, as text), match_probability, link_method.

    `pairs`: record_id_l, record_id_r, probability, weight_<comparison> (nats) per compared pair. `blocking_report`: as
    in Linkage. `unused_columns`: columns of the table that the engine does not know.
    """

    links: pl.DataFrame
    pairs: pl.DataFrame
    blocking_report: pl.DataFrame
    unused_columns: tuple[str, ...]


def _is_plain(kind: pl.DataType) -> bool:
    """Whether values of this type can be read as text."""
    return not (kind.is_nested() or kind in (pl.Binary, pl.Object))


def _read(values: pl.Series) -> pl.Series:
    """A column as its reader cleans it; a date is one."""
    if values.name == "birth_date" and values.dtype == pl.Date:
        return values
    return READERS[values.name](values.cast(pl.String))["value"].rename(values.name)


def clean_records(records: pl.DataFrame) -> pl.DataFrame:
    """The mention table of a flat table: one mention per record, in the order of the records."""
    if "record_id" not in records.columns:
        raise MatchingInputError("记录表缺少列 record_id；位置：匹配输入；处理：给每条记录一个不重复的 record_id")
    if not {"name", "id_number"} & set(records.columns):
        raise MatchingInputError("记录表既无 name 也无 id_number；位置：匹配输入；处理：至少要有姓名或身份证号一列")
    if records["record_id"].null_count() or records["record_id"].n_unique() != records.height:
        raise MatchingInputError("record_id 有空值或重复；位置：匹配输入；处理：给每条记录一个不重复的 record_id")
    unreadable = [c for c in KNOWN_COLUMNS if c in records.columns and not _is_plain(records.schema[c])]
    if unreadable:
        kinds = "、".join(f"{column}（{records.schema[column]}）" for column in unreadable)
        raise MatchingInputError(f"列 {kinds} 的类型不能作值使用；位置：匹配输入；处理：改为文本、数字或日期")
    numbers = (
        records["id_number"] if "id_number" in records.columns else pl.Series([None] * records.height, dtype=pl.String)
    )
    width = len(str(max(records.height - 1, 0)))
    mention_ids = pl.int_range(records.height, eager=True).cast(pl.String).str.zfill(width)
    read, *values = side_by_side(
        [
            partial(read_id_numbers, numbers),
            *(partial(_read, records[column]) for column in READERS if column in records),
        ]
    )
    columns = {series.name: series for series in values}
    source = records["source"].cast(pl.String) if "source" in records.columns else None
    mentions = pl.DataFrame(
        {
            "mention_id": mention_ids,
            "row_id": mention_ids,
            "name": pl.Series([None] * records.height, dtype=pl.String),
            **columns,
            "name_delivered": records["name"].cast(pl.String) if "name" in records.columns else None,
            "id_number": read["value"],
            "id_number_status": read["status"],
            "id_number_delivered": numbers.cast(pl.String),
            **({"feed": source} if source is not None else {}),
        }
    )
    return mentions.with_columns(role=pl.lit("self"))


def link_records(records: pl.DataFrame, model: Model) -> RecordLinkage:
    """Links a flat table (record_id and any of source, name, id_number, sex, birth_date, town, village, address, phone,
    account_number; raw text values, birth_date may be a date). Raises MatchingInputError.
    """
    prepared = prepare(clean_records(records), unread=UNREAD)
    nodes, shared = find_nodes(prepared, no_decisions(), model), report_shared_numbers(prepared["shared_number"])
    del prepared  # a third of the memory, and no longer needed
    scored, report = score_candidates(nodes, model)
    clusters, _ = cluster(scored, nodes.frame, model)
    links = link_methods(nodes.of_mention, clusters)
    first = nodes.frame["first_mention"]  # mentions are numbered in the order of the records
    ids = records["record_id"]
    weights = [f"weight_{name}" for name in COMPARISONS]
    return RecordLinkage(
        links=links.select(
            ids.alias("record_id"),
            ids.cast(pl.String).gather(first.gather(links["cluster"])).alias("person_id"),
            "match_probability",
            "link_method",
        ),
        pairs=scored.select(
            ids.gather(first.gather(scored["node_l"])).alias("record_id_l"),
            ids.gather(first.gather(scored["node_r"])).alias("record_id_r"),
            "probability",
            *weights,
        ),
        blocking_report=pl.concat([report, shared]),
        unused_columns=tuple(column for column in records.columns if column not in KNOWN_COLUMNS),
    )
