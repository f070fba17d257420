"""The rows of a release linked again under other models, and put into the copy that is judged again."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from pipelines.defs.matching import STEPS, identities_in, table_of
from pipelines.defs.rejudging import Rejudging, fitting
from pipelines.matching import Linkage, MatchingInputError, Model, link_mentions
from pipelines.review import Ledger
from pipelines.storage.keys import county_key
from pipelines.storage.paths import DataFolder

MENTIONS = "from intermediate.int_person__mentioned"


@dataclass(frozen=True)
class Rematching:
    """What the next run would link these rows with: the mentions of a release, its persons (identity_key, person_id;
    none for a trial that remembers nobody) and the verdicts that stand today."""

    work: Rejudging
    mentions: pl.DataFrame
    previous: pl.DataFrame | None
    verdicts: pl.DataFrame
    key: bytes

    @classmethod
    def of(cls, work: Rejudging, data: DataFolder, *, remembering: bool) -> Rematching:
        """Raises KeyMissing when the county's key is gone, ReleaseOutgrown when the program of today cannot use the
        release."""
        key = county_key(data)
        with fitting(work.release, duckdb.Error, pl.exceptions.ColumnNotFoundError):
            with duckdb.connect(str(work.warehouse), read_only=True) as connection:
                mentions = connection.sql(MENTIONS).pl()
            previous = identities_in(work.warehouse) if remembering else None
            verdicts = Ledger(data.decisions).verdicts(mentions, key)
        return cls(work, mentions, previous, verdicts, key)

    def link(self, model: Model) -> Linkage:
        """Links the rows with a model. Raises ReleaseOutgrown as `of` does."""
        with fitting(self.work.release, MatchingInputError):
            return link_mentions(self.mentions, model, key=self.key, previous=self.previous, verdicts=self.verdicts)

    def put(self, linkage: Linkage) -> None:
        """Puts the persons of a linkage in the place of the release's, to be judged."""
        self.work.relink({table: table_of(linkage, table) for table in STEPS})
