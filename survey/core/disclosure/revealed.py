"""Which cells can be shown together so that no combination of them speaks about fewer than k people (METHOD 2.3 R5).

Published means are weighted sums over atoms. Whatever a reader computes from them is a combination of those sums, and
it reveals the people in the atoms where the combination is not zero. Every person has one weight in all roll-ups of a
measure, so after dividing each atom by its weight all rows are 0/1: those of the tree (organisation, divisions,
reporting units) and those of the staff groups, which cross it. A combination is then, on the atom in reporting unit
r and staff group g, t(r) + u(g), where t is free for every shown reporting unit and for the remainder of every shown
unit above, u is free for every shown staff group, and both are 0 elsewhere. The fewest people on whom it is not zero
are the smallest cut of the graph that joins the vertices r and g by as many edges as people: exact, and quick.

A reporting unit whose two audiences have different weights is taken as two vertices. That allows combinations which
the reader does not have, so the answer can only be too small: safe.
"""

from collections.abc import Iterable

import msgspec
import numpy as np

from survey.core.disclosure.cuts import smallest_cut
from survey.core.disclosure.groups import Layout
from survey.core.scoring.persons import Bools, Ints

_NOWHERE = 0


class Shown(msgspec.Struct, frozen=True, eq=False):
    """What is shown of one measure, as the graph sees it: per atom its vertex in the tree and among staff groups."""

    rows: Ints
    columns: Ints

    @classmethod
    def nothing(cls, atoms: int) -> "Shown":
        return cls(np.full(atoms, _NOWHERE), np.full(atoms, _NOWHERE))

    def adding(self, layout: Layout, group: int, stratum: Ints) -> "Shown":
        """With one more group: coarser groups of the tree must have been added before finer ones."""
        inside = layout.members[group]
        kind = layout.groups[group].kind
        vertex = 1 + group
        if kind == "staff_group":
            return Shown(self.rows, np.where(inside, vertex, self.columns))
        if kind == "reporting_unit":
            parts = (1 + stratum) * (1 + len(layout.groups)) + vertex
            return Shown(np.where(inside, parts, self.rows), self.columns)
        return Shown(np.where(inside, vertex, self.rows), self.columns)

    def smallest(self, n: Ints, enough: int) -> int:
        """The size of the smallest revealed group, or `enough` if none is smaller. `n` (atoms,) are people."""
        if (self.columns == _NOWHERE).all():
            return _smallest_branch(self.rows, n, enough)
        return smallest_cut(self.rows, self.columns, n, enough)


def _smallest_branch(rows: Ints, n: Ints, enough: int) -> int:
    """The pure tree: every shown reporting unit, and every remainder, is empty or counts for itself."""
    _, place = np.unique(rows, return_inverse=True)
    sizes = np.bincount(place, weights=n)[np.unique(place[(rows != _NOWHERE) & (n > 0)])]
    return int(min(sizes.min(initial=enough), enough))


def safe(layout: Layout, n: Ints, stratum: Ints, candidates: Bools, k: int) -> Bools:
    """Of the candidate groups (groups,), those that may be shown together: coarse to fine, each kept only if the
    smallest revealed group stays at k or more.

    The tree comes first, staff groups last, so that a team never gives way to a staff group; within each, the larger
    headcount first, whoever answered.
    """
    shown = Shown.nothing(len(n))
    kept = np.zeros(len(candidates), bool)
    for group in _coarse_to_fine(layout):
        if candidates[group]:
            wider = shown.adding(layout, group, stratum)
            if wider.smallest(n, k) >= k:
                shown, kept[group] = wider, True
    return kept


def smallest_group(layout: Layout, n: Ints, stratum: Ints, shown: Bools, enough: int) -> int:
    """The smallest group that the shown cells (groups,) of one measure reveal, or `enough` if none is smaller."""
    graph = Shown.nothing(len(n))
    for group in _coarse_to_fine(layout):
        if shown[group]:
            graph = graph.adding(layout, group, stratum)
    return graph.smallest(n, enough)


def _coarse_to_fine(layout: Layout) -> Iterable[int]:
    """Divisions keep their parents-first order: a parent holds at least the headcount of its children."""
    ranks = {"organisation": 0, "division": 1, "reporting_unit": 2, "staff_group": 3}
    return sorted(range(len(layout.groups)), key=lambda g: (ranks[layout.groups[g].kind], -layout.groups[g].eligible))
