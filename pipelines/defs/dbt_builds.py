"""The two dbt builds of a run: staging before matching, rules and marts after it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import dbt_assets

from pipelines.defs.conventions import WRITER_POOL
from pipelines.defs.dbt_manifest import dbt_environment, dbt_project, manifest
from pipelines.defs.dbt_worker import DbtFailed, DbtWorker, NodeResult
from pipelines.defs.metadata import column_schema
from pipelines.defs.translator import HeduiTranslator
from pipelines.defs.workspace import RunWorkspace

BEFORE_MATCHING = "tag:before_matching"

#: The key under which dagster-dbt notes the dbt node of an asset or a check.
UNIQUE_ID = "dagster_dbt/unique_id"


def dbt_worker_resource(context: dg.InitResourceContext) -> Iterator[DbtWorker]:
    """The dbt child process of this run. It starts with the run, so that it is warm when the raw tables are there."""
    workspace: RunWorkspace = context.resources.workspace
    project, threads = workspace.settings.dbt_project, workspace.settings.dbt_threads
    worker = DbtWorker(project, workspace.folder, dbt_environment(project, workspace.folder), threads)
    try:
        yield worker
    finally:
        worker.close()


def dbt_build_assets() -> list[dg.AssetsDefinition]:
    """Staging and marts as assets, read from the manifest that fits the project's files."""
    project = dbt_project()
    common: dict[str, Any] = {
        "manifest": manifest(),
        "project": project,
        "dagster_dbt_translator": HeduiTranslator(manifest()),
        "required_resource_keys": {"workspace", "dbt_worker"},
        "pool": WRITER_POOL,
    }

    @dbt_assets(name="staging", select=BEFORE_MATCHING, **common)
    def staging(context: dg.AssetExecutionContext) -> Iterator[Any]:
        # The tests in tests/ read what the marts' build makes.
        yield from _build(context, "--select", BEFORE_MATCHING, "--exclude", "test_type:singular")

    @dbt_assets(name="marts", exclude=BEFORE_MATCHING, **common)
    def marts(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from _build(context, "--exclude", BEFORE_MATCHING)

    return [staging, marts]


def _build(context: dg.AssetExecutionContext, *selection: str) -> Iterator[Any]:
    """One dbt build as Dagster events. Failed tests and failed models end the step after all of them were reported."""
    workspace: RunWorkspace = context.resources.workspace
    worker: DbtWorker = context.resources.dbt_worker
    assets = {spec.metadata[UNIQUE_ID]: spec.key for spec in context.assets_def.specs if UNIQUE_ID in spec.metadata}
    checks = {spec.metadata[UNIQUE_ID]: spec for spec in context.assets_def.check_specs}
    built: list[NodeResult] = []
    failed: list[str] = []
    told: list[NodeResult] = []
    try:
        for node in worker.build(*selection):
            workspace.timings.append({"step": context.op_handle.name, "node": node.unique_id, "seconds": node.seconds})
            if node.unique_id in assets and node.status == "success":
                built.append(node)
            elif node.unique_id in checks:
                yield _check_result(node, checks[node.unique_id])
            if node.status == "fail":
                failed.append(node.unique_id.split(".")[2])
            if node.status in ("fail", "warn"):
                told.append(node)
    except DbtFailed as error:
        raise dg.Failure(f"dbt could not build the tables: {error}", allow_retries=False) from error
    _tell(workspace, told)
    shapes = _shapes(workspace)
    for node in built:
        metadata = shapes.get(node.unique_id.split(".")[2], {})
        yield dg.MaterializeResult(asset_key=assets[node.unique_id], metadata={**metadata, "seconds": node.seconds})
    if not failed and (missing := set(assets) - {node.unique_id for node in built}):
        raise dg.Failure(f"dbt did not build {', '.join(sorted(missing)[:10])}", allow_retries=False)
    workspace.progress(f"dbt {context.op_handle.name}", f"{len(built)} 张表，{len(checks)} 项检查")
    if failed:
        raise dg.Failure(f"{len(failed)} dbt tests failed: {', '.join(failed[:10])}", allow_retries=False)


def _tell(workspace: RunWorkspace, nodes: list[NodeResult]) -> None:
    """What the tests found: a failed test stops the release, a warning is told at the end of the run."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        for node in nodes:
            test = manifest()["nodes"][node.unique_id]
            messages = _sentences(connection, workspace, test)
            if node.status == "fail":
                name = f"dbt 检查未通过：{test['name']}"
                workspace.gates.extend([f"{name}：{message}" for message in messages] or [name])
            else:
                workspace.warnings.extend(messages)


def _sentences(connection: duckdb.DuckDBPyConnection, workspace: RunWorkspace, test: dict[str, Any]) -> list[str]:
    """What a test says itself: the column `message` of the rows that it finds. Some tests have none."""
    compiled = Path("compiled", test["package_name"], test["original_file_path"])
    if test.get("test_metadata"):  # a generic test's file lies below the yml that names it
        compiled /= test["path"]
    found = connection.sql((workspace.folder / "dbt" / compiled).read_text(encoding="utf-8"))
    return [str(text) for (text,) in found.select("message").fetchall()] if "message" in found.columns else []


def _check_result(node: NodeResult, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=node.status == "pass",
        severity=dg.AssetCheckSeverity.ERROR if node.status in ("fail", "error") else dg.AssetCheckSeverity.WARN,
        metadata={"failing_rows": node.failures, "seconds": node.seconds},
    )


def _shapes(workspace: RunWorkspace) -> Mapping[str, dict[str, Any]]:
    """Relation -> row count and column schema of every table in the warehouse, in two queries."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        tables = connection.sql(
            "select schema_name, table_name from duckdb_tables() where not internal and not temporary"
        ).fetchall()
        columns = connection.sql(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()
        counts = " union all ".join(
            f'select \'{table}\', count(*) from "{schema}"."{table}"' for schema, table in tables
        )
        rows = dict(connection.sql(counts).fetchall()) if tables else {}
    types: dict[str, dict[str, str]] = {}
    for table, column, kind in columns:
        types.setdefault(table, {})[column] = kind
    return {
        table: {"dagster/row_count": count, "dagster/column_schema": column_schema(types[table])}
        for table, count in rows.items()
    }
