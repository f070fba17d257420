"""What the registers themselves say: most name a person once, and each has its own ages and sexes.

Both are measured on this data's own ID numbers, register by register, and drawn to the model where there are few rows.
They tell namesakes apart where a row gives a name and nothing else: a pension is not paid to the grandson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists, node_flags, starts_of_runs
from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.evidence import Evidence
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes
from pipelines.matching.population import Population

#: Roles in which a register lists a person (a head or guardian is named beside others).
LISTED_ROLES = ("self", "payee", "child", "husband", "wife")
#: Rows of a register that the model's shares count for.
REGISTER_ROWS = 100.0
#: Nats beyond which a register says no more: somebody may always be listed twice, or against all custom.
LARGEST_REGISTER_WEIGHT = 4.0
#: Years of birth that make one cohort.
COHORT_YEARS = 10


@dataclass(frozen=True)
class Listings:
    """Where nodes are listed: `in_registers` and `in_places`, by node, rows of `registers` (register) and of `places`
    (register, role). `owns`: whether a node has a number.
    """

    registers: pl.DataFrame
    places: pl.DataFrame
    in_registers: ValueLists
    in_places: ValueLists
    owns: np.ndarray

    @classmethod
    def of(cls, nodes: Nodes) -> Listings:
        listed, count = listings_of(nodes), nodes.frame.height
        registers, in_registers = _coded(listed, ["register"], count)
        places, in_places = _coded(listed, ["register", "role"], count)
        owns = node_flags(nodes.frame.filter(pl.col("id_number").is_not_null())["node"], count)
        return cls(registers, places, in_registers, in_places, owns)

    def asked(self, left: np.ndarray, right: np.ndarray, lists: ValueLists) -> tuple[np.ndarray, np.ndarray]:
        """(pair, code): each pair of a row without a number (left) and an owner (right), once for each register, or
        each place, of the row."""
        chosen = np.flatnonzero(~self.owns[left] & self.owns[right])
        row, code = lists.of_each(left[chosen])
        return chosen[row], code


def _coded(listed: pl.DataFrame, columns: list[str], count: int) -> tuple[pl.DataFrame, ValueLists]:
    """(the distinct rows of the columns, sorted; by node, which of them it has)."""
    distinct = listed.select(columns).unique().sort(columns)
    coded = (
        listed.join(distinct.with_row_index("code"), on=columns).select("node", "code").unique().sort("node", "code")
    )
    return distinct, ValueLists.of(coded["node"].to_numpy(), coded["code"].to_numpy(), count)


def listings_of(nodes: Nodes) -> pl.DataFrame:
    """node, register, role: where each node is listed."""
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES))
    return rows.select("node", "register", "role").drop_nulls().unique()


def answer(comparison: Comparison, pairs: int, weighed: pl.DataFrame) -> Evidence:
    """From a frame with pair, weight and the flag that the comparison reads."""
    levels = comparison.compare(weighed)["level"].to_numpy()
    bounded = np.clip(weighed["weight"].to_numpy(), -LARGEST_REGISTER_WEIGHT, LARGEST_REGISTER_WEIGHT)
    return Evidence.at(pairs, weighed["pair"].to_numpy(), levels, bounded)


def measure_listings(nodes: Nodes) -> pl.DataFrame:
    """register: persons, rows, again: the owners listed there, their rows, and the rows of those who have several."""
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    rows = nodes.facts.filter(pl.col("role").is_in(LISTED_ROLES)).join(owners.select("node"), on="node", how="semi")
    each = rows.drop_nulls("register").group_by("register", "node").agg(rows=pl.len())
    return each.group_by("register").agg(
        persons=pl.len(), rows=pl.col("rows").sum(), again=pl.col("rows").filter(pl.col("rows") > 1).sum()
    )


def _listed_shares(population: Population, model: Model) -> pl.DataFrame:
    """register -> listed_m, listed_u: how often a row's owner has another there, and how often any owner has one."""
    levels, weight = model.levels["listing"], REGISTER_ROWS
    return population.listings.select(
        "register",
        listed_m=(pl.col("again") + levels["listed"].m * weight) / (pl.col("rows") + weight),
        listed_u=(pl.col("persons") + levels["listed"].u * weight) / (population.owners + weight),
    )


