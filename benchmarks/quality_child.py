"""All suites on the staged tables of one warehouse in a process of its own: `pandas`, `arrow` or `duckdb`.

`pandas` is what the nightly run does: DuckDB selects the rows, Great Expectations judges NumPy-backed frames. `arrow`
gives it Arrow-backed ones. `duckdb` judges the same expectations in plain SQL. Only expectations on rows are run, so
that all three do the same. Cost: from the start of the process.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.cost import cost_so_far
from benchmarks.plain_checks import plain_query, plain_results
from expectations.checks import Check
from expectations.suites import SUITES
from expectations.tables import checks_of, preparation, row_query

ENGINES = ("pandas", "arrow", "duckdb")


def judged(connection: duckdb.DuckDBPyConnection, engine: str, feed: str, query: str, checks: list[Check]) -> list[Any]:
    """Per check the count and the sorted keys of the rows that do not hold; None for a median."""
    if engine == "duckdb":
        connection.execute(f"create or replace temporary table judged as {query}")
        row = connection.sql(plain_query("judged", checks)).pl().row(0, named=True)
        return [None if result is None else [result[0], sorted(result[1])] for result in plain_results(row, checks)]
    import pandas as pd

    from expectations.runner import evaluate

    table = connection.sql(query)
    frame = table.df() if engine == "pandas" else table.to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)
    results = evaluate(feed, checks, {"row": frame})
    return [
        None if check.expectation == "ExpectColumnMedianToBeBetween" else [result.rows_unexpected, sorted(result.keys)]
        for check, result in zip(checks, results, strict=True)
    ]


def main(warehouse: Path, as_of: date, engine: str, target: Path) -> None:
    started = time.time()
    found: dict[str, Any] = {}
    rows = expectations = 0
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for statement in preparation():
            connection.execute(statement)
        for feed, suite in SUITES.items():
            checks = [check for check in checks_of(suite, as_of) if check.grain == "row"]
            found[feed] = judged(connection, engine, feed, row_query(suite, as_of, checks), checks)
            rows += connection.sql(f"select count(*) from ({row_query(suite, as_of, checks[:1])})").fetchall()[0][0]
            expectations += len(checks)
    told = {**cost_so_far(started), "rows": rows, "expectations": expectations, "found": found}
    target.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
