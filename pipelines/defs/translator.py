"""How dbt's nodes appear in Dagster: keys, groups, owners, descriptions in both languages, column lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from pipelines.contracts import all_feeds
from pipelines.defs.conventions import OWNER, described
from pipelines.defs.dbt_manifest import lineage_metadata


def asset_key(properties: Mapping[str, Any]) -> dg.AssetKey:
    """Sources keep the key of the asset that writes them; a node's key begins with its layer."""
    if properties["resource_type"] == "source":
        return dg.AssetKey([properties["source_name"], properties["name"]])
    return dg.AssetKey([properties["schema"], properties["name"]])


class HeduiTranslator(DagsterDbtTranslator):
    """One translator for both dbt asset functions."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
        nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
        relations = [node for node in nodes if node["resource_type"] in ("model", "seed", "source")]
        self._keys = {node["name"]: asset_key(node) for node in relations}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        english = (dbt_resource_props.get("description") or "").strip()
        chinese = (dbt_resource_props.get("meta") or {}).get("title") or _feed_title(dbt_resource_props["name"])
        return described(chinese, english) if chinese else english

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        if properties["resource_type"] in ("model", "seed"):
            spec = spec.replace_attributes(owners=[OWNER])
            spec = spec.merge_attributes(metadata=lineage_metadata(properties["name"], self._keys))
        return spec


def _feed_title(model: str) -> str | None:
    feed = all_feeds().get(model.rsplit("__", 1)[-1])
    return f"{feed.title}(整理后)" if feed else None
