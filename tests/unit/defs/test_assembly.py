"""The graph as Dagster sees it: which assets there are, that each says who owns it and what it is."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest

from pipelines.contracts import all_feeds
from pipelines.defs.assembly import build_definitions
from pipelines.defs.automation import JOB
from pipelines.defs.matching import EVIDENCE, MENTIONS, lineage_of_columns, matched_key
from pipelines.defs.raw import raw_key
from pipelines.defs.suites import IN_FORCE
from pipelines.settings import Settings

SNAPSHOT = Path(__file__).with_name("asset_keys.txt")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Settings())


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


def test_the_asset_keys_are_those_of_the_snapshot(specs: list[dg.AssetSpec]) -> None:
    """A module that drops assets silently is noticed here. After a wanted change: write the new list into the file."""
    found = sorted(spec.key.to_user_string() for spec in specs)
    assert found == SNAPSHOT.read_text(encoding="utf-8").split()


def test_every_feed_has_its_assets(specs: list[dg.AssetSpec]) -> None:
    keys = {spec.key.to_user_string() for spec in specs}
    for feed in all_feeds().values():
        assert {f"delivery/{feed.name}", f"raw/{feed.name}", f"staging/{feed.staging_model}"} <= keys


def test_every_asset_has_an_owner_a_group_and_a_description_in_both_languages(specs: list[dg.AssetSpec]) -> None:
    for spec in specs:
        assert spec.owners, spec.key
        assert spec.group_name, spec.key
        assert re.search(r"[一-龥]", spec.description or ""), spec.key
        assert re.search(r"[A-Za-z]{3}", spec.description or ""), spec.key


def test_models_and_raw_tables_carry_column_lineage(specs: list[dg.AssetSpec]) -> None:
    traced = [spec for spec in specs if "dagster/column_lineage" in spec.metadata]
    models = [spec.key for spec in specs if spec.key.path[0] in ("staging", "intermediate", "marts")]
    assert {spec.key for spec in traced} == {*models, *map(raw_key, all_feeds())}


def test_columns_of_a_link_are_traced_to_columns_that_a_mention_has(specs: list[dg.AssetSpec]) -> None:
    mention = next(spec for spec in specs if spec.key == MENTIONS)
    lineage = lineage_of_columns(["mention_id", "person_id"]).deps_by_column
    assert [dep.column_name for dep in lineage["mention_id"]] == ["mention_id"]
    known = set(mention.metadata["dagster/column_lineage"].deps_by_column)
    assert {dep.column_name for dep in lineage["person_id"]} == set(EVIDENCE)
    assert set(EVIDENCE) <= known


def test_publishing_waits_for_every_blocking_check(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    upstream = dg.AssetSelection.assets(["release", "published"]).upstream().resolve(graph)
    checks = [graph.get(key) for key in graph.asset_check_keys]
    blocking = {check.key.asset_key for check in checks if check.blocking}
    assert blocking
    assert blocking <= upstream


def test_nobody_is_linked_before_deliveries_are_judged(definitions: dg.Definitions) -> None:
    """A delivery that is held for its quality is staged anew without it; matching reads what is left."""
    graph = definitions.resolve_asset_graph()
    assert graph.get(dg.AssetCheckKey(MENTIONS, IN_FORCE)).blocking
    assert MENTIONS in graph.get(matched_key("candidate_pairs")).parent_keys
    steps = definitions.resolve_job_def(JOB).graph.dependency_structure
    upstream: set[str] = set()
    waiting = ["matching"]
    while waiting:
        found = {output.node_name for outputs in steps.input_to_upstream_outputs_for_node(waiting.pop()).values()
                 for output in outputs}  # fmt: skip
        waiting += found - upstream
        upstream |= found
    assert {"staging", "quality", "staging_checks"} <= upstream


def test_deliveries_have_the_freshness_limit_of_their_contract(specs: list[dg.AssetSpec]) -> None:
    for spec in specs:
        if spec.key.path[0] == "delivery":
            policy = spec.freshness_policy
            assert policy is not None
            assert policy.fail_window.to_timedelta().days == all_feeds()[spec.key.path[1]].freshness_days


def test_the_night_begins_at_two_in_china(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_0200")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert schedule.job_name == JOB


def test_no_step_has_a_retry_policy_of_dagster(definitions: dg.Definitions) -> None:
    """Under one, a step that is told to end (SIGTERM, Ctrl-C) waits and is begun anew: the run would not end."""
    job = definitions.resolve_job_def(JOB)
    assert [node.name for node in job.graph.node_defs if getattr(node, "retry_policy", None)] == []
