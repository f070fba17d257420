"""What a night keeps for the next: every mention as it was prepared, the keys and scores of nodes, the population.

Frames only; whoever runs the nights stores them. Names, numbers and tokens stand in them as they do in the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.matching.blocking import KEY_PARTS, Keys
from pipelines.matching.identity import token
from pipelines.matching.model import Model
from pipelines.matching.ownership import OWN_KEYS
from pipelines.matching.population import Population
from pipelines.matching.prepare import CONTENT, hashed

#: By these hashes rows of different numbers bear on each other: one name with one key (see own_numbers).
NAMED_LINKS = {
    f"{key}_link": pl.when(pl.all_horizontal(pl.col("text_link", "name_key", key).is_not_null())).then(
        pl.struct("name_key", key).hash(seed=17)
    )
    for key in OWN_KEYS
}
#: Columns that a night adds to prepared mentions: what was said of each, and hashes by which rows bear on each other.
LINKS = {
    **NAMED_LINKS,
    "row_link": hashed(pl.col("row_id")),
    "shared_link": hashed(pl.col("shared_key")),
    "content_link": pl.struct(CONTENT).hash(seed=17),
}


@dataclass(frozen=True)
class State:
    """One night, kept. `made_by`: under what it holds (see `maker`).

    `mentions`: prepared mentions in order, with digest (of the row as given), prepared_digest, LINKS, and what
    assign_nodes says of each. `parts`: keys of nodes by the names of KEY_PARTS.
    `companions`: node, companion. `scored`: compared pairs with levels, weights and vetoes, before probabilities.
    `tokens`: hashed, identity_key.
    """

    made_by: str
    mentions: pl.DataFrame
    parts: Mapping[str, Keys]
    companions: pl.DataFrame
    scored: pl.DataFrame
    tokens: pl.DataFrame
    population: Population

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every part as a frame, to be stored: see `from_frames`."""
        keys = [
            pl.DataFrame({"node": part.nodes, "key": part.keys}).select(pl.lit(name).alias("part"), "node", "key")
            for name, part in self.parts.items()
        ]
        frames = {
            "made_by": pl.DataFrame({"made_by": [self.made_by]}),
            "mentions": self.mentions,
            "parts": pl.concat(keys),
            "companions": self.companions,
            "scored": self.scored,
            "tokens": self.tokens,
        }
        return frames | {f"population_{name}": frame for name, frame in self.population.frames().items()}

    @classmethod
    def from_frames(cls, frames: Mapping[str, pl.DataFrame]) -> State:
        """The state whose `frames` these are, in the order in which they were given."""
        of_part = frames["parts"].partition_by("part", as_dict=True, include_key=False, maintain_order=True)
        none = frames["parts"].clear()
        parts = {name: of_part.get((name,), none) for name in KEY_PARTS}
        prefix = "population_"
        population = {name.removeprefix(prefix): frame for name, frame in frames.items() if name.startswith(prefix)}
        return cls(
            made_by=frames["made_by"]["made_by"].item(),
            mentions=frames["mentions"],
            parts={name: Keys(part["node"].to_numpy(), part["key"].to_numpy()) for name, part in parts.items()},
            companions=frames["companions"],
            scored=frames["scored"],
            tokens=frames["tokens"],
            population=Population.from_frames(population),
        )


def maker(model: Model, key: bytes, version: str) -> str:
    """Under what a state holds: versions of the code and of polars (whose hashes it keeps), the model, the key."""
    versions = f"code {version}, polars {pl.__version__}, model {model.version}, {_digest_of(model)}"
    return f"{versions}, key {token(key, versions)}"


def _digest_of(model: Model) -> str:
    """A digest of everything in a model file that bears on a score."""
    text = repr(
        (model.known_share, model.prior_persons, model.prior_names, model.thresholds, model.limits, model.levels)
    )
    return f"{pl.Series([text]).hash(seed=17).item():016x}"


def row_digests(frame: pl.DataFrame) -> pl.Series:
    """A hash of each row, of all its values in the order of its columns."""
    return frame.hash_rows(seed=17)


def with_links(prepared: pl.DataFrame) -> pl.DataFrame:
    """Prepared mentions with prepared_digest and LINKS."""
    digests = row_digests(prepared.drop("mention"))
    return prepared.with_columns(**LINKS, prepared_digest=digests)
