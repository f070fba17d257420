"""No hidden cell can be worked out: tried on random tables by an attacker who writes down every table that fits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipelines.publishing.statistics.suppression import (
    Demand,
    LinkedTables,
    Measure,
    hide,
    possible_range,
    weaknesses,
)

SMALLEST = 5


def table_of(counts: np.ndarray, sums: np.ndarray | None = None) -> LinkedTables:
    """A table of rows and columns with its totals; an empty cell is no cell."""
    places = [place for place in product(*map(range, counts.shape)) if counts[place]]
    groups = [[place] for place in places]
    for axis, size in enumerate(counts.shape):
        groups += [[place for place in places if place[axis] == position] for position in range(size)]
    groups.append(places)
    groups = [group for group in groups if group]
    incidence = csr_array(np.array([[float(place in group) for place in places] for group in groups]))
    measures = [Measure("count", np.array([float(counts[place]) for place in places]), is_count=True)]
    if sums is not None:
        measures.append(Measure("sum", np.array([float(sums[place]) for place in places]), is_count=False))
    totals = incidence @ measures[0].atoms
    return LinkedTables(incidence, measures, frozenset(np.flatnonzero(totals == 1).tolist()), 1.0 + totals)


def small_cells(tables: LinkedTables) -> list[Demand]:
    totals = tables.cells @ tables.measures[0].atoms
    return [Demand(cell, "count", total, SMALLEST - total) for cell, total in enumerate(totals) if total < SMALLEST]


def tables_that_fit(tables: LinkedTables, hidden: frozenset[int], known: list[int], most: int) -> np.ndarray:
    """Every table of whole numbers from 1 to `most` that agrees with the shown and the known cells, one a row."""
    atoms, cells = tables.measures[0].atoms, tables.cells.toarray()
    shown = [cell for cell in range(cells.shape[0]) if cell not in hidden or cell in known]
    every = np.stack([axis.ravel() for axis in np.indices((most,) * atoms.size)], axis=1) + 1
    return every[(every @ cells[shown].T == cells[shown] @ atoms).all(axis=1)]


@given(st.lists(st.integers(0, 7), min_size=4, max_size=4).filter(any))
@settings(max_examples=60, deadline=None)
def test_every_small_figure_up_to_the_smallest_shown_stays_possible(counts: list[int]) -> None:
    """Two towns, two items: the attacker tries all tables, and knows his own cell when he is alone in it."""
    tables = table_of(np.array(counts).reshape(2, 2))
    demands = small_cells(tables)
    hidden = hide(tables, demands).cells
    for demand in demands:
        fitting = tables_that_fit(tables, hidden, tables.known_beside(demand.cell), most=12)
        figures = set((fitting @ tables.cells.toarray()[demand.cell]).tolist())
        assert demand.cell in hidden
        assert min(figures) == tables.cells.toarray()[demand.cell].sum()
        assert max(figures) >= SMALLEST


some_counts = st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda shape: (
        st.lists(
            st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 9, 30, 200]),
            min_size=shape[0] * shape[1],
            max_size=shape[0] * shape[1],
        )
        .filter(any)
        .map(lambda counts: np.array(counts).reshape(shape))
    )
)


@given(some_counts)
@settings(max_examples=25, deadline=None)
def test_an_attacker_of_another_make_finds_no_narrow_range(counts: np.ndarray) -> None:
    """Linear programmes over whole figures, written from the shown cells alone, for counts and for sums of money."""
    tables = table_of(counts, counts * 123.45)
    demands = small_cells(tables)
    demands += [Demand(one.cell, "sum", one.lower * 123.45, one.upper * 123.45) for one in demands]
    hidden = hide(tables, demands).cells
    cells = tables.cells.toarray()
    shown = [cell for cell in range(cells.shape[0]) if cell not in hidden]
    for demand in demands:
        measure = tables.measure(demand.measure)
        figures = cells @ measure.atoms
        facts = {"A_eq": cells[shown], "b_eq": figures[shown]} if shown else {}
        low = linprog(cells[demand.cell], **facts, bounds=(measure.floor, 1e6)).fun
        high = -linprog(-cells[demand.cell], **facts, bounds=(measure.floor, 1e6)).fun
        assert low <= max(tables.least(demand.measure, demand.cell), figures[demand.cell] - demand.lower) + 1e-4
        assert high >= figures[demand.cell] + demand.upper - 1e-4
    assert weaknesses(tables, hidden, demands) == []


def test_hiding_only_the_small_cell_is_seen_through() -> None:
    tables = table_of(np.array([[2, 20], [30, 40]]))
    demands = small_cells(tables)
    assert [demand.cell for demand in demands] == [0]
    said = weaknesses(tables, frozenset({0}), demands)
    assert said == ["cell 0, count: narrower than demanded", "cell 0, count: can be computed"]


def test_a_square_of_four_hides_one_and_keeps_every_total() -> None:
    tables = table_of(np.array([[2, 20, 50], [30, 40, 60]]))
    hidden = hide(tables, small_cells(tables)).cells
    assert hidden == frozenset({0, 1, 3, 4})
    assert possible_range(tables, tables.measures[0], hidden, 0) == (1.0, 22.0 - 1.0)


def test_what_needs_no_hiding_is_shown_whole() -> None:
    tables = table_of(np.array([[6, 20], [30, 40]]))
    assert hide(tables, small_cells(tables)).cells == frozenset()


def test_a_cell_of_one_household_protects_no_other() -> None:
    """In the first row 1 and 3 would hide each other from all but the one, who would take itself off the total."""
    tables = table_of(np.array([[1, 3, 40], [50, 60, 70]]))
    hidden = hide(tables, small_cells(tables)).cells
    assert 2 in hidden
    assert weaknesses(tables, hidden, small_cells(tables)) == []
    assert weaknesses(tables, frozenset({0, 1, 3, 4}), small_cells(tables))


def test_tables_that_share_a_margin_are_protected_together() -> None:
    """Outcomes by town and outcomes by kind of case: the margin of one is the margin of the other."""
    atoms = [(town, kind, outcome) for town in range(3) for kind in range(2) for outcome in range(2)]
    values = np.array([3.0, 9, 8, 1, 12, 10, 30, 22, 14, 18, 25, 9])
    keys = [("town", 0, 2), ("kind", 1, 2)]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, atom in enumerate(atoms):
        for name, first, second in keys:
            for key in ((name, atom[first], atom[second]), (name, atom[first]), ("outcome", atom[second]), ("all",)):
                groups.setdefault(key, []).append(number)
    incidence = csr_array(np.array([[float(n in members) for n in range(len(atoms))] for members in groups.values()]))
    counts = Measure("count", values, is_count=True)
    tables = LinkedTables(incidence, [counts], frozenset(), 1.0 + incidence @ values)
    small = list(groups).index(("town", 0, 1))
    demands = [Demand(small, "count", 9.0, 5.0)]
    hidden = hide(tables, demands).cells
    assert small in hidden
    assert weaknesses(tables, hidden, demands) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_same_table_hides_the_same_cells_in_any_order_of_its_demands(seed: int) -> None:
    counts = np.random.default_rng(seed).integers(0, 12, (4, 5))
    tables = table_of(counts)
    demands = small_cells(tables)
    assert hide(tables, demands) == hide(tables, demands[::-1])
