"""The dbt manifest and the column lineage that Dagster shows: made anew whenever the dbt project changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import sqlglot
from dagster_dbt import DbtProject
from filelock import FileLock
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from pipelines.contracts import all_feeds
from pipelines.settings import Settings

SOURCE_SUFFIXES = (".sql", ".yml", ".csv", ".py", ".md")
DIALECT = "duckdb"
RAW_ADDRESS = ("_row_id", "_feed", "_delivery", "_file", "_sheet", "_row", "_row_sha256", "_extra")
IGNORED_FOLDERS = ("target", "logs", "__pycache__")


@cache
def dbt_project() -> DbtProject:
    """The dbt project with a manifest that fits its files."""
    folder = Settings().dbt_project
    prepare_manifest(folder)
    return DbtProject(project_dir=folder, profiles_dir=folder)


@cache
def manifest() -> dict[str, Any]:
    return dict(json.loads(dbt_project().manifest_path.read_text(encoding="utf-8")))


def dbt_environment(project: Path, work: Path) -> dict[str, str]:
    """What the dbt process is told. It runs in the folder `work`, and its warehouse has the same name in every run: dbt
    parses the whole project anew when a value in its profile has changed."""
    return {
        "HEDUI_WORK": str(work),
        "HEDUI_WAREHOUSE": "warehouse.duckdb",
        "HEDUI_DBT_FUNCTIONS": str(project / "functions"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def prepare_manifest(project: Path) -> None:
    """Compiles the project and computes its column lineage, unless that was done for exactly these files.

    Several processes may start at once: one of them works, the others wait. Raises RuntimeError with dbt's words when
    the project does not compile.
    """
    target = project / "target"
    target.mkdir(exist_ok=True)
    stamp = target / "manifest.digest"
    with FileLock(target / "manifest.lock"):
        digest = _digest(project)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
            return
        with tempfile.TemporaryDirectory() as scratch:
            _compile(project, Path(scratch))
        compiled = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        found = json.dumps(column_lineage(compiled), indent=1, ensure_ascii=False)
        (target / "column_lineage.json").write_text(found, encoding="utf-8")
        stamp.write_text(digest, encoding="utf-8")


def _compile(project: Path, scratch: Path) -> None:
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "--no-version-check", "compile"]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    environment = {**os.environ, **dbt_environment(project, scratch), "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, cwd=scratch
    )
    if done.returncode:
        words = (done.stdout + done.stderr)[-3000:]
        raise RuntimeError(f"The dbt project at {project} does not compile; repair it and run again.\n{words}")


def _digest(project: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        if path.suffix in SOURCE_SUFFIXES and relative.parts[0] not in IGNORED_FOLDERS:
            digest.update(f"{relative}\0".encode() + path.read_bytes())
    return digest.hexdigest()


Lineage = dict[str, dict[str, list[list[str]]]]


def column_lineage(manifest: dict[str, Any]) -> Lineage:
    """Model name -> output column -> [[upstream relation, column], ...], read from the compiled SQL.

    Models are read in the order of their dependence, so that a `select *` is followed through the columns of the models
    before. A model whose SQL sqlglot cannot follow has an empty entry: lineage of tables is still known from dbt.
    """
    schema = MappingSchema(dialect=DIALECT)
    for feed in all_feeds().values():
        schema.add_table(f"raw.{feed.name}", dict.fromkeys([*RAW_ADDRESS, *feed.by_name], "text"), dialect=DIALECT)
    found: Lineage = {}
    for node in _in_order(manifest):
        try:
            query = _without_database(sqlglot.parse_one(node["compiled_code"], dialect=DIALECT))
            query = qualify(query, schema=schema, dialect=DIALECT, validate_qualify_columns=False, identify=False)
            columns = _followed(query)
        except SqlglotError:
            columns = {}
        found[node["name"]] = columns
        schema.add_table(f"{node['schema']}.{node['name']}", dict.fromkeys(columns, "text"), dialect=DIALECT)
    return found


def _in_order(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models, each after those that it reads."""
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    order = TopologicalSorter(
        {key: [up for up in node["depends_on"]["nodes"] if up in models] for key, node in models.items()}
    )
    return [models[key] for key in order.static_order()]


def _without_database(query: Any) -> Any:
    """The database's name is that of the warehouse file, which changes from run to run."""
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return query


def _followed(query: Any) -> dict[str, list[list[str]]]:
    scope = build_scope(query)
    columns: dict[str, list[list[str]]] = {}
    for column in query.named_selects:
        if column == "*":
            continue
        top = lineage(column, query, schema={}, scope=scope, dialect=DIALECT, trim_selects=False, copy=False)
        leaves = (node for node in top.walk() if not node.downstream and isinstance(node.source, exp.Table))
        columns[column] = [
            list(pair) for pair in sorted({(leaf.source.name, leaf.name.split(".")[-1].strip('"')) for leaf in leaves})
        ]
    return columns


@cache
def stored_column_lineage() -> dict[str, dict[str, list[list[str]]]]:
    path = dbt_project().project_dir / "target" / "column_lineage.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def lineage_metadata(model: str, keys: dict[str, dg.AssetKey]) -> dict[str, Any]:
    """The metadata entry of one model; `keys` maps relation names to asset keys."""
    deps = {
        column: [
            dg.TableColumnDep(asset_key=keys[relation], column_name=name)
            for relation, name in pairs
            if relation in keys
        ]
        for column, pairs in stored_column_lineage().get(model, {}).items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps)} if deps else {}
