"""What a night keeps for the next: hashes of every row, the keys of nodes, compared pairs, the result, the population.

Frames only; whoever runs the nights stores them, best as uncompressed Arrow files, which are mapped into memory rather
than read. Of the rows themselves there are hashes alone; names and numbers stand in the result and the population.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import polars as pl

from pipelines.matching.engine import Linkage
from pipelines.matching.identity import token
from pipelines.matching.model import Model
from pipelines.matching.nodes import OWNER_KEY
from pipelines.matching.ownership import OWN_KEYS
from pipelines.matching.population import Population
from pipelines.matching.prepare import CONTENT, NUMBER_LINKS

SEED = 17
#: By these hashes rows of different numbers bear on each other: one name with one key (see own_numbers).
NAMED_LINKS = tuple(f"{key}_link" for key in OWN_KEYS)
#: Rows with one number are prepared together, and those that may be its rounded or whole form.
TEXT_LINKS = ("text_link", "digits_link", "head_link")
#: What is kept of every row, hashes of 64 bits (0: nothing to hash): of the row as given and as prepared; of what it
#: shares with others; the keys of the node of the owner of a number that it uses, of its own node, and of the one it
#: would be in without a verdict. Then whether and how surely its number is its own, and its node.
HASHES = (
    *("digest", "prepared_digest", "row_link", "shared_link", *NUMBER_LINKS, *NAMED_LINKS, "content_link"),
    *("context", "shared_number", "used", "base_key", "key"),
)
#: What is kept of a pair besides its levels and weights, which stand in the result, row for row.
PAIR = ("rules", "match_weight", "vetoes", "is_apart", "needs_review", "owns_l", "owns_r", "is_edge")


@dataclass(frozen=True)
class State:
    """One night, kept. `made_by`: under what it holds (see `maker`).

    `rows`, one per mention, in order: HASHES, owns, own_probability, node. `nodes`, one per node: known (see
    known_shares), cluster. `keys`: rule, node, key;
    `blocks`: see pipelines.matching.blocks. `pairs`: node_l, node_r, PAIR, before
    support; row for row those of the result.
    `companions`: node, companion. `decisions`: node_l, node_r, verdict. `linkage`: the night's result.
    """

    made_by: str
    rows: pl.DataFrame
    nodes: pl.DataFrame
    keys: pl.DataFrame
    blocks: pl.DataFrame
    pairs: pl.DataFrame
    companions: pl.DataFrame
    decisions: pl.DataFrame
    linkage: Linkage

    @property
    def population(self) -> Population:
        return self.linkage.population

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every part as a frame, to be stored: see `from_frames`."""
        own = {name: getattr(self, name) for name in _FRAMES}
        linked = {f"linkage_{name}": getattr(self.linkage, name) for name in _LINKED}
        measured = {f"population_{name}": frame for name, frame in self.population.frames().items()}
        return {"made_by": pl.DataFrame({"made_by": [self.made_by]}), **own, **linked, **measured}

    @classmethod
    def from_frames(cls, frames: Mapping[str, pl.DataFrame]) -> State:
        """The state whose `frames` these are, in the order in which they were given."""

        def part(prefix: str) -> dict[str, pl.DataFrame]:
            return {name.removeprefix(prefix): frame for name, frame in frames.items() if name.startswith(prefix)}

        linkage = Linkage(**part("linkage_"), population=Population.from_frames(part("population_")))
        return cls(frames["made_by"]["made_by"].item(), **{name: frames[name] for name in _FRAMES}, linkage=linkage)


_LINKED = tuple(field.name for field in fields(Linkage) if field.name != "population")
_FRAMES = tuple(field.name for field in fields(State) if field.name not in ("made_by", "linkage"))


def maker(model: Model, key: bytes, version: str) -> str:
    """Under what a state holds: versions of the code and of polars (whose hashes it keeps), the model, the key."""
    versions = f"code {version}, polars {pl.__version__}, model {model.version}"
    return f"{versions}, key {token(key, versions)}"


def row_digests(frame: pl.DataFrame) -> pl.Series:
    """A hash of each row, of all its values in the order of its columns."""
    return frame.hash_rows(seed=SEED)


def _hashed(value: pl.Expr, known: pl.Expr | None = None) -> pl.Expr:
    """A hash of the value, 0 where it is not known (null)."""
    known = value.is_not_null() if known is None else known
    return pl.when(known).then(value.hash(seed=SEED)).otherwise(pl.lit(0, dtype=pl.UInt64))


def links_of(prepared: pl.DataFrame) -> pl.DataFrame:
    """By prepared mention, what of HASHES the row itself says: with whom it bears on each other, and its digest."""
    named = pl.all_horizontal(pl.col("text_link", "name_key").is_not_null())
    return prepared.select(
        _hashed(pl.col("row_id")).alias("row_link"),
        _hashed(pl.col("shared_key")).alias("shared_link"),
        *(pl.col(name).fill_null(0) for name in NUMBER_LINKS),
        *(
            _hashed(pl.struct("name_key", key), named & pl.col(key).is_not_null()).alias(f"{key}_link")
            for key in OWN_KEYS
        ),
        pl.struct(CONTENT).hash(seed=SEED).alias("content_link"),
        *(_hashed(pl.col(name)).alias(name) for name in ("context", "shared_number")),
        row_digests(prepared.drop("mention")).alias("prepared_digest"),
    )


def rows_of(prepared: pl.DataFrame, digests: pl.Series, keyed: pl.DataFrame) -> pl.DataFrame:
    """The `rows` of a state, without a node; `keyed`: the answer of key_nodes on the prepared mentions."""
    owned = prepared.select("id_number").hstack(keyed)
    used = pl.when(~pl.col("owns") & pl.col("id_number").is_not_null()).then(OWNER_KEY).fill_null(0)
    said = owned.select("owns", "own_probability", base_key="key", key="key", used=used)
    return links_of(prepared).hstack(said).with_columns(digest=digests)
