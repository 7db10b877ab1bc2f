"""What a reader of a release alone can work out, and whether its rules are kept.

The reader knows every shown cell and the headcounts, and so, per measure, that a division's mean is its reporting
units' means in the proportions of their headcounts, but for rounding. (Where small strata were collapsed that is not
exact: the reader allows for the least discrepancy that makes all published numbers agree.) Staff groups, with those
who are in none, make up the organisation likewise. Linear programmes then bound the mean of every withheld group.
"""

from collections.abc import Iterator

import numpy as np

from survey.core.disclosure import knowing, premises, rests, scrutiny, trees, wholeness
from survey.core.disclosure.audits import Audit, Bound, Breach
from survey.core.disclosure.release import Cell, Release
from survey.core.disclosure.trees import Tree
from survey.core.steps import Step, counted, silent

CONTAINED = 0.9
"""A withheld group that is this share of a shown one is nearly all of it, which tells about it by itself."""


def audit(release: Release, step: Step = silent) -> Audit:
    """Attack a release as its reader would. One without a cell for every group and measure is not examined further."""
    misshapen = (*premises.amiss(release), *_misshapen(release))
    if not _is_complete(release):
        return Audit((*misshapen, Breach("complete", "There is not exactly one cell for every group and measure.")), ())
    bounds = tuple({(one.group, one.measure): one for one in _found(release, step)}.values())
    found_out = [
        Breach(
            "not_found_out",
            f"{bound.name}, {bound.measure}: withheld, and yet between {bound.low:.0f} and {bound.high:.0f}.",
            (bound.group, bound.measure),
        )
        for bound in bounds
        if bound.is_found_out(release.k)
    ]
    beside = (*wholeness.scores(release), *scrutiny.findings(release), *rests.small(release))
    return Audit((*misshapen, *remainders(release), *found_out, *beside), bounds)


def _found(release: Release, step: Step) -> Iterator[Bound]:
    both = (trees.staff_groups(release), trees.line(release))
    parts = [(tree, measure.id) for tree in both for measure in release.measures]
    for tree, measure in counted(step, "Attacking the results as their reader would", parts):
        yield from _bounds(release, tree, measure)


def remainders(release: Release) -> list[Breach]:
    """The withheld units that are what remains of a shown group: the part of an audit that needs no programme."""
    return [breach for tree in (trees.line(release), trees.staff_groups(release)) for breach in _alone(release, tree)]


def _is_complete(release: Release) -> bool:
    expected = [(group.id, measure.id) for group in release.groups for measure in release.measures]
    return [(cell.group, cell.measure) for cell in release.cells] == expected


def _misshapen(release: Release) -> Iterator[Breach]:
    """Cells that no release made here would have."""
    withheld = {(cell.group, cell.measure) for cell in release.cells if cell.reason is not None}
    *visions, overall = [measure.id for measure in release.measures]
    for cell in release.cells:
        place = f"{cell.group}, {cell.measure}"
        if cell.reason is not None:
            if cell != Cell(cell.group, cell.measure, reason=cell.reason):
                yield Breach("silent", f"{place}: withheld, and yet it says something.")
        elif cell.measure == overall and any((cell.group, vision) in withheld for vision in visions):
            yield Breach("whole", f"{place}: an overall score is shown though one of its visions is withheld.")


def _alone(release: Release, tree: Tree) -> Iterator[Breach]:
    """A withheld unit that is all that is left of a shown group when what is shown of it is taken away."""
    cells = {(cell.group, cell.measure): cell for cell in release.cells}
    for measure in release.measures:
        shown = np.array([cells[group.id, measure.id].reason is None for group in tree.groups])
        for place in np.flatnonzero(shown):
            inside = ~(tree.members & ~tree.members[place]).any(axis=1) & shown
            inside[place] = False
            rest = np.flatnonzero(tree.members[place] & ~tree.members[inside].any(axis=0))
            if len(rest) == 1:
                unit = tree.units[rest[0]]
                if unit is not None and str(cells[unit.id, measure.id].reason).startswith("few_"):
                    rest_of = f"{unit.name}, {measure.id}: it is what remains of {tree.groups[place].name}."
                    yield Breach("no_rest", rest_of, (unit.id, measure.id))


def _bounds(release: Release, tree: Tree, measure: str) -> Iterator[Bound]:
    cells = {cell.group: cell for cell in release.cells if cell.measure == measure}
    shown = [place for place, group in enumerate(tree.groups) if cells[group.id].reason is None]
    told = np.array([_told(cells[tree.groups[place].id]) for place in shown], float)
    known = knowing.of(tree.members[shown], tree.eligible, told)
    for place, group in enumerate(tree.groups):
        reason = cells[group.id].reason
        if reason is not None:
            ends = known.bounds(tree.members[place])
            yield Bound(group.id, group.name, measure, reason, *ends, _within(tree, shown, place))


def _told(cell: Cell) -> tuple[float, float]:
    value = float(cell.value or 0)
    if cell.bound == "or_more":
        return value, 100.0
    return (0.0, value) if cell.bound == "or_less" else (value - 0.5, value + 0.5)


def _within(tree: Tree, shown: list[int], place: int) -> str | None:
    people = tree.members @ tree.eligible
    for other in shown:
        holds = not (tree.members[place] & ~tree.members[other]).any()
        if holds and people[place] >= CONTAINED * people[other]:
            return tree.groups[other].name
    return None
