"""The generic test `well_formed` finds every promise of a table that its rows break, and nothing in a table that keeps
them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dbt_factory import dbt, write_run

TABLE = "(select * from (values {rows}) as listed (id, name, state))"
PROMISES = "key='id', filled=['name'], values={'state': ['open', 'closed']}"
SOUND = "('1', 'a', 'open'), ('2', 'b', null)"
BROKEN = "('1', 'a', 'open'), ('1', null, 'closed'), (null, null, 'ajar')"
SENTENCES = {"id 重复：1 行": 1, "id 为空：1 行": 1, "name 为空：2 行": 2, "state 有名单外的取值：1 行": 1}


@pytest.mark.parametrize(("rows", "expected"), [(SOUND, {}), (BROKEN, SENTENCES)], ids=["sound", "broken"])
def test_each_broken_promise_is_one_row_with_its_sentence(tmp_path: Path, rows: str, expected: dict[str, int]) -> None:
    write_run(tmp_path, {})
    call = f'{{{{ test_well_formed("{TABLE.format(rows=rows)}", {PROMISES}) }}}}'
    shown = dbt(tmp_path, "show", "--quiet", "--inline", call, "--output", "json", "--log-format", "text")
    found = json.loads(shown.stdout)["show"]
    assert {row["message"]: row["failing_rows"] for row in found} == expected
