"""The release: built and checked, then made visible. Two assets, since a check cannot undo its own asset."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.audit import verify_release
from pipelines.defs.conventions import RELEASE, WRITER_POOL, spec
from pipelines.defs.workspace import RunWorkspace
from pipelines.publishing import ContractViolation, build_release, publish

STAGED = dg.AssetKey(["release", "staged"])
PUBLISHED = dg.AssetKey(["release", "published"])


def release_assets(marts: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The assets of a release that is made from `marts`: the tables and the policy that it carries."""
    staged_spec = spec(
        ["release", "staged"],
        "待发布成果",
        "The complete release, invisible to readers: extracts, worklists, report, warehouse, contracts, manifest.",
        group=RELEASE,
        kinds=["parquet", "excel"],
        deps=marts,
    )
    published_spec = spec(
        ["release", "published"],
        "正式发布",
        "The release under its final name; current.json points to it when no later business date is in force.",
        group=RELEASE,
        kinds=["parquet", "excel"],
        deps=[STAGED],
    )
    complete = dg.AssetCheckSpec(
        "verifies",
        asset=STAGED,
        blocking=True,
        description="校验通过：哈希、契约、行数守恒、结论链。The staged release passes the auditors' own verification.",
    )

    @dg.multi_asset(
        name="staged_release",
        specs=[staged_spec],
        check_specs=[complete],
        pool=WRITER_POOL,
        required_resource_keys={"workspace"},
    )
    def staged_release(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Builds the release of this run and verifies it as an auditor would."""
        yield from _stage(context.resources.workspace)

    @dg.multi_asset(
        name="published_release", specs=[published_spec], pool=WRITER_POOL, required_resource_keys={"workspace"}
    )
    def published_release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Makes the staged release visible in one step."""
        workspace: RunWorkspace = context.resources.workspace
        if workspace.staged is None:
            raise dg.Failure("release/staged is not part of this run; start the whole job nightly")
        workspace.published = publish(workspace.staged, workspace.data)
        name = f"{workspace.as_of}/{workspace.run_id}"
        workspace.progress("release/published", name)
        return dg.MaterializeResult(asset_key=PUBLISHED, metadata={"release": name})

    return [staged_release, published_release]


def _stage(workspace: RunWorkspace) -> Iterator[Any]:
    try:
        workspace.staged = build_release(workspace.folder, workspace.data, dbt_project=workspace.settings.dbt_project)
    except ContractViolation as violation:
        workspace.gates.extend(violation.problems)
        raise dg.Failure("an extract does not keep its contract; nothing is published", allow_retries=False) from None
    manifest = json.loads((workspace.staged / "manifest.json").read_text(encoding="utf-8"))
    rows = {name: extract["rows"] for name, extract in manifest["extracts"].items()}
    workspace.progress("release/staged", f"{len(manifest['files'])} 个文件")
    yield dg.MaterializeResult(
        asset_key=STAGED,
        metadata={"files": len(manifest["files"]), "rows": rows, "dagster/row_count": sum(rows.values())},
    )
    problems = verify_release(workspace.staged, workspace.data)
    workspace.gates.extend(str(problem) for problem in problems)
    codes = Counter(problem.code for problem in problems)
    yield dg.AssetCheckResult(
        asset_key=STAGED,
        check_name="verifies",
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=dict(codes),
    )
