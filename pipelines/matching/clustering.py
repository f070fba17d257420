"""From scored pairs to persons: probabilities, three zones, and a union that keeps every definite rule.

A mention is one person, so the owners it might be compete: its probabilities for all of them and for nobody add up
to one (namesakes share it and go to review). Edges are joined from the surest down; a join that would put two owned
numbers, two persons kept apart by a veto or a verdict, or too many nodes into one person is refused.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl
import rustworkx as rx

from pipelines.matching.arrays import node_flags, starts_of_runs
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population

#: Least and largest share of persons without a number in a row of theirs who stand in another such row.
LOOSE_SHARES = 0.05, 0.6
#: Rows that the shipped share counts for against the rows at hand.
PRIOR_ROWS = 1000
#: Rows of one register that the share of all registers counts for.
REGISTER_ROWS = 50

JOINS = {"node_l": pl.UInt32, "node_r": pl.UInt32, "method": pl.String, "refusal": pl.String}
#: The columns of scored pairs that clustering reads.
EDGES = ("node_l", "node_r", "owns_l", "owns_r", "probability", "match_weight", "is_apart", "needs_review")
NO_VERDICTS = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "verdict": pl.String})
NOBODY_EARLIER = pl.DataFrame(schema={"node": pl.UInt32, "person": pl.String})


def measure_known(nodes: Nodes) -> pl.DataFrame:
    """register, role: rows of owners of numbers, and elsewhere, how many of them have their person in another row."""
    node, is_repeat = nodes.facts["node"].to_numpy(), nodes.places["is_repeat"].fill_null(False).to_numpy()
    owned = nodes.frame["id_number"].is_not_null().to_numpy()[node] & ~is_repeat[nodes.place]
    node, place = node[owned], nodes.place[owned]
    elsewhere = np.bincount(place[np.bincount(node)[node] > 1], minlength=nodes.places.height)
    counted = nodes.places.with_columns(elsewhere=elsewhere, rows=np.bincount(place, minlength=nodes.places.height))
    measured = counted.group_by("register", "role").agg(pl.col("elsewhere", "rows").sum())
    return measured.filter(pl.col("rows") > 0)


def known_share(population: Population, model: Model) -> float:
    """How likely the person of a row without a number stands elsewhere too, in any register, drawn to the model's."""
    elsewhere, rows = int(population.known["elsewhere"].sum()), int(population.known["rows"].sum())
    return (model.known_share * PRIOR_ROWS + elsewhere) / (PRIOR_ROWS + rows)


def known_shares(nodes: Nodes, model: Model) -> np.ndarray:
    """By node: how likely the person of each node without a number stands elsewhere too.

    Measured register by register and role by role on the population's numbers: a row with a number has its person
    elsewhere when the number stands in another row too, and rows without one are no different. The share is drawn to
    that of all registers, and that to the model's.
    """
    measured, overall = nodes.population.known, known_share(nodes.population, model)
    share = (pl.col("elsewhere") + overall * REGISTER_ROWS) / (pl.col("rows") + REGISTER_ROWS)
    register = measured.select("register", "role", known=share)
    loose = nodes.frame.filter(pl.col("id_number").is_null()).select("node")
    named = nodes.facts.select("node", "register", "role").join(loose, on="node", how="semi").unique()
    found = named.join(register, on=["register", "role"], nulls_equal=True).sort("node", "register", "role")
    found = found.group_by("node", maintain_order=True).agg(pl.col("known").mean())
    every = nodes.frame.select("node").join(found, on="node", how="left", maintain_order="left")
    return every["known"].fill_null(overall).to_numpy()


def loose_prior(population: Population, model: Model) -> float:
    """Prior odds that two nodes whose persons have no number anywhere are one person.

    A share of such nodes has a partner among them: 1 - (1 - q)^r, with q the share of mentions without a number and r
    the rows of a person, within LOOSE_SHARES; and any of them may be the partner. So many persons stand behind them as
    nodes without a number are expected to be known nowhere else.
    """
    owned = int(population.known["rows"].sum())
    without, rows = 1 - owned / max(population.mentions, 1), owned / max(population.owners, 1)
    least, largest = LOOSE_SHARES
    partnered = min(max(least, 1 - float((1 - without) ** rows)), largest)
    unknown = (population.nodes - population.owners) * (1 - known_share(population, model))
    return partnered / (unknown + model.prior_persons * (1 - model.known_share))


