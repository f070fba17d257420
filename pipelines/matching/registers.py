"""What the registers themselves say: most name a person once, and each has its own ages and sexes.

Both are measured on this data's own ID numbers, register by register, and drawn to the model where there are few rows.
They tell namesakes apart where a row gives a name and nothing else: a pension is not paid to the grandson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists, distinct_sorted, pack, starts_of_runs, unpack
from pipelines.matching.blocking import owners
from pipelines.matching.comparisons import COMPARISONS, Comparison
from pipelines.matching.evidence import Evidence
from pipelines.matching.model import Model
from pipelines.matching.nodes import Nodes

#: Roles in which a register lists a person (a head or guardian is named beside others).
LISTED_ROLES = ("self", "payee", "child", "husband", "wife")
IS_LISTED = pl.col("role").is_in(LISTED_ROLES) & pl.col("register").is_not_null()
#: Rows of a register that the model's shares count for.
REGISTER_ROWS = 100.0
#: Nats beyond which a register says no more: somebody may always be listed twice, or against all custom.
LARGEST_REGISTER_WEIGHT = 4.0
#: Years to each side that make one cohort with a year of birth.
COHORT_REACH = 2
#: Persons of a register and cohort that the share of the whole register counts for.
COHORT_PERSONS = 3.0
#: However usual a register is, a few stand outside.
LARGEST_SHARE = 0.98


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
        count = nodes.frame.height
        registers, *rows = rows_in(nodes, ["register"], IS_LISTED)
        in_registers = ValueLists.of(*unpack(distinct_sorted(pack(*rows))), count)
        places, *rows = rows_in(nodes, ["register", "role"], IS_LISTED)
        in_places = ValueLists.of(*unpack(distinct_sorted(pack(*rows))), count)
        return cls(registers, places, in_registers, in_places, owners(nodes))

    def asked(self, left: np.ndarray, right: np.ndarray, lists: ValueLists) -> tuple[np.ndarray, np.ndarray]:
        """(pair, code): each pair of a row without a number (left) and an owner (right), once for each register, or
        each place, of the row."""
        chosen = np.flatnonzero(~self.owns[left] & self.owns[right])
        row, code = lists.of_each(left[chosen])
        return chosen[row], code


def rows_in(nodes: Nodes, columns: list[str], chosen: pl.Expr) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """(the distinct values of columns of the places chosen, sorted, no nulls; node and code of every row there)."""
    places = nodes.places.with_row_index("place").filter(chosen).drop_nulls(columns)
    distinct = places.select(columns).unique().sort(columns)
    coded = places.join(distinct.with_row_index("code"), on=columns)
    code_of_place = np.full(nodes.places.height, -1, dtype=np.int64)
    code_of_place[coded["place"].to_numpy()] = coded["code"].to_numpy()
    codes = code_of_place[nodes.place]
    here = codes >= 0
    return distinct, nodes.facts["node"].to_numpy()[here], codes[here].astype(np.uint32)


def answer(comparison: Comparison, pairs: int, weighed: pl.DataFrame) -> Evidence:
    """From a frame with pair, weight and the flag that the comparison reads."""
    levels = comparison.compare(weighed)
    bounded = np.clip(weighed["weight"].to_numpy(), -LARGEST_REGISTER_WEIGHT, LARGEST_REGISTER_WEIGHT)
    return Evidence.at(pairs, weighed["pair"].to_numpy(), levels, bounded)


def cohorts_of(nodes: Nodes) -> pl.DataFrame:
    """node, year (of birth), is_male of the owners, as their numbers say."""
    year = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    digit = pl.col("id_number").str.slice(16, 1).cast(pl.Int32, strict=False)
    owners = nodes.frame.filter(pl.col("id_number").is_not_null())
    return owners.select("node", year=year, is_male=digit % 2 == 1).drop_nulls()


def cohorts_by_node(nodes: Nodes) -> tuple[pl.DataFrame, np.ndarray]:
    """(the distinct year, is_male of owners, sorted; by node, which of them it is, -1: not an owner)."""
    owners = cohorts_of(nodes)
    code = (owners["year"].cast(pl.Int64) * 2 + owners["is_male"]).to_numpy()
    distinct, codes = np.unique(code, return_inverse=True)
    cohort = np.full(nodes.frame.height, -1, dtype=np.int64)
    cohort[owners["node"].to_numpy()] = codes
    year, is_male = np.divmod(distinct, 2)
    return pl.DataFrame({"year": year.astype(np.int32), "is_male": is_male == 1}), cohort


def measure_listings(nodes: Nodes) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """(register, role: rows of owners, and again, those of owners who have several; year, is_male: persons; register,
    role, year, is_male: persons) of the owners of numbers."""
    owns = owners(nodes)
    places, node, place = rows_in(nodes, ["register", "role"], IS_LISTED & ~pl.col("is_repeat").fill_null(False))
    listed = np.sort(pack(node, place)[owns[node]])
    starts = starts_of_runs(listed)
    node, place = unpack(listed[starts])
    rows = np.diff(starts, append=listed.size)
    again = np.where(rows > 1, rows, 0)
    counted = places.with_columns(
        again=pl.Series(np.bincount(place, again, places.height)).cast(pl.UInt32),
        rows=pl.Series(np.bincount(place, rows, places.height)).cast(pl.UInt32),
    )
    cohorts, cohort = cohorts_by_node(nodes)
    known = cohort[node] >= 0
    here, persons = np.unique(pack(place[known], cohort[node[known]]), return_counts=True)
    place, born = unpack(here)
    return (
        counted.filter(pl.col("rows") > 0),
        cohorts.with_columns(persons=np.bincount(cohort[cohort >= 0], minlength=cohorts.height)),
        pl.concat([places[place], cohorts[born]], how="horizontal").with_columns(persons=persons),
    )


def _smooth(counts: pl.DataFrame, *of: str) -> pl.DataFrame:
    """`of`, year, persons: those of every year shared out evenly over the years within COHORT_REACH."""
    steps = pl.DataFrame({"step": range(-COHORT_REACH, COHORT_REACH + 1)}, schema={"step": pl.Int32})
    moved = counts.join(steps, how="cross").with_columns(pl.col("year") + pl.col("step"))
    return moved.group_by(*of, "year").agg(persons=pl.col("persons").sum() / (2 * COHORT_REACH + 1))


def _cohorts_of_rows(nodes: Nodes) -> pl.DataFrame:
    """node, year (of birth), is_male of the nodes without a number whose rows state one of each."""
    births = nodes.values["birth_date"].join(nodes.vocabularies["birth_date"].select("code", "value"), on="code")
    sexes = nodes.values["sex"].join(nodes.vocabularies["sex"].select("code", sex="value"), on="code")
    loose = nodes.frame.filter(pl.col("id_number").is_null()).select("node")
    stated = loose.join(births, on="node").join(sexes.select("node", "sex"), on="node")
    stated = stated.filter(pl.len().over("node") == 1)
    return stated.select("node", year=pl.col("value").dt.year(), is_male=pl.col("sex") == "男")


@dataclass(frozen=True)
class Standing:
    """How many of each sex and age stand in each place.

    `cohort_of_owner`, `cohort_of_row`: by node (-1: unknown, or not an owner, not a row without a number). `usual`: by
    place, the share of all owners who stand there; `share`: by place and cohort, of those of that sex and about that
    age (NaN: nothing is known of the place).
    """

    cohort_of_owner: np.ndarray
    cohort_of_row: np.ndarray
    usual: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, listings: Listings, nodes: Nodes) -> Standing:
        owners, rows = cohorts_of(nodes), _cohorts_of_rows(nodes)
        distinct = pl.concat([owners, rows]).select("year", "is_male").unique().sort("year", "is_male")
        coded = distinct.with_row_index("cohort")

        def by_node(part: pl.DataFrame) -> np.ndarray:
            known, array = part.join(coded, on=["year", "is_male"]), np.full(nodes.frame.height, -1, dtype=np.int64)
            array[known["node"].to_numpy()] = known["cohort"].to_numpy()
            return array

        every = listings.places.with_row_index("place").join(coded, how="cross")
        shares = _with_shares(every, nodes)
        usual = np.full(listings.places.height, np.nan)
        share = np.full((listings.places.height, distinct.height), np.nan)
        usual[shares["place"].to_numpy()] = shares["usual"].to_numpy()
        share[shares["place"].to_numpy(), shares["cohort"].to_numpy()] = shares["share"].to_numpy()
        return cls(by_node(owners), by_node(rows), usual, share)


def _with_shares(every: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Adds usual and share (see Standing) to a frame with register, role, year, is_male.

    The ratio of the two has a gamma prior of mean one that counts for COHORT_PERSONS persons.
    """
    cohorts, listed = nodes.population.cohorts, nodes.population.listed_cohorts
    usual = listed.group_by("register", "role").agg(usual=pl.col("persons").sum() / cohorts["persons"].sum())
    living = _smooth(cohorts, "is_male").rename({"persons": "living"})
    here = _smooth(listed, "register", "role", "is_male").rename({"persons": "here"})
    found = (
        every.join(usual, on=["register", "role"])
        .join(living, on=["is_male", "year"], how="left")
        .join(here, on=["register", "role", "is_male", "year"], how="left")
    )
    expected = pl.col("living").fill_null(0.0) * pl.col("usual")
    ratio = (pl.col("here").fill_null(0.0) + COHORT_PERSONS) / (expected + COHORT_PERSONS)
    return found.with_columns(share=(pl.col("usual") * ratio).clip(upper_bound=LARGEST_SHARE))


