"""What staging said of delivered rows and their cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb

#: (feed, delivery, file, sheet), the sheet "" where a file has none.
Place = tuple[str, str, str, str]

_ROWS = """
select feed, delivery, file, coalesce(sheet, '') as sheet, disposition, count(*) from ({delivered}) group by all
"""
# The same words as in the extract quarantine, which holds the rows in force alone.
_PROBLEMS = """
with

problems as (
    select feed, delivery, file, coalesce(sheet, '') as sheet, row_number, disposition, unnest(problems) as problem
    from ({delivered})
    where disposition <> 'repeat'
)

select
    problems.feed, problems.delivery, problems.file, problems.sheet, problems.row_number,
    case when problems.problem.code <> 'no_identity' then problems.problem.column_name end as column_name,
    problems.problem.delivered as delivered_value,
    case problems.disposition when 'quarantined' then 'row_held' else 'value_not_used' end as effect,
    coalesce(problem_code.what, problems.problem.code) as what,
    coalesce(problem_code.remedy, '请联系核对中心') as remedy
from problems
left join policy.problem_code as problem_code on problems.problem.code = problem_code.code
order by problems.feed, problems.delivery, problems.file, sheet, row_number, column_name nulls first, what
"""


@dataclass(frozen=True)
class Judged:
    """`rows`: how many rows of a sheet have which disposition; `problems`: of a (feed, delivery) its rows and cells
    that are not used, in the order of the files."""

    rows: dict[Place, dict[str, int]]
    problems: dict[tuple[str, str], list[dict[str, Any]]]


def read_judged(connection: duckdb.DuckDBPyConnection, delivered: str) -> Judged:
    """Reads it from a query with the columns of int_row__delivered; the seed problem_code must lie in `policy`."""
    rows: dict[Place, dict[str, int]] = defaultdict(dict)
    for *place, disposition, count in connection.sql(_ROWS.format(delivered=delivered)).fetchall():
        rows[place[0], place[1], place[2], place[3]][disposition] = count
    problems: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in connection.sql(_PROBLEMS.format(delivered=delivered)).pl().iter_rows(named=True):
        problems[row["feed"], row["delivery"]].append(row)
    return Judged(rows, problems)
