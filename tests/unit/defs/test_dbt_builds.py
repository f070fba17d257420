"""A dbt test that fails stops the release with its own sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipelines.defs.dbt_builds import _tell
from pipelines.defs.dbt_manifest import manifest
from pipelines.defs.dbt_worker import NodeResult

GENERIC = "well_formed_stg_civil_affairs__dibao"
SINGULAR = "standard_for_every_area"


@pytest.fixture
def workspace(tmp_path: Path) -> SimpleNamespace:
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    return SimpleNamespace(folder=tmp_path, warehouse=tmp_path / "warehouse.duckdb", gates=[], warnings=[])


def _found(workspace: SimpleNamespace, name: str, below: str, status: str) -> NodeResult:
    """A test that dbt compiled to the file of that name, and ran."""
    node = next(node for node in manifest()["nodes"].values() if node["name"].startswith(name))
    compiled = workspace.folder / "dbt" / "compiled" / "hedui" / node["original_file_path"] / below.format(**node)
    compiled.parent.mkdir(parents=True)
    compiled.write_text("select 'row_id 为空：2 行' as message, 2 as failing_rows", encoding="utf-8")
    return NodeResult(node["unique_id"], status, 0.1, 2)


def test_a_failed_test_of_a_table_names_the_promise(workspace: SimpleNamespace) -> None:
    _tell(workspace, [_found(workspace, GENERIC, "{path}", "fail")])
    (gate,) = workspace.gates
    assert gate.startswith(f"dbt 检查未通过：{GENERIC}")
    assert gate.endswith("：row_id 为空：2 行")
    assert not workspace.warnings


def test_a_warning_is_told_in_its_own_words(workspace: SimpleNamespace) -> None:
    _tell(workspace, [_found(workspace, SINGULAR, "", "warn")])
    assert workspace.warnings == ["row_id 为空：2 行"]
    assert not workspace.gates
