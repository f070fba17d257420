"""Who is who: the matching engine's tables as assets, and what earlier runs and caseworkers left for this one."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl

from pipelines.defs.conventions import MATCHING, spec
from pipelines.defs.metadata import file_metadata, frame_metadata
from pipelines.defs.workspace import RunWorkspace
from pipelines.matching import Linkage, link_mentions, load_model
from pipelines.review import Ledger, write_previous, write_review_tables
from pipelines.storage.atomic import write_parquet
from pipelines.storage.keys import county_key
from pipelines.storage.releases import release_before

MENTIONS = dg.AssetKey(["intermediate", "int_person__mentioned"])

#: Table of the linkage -> Chinese title, English description, tables of the linkage it is made from.
STEPS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "candidate_pairs": (
        "候选对(分块)",
        "One row per blocking rule: how many pairs it proposed, and what was left out as too common a value.",
        (),
    ),
    "scored_pairs": (
        "候选对评分",
        "One row per compared pair: level and weight of each comparison, vetoes, probability before and after them.",
        ("candidate_pairs",),
    ),
    "person_link": (
        "人员归并结果",
        "One row per mention: the person it belongs to, how surely, and by which method.",
        ("scored_pairs",),
    ),
    "person_join": (
        "人员归并步骤",
        "One row per join of two groups of rows of a person, in order, and per verdict on a pair.",
        ("scored_pairs", "person_link"),
    ),
    "person_identity": (
        "人员标识沿用表",
        "One row per identity key (a keyed token): the person id it stands for, read back on the next night.",
        ("person_link",),
    ),
    "person_id_number": ("本人身份证号", "One row per person with an ID number of their own.", ("person_link",)),
    "person_superseded": ("已并入的人员标识", "One row per person id that was merged into another.", ("person_link",)),
    "person_split": ("新分出的人员", "One row per person who was part of another until this run.", ("person_link",)),
    "duplicate_candidate": (
        "疑似同一人(待核)",
        "One row per pair awaiting review, with weights, a Chinese explanation and the conflicts.",
        ("scored_pairs", "person_link"),
    ),
}

#: Which attribute of the linkage holds a table, where the names differ.
ATTRIBUTES = {"candidate_pairs": "blocking_report", "person_identity": "identity"}

#: Columns of a mention that the engine hands through, and those that its judgements rest on: the lineage of columns.
CARRIED = {name: name for name in ("mention_id", "row_id", "role", "id_number", "id_number_status")}
CARRIED |= {"mention_id_l": "mention_id", "mention_id_r": "mention_id"}
EVIDENCE = (
    "name", "name_delivered", "id_number", "id_number_status", "sex", "birth_date", "town", "village", "group_no",
    "address", "phone", "account_number", "certificate_number", "case_key", "relation_to_head", "vessel_number",
    "event", "event_on",
)  # fmt: skip


def matched_key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["matched", table])


def _step_spec(table: str) -> dg.AssetSpec:
    chinese, english, parts = STEPS[table]
    deps = [matched_key(part) for part in parts] or [MENTIONS]
    return spec(["matched", table], chinese, english, group=MATCHING, kinds=["polars", "parquet"], deps=deps)


@dg.multi_asset(name="matching", specs=[_step_spec(table) for table in STEPS], required_resource_keys={"workspace"})
def matching(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Links the mentions of this run, with the person ids of the newest earlier release and verdicts on pairs."""
    workspace: RunWorkspace = context.resources.workspace
    path = workspace.needs(workspace.export / "person_mention.parquet", "dbt staging")
    mentions = pl.read_parquet(path)
    key = county_key(workspace.data)
    verdicts = Ledger(workspace.data.decisions).verdicts(mentions, key, workspace.as_of)
    model = load_model(workspace.settings.model)
    linkage = link_mentions(mentions, model, key=key, previous=previous_identities(workspace), verdicts=verdicts)
    workspace.notes["mentions"] = mentions.height
    workspace.notes["persons"] = linkage.person_link["person_id"].n_unique()
    workspace.notes["pairs_for_review"] = linkage.duplicate_candidate.height
    for table in STEPS:
        frame = table_of(linkage, table)
        write_parquet(frame, workspace.matched / f"{table}.parquet")
        metadata = {**frame_metadata(frame), "dagster/column_lineage": lineage_of_columns(frame.columns)}
        yield dg.MaterializeResult(asset_key=matched_key(table), metadata=metadata)


def lineage_of_columns(columns: list[str]) -> dg.TableColumnLineage:
    """A carried column comes from the mention's own; every other is a judgement on all of the evidence."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(MENTIONS, source) for source in ([CARRIED[column]] if column in CARRIED else EVIDENCE)
            ]
            for column in columns
        }
    )


def table_of(linkage: Linkage, table: str) -> pl.DataFrame:
    """A table of STEPS."""
    frame: pl.DataFrame = getattr(linkage, ATTRIBUTES.get(table, table))
    return frame


def previous_identities(workspace: RunWorkspace) -> pl.DataFrame | None:
    """`identity_key, person_id` of the newest release of an earlier business date, from its warehouse."""
    release = release_before(workspace.data, workspace.as_of)
    return None if release is None else identities_in(release / "warehouse.duckdb")


def identities_in(warehouse: Path) -> pl.DataFrame:
    """`identity_key, person_id` of a release: the `previous` of the run that follows on it."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql("select identity_key, person_id from matched.person_identity order by identity_key").pl()


MEMORY = spec(
    ["matched", "finding_memory"],
    "以往发现",
    "One row per finding of the newest release of an earlier business date: when it was first seen, on what values.",
    group=MATCHING,
    kinds=["parquet"],
)
VERDICTS = spec(
    ["matched", "finding_verdict"],
    "经办人结论",
    "One row per finding with a verdict in the ledger of decisions, as it stood at the end of the business date.",
    group=MATCHING,
    kinds=["parquet"],
)


#: Table of the release before -> Chinese title, English description.
PREVIOUS_TABLES = {
    "household_before": (
        "上次发布的家庭",
        "One row per assistance unit of the release before: outcome, findings, members.",
    ),
    "finding_before": ("上次发布的疑点", "One row per finding of the release before, with its state."),
    "finding_seen_before": (
        "以前列出过的疑点",
        "One row per finding that the release before or an earlier one had shown: what a verdict was on.",
    ),
    "lineage_before": (
        "上次发布的来源行",
        "One row per published row of the release before and content of a source row.",
    ),
    "policy_row_before": ("上次发布时有效的政策行", "One row per policy row that was in force in the release before."),
    "feed_status_before": (
        "上次发布时的来源时效",
        "One row per feed: the delivery that was in force in the release before.",
    ),
    "release_before": ("上次发布", "One row: the release before and its versions; none on the first night."),
}
PREVIOUS = [
    spec(["previous", table], chinese, english, group=MATCHING, kinds=["parquet"])
    for table, (chinese, english) in PREVIOUS_TABLES.items()
]


@dg.multi_asset(name="memory", specs=[MEMORY, VERDICTS, *PREVIOUS], required_resource_keys={"workspace"})
def memory(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """What the marts must remember of earlier runs, and what caseworkers have decided since."""
    workspace: RunWorkspace = context.resources.workspace
    write_review_tables(workspace.data, workspace.as_of, workspace.matched)
    write_previous(workspace.data, workspace.as_of, workspace.previous)
    for asset in (MEMORY, VERDICTS, *PREVIOUS):
        path = workspace.folder.joinpath(*asset.key.path).with_suffix(".parquet")
        yield dg.MaterializeResult(asset_key=asset.key, metadata=file_metadata(path))
