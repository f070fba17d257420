"""A night beside the one before: only what changed rows touch is prepared, compared, scored and joined again.

Everything that a pair's score rests on is either measured on the population, which is kept, or stands in the rows of
the two and of those who stand together with them. What is cheap is done for all rows and held against the night before;
what is dear (preparing rows, comparing values, naming persons) is done for the difference. The answer is that of a full
run with the same population, row for row.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.matching.blocks import keys_of, made
from pipelines.matching.changes import find_changes
from pipelines.matching.clustering import likely_edges
from pipelines.matching.comparing import compare_changed
from pipelines.matching.engine import Compared, Linkage, compare, conclude
from pipelines.matching.identity import identity_keys
from pipelines.matching.model import Model
from pipelines.matching.nodes import with_nodes
from pipelines.matching.population import Population
from pipelines.matching.prepare import check_mentions, prepare
from pipelines.matching.renewal import conclude_changed
from pipelines.matching.state import PAIR, State, maker, row_digests, rows_of

#: Share of changed rows from which a full run is no dearer.
LARGEST_CHANGE = 0.2
#: Why everything was compared.
NO_STATE, OTHER_VERSIONS = "没有上一晚的状态", "模型、密钥或程序版本与上一晚不同"
MANY_CHANGES, DRIFTED = "变动的行过多", "人数或行数变动较大，重新统计人口"


@dataclass(frozen=True)
class Night:
    """What a night found and keeps for the next (`state`; its result is `linkage`), and what it took: `changed` rows
    (all, where there was no state), `compared` pairs; `reason`: why everything was compared, or "" when only what the
    changed rows touch was.
    """

    state: State
    changed: int
    compared: int
    reason: str

    @property
    def linkage(self) -> Linkage:
        return self.state.linkage


def link_night(
    mentions: pl.DataFrame,
    model: Model,
    *,
    key: bytes,
    previous: pl.DataFrame | None = None,
    verdicts: pl.DataFrame | None = None,
    state: State | None = None,
    version: str = "",
) -> Night:
    """Links the persons named in rows, as link_mentions does, with the population, the scores and the persons of the
    night before.

    Everything is compared anew when there is no state, when it was made under another model, key or version, or when
    more than LARGEST_CHANGE of the rows changed; the population is measured anew when there is none or the county has
    moved (Population.has_drifted). `previous`: as for link_mentions, where there is no state; persons are otherwise
    those of the state. `version`: of the code. Raises MatchingInputError.
    """
    checked = check_mentions(mentions)
    digests, made_by = row_digests(checked), maker(model, key, version)
    earlier = previous if state is None else state.linkage.identity

    def everything(changed: int, reason: str, population: Population | None) -> Night:
        prepared = prepare(checked, None if population is None else population.aliases)
        compared = compare(prepared, verdicts, model, population)
        kept = _conclude_all(compared, digests, made_by, model, key, earlier)
        return Night(kept, changed, compared.scored.height, reason)

    if state is None or state.made_by != made_by:
        return everything(checked.height, NO_STATE if state is None else OTHER_VERSIONS, None)
    change = find_changes(digests, state)
    if change.rows > LARGEST_CHANGE * checked.height:
        night = everything(change.rows, MANY_CHANGES, state.population)
        nodes, owners = night.state.nodes.height, night.linkage.person_id_number.height
        drifted = state.population.has_drifted(checked.height, nodes, owners)
        return everything(change.rows, DRIFTED, None) if drifted else night
    tonight = compare_changed(checked, digests, change, verdicts, state, model)
    if state.population.has_drifted(checked.height, tonight.owns.size, int(tonight.owns.sum())):
        return everything(change.rows, DRIFTED, None)
    return Night(conclude_changed(tonight, state, model, key), change.rows, tonight.compared, "")


def _conclude_all(
    compared: Compared, digests: pl.Series, made_by: str, model: Model, key: bytes, previous: pl.DataFrame | None
) -> State:
    """The state after a night on which everything was compared."""
    prepared, assigned = compared.prepared, compared.nodes.of_mention
    keys = identity_keys(with_nodes(prepared, assigned), key)
    found = conclude(compared, model, keys=keys, previous=previous)
    candidates, scored = compared.candidates, compared.scored
    blocking = made(
        keys_of(compared.parts, compared.nodes.frame.height),
        candidates.blocks,
        candidates.of_rules,
        candidates.companions,
    )
    edges = likely_edges(found.scored, model, found.earlier)["pair"]
    pairs = scored.with_columns(
        rules=pl.Series(blocking.rules),
        is_edge=pl.col("pair").is_in(edges.implode()),
    )
    rows = rows_of(prepared, digests, assigned.select("owns", "own_probability", key="base_key"))
    return State(
        made_by=made_by,
        rows=rows.with_columns(assigned["key"], assigned["node"]),
        nodes=pl.DataFrame({"known": found.around.known, "cluster": found.clusters["cluster"]}),
        keys=blocking.keys,
        blocks=blocking.blocks,
        pairs=pairs.select("node_l", "node_r", *PAIR),
        companions=found.around.companions,
        decisions=found.decisions,
        linkage=found.linkage,
    )
