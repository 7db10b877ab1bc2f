"""The attack of a reader who has every published number, by linear programming (METHOD 2.3 R6).

Unknown are the total scores of each class of people (atom, complete or not, vision), each between 0 and 100 points a
head. Each published mean, of a vision or overall, says that a weighted sum of them lies in the range that value,
margin and level tell. Everything is written as a deviation from the true totals, which are always possible: so to fix
some unknowns at their true values leaves a range that can only be too narrow, and a narrow search that finds enough
uncertainty is proof.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from survey.core.disclosure.classes import Classes
from survey.core.scoring.persons import Bools, Floats, Ints

_SMALL = 1e-7


class Row(msgspec.Struct, frozen=True, eq=False):
    """One published mean: `weight` (atoms,) of each person in it, 0 outside; `measure` a vision, or one past the last
    for overall; the mean lies in `low`..`high`, and is truly `mean`."""

    weight: Floats
    measure: int
    mean: float
    low: float
    high: float


class Target(msgspec.Struct, frozen=True, eq=False):
    """A total that a reader wants to know: `share` times the sum of these unknowns (positions)."""

    unknowns: Ints
    share: float = 1.0


class System(msgspec.Struct, frozen=True, eq=False):
    """Deviations d of the unknowns (atom, part, vision; flattened in that order) with below <= matrix d <= above and
    -total <= d <= room."""

    matrix: csr_array
    below: Floats
    above: Floats
    total: Floats
    room: Floats

    def range(self, target: Target, free: Bools) -> tuple[float, float]:
        """Least and greatest deviation of the target, the unknowns outside `free` held at their true values."""
        columns = np.flatnonzero(free & (self.total + self.room > 0))
        cost = target.share * np.isin(columns, target.unknowns)
        if not cost.any():
            return 0.0, 0.0
        part = self.matrix[:, columns]
        rows = np.flatnonzero(np.diff(part.indptr))
        limits = [LinearConstraint(part[rows], self.below[rows], self.above[rows])] if len(rows) else []
        within = Bounds(-self.total[columns], self.room[columns])
        low, high = (milp(sign * cost, constraints=limits, bounds=within).fun for sign in (1, -1))
        return _found(low), -_found(high)

    def pressing(self, target: Target) -> list[int]:
        """The rows that hold the range of the target where it ends. Means that are known exactly are equations, not
        pairs of limits: the same ends, in a third of the time."""
        columns = np.flatnonzero(self.total + self.room > 0)
        cost = target.share * np.isin(columns, target.unknowns)
        part = self.matrix[:, columns]
        exact = self.above - self.below <= _SMALL
        known, rest = np.flatnonzero(exact), np.flatnonzero(~exact)
        given: dict[str, Any] = {"bounds": np.column_stack([-self.total, self.room])[columns]}
        if len(known):
            given |= {"A_eq": part[known], "b_eq": (self.above[known] + self.below[known]) / 2}
        if len(rest):
            given |= {
                "A_ub": vstack([part[rest], -part[rest]]),
                "b_ub": np.concatenate([self.above[rest], -self.below[rest]]),
            }
        pressure = np.zeros(len(self.above))
        for sign in (1, -1):
            end = linprog(sign * cost, **given)
            if end.status != 0:
                continue
            pressure[known] += np.abs(end.eqlin.marginals) if len(known) else 0.0
            pressure[rest] += np.abs(end.ineqlin.marginals).reshape(2, -1).sum(axis=0) if len(rest) else 0.0
        return [int(row) for row in np.flatnonzero(pressure > _SMALL)]

    def without(self, rows: Sequence[int]) -> "System":
        """What is left when these cells are withdrawn."""
        keep = np.setdiff1d(np.arange(len(self.above)), rows)
        return System(self.matrix[keep], self.below[keep], self.above[keep], self.total, self.room)


def _found(end: float | None) -> float:
    """A programme that fails numerically has found no uncertainty."""
    return 0.0 if end is None else end


def system(found: Classes, rows: Sequence[Row]) -> System:
    unknowns = found.n.size
    entries = [_coefficients(found, row) for row in rows]
    starts = np.cumsum([0, *(len(columns) for columns, _ in entries)])
    columns = np.concatenate([np.zeros(0, np.int64), *(columns for columns, _ in entries)])
    values = np.concatenate([np.zeros(0), *(values for _, values in entries)])
    matrix = csr_array((values, columns, starts), shape=(len(rows), unknowns))
    true, low, high = (np.array([getattr(row, part) for row in rows], float) for part in ("mean", "low", "high"))
    total = found.total.ravel()
    return System(matrix, low - true, high - true, total, 100.0 * found.n.ravel() - total)


def _coefficients(found: Classes, row: Row) -> tuple[Ints, Floats]:
    """The unknowns in a mean, and their weights in it. An overall mean is that of the complete, over all visions in
    equal shares."""
    _, _, visions = found.n.shape
    is_overall = row.measure == visions
    people = found.n[:, 0, 0] if is_overall else found.n[:, :, row.measure].sum(axis=1)
    atoms = np.flatnonzero(row.weight)
    share = (row.weight / (row.weight @ people))[atoms]
    if is_overall:
        columns = positions(found, atoms)[:, 0, :]
        return columns.ravel(), np.repeat(share / visions, visions)
    return positions(found, atoms)[:, :, row.measure].ravel(), np.repeat(share, 2)


def positions(found: Classes, atoms: Ints) -> Ints:
    """Where the unknowns of these atoms stand: (atoms, parts, visions)."""
    return np.arange(found.n.size).reshape(found.n.shape)[atoms]