def add_probabilities(scored: pl.DataFrame, known: np.ndarray, population: Population, model: Model) -> pl.DataFrame:
    """Adds `probability` (posterior of being one person) and `probability_before` (without vetoes and competitors).

    `known`: by node, the answer of known_shares.
    """
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    elsewhere = known[left]
    to_owner = (scored["owns_r"] & ~scored["owns_l"]).to_numpy()
    is_apart = scored["is_apart"].to_numpy()
    one_owner = 1 / (population.owners + model.prior_persons)
    # How few persons have a second number is in the weight of two numbers.
    two_owners = (scored["owns_r"] & scored["owns_l"]).to_numpy()
    prior = np.where(two_owners, one_owner, loose_prior(population, model))
    prior = np.where(to_owner, one_owner * elsewhere / (1 - elsewhere), prior)
    odds = prior * np.exp(np.clip(scored["match_weight"].to_numpy(), -80, 80))
    allowed = np.where(to_owner & ~is_apart, odds, 0.0)
    competing, doubt = competition(left, allowed, known.size)
    others = np.where(to_owner, 1 + competing[left], np.maximum(doubt[left], doubt[right]) + odds)
    return scored.with_columns(probability=np.where(is_apart, 0.0, odds / others), probability_before=odds / (1 + odds))