@dataclass(frozen=True)
class CohortScorer:
    """How usual the owner's age and sex are in the registers of the rows on the left.

    Of two nodes without a number, those that either states are held against the registers of the other.
    """

    listings: Listings
    standing: Standing

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, place = self.listings.asked(left, right, self.listings.in_places)
        asked = [(pair, place, self.standing.cohort_of_owner[right[pair]])]
        loose = np.flatnonzero(~self.listings.owns[left] & ~self.listings.owns[right])
        for row, other in ((left, right), (right, left)):
            nth, place = self.listings.in_places.of_each(row[loose])
            asked.append((loose[nth], place, self.standing.cohort_of_row[other[loose[nth]]]))
        pair, place, cohort = (np.concatenate(values) for values in zip(*asked, strict=True))
        pair, place, cohort = (values[cohort >= 0] for values in (pair, place, cohort))
        weight = np.log(self.standing.share[place, cohort] / self.standing.usual[place])
        pair, place, weight = (values[~np.isnan(weight)] for values in (pair, place, weight))
        order = np.lexsort((place, pair))
        pair, weight = pair[order], weight[order]
        starts = starts_of_runs(pair)
        if not starts.size:
            return Evidence.none(left.size)
        mean = np.add.reduceat(weight, starts) / np.diff(starts, append=pair.size)
        found = pl.DataFrame({"pair": pair[starts], "weight": mean, "is_usual": mean >= 0})
        return answer(COMPARISONS["cohort"], left.size, found)


