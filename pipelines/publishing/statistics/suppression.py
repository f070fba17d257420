"""Hiding cells of tables that share totals, and what an attacker can still work out of those that are shown.

Every cell is a sum of atoms, the finest groups of the breakdown; two tables that sum the same atoms are linked, and are
protected together. An attacker knows every shown cell, that an empty cell is shown as 0, that no figure is negative,
that counts are whole numbers, and, if he is the only household in a cell, that cell too.

Method: for each cell that must be hidden, the cheapest other table that fits everything shown and in which the cell is
lower, or higher, by what is demanded. The cells in which it differs from the true one are hidden as well; as the other
table then explains all that is shown, nobody can tell the two apart (Kelly, Golden and Assad 1992, "Cell Suppression:
Disclosure Protection for Sensitive Tabular Data"; the linear programme of Fischetti and Salazar 2001 with one attacker
at a time). `weaknesses` then takes the attacker's part, without relying on how the cells were chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

#: Of a sum in yuan, what counts as a difference: well below a cent.
_TINY = 1e-6


class NotProtected(RuntimeError):
    """No set of hidden cells gives what is demanded; this should not happen, and nothing is published."""


@dataclass(frozen=True)
class Measure:
    """One figure of every cell, as the sums of `atoms`. Counts are whole numbers of at least one an atom."""

    name: str
    atoms: np.ndarray
    is_count: bool

    @property
    def floor(self) -> float:
        return 1.0 if self.is_count else 0.0


@dataclass(frozen=True)
class Demand:
    """How far below (as far as it can be lower at all) and above the true figure of a hidden cell must be thinkable."""

    cell: int
    measure: str
    lower: float
    upper: float


@dataclass(frozen=True)
class LinkedTables:
    """`cells`: one row a cell, one column an atom, 1 where the atom is in the cell. `lone`: cells of one household.
    `weights`: what hiding a cell costs."""

    cells: csr_array
    measures: Sequence[Measure]
    lone: frozenset[int]
    weights: np.ndarray

    def measure(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)

    def figure(self, name: str, cell: int) -> float:
        return float((self.cells[[cell]] @ self.measure(name).atoms)[0])

    def least(self, name: str, cell: int) -> float:
        """What a cell is at least, as everybody can see: every atom in it counts one, and no sum is negative."""
        return self.measure(name).floor * float(self.cells[[cell]].sum())

    def known_beside(self, cell: int) -> list[int]:
        """Lone cells apart from this one: the household in each of them knows its figure."""
        shared = self.cells @ self.cells[[cell]].T
        overlapping = set(shared.tocoo().coords[0].tolist())
        return sorted(self.lone - overlapping)


@dataclass(frozen=True)
class Hidden:
    """The cells to hide, and which of them protects which: pairs of the helping and the helped cell."""

    cells: frozenset[int]
    helping: frozenset[tuple[int, int]]


def hide(tables: LinkedTables, demands: Iterable[Demand], also: Iterable[int] = ()) -> Hidden:
    """Hides the cells of the demands, those in `also` (so that they cannot be computed), and as many more as it takes.

    Raises NotProtected.
    """
    ordered = sorted(demands, key=lambda demand: (-max(demand.lower, demand.upper), demand.cell, demand.measure))
    also = sorted(also)
    hidden, helping = {demand.cell for demand in ordered}.union(also), set[tuple[int, int]]()
    for demand in ordered:
        for change in (-_possible_fall(tables, demand), demand.upper):
            if abs(change) > _TINY:
                differing = _differing(tables, demand, change, hidden)
                hidden |= differing
                helping |= {(cell, demand.cell) for cell in differing - {demand.cell}}
    sure = {cell for pair in helping for cell in pair}
    for cell in (cell for cell in also if cell not in sure):
        hidden |= _differing_at_all(tables, cell, hidden)
    return Hidden(frozenset(hidden), frozenset(helping))


def _differing_at_all(tables: LinkedTables, cell: int, hidden: set[int]) -> set[int]:
    """The cells in which the nearest other table differs that has one unit more or one fewer in the cell."""
    one = Demand(cell, tables.measures[0].name, 1.0, 1.0)
    changes = (-1.0, 1.0) if _possible_fall(tables, one) >= 1.0 else (1.0,)
    return min((_differing(tables, one, change, hidden) for change in changes), key=lambda cells: len(cells - hidden))


def _possible_fall(tables: LinkedTables, demand: Demand) -> float:
    room = tables.figure(demand.measure, demand.cell) - tables.least(demand.measure, demand.cell)
    return min(demand.lower, max(room, 0.0))


def _differing(tables: LinkedTables, demand: Demand, change: float, hidden: set[int]) -> set[int]:
    """The cells in which the cheapest other table differs, in which the demand's cell is changed by `change`.

    Variables: rises and falls of the atoms, and the size of the change of each cell that is not hidden yet.
    """
    measure, atoms = tables.measure(demand.measure), tables.cells.shape[1]
    scale = 1.0 if measure.is_count else abs(change)
    known = tables.known_beside(demand.cell)
    open_cells = sorted(set(range(tables.cells.shape[0])) - hidden - set(known))
    rows, size = tables.cells[open_cells], len(open_cells)
    net = hstack([rows, -rows])
    identity = csr_array((np.ones(size), (range(size), range(size))), shape=(size, size))
    fixed = tables.cells[[demand.cell, *known]]
    given = np.array([change / scale, *[0.0] * len(known)])
    limits = [
        LinearConstraint(hstack([fixed, -fixed, csr_array((len(known) + 1, size))]), given, given),
        LinearConstraint(vstack([hstack([net, -identity]), hstack([-net, -identity])]), -np.inf, 0.0),
    ]
    falls = np.maximum(measure.atoms - measure.floor, 0.0) / scale
    cost = np.concatenate([np.full(2 * atoms, 1e-4), tables.weights[open_cells]])
    solved = milp(
        cost,
        constraints=limits,
        bounds=Bounds(0.0, np.concatenate([np.full(atoms, np.inf), falls, np.full(size, np.inf)])),
        integrality=np.concatenate([np.full(2 * atoms, int(measure.is_count)), np.zeros(size)]),
    )
    if solved.x is None:
        raise NotProtected(f"cell {demand.cell} cannot be protected: {solved.message}")
    moved = solved.x[:atoms] - solved.x[atoms : 2 * atoms]
    changes = tables.cells @ (np.round(moved) if measure.is_count else moved)
    return set(np.flatnonzero(np.abs(changes) > _TINY).tolist())


def possible_range(
    tables: LinkedTables, measure: Measure, hidden: frozenset[int], cell: int, known: Sequence[int] = ()
) -> tuple[float, float]:
    """The least and the largest figure of a cell that fits all that is shown and what is `known` beside it."""
    atoms = tables.cells.shape[1]
    shown = sorted((set(range(tables.cells.shape[0])) - hidden) | set(known))
    target = tables.cells[[cell]].toarray().ravel()
    true = float(target @ measure.atoms)
    # A hundred times everything is as good as no limit, and keeps every programme bounded.
    most = 100.0 * float(measure.atoms.sum())
    found = []
    for sign in (1.0, -1.0):
        solved = milp(
            sign * target,
            constraints=[LinearConstraint(tables.cells[shown], 0.0, 0.0)] if shown else [],
            bounds=Bounds(measure.floor - measure.atoms, np.full(atoms, most)),
            integrality=np.full(atoms, int(measure.is_count)),
        )
        if solved.x is None:
            raise NotProtected(f"the range of cell {cell} is not known: {solved.message}")
        found.append(true + float(target @ solved.x))
    return found[0], found[1]


def weaknesses(tables: LinkedTables, hidden: frozenset[int], demands: Iterable[Demand]) -> list[str]:
    """What an attacker learns and must not, one sentence each: a demand that does not hold, also before one who is a
    cell's only household; and a hidden cell whose figure is certain."""
    said, looked_at = [], set()
    for demand in demands:
        measure, known = tables.measure(demand.measure), tables.known_beside(demand.cell)
        true, fall = tables.figure(measure.name, demand.cell), _possible_fall(tables, demand)
        low, high = possible_range(tables, measure, hidden, demand.cell, known)
        slack = _TINY * max(1.0, true)
        if demand.cell not in hidden or low > true - fall + slack or high < true + demand.upper - slack:
            said.append(f"cell {demand.cell}, {measure.name}: narrower than demanded")
        if high - low > slack:
            looked_at.add((demand.cell, measure.name))
    for cell in sorted(hidden):
        for measure in (one for one in tables.measures if (cell, one.name) not in looked_at):
            low, high = possible_range(tables, measure, hidden, cell)
            if high - low <= _TINY * max(1.0, high) and high > 0:
                said.append(f"cell {cell}, {measure.name}: can be computed")
    return said