def competition(left: np.ndarray, odds: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """By node: the odds of all owners that it may be; and the doubt, the odds that it is anybody else than the best.

    Two rows without a number are no surer of being one person than each is of whose it is: a name that two owners
    share proves nothing between two rows that bear it. Where nobody is known the doubt is 1. `left` is ascending.
    """
    competing, doubt = np.zeros(nodes), np.ones(nodes)
    starts = starts_of_runs(left)
    if starts.size:
        competing[left[starts]] = np.add.reduceat(odds, starts)
        best = np.repeat(np.maximum.reduceat(odds, starts), np.diff(starts, append=left.size))
        found = np.flatnonzero(odds == best)
        rest = odds.copy()
        rest[found[np.searchsorted(found, starts)]] = 0.0
        doubt[left[starts]] = 1 + np.add.reduceat(rest, starts)
    return competing, doubt


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


def likely_edges(scored: pl.DataFrame, model: Model, earlier: pl.DataFrame) -> pl.DataFrame:
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


def _lone(edges: pl.DataFrame, decisions: pl.DataFrame, nodes: int) -> np.ndarray:
    """Edges that nothing can contest: neither end has another edge or a verdict, and one end at most has a number."""
    left, right = edges["node_l"].to_numpy(), edges["node_r"].to_numpy()
    touched = np.bincount(left, minlength=nodes) + np.bincount(right, minlength=nodes)
    for side in ("node_l", "node_r"):
        touched[decisions[side].to_numpy()] += 1
    return np.asarray((touched[left] == 1) & (touched[right] == 1) & ~(edges["owns_l"] & edges["owns_r"]).to_numpy())


def _kept_apart(scored: pl.DataFrame, joins: pl.DataFrame, nodes: int) -> pl.DataFrame:
    """The pairs of two persons between nodes that the joins (node_l, node_r) could bring together."""
    component = np.full(nodes, -1, dtype=np.int64)
    graph = rx.PyGraph()
    present = pl.concat([joins["node_l"], joins["node_r"]]).unique().sort().to_numpy()
    graph.add_nodes_from(range(present.size))
    ends = (np.searchsorted(present, joins[side].to_numpy()).tolist() for side in ("node_l", "node_r"))
    graph.add_edges_from_no_data(list(zip(*ends, strict=True)))
    for number, members in enumerate(rx.connected_components(graph)):
        component[present[list(members)]] = number
    left, right = component[scored["node_l"].to_numpy()], component[scored["node_r"].to_numpy()]
    return scored.select("node_l", "node_r", "is_apart").filter((left == right) & (left >= 0)).filter("is_apart")


def _join(
    edges: pl.DataFrame,
    scored: pl.DataFrame,
    nodes: pl.DataFrame,
    decisions: pl.DataFrame,
    model: Model,
    decided: set[int],
) -> tuple[_Persons, list[tuple[int, int, str, str | None]]]:
    """(the persons that verdicts and edges make of the nodes they touch; rows of JOINS). Fills `decided`."""
    joins = pl.concat([edges.select("node_l", "node_r"), decisions.select("node_l", "node_r")])
    involved = node_flags(pl.concat([joins["node_l"], joins["node_r"]]), nodes.height)
    owned = dict(nodes.select("node", "id_number").filter(involved).drop_nulls().iter_rows())
    persons = _Persons(owned, model.limits["cluster_nodes"])
    unsure: set[tuple[int, int]] = set()
    verdicts = decisions.sort("node_l", "node_r").select("node_l", "node_r", "verdict").rows()
    for left, right, verdict in verdicts:
        if verdict == "different":
            persons.keep_apart(left, right)
        elif verdict == "unsure":
            unsure |= {(left, right), (right, left)}
    asked: list[tuple[int, int, str, str | None]] = []
    for left, right, verdict in verdicts:
        one, other = persons.find(left), persons.find(right)
        if verdict == "same" and one != other and persons.refusal(one, other) != "kept_apart":
            persons.join(one, other, 1.0)
            decided |= {left, right}
            asked.append((left, right, "decision", None))
    for left, right in _kept_apart(scored, joins, nodes.height).select("node_l", "node_r").iter_rows():
        if persons.find(left) != persons.find(right):
            persons.keep_apart(left, right)
    edges = edges.sort("probability", "match_weight", "node_l", "node_r", descending=[True, True, False, False])
    for left, right, probability in edges.select("node_l", "node_r", "probability").iter_rows():
        one, other = persons.find(left), persons.find(right)
        if one == other:
            continue
        reason = "unsure" if (left, right) in unsure else persons.refusal(one, other)
        if reason is None:
            persons.join(one, other, probability)
        if reason != "kept_apart":
            asked.append((left, right, "model", reason))
    return persons, asked


def cluster(
    scored: pl.DataFrame,
    nodes: pl.DataFrame,
    model: Model,
    decisions: pl.DataFrame = NO_VERDICTS,
    earlier: pl.DataFrame = NOBODY_EARLIER,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(node, cluster, probability, by_decision) and the joins: node_l, node_r, method (decision, model), refusal (null
    where the two were joined).

    `scored` has probability, is_apart, needs_review; `decisions` has node_l, node_r, verdict (same, different, unsure);
    `earlier` has node, person: who were one person in the release before stay so down to a lower threshold, so that a
    row more or less elsewhere does not part and join them from night to night.
    """
    scored = scored.select(*EDGES)  # the other columns are many, and filtering would lay them out anew
    edges = likely_edges(scored, model, earlier)
    lone = _lone(edges, decisions, nodes.height)
    clusters, probability, by_decision = np.arange(nodes.height, dtype=np.uint32), np.ones(nodes.height), set[int]()
    single = edges.filter(lone)
    keep = np.where(single["owns_r"].to_numpy(), single["node_r"].to_numpy(), single["node_l"].to_numpy())
    give = np.where(single["owns_r"].to_numpy(), single["node_l"].to_numpy(), single["node_r"].to_numpy())
    clusters[keep] = clusters[give] = np.minimum(keep, give)
    probability[give] = single["probability"].to_numpy()
    persons, asked = _join(edges.filter(~lone), scored, nodes, decisions, model, by_decision)
    for members in persons.members.values():
        clusters[members] = min(members)
    for node, sure in persons.probability.items():
        probability[node] = sure
    found = pl.DataFrame({"node": nodes["node"], "cluster": clusters, "probability": probability})
    found = found.with_columns(by_decision=pl.col("node").is_in(list(by_decision)))
    alone = single.select("node_l", "node_r", method=pl.lit("model"), refusal=pl.lit(None, dtype=pl.String))
    return found, pl.concat([pl.DataFrame(asked, schema=JOINS, orient="row"), alone])
