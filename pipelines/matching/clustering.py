"""From scored pairs to persons: probabilities, three zones, and a union that keeps every definite rule.

A mention is one person, so the owners it might be compete: its probabilities for all of them and for nobody add up
to one (namesakes share it and go to review). Edges are joined from the surest down; a join that would put two owned
numbers, two persons kept apart by a veto or a verdict, or too many nodes into one person is refused.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes

#: Share of mentions without a usable number whose person has another such mention, as a part of the known share.
LOOSE_SHARE = 0.35
#: Rows that the shipped share counts for against the rows at hand.
PRIOR_ROWS = 1000
#: Rows of one register that the share of all registers counts for.
REGISTER_ROWS = 50


def measure_known(nodes: Nodes) -> pl.DataFrame:
    """register, role: rows of owners of numbers, and elsewhere, how many of them have their person in another row."""
    rows = nodes.facts.filter(~pl.col("is_repeat").fill_null(False)).select("node", "register", "role")
    owned = rows.join(nodes.frame.filter(pl.col("id_number").is_not_null()).select("node"), on="node", how="semi")
    owned = owned.with_columns(elsewhere=pl.len().over("node") > 1)
    return owned.group_by("register", "role").agg(elsewhere=pl.col("elsewhere").sum(), rows=pl.len())


def known_shares(nodes: Nodes, model: Model) -> pl.DataFrame:
    """node -> known: how likely the person of each node without a number stands elsewhere too.

    Measured register by register and role by role on the population's numbers: a row with a number has its person
    elsewhere when the number stands in another row too, and rows without one are no different. The share is drawn to
    that of all registers, and that to the model's.
    """
    measured = nodes.population.known
    elsewhere, rows = int(measured["elsewhere"].sum()), int(measured["rows"].sum())
    overall = (model.known_share * PRIOR_ROWS + elsewhere) / (PRIOR_ROWS + rows)
    share = (pl.col("elsewhere") + overall * REGISTER_ROWS) / (pl.col("rows") + REGISTER_ROWS)
    register = measured.select("register", "role", known=share)
    loose = nodes.frame.filter(pl.col("id_number").is_null()).select("node")
    named = nodes.facts.select("node", "register", "role").unique().join(loose, on="node", how="semi")
    found = named.join(register, on=["register", "role"], nulls_equal=True).sort("node", "register", "role")
    found = found.group_by("node", maintain_order=True).agg(pl.col("known").mean())
    every = nodes.frame.select("node").join(found, on="node", how="left", maintain_order="left")
    return every.with_columns(pl.col("known").fill_null(overall))


def add_probabilities(scored: pl.DataFrame, nodes: Nodes, model: Model) -> pl.DataFrame:
    """Adds `probability` (posterior of being one person) and `probability_before` (without vetoes and competitors)."""
    known = pl.col("known")
    to_owner = pl.col("number_r").is_not_null() & pl.col("number_l").is_null()
    prior = (
        pl.when(to_owner)
        .then(known / (nodes.population.owners + model.prior_persons))
        .otherwise(known * LOOSE_SHARE / (nodes.population.nodes + model.prior_persons))
    )
    odds = prior * pl.col("match_weight").clip(-80, 80).exp() / (1 - known)
    shares = known_shares(nodes, model).rename({"node": "node_l"})
    frame = scored.join(shares, on="node_l", how="left", maintain_order="left").with_columns(odds=odds)
    frame = frame.with_columns(before=pl.col("odds") / (1 + pl.col("odds")))
    allowed = pl.when(to_owner & ~pl.col("is_apart")).then(pl.col("odds"))
    competing = allowed.sum().over("node_l").fill_null(0.0)
    doubt = _doubts(frame.filter(to_owner & ~pl.col("is_apart")))
    for side in "lr":
        frame = frame.join(
            doubt.rename({"node": f"node_{side}", "doubt": f"doubt_{side}"}),
            on=f"node_{side}",
            how="left",
            maintain_order="left",
        )
    doubts = pl.max_horizontal("doubt_l", "doubt_r").fill_null(1.0)
    posterior = (
        pl.when(to_owner).then(pl.col("odds") / (1 + competing)).otherwise(pl.col("odds") / (doubts + pl.col("odds")))
    )
    frame = frame.with_columns(
        probability=pl.when("is_apart").then(0.0).otherwise(posterior), probability_before=pl.col("before")
    )
    return frame.drop("odds", "before", "known", "doubt_l", "doubt_r")


def _doubts(to_owners: pl.DataFrame) -> pl.DataFrame:
    """node, doubt: the odds that the row is anybody else than the owner it fits best (1: nobody known).

    Two rows without a number are no surer of being one person than each is of whose it is: a name that two owners
    share proves nothing between two rows that bear it.
    """
    return to_owners.group_by(node="node_l").agg(doubt=1 + pl.col("odds").sum() - pl.col("odds").max())


class _Persons:
    """A disjoint-set forest whose sets remember their owner, their members and whom they must not meet."""

    def __init__(self, owned: dict[int, str], limit: int) -> None:
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.numbers: dict[int, set[str]] = {}
        self.enemies: dict[int, set[int]] = defaultdict(set)
        self.probability: dict[int, float] = {}
        self.owned, self.limit = owned, limit

    def find(self, node: int) -> int:
        root = node
        while self.parent.setdefault(root, root) != root:
            root = self.parent[root]
        while self.parent[node] != root:
            self.parent[node], node = root, self.parent[node]
        if root not in self.members:
            self.members[root] = [root]
            self.numbers[root] = {self.owned[root]} if root in self.owned else set()
        return root

    def keep_apart(self, left: int, right: int) -> None:
        self.enemies[left].add(right)
        self.enemies[right].add(left)

    def refusal(self, left: int, right: int) -> str | None:
        """Why the two sets may not be one, or None."""
        small, large = sorted((self.members[left], self.members[right]), key=len)
        if self.numbers[left] and self.numbers[right]:
            return "two_numbers"
        others = set(large)
        if any(self.enemies.get(member, set()) & others for member in small):
            return "kept_apart"
        return "too_many" if len(small) + len(large) > self.limit else None

    def join(self, left: int, right: int, probability: float) -> None:
        """Joins two sets; the one without an owner, else the smaller, takes the probability of the edge."""
        keep, give = sorted((left, right), key=lambda root: (not self.numbers[root], -len(self.members[root]), root))
        for member in self.members[give]:
            self.probability[member] = min(self.probability.get(member, 1.0), probability)
        self.parent[give] = keep
        self.members[keep] += self.members.pop(give)
        self.numbers[keep] |= self.numbers.pop(give)


def _edges(scored: pl.DataFrame, model: Model, earlier: pl.DataFrame) -> pl.DataFrame:
    """The pairs probable enough to join, or, for those who were one person before, to stay joined."""
    likely = scored.filter((pl.col("probability") >= model.thresholds["stay"]) & ~pl.col("needs_review"))
    one = earlier.rename({"node": "node_l"})
    both = (
        likely.select("node_l", "node_r")
        .join(one, on="node_l")
        .join(earlier.rename({"node": "node_r"}), on=["node_r", "person"], how="semi")
    )
    together = both.select("node_l", "node_r", was_one=pl.lit(True)).unique()
    likely = likely.join(together, on=["node_l", "node_r"], how="left", maintain_order="left")
    return likely.filter((pl.col("probability") >= model.thresholds["link"]) | pl.col("was_one").fill_null(False))


def cluster(
    scored: pl.DataFrame, nodes: pl.DataFrame, decisions: pl.DataFrame, model: Model, earlier: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(node, cluster, probability, by_decision) and the refused joins (node_l, node_r, refusal).

    `scored` has probability, is_apart, needs_review; `decisions` has node_l, node_r, verdict (same, different, unsure);
    `earlier` has node, person: who were one person in the release before stay so down to a lower threshold, so that a
    row more or less elsewhere does not part and join them from night to night.
    """
    owned = dict(nodes.filter(pl.col("id_number").is_not_null()).select("node", "id_number").iter_rows())
    persons = _Persons(owned, model.limits["cluster_nodes"])
    unsure: set[tuple[int, int]] = set()
    decided: set[int] = set()
    for left, right, verdict in decisions.sort("node_l", "node_r").select("node_l", "node_r", "verdict").iter_rows():
        if verdict == "different":
            persons.keep_apart(left, right)
        elif verdict == "unsure":
            unsure |= {(left, right), (right, left)}
    for left, right in (
        decisions.filter(pl.col("verdict") == "same").sort("node_l", "node_r").select("node_l", "node_r").iter_rows()
    ):
        one, other = persons.find(left), persons.find(right)
        if one != other and persons.refusal(one, other) != "kept_apart":
            persons.join(one, other, 1.0)
            decided |= {left, right}
    for left, right in scored.filter("is_apart").select("node_l", "node_r").iter_rows():
        if persons.find(left) != persons.find(right):
            persons.keep_apart(left, right)
    refused = []
    edges = _edges(scored, model, earlier)
    edges = edges.sort("probability", "match_weight", "node_l", "node_r", descending=[True, True, False, False])
    for left, right, probability in edges.select("node_l", "node_r", "probability").iter_rows():
        one, other = persons.find(left), persons.find(right)
        if one == other:
            continue
        reason = "unsure" if (left, right) in unsure else persons.refusal(one, other)
        if reason is None:
            persons.join(one, other, probability)
        elif reason != "kept_apart":
            refused.append((left, right, reason))
    ids = nodes["node"].to_list()
    roots = [persons.find(node) for node in ids]
    smallest = {root: min(members) for root, members in persons.members.items()}
    clusters = pl.DataFrame(
        {
            "node": pl.Series(ids, dtype=pl.UInt32),
            "cluster": pl.Series([smallest[root] for root in roots], dtype=pl.UInt32),
            "probability": pl.Series([persons.probability.get(node, 1.0) for node in ids], dtype=pl.Float64),
            "by_decision": pl.Series([node in decided for node in ids], dtype=pl.Boolean),
        }
    )
    schema = {"node_l": pl.UInt32, "node_r": pl.UInt32, "refusal": pl.String}
    return clusters, pl.DataFrame(refused, schema=schema, orient="row")
