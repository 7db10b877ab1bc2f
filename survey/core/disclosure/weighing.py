"""What a reader knows of the weights behind means of several units: which means must be weighted, and how far they can
be from those of their units.

Whoever was scored counts once at the least, and those of a stratum alike. Strata become one only where one of them is
too small or too heavy (see `scoring.strata`), and no shown unit is too small.
"""

from collections.abc import Iterator

import numpy as np

from survey.core.disclosure import bands, trees
from survey.core.disclosure.release import Cell, Group, Release
from survey.core.disclosure.trees import Tree
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Floats

Amiss = Iterator[tuple[Cell, str, str]]
"""A cell, a field of it, and what is wrong with that."""
_SLACK = 1e-6


def unweighted(release: Release) -> Amiss:
    """Scores that are told as if everybody counted the same, and cannot be."""
    line = trees.line(release)
    for cells in _by_measure(release):
        must = _weighted(line, cells, release)
        for group in release.groups:
            cell = cells[group.id]
            if group.id in must and cell.reason is None and cell.effective is None:
                yield cell, "effective", "it is missing, and this mean can only be a weighted one."


def apart(release: Release) -> Amiss:
    """Scores, and numbers of answers, that are not possible beside those of the units inside."""
    for tree in (trees.line(release), trees.staff_groups(release)):
        for cells in _by_measure(release):
            yield from _apart(tree, cells, release)


def _by_measure(release: Release) -> Iterator[dict[str, Cell]]:
    for measure in release.measures:
        yield {cell.group: cell for cell in release.cells if cell.measure == measure.id}


def _weighted(line: Tree, cells: dict[str, Cell], release: Release) -> set[str]:
    """Groups of more than one stratum: those that hold one of which it is told, and, where no two shown units can be in
    the same stratum, those that hold two, or more people than a stratum can have."""
    told = {group.id for group in release.groups if cells[group.id].effective is not None}
    found = {group.id for group in release.groups if group.kind == "organisation" and told}
    members = line.members.astype(float)
    holds = members @ members.T == members.sum(axis=1)
    is_told = np.array([group.id in told for group in line.groups], bool)
    found |= {group.id for group, is_above in zip(line.groups, (holds & is_told).any(axis=1), strict=True) if is_above}
    if not _may_join(line, cells, release):
        shown = _shown(line, cells)
        largest = _hidden(line, cells, release) + float(line.eligible[shown].max(initial=0))
        units = line.members[:, shown].sum(axis=1)
        found |= {group.id for group, count in zip(line.groups, units, strict=True) if count > 1}
        found |= {group.id for group in release.groups if group.eligible > largest}
    return found


def _may_join(line: Tree, cells: dict[str, Cell], release: Release) -> bool:
    """Whether two shown units can be in one stratum. The first to be joined by another would be too heavy, and hold
    only that one, or a part of it in which k people were scored or more, and people of whom nothing is shown: for all
    that were scored elsewhere, too many for k."""
    whole, hidden = _everybody(line, release), _hidden(line, cells, release)
    scored = _scored(cells, release) or whole
    for unit in (unit for unit, is_shown in zip(line.units, _shown(line, cells), strict=True) if is_shown):
        assert unit is not None
        silent = unit.eligible - bands.lower(cells[unit.id].answers, unit.eligible)
        part = min(unit.eligible, silent + release.k)
        if (hidden + part) * scored > METHOD.heaviest_weight * whole * release.k:
            return True
    return not _shown(line, cells).any()


def _everybody(line: Tree, release: Release) -> float:
    return max([float(line.eligible.sum()), *(float(one.eligible) for one in release.groups if one.parent is None)])


def _hidden(line: Tree, cells: dict[str, Cell], release: Release) -> float:
    """How many people are in no shown unit."""
    return _everybody(line, release) - float(line.eligible[_shown(line, cells)].sum())


def _scored(cells: dict[str, Cell], release: Release) -> int:
    """The most people who can have been scored; 0 where that is not told."""
    whole = [group for group in release.groups if group.kind == "organisation"]
    return max((bands.most(cells[group.id].answers, group.eligible) for group in whole), default=0)


def _shown(tree: Tree, cells: dict[str, Cell]) -> Bools:
    return np.array([unit is not None and cells[unit.id].reason is None for unit in tree.units], bool)


def _apart(tree: Tree, cells: dict[str, Cell], release: Release) -> Amiss:
    """Of every shown group: all who were scored in its shown units are among its own, and count once at the least."""
    shown = _shown(tree, cells)
    if not shown.any():
        return
    units = [unit for unit, is_shown in zip(tree.units, shown, strict=True) if is_shown and unit is not None]
    n = np.array([bands.lower(cells[unit.id].answers, unit.eligible) for unit in units], float)
    means = np.array([_window(cells[unit.id]) for unit in units], float).T
    everybody = _everybody(tree, release) if _may_join(tree, cells, release) else None
    hidden = _hidden(tree, cells, release)
    for group, inside in zip(tree.groups, tree.members[:, shown], strict=True):
        cell = cells[group.id]
        if cell.reason is None and inside.sum() > 1:
            most = bands.most(cell.answers, group.eligible)
            if most and n[inside].sum() > most:
                yield cell, "answers", f"“{cell.answers}”, and its units alone have {n[inside].sum():.0f}."
            yield from _beyond(cell, n[inside], means[:, inside], _mass(group, hidden, everybody))


def _beyond(cell: Cell, n: Floats, means: Floats, mass: float) -> Amiss:
    low = float(n @ means[0]) / mass
    high = 100 - float(n @ (100 - means[1])) / mass
    first, last = _window(cell)
    if last < low - _SLACK or first > high + _SLACK:
        yield cell, "value", f"{cell.value}, and by its units' scores it is between {low:.0f} and {high:.0f}."


def _mass(group: Group, hidden: float, everybody: float | None) -> float:
    """The most that the weights of a group can add up to: the organisation's, its headcount; elsewhere a stratum may
    reach beyond the group, to the people of whom nothing is shown or, where shown units can be joined, to everybody."""
    if group.kind == "organisation":
        return float(max(group.eligible, 1))
    return group.eligible + hidden if everybody is None else max(everybody, 1.0)


def _window(cell: Cell) -> tuple[float, float]:
    value = float(cell.value or 0)
    if cell.bound == "or_more":
        return value, 100.0
    return (0.0, value) if cell.bound == "or_less" else (value - 0.5, value + 0.5)
