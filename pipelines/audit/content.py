"""Whether the tables of a release agree with each other: rows conserved, evidence resolvable, nothing disclosed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.audit.problem import Problem

_READ_AGAIN = "不要使用本发布；查看该来源的报送回执和运行记录后重新运行。"
#: Numbers of cases and addresses are what offices gave them; nothing else may look like an ID number.
_EXEMPT = frozenset(("key", "row_id", "mention_id", "pair_id", "case_number", "household_case", "file", "sheet"))
_ID_NUMBER = r"(^|[^0-9])[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]($|[^0-9])"

_PARTS = ("rows_header", "rows_title", "rows_total", "rows_blank", "rows_accepted", "rows_quarantined", "rows_repeat")

_FINDINGS = ("finding", "further_finding")
_UNRESOLVED = """
with evidence as (select finding_id, unnest(evidence, recursive := true) from {finding})
select count(distinct finding_id) from evidence where not exists (
    select 1 from intermediate.int_row__delivered as delivered
    where delivered.feed = evidence.feed and delivered.delivery = evidence.delivery and delivered.file = evidence.file
        and delivered.sheet is not distinct from evidence.sheet and delivered.row_number = evidence.row_number
)
"""
_UNTRACED = """
with published as (
    select 'finding' as extract, finding_id as key from finding
    union all select 'further_finding', finding_id from further_finding
    union all select 'verified_household', household_id from verified_household
    union all select 'person', person_id from person where superseded_by is null
)
select extract, count(*) from published anti join lineage using (extract, key) group by extract order by extract
"""
_DELIVERED = """
with counted as (
    select feed, delivery, file, count(*) filter (disposition = 'accepted') as accepted,
        count(*) filter (disposition = 'quarantined') as quarantined,
        count(*) filter (disposition = 'repeat') as repeated
    from intermediate.int_row__delivered group by all
)
select receipt.feed, receipt.delivery, receipt.file
from delivery_receipt as receipt left join counted using (feed, delivery, file)
where receipt.in_force and (
    coalesce(counted.accepted, 0) <> coalesce(rows_accepted, 0) or coalesce(repeated, 0) <> coalesce(rows_repeat, 0)
    or coalesce(counted.quarantined, 0) <> coalesce(rows_quarantined, 0)
)
order by all
"""


def content_problems(release: Path) -> list[Problem]:
    """Problems between the extracts and the warehouse of one release."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as warehouse:
        extracts = sorted((release / "extracts").glob("*.parquet"))
        for path in extracts:
            file = str(path).replace("'", "''")
            warehouse.execute(f"create temp view \"{path.stem}\" as from read_parquet('{file}')")
        names = [path.stem for path in extracts]
        if "further_finding" not in names:  # releases of earlier versions have none
            warehouse.execute("create temp view further_finding as from finding limit 0")
        checks = (_conserved, _counted, _resolvable, _traced)
        problems = [problem for check in checks for problem in check(warehouse)]
        return problems + [problem for name in names for problem in _disclosed(warehouse, name)]


def _count(warehouse: duckdb.DuckDBPyConnection, query: str, values: list[str] | None = None) -> int:
    """The one number that `query` gives; the result is read to its end, so that the connection is free again."""
    return int(warehouse.execute(query, values or []).fetchall()[0][0])


def _conserved(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Of every file that was used: rows read = header + title + total + blank + accepted + quarantined + repeat."""
    parts = " + ".join(f"coalesce({part}, 0)" for part in _PARTS)
    query = (
        f"select feed, delivery, file, rows_read, {parts} from delivery_receipt where in_force "
        f"and rows_read is distinct from {parts} order by all"
    )
    for feed, delivery, file, read, sum_of_parts in warehouse.sql(query).fetchall():
        what = f"读入 {read} 行，去向合计 {sum_of_parts} 行。"
        yield Problem("ROWS_NOT_CONSERVED", f"{feed}/{delivery}/{file}", what, _READ_AGAIN)


def _counted(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    for feed, delivery, file in warehouse.sql(_DELIVERED).fetchall():
        what = "回执上的采用、重复或未采用行数与仓库中的行不符。"
        yield Problem("RECEIPT_DIFFERS", f"{feed}/{delivery}/{file}", what, _READ_AGAIN)


def _resolvable(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    for name in _FINDINGS:
        where = f"extracts/{name}.parquet"
        without = _count(warehouse, f"select count(*) from {name} where evidence is null or len(evidence) = 0")
        if without:
            yield Problem("EVIDENCE_MISSING", where, f"{without} 条疑点没有依据。", _READ_AGAIN)
        unresolved = _count(warehouse, _UNRESOLVED.format(finding=name))
        if unresolved:
            yield Problem("EVIDENCE_UNRESOLVED", where, f"{unresolved} 条疑点的依据找不到原始行。", _READ_AGAIN)


def _traced(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    for extract, count in warehouse.sql(_UNTRACED).fetchall():
        yield Problem("LINEAGE_MISSING", f"extracts/{extract}.parquet", f"{count} 行没有来源链。", _READ_AGAIN)


def _disclosed(warehouse: duckdb.DuckDBPyConnection, name: str) -> Iterator[Problem]:
    table = warehouse.table(name)
    for column, kind in zip(table.columns, table.types, strict=True):
        if str(kind) != "VARCHAR" or column.removesuffix("_l").removesuffix("_r") in _EXEMPT:
            continue
        query = f'select count(*) from "{name}" where regexp_matches("{column}", ?)'
        disclosed = _count(warehouse, query, [_ID_NUMBER])
        if disclosed:
            what = f"列 {column} 有 {disclosed} 行含完整身份证号。"
            yield Problem(
                "IDENTIFIER_DISCLOSED", f"extracts/{name}.parquet", what, "立即停止对外提供，更正后重新发布。"
            )