@dataclass(frozen=True)
class ListingScorer:
    """Whether the owner on the right already stands in the registers of the rows on the left.

    `stands`: by node and register. `here`, `absent`: the weight of standing there and of not, by register.
    """

    listings: Listings
    stands: np.ndarray
    here: np.ndarray
    absent: np.ndarray

    @classmethod
    def of(cls, listings: Listings, nodes: Nodes, model: Model) -> ListingScorer:
        shares = listings.registers.join(
            _listed_shares(nodes.population, model), on="register", how="left", maintain_order="left"
        )
        m, u = (shares[column].to_numpy() for column in ("listed_m", "listed_u"))
        stands = np.zeros((nodes.frame.height, listings.registers.height), dtype=bool)
        lists = listings.in_registers
        stands[np.repeat(np.arange(nodes.frame.height), np.diff(lists.starts)), lists.values] = True
        return cls(listings, stands, np.log(m / u), np.log((1 - m) / (1 - u)))

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, register = self.listings.asked(left, right, self.listings.in_registers)
        is_listed = self.stands[right[pair], register]
        weight = np.where(is_listed, self.here[register], self.absent[register])
        pair, is_listed, weight = (values[~np.isnan(weight)] for values in (pair, is_listed, weight))
        starts = starts_of_runs(pair)
        if not starts.size:
            return Evidence.none(left.size)
        listed, weights = np.logical_or.reduceat(is_listed, starts), np.add.reduceat(weight, starts)
        found = pl.DataFrame({"pair": pair[starts], "is_listed": listed, "weight": weights})
        return answer(COMPARISONS["listing"], left.size, found)


def cohorts_of(nodes: Nodes) -> pl.DataFrame:
    """node, decade, is_male of the owners, as their numbers say."""
    year = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    digit = pl.col("id_number").str.slice(16, 1).cast(pl.Int32, strict=False)
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    return owners.select("node", decade=year // COHORT_YEARS, is_male=digit % 2 == 1).drop_nulls()


def measure_cohorts(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(decade, is_male: persons; register, role, decade, is_male: persons) of the owners of numbers."""
    cohorts, cohort = cohorts_of(nodes), ["decade", "is_male"]
    listed = listings_of(nodes).join(cohorts, on="node")
    return (
        cohorts.group_by(cohort).agg(persons=pl.len()),
        listed.group_by("register", "role", *cohort).agg(persons=pl.len()),
    )


@dataclass(frozen=True)
class CohortScorer:
    """How usual the owner's age and sex are in the registers of the rows on the left.

    `cohort`: by node (-1: unknown). `weights`: by place and cohort (NaN: nothing is known).
    """

    listings: Listings
    cohort: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, listings: Listings, nodes: Nodes) -> CohortScorer:
        columns, measured = ["decade", "is_male"], nodes.population.cohorts
        usual = measured.select(*columns, share=pl.col("persons") / max(int(measured["persons"].sum()), 1))
        usual = usual.sort(columns).with_row_index("cohort")
        known = cohorts_of(nodes).join(usual, on=columns)
        cohort = np.full(nodes.frame.height, -1, dtype=np.int64)
        cohort[known["node"].to_numpy()] = known["cohort"].to_numpy()
        here = nodes.population.listed_cohorts
        size = here.group_by("register", "role").agg(size=pl.col("persons").sum())
        every = listings.places.with_row_index("place").join(size, on=["register", "role"]).join(usual, how="cross")
        every = every.join(here, on=["register", "role", *columns], how="left")
        drawn = pl.col("persons").fill_null(0) + REGISTER_ROWS * pl.col("share")
        every = every.with_columns(rate=drawn / (pl.col("size") + REGISTER_ROWS) / pl.col("share"))
        weights = np.full((listings.places.height, usual.height), np.nan)
        weights[every["place"].to_numpy(), every["cohort"].to_numpy()] = np.log(every["rate"].to_numpy())
        return cls(listings, cohort, weights)

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, place = self.listings.asked(left, right, self.listings.in_places)
        cohort = self.cohort[right[pair]]
        pair, place, cohort = (values[cohort >= 0] for values in (pair, place, cohort))
        weight = self.weights[place, cohort]
        pair, weight = (values[~np.isnan(weight)] for values in (pair, weight))
        starts = starts_of_runs(pair)
        if not starts.size:
            return Evidence.none(left.size)
        mean = np.add.reduceat(weight, starts) / np.diff(starts, append=pair.size)
        found = pl.DataFrame({"pair": pair[starts], "weight": mean, "is_usual": mean >= 0})
        return answer(COMPARISONS["cohort"], left.size, found)
