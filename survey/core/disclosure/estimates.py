"""All numbers that a release could show, before anything is withheld. They never leave this package."""

import msgspec
import numpy as np

from survey.core.disclosure.groups import Layout
from survey.core.scoring.moments import Moments, pooled_variance
from survey.core.scoring.persons import Floats, Ints
from survey.core.scoring.rollups import Rollup, rollup
from survey.core.scoring.strata import Weights, unweighted, weights


class Estimates(msgspec.Struct, frozen=True, eq=False):
    """`rollups[group][measure]` is None where nobody was scored; `weights` and `pooled` (variance within reporting
    units) are per measure; `n` (atoms, measures) are scored people."""

    layout: Layout
    rollups: tuple[tuple[Rollup | None, ...], ...]
    weights: tuple[Weights, ...]
    pooled: tuple[float, ...]
    n: Ints

    def rollup(self, group: int, measure: int) -> Rollup:
        """That of a cell in which people are scored."""
        found = self.rollups[group][measure]
        assert found is not None
        return found

    def person_weights(self, group: int, measure: int) -> Floats:
        """Per atom, what each scored person counts in the group's mean; 0 outside."""
        members: Floats = self.layout.members[group].astype(float)
        if self.layout.groups[group].kind == "reporting_unit":
            return members
        return np.multiply(members, self.weights[measure].weight)


def estimates(layout: Layout, found: Moments, k: int) -> Estimates:
    """Every group's mean of every measure: reporting units unweighted, all others weighted to the frame."""
    columns = range(found.n.shape[1])
    weighted = _weights(layout, found.n, k)
    rollups = tuple(
        tuple(_rollup(layout, found, group, weighted[measure], measure) for measure in columns)
        for group in range(len(layout.groups))
    )
    return Estimates(layout, rollups, weighted, tuple(_pooled(layout, found, m) for m in columns), found.n)


def _weights(layout: Layout, n: Ints, k: int) -> tuple[Weights, ...]:
    """Measures with the same people share their weights."""
    known: dict[bytes, Weights] = {}
    for column in n.T:
        if column.tobytes() not in known:
            known[column.tobytes()] = weights(layout.places, layout.eligible, column, k)
    return tuple(known[column.tobytes()] for column in n.T)


def _rollup(layout: Layout, found: Moments, group: int, weighted: Weights, measure: int) -> Rollup | None:
    atoms = layout.members[group]
    if layout.groups[group].kind == "reporting_unit":
        n, eligible = int(found.n[atoms, measure].sum()), layout.groups[group].eligible
        weighted = unweighted(len(atoms), n / eligible)
    return rollup(found, weighted, atoms, measure)


def _pooled(layout: Layout, found: Moments, measure: int) -> float:
    units = np.array([place.unit for place in layout.places])
    return pooled_variance([found.sample(units == unit, measure) for unit in np.unique(units)])