@dataclass(frozen=True)
class ListingScorer:
    """Whether the owner on the right stands in the registers of the rows on the left already.

    Held against how many of the owner's age and sex stand there: where nearly all of them are pensioners, the one whose
    pension is missing is likely to be the person of the row without a number. `stands`: by node and place. `again`: by
    place, the share of rows whose owner has another there (NaN: nothing is known).
    """

    listings: Listings
    standing: Standing
    stands: np.ndarray
    again: np.ndarray

    @classmethod
    def of(cls, listings: Listings, standing: Standing, nodes: Nodes, model: Model) -> ListingScorer:
        drawn = model.levels["listing"]["listed"].m * REGISTER_ROWS
        again = (pl.col("again") + drawn) / (pl.col("rows") + REGISTER_ROWS)
        measured = nodes.population.listings.select("register", "role", again=again)
        known = listings.places.join(measured, on=["register", "role"], how="left", maintain_order="left")
        stands = np.zeros((nodes.frame.height, listings.places.height), dtype=bool)
        lists = listings.in_places
        stands[np.repeat(np.arange(nodes.frame.height), np.diff(lists.starts)), lists.values] = True
        return cls(listings, standing, stands, known["again"].to_numpy())

    def __call__(self, left: np.ndarray, right: np.ndarray) -> Evidence:
        pair, place = self.listings.asked(left, right, self.listings.in_places)
        cohort = self.standing.cohort_of_owner[right[pair]]
        pair, place, cohort = (values[cohort >= 0] for values in (pair, place, cohort))
        share, again = self.standing.share[place, cohort], self.again[place]
        is_listed = self.stands[right[pair], place]
        weight = np.log(np.where(is_listed, again / share, (1 - again) / (1 - share)))
        pair, is_listed, weight = (values[~np.isnan(weight)] for values in (pair, is_listed, weight))
        starts = starts_of_runs(pair)
        if not starts.size:
            return Evidence.none(left.size)
        listed, weights = np.logical_or.reduceat(is_listed, starts), np.add.reduceat(weight, starts)
        found = pl.DataFrame({"pair": pair[starts], "is_listed": listed, "weight": weights})
        return answer(COMPARISONS["listing"], left.size, found)
