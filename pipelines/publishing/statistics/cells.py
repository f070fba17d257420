"""The cells of a publication as a release holds them, as linked tables, and what is demanded of those to be hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from pipelines.publishing.statistics.suppression import Demand, LinkedTables, Measure

#: What a cell is counted by; null in a total over it.
PLACE = ("town", "item_group", "item")
KEY = ("breakdown", *PLACE)
COUNT, AMOUNT = "unit_count", "amount"

#: The breakdowns that have sums of money beside counts.
WITH_AMOUNTS = ("benefit", "at_risk")

_UNITS = "select breakdown, town, item_group, item, unit_key, household_key, cast(amount as decimal(16, 2)) as amount"
_CELLS = (
    "select breakdown, town, item_group, item, unit_count, household_count, cast(amount as decimal(16, 2)) as amount, "
    "cast(largest_amount as decimal(16, 2)) as largest_amount, is_small, is_dominated"
)
_RULES = """
select rule_code, title, cast(rule_value as double) as rule_value, unit, sentence
from policy.publication_rule, raw.run_context
where as_of >= valid_from and (valid_to is null or as_of <= valid_to) order by rule_code
"""


class NoStatistics(LookupError):
    """The release was made before there were public statistics; the message has three parts."""


@dataclass(frozen=True)
class Statistics:
    """What a release says for the public: `units` (what each household adds), `cells` (see int_publication__celled),
    `rules` in force, titles of towns' items, the business date."""

    as_of: date
    units: pl.DataFrame
    cells: pl.DataFrame
    rules: pl.DataFrame
    titles: dict[str, str]

    def rule(self, code: str) -> float:
        return float(self.rules.row(by_predicate=pl.col("rule_code") == code, named=True)["rule_value"])


def read_statistics(release: Path) -> Statistics:
    """Reads them from the warehouse of a release. Raises NoStatistics."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        try:
            cells = connection.sql(f"{_CELLS} from intermediate.int_publication__celled order by all").pl()
        except duckdb.CatalogException as error:
            raise NoStatistics(
                f"这个发布没有公布统计；位置：{release.parent.name}/{release.name}；处理：用同一业务日期重新运行"
            ) from error
        units = connection.sql(f"{_UNITS} from intermediate.int_publication__contributed order by all").pl()
        rules = connection.sql(_RULES).pl()
        titles = dict(
            connection.sql(
                "select programme, title from policy.programme union all select code, title from policy.finding_rule "
                "union all select case_feed, title from policy.unit_programme"
            ).fetchall()
        )
        as_of = connection.sql("select as_of from raw.run_context").fetchall()[0][0]
    return Statistics(as_of, units, cells, rules, titles)


def in_cells(units: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Units of one breakdown, once for each cell that they are in; which totals there are is read off the cells."""
    shapes = cells.select(*(pl.col(column).is_null().alias(column) for column in PLACE)).unique().to_dicts()
    placed = [
        units.with_columns(*(pl.lit(None, pl.String).alias(column) for column in PLACE if is_total[column]))
        for is_total in sorted(shapes, key=lambda shape: tuple(shape.values()))
    ]
    return pl.concat(placed)


def linked_tables(units: pl.DataFrame, cells: pl.DataFrame) -> LinkedTables:
    """The cells of one breakdown over its atoms; cell i is row i of `cells`."""
    atoms = units.group_by(PLACE, maintain_order=True).agg(
        pl.len().cast(pl.Float64).alias(COUNT), pl.col(AMOUNT).cast(pl.Float64).sum()
    )
    atom_rows = atoms.select(PLACE).with_row_index("atom")
    numbered = cells.select(PLACE).with_row_index("cell")
    pairs = in_cells(atom_rows, cells).join(numbered, on=PLACE, nulls_equal=True).sort("cell", "atom")
    incidence = csr_array(
        (np.ones(pairs.height), (pairs["cell"].to_numpy(), pairs["atom"].to_numpy())),
        shape=(cells.height, atoms.height),
    )
    measures = [Measure(COUNT, atoms[COUNT].to_numpy(), is_count=True)]
    if cells["breakdown"][0] in WITH_AMOUNTS:
        measures.append(Measure(AMOUNT, atoms[AMOUNT].to_numpy(), is_count=False))
    lone = frozenset(np.flatnonzero(cells["household_count"].to_numpy() == 1).tolist())
    return LinkedTables(incidence, measures, lone, 1.0 + np.log2(1.0 + cells[COUNT].to_numpy()))


def demands(cells: pl.DataFrame, measures: Sequence[Measure], smallest: float, margin: float) -> Iterator[Demand]:
    """What must stay possible for each cell of one breakdown that may not be shown.

    `cells` has the columns of Statistics.cells and is_too_near (see earlier.compared). A cell of few households: any
    count from the least to the smallest that is shown, and the sums that go with them at its own average. One too near
    an earlier publication: as many units more or fewer as the smallest count. A dominated sum: the largest share, by
    the margin.
    """
    names = {measure.name for measure in measures}
    for number, cell in enumerate(cells.iter_rows(named=True)):
        lower = upper = 0.0
        if cell["is_small"]:
            lower, upper = float(cell[COUNT]), smallest - cell["household_count"]
        if cell["is_too_near"]:
            lower, upper = max(lower, smallest), max(upper, smallest)
        amount = float(cell[AMOUNT])
        average = amount / cell[COUNT]
        below, above = lower * average, upper * average
        if cell["is_dominated"]:
            share = float(cell["largest_amount"]) * margin / 100
            below, above = max(below, share), max(above, share)
        if lower or upper:
            yield Demand(number, COUNT, lower, upper)
        if AMOUNT in names and (below or above):
            yield Demand(number, AMOUNT, below, above)
