"""A name that is common in the village weighs less there than it does in the county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.arrays import ValueLists, distinct_sorted, pack, unpack
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.evidence import Evidence
from pipelines.matching.nodes import Nodes

#: Persons of a village beyond the one compared that count as much as the county's frequency of the name.
VILLAGE_SMOOTHING = 60.0


@dataclass(frozen=True)
class VillageNamesakes:
    """`names` and `villages` of nodes, as codes; `frequency` of each name in the county; persons `living` in each
    village (NaN: nobody counted); `bearers` of the names (packed with the village, ascending) that several bear.
    """

    names: ValueLists
    villages: ValueLists
    frequency: np.ndarray
    living: np.ndarray
    shared: np.ndarray
    bearers: np.ndarray

    @classmethod
    def of(cls, nodes: Nodes) -> VillageNamesakes:
        place, count = ["town", "village"], nodes.frame.height
        homes = nodes.vocabularies["residence"].select("code", *place)
        villages = homes.select(place).unique().sort(place).with_row_index("home")
        villages = villages.join(
            nodes.population.villages.rename({"persons": "living"}),
            on=place,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        homes = homes.join(villages, on=place, how="left", nulls_equal=True, maintain_order="left")
        living = nodes.values["residence"]
        home = homes["home"].to_numpy()[living["code"].to_numpy()]
        resident, home = unpack(distinct_sorted(pack(living["node"].to_numpy(), home)))
        names = nodes.vocabularies["name"].select("value", name="code")
        shared = nodes.population.namesakes.join(names, on="value").join(villages, on=place, nulls_equal=True)
        shared = shared.sort("name", "home")
        borne = nodes.values["name"]
        return cls(
            ValueLists.of(borne["node"].to_numpy(), borne["code"].to_numpy(), count),
            ValueLists.of(resident, home, count),
            nodes.vocabularies["name"]["frequency"].to_numpy(),
            villages["living"].cast(pl.Float64).to_numpy(),
            pack(shared["name"].to_numpy(), shared["home"].to_numpy()),
            shared["bearers"].to_numpy(),
        )

    def __call__(self, left: np.ndarray, right: np.ndarray, names: Evidence, residences: Evidence) -> np.ndarray:
        """What is to be added to the weight of the name: 0 or less.

        The name's frequency in the village leaves out the person compared, and is drawn towards that in the county.
        """
        correction = np.zeros(left.size)
        same_village = residences.levels <= COMPARISONS["residence"].index("other_house")
        agreeing = np.flatnonzero((names.levels == COMPARISONS["name"].index("exact")) & same_village)
        ours, theirs = (self._local(nodes[agreeing]) for nodes in (left, right))
        common = ours.join(theirs, on=["pair", "name", "home"], how="semi")
        name, home = common["name"].to_numpy(), common["home"].to_numpy()
        bearers = self._bearers(name, home)
        rate = (bearers - 1 + VILLAGE_SMOOTHING * self.frequency[name]) / (self.living[home] - 1 + VILLAGE_SMOOTHING)
        excess = pl.Series("excess", np.log(np.maximum(rate / self.frequency[name], 1.0)), nan_to_null=True)
        least = common.with_columns(excess).drop_nulls().group_by("pair").agg(pl.col("excess").min())
        correction[agreeing[least["pair"].to_numpy()]] = -least["excess"].to_numpy()
        return correction

    def _local(self, nodes: np.ndarray) -> pl.DataFrame:
        """pair, name, home: every name of a node with every village it lives in."""
        pair, name = self.names.of_each(nodes)
        row, home = self.villages.of_each(nodes[pair])
        return pl.DataFrame({"pair": pair[row], "name": name[row], "home": home})

    def _bearers(self, name: np.ndarray, home: np.ndarray) -> np.ndarray:
        """How many in the village bear the name; one where the population does not say."""
        keys = pack(name, home)
        place = np.searchsorted(self.shared, keys)
        found = np.flatnonzero(place < self.shared.size)
        found = found[self.shared[place[found]] == keys[found]]
        bearers = np.ones(keys.size)
        bearers[found] = self.bearers[place[found]]
        return bearers
