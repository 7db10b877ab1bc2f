"""Which groups a release speaks about, and which atoms each is made of."""

from collections.abc import Iterator

import msgspec
import numpy as np

from survey.core.disclosure.release import Group, GroupKind
from survey.core.frame import Frame
from survey.core.merging.groups import OTHERS
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Ints
from survey.core.scoring.strata import Place

GENERALISED = frozenset({"All staff", *OTHERS.values()})
"""Labels of merged staff groups: they mean other people in each reporting unit, so they are no group of the whole."""


class Layout(msgspec.Struct, frozen=True, eq=False):
    """The plan's groups over a frame, each above those it holds: the organisation, divisions parents-first,
    reporting units, staff groups.

    `members` (groups, atoms) says who is in which; `eligible` (atoms,) their headcounts; `places` where they stand.
    """

    groups: tuple[Group, ...]
    members: Bools
    eligible: Ints
    places: tuple[Place, ...]

    def of_kind(self, *kinds: GroupKind) -> list[int]:
        return [position for position, group in enumerate(self.groups) if group.kind in kinds]


def lay_out(frame: Frame, plan: Plan) -> Layout:
    places = tuple(_places(frame))
    eligible = np.array([atom.headcount for atom in frame.atoms], np.int64)
    found = [(group, members) for group, members in _groups(frame, places, eligible) if group.kind in plan.cells]
    members = np.array([members for _, members in found]).reshape(len(found), len(places))
    return Layout(tuple(group for group, _ in found), members, eligible, places)


def _places(frame: Frame) -> Iterator[Place]:
    parents = {unit.id: unit.parent for unit in frame.units}
    for atom in frame.atoms:
        above: list[str] = []
        unit = frame.reporting_units[atom.reporting_unit].parent
        while unit is not None:
            above.append(unit)
            unit = parents[unit]
        yield Place(atom.reporting_unit, tuple(reversed(above)), atom.audience)


def _groups(frame: Frame, places: tuple[Place, ...], eligible: Ints) -> Iterator[tuple[Group, Bools]]:
    everyone = np.ones(len(places), bool)
    yield Group("org", "organisation", frame.organisation, None, int(eligible.sum())), everyone
    divisions = dict(_divisions(frame, places))
    parents = {unit.id: unit.parent for unit in frame.units}
    for unit in frame.units:
        if unit.id in divisions:
            members = divisions[unit.id]
            above = _nearest(unit.parent, parents, divisions)
            yield Group(f"unit:{unit.id}", "division", unit.name, above, int(eligible[members].sum())), members
    for position, reporting in enumerate(frame.reporting_units):
        members = np.array([place.unit == position for place in places], bool)
        above = _nearest(reporting.parent, parents, divisions)
        yield Group(f"ru:{position}", "reporting_unit", reporting.name, above, int(eligible[members].sum())), members
    yield from _staff_groups(frame, eligible)


def _staff_groups(frame: Frame, eligible: Ints) -> Iterator[tuple[Group, Bools]]:
    """Those of which at least 70 % stand in atoms of their own (METHOD 2.3 R12); a frame that does not say how many
    there are in all leaves coverage open."""
    whole = dict(frame.staff_groups)
    for name in sorted({atom.group for atom in frame.atoms} - GENERALISED):
        members = np.array([atom.group == name for atom in frame.atoms], bool)
        people = int(eligible[members].sum())
        coverage = 100 * people // whole[name] if name in whole else None
        if coverage is None or coverage >= METHOD.least_coverage:
            yield Group(f"group:{name}", "staff_group", name, "org", people, coverage), members


def _divisions(frame: Frame, places: tuple[Place, ...]) -> Iterator[tuple[str, Bools]]:
    """Units with more than one reporting unit wholly below them: with one, they would be that one again."""
    for unit in frame.units:
        members = np.array([unit.id in place.above for place in places], bool)
        if len({place.unit for place in places if unit.id in place.above}) > 1:
            yield unit.id, members


def _nearest(unit: str | None, parents: dict[str, str | None], divisions: dict[str, Bools]) -> str:
    while unit is not None and unit not in divisions:
        unit = parents[unit]
    return "org" if unit is None else f"unit:{unit}"
