"""Freezing the frame: small teams merged into reporting units, small staff groups generalised inside them.

Everything is decided from the staff list before launch, by headcount and name alone: the same list in any order gives
the same frame.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from survey import errors
from survey.core.frame import Atom, Frame, ReportingUnit
from survey.core.merging import clusters, groups, headcount, naming, tree
from survey.core.merging.clusters import Cluster
from survey.core.merging.groups import Kind
from survey.core.merging.tree import Member, Tree, Unit
from survey.core.rounds import Plan

__all__ = ["Counts", "Member", "Unit", "framed", "freeze"]

Place = tuple[int, Kind]
"""A reporting unit by its position, and a kind of staff."""


def _common(cluster: Cluster) -> str | None:
    """The lowest unit above all its teams."""
    lowest = None
    for level in zip(*(team.above for team in cluster.teams), strict=False):
        if len(set(level)) > 1:
            break
        lowest = level[0]
    return lowest


def _reporting_units(organisation: str, grown: Tree, merged: Sequence[Cluster], plan: Plan) -> list[ReportingUnit]:
    called = naming.labels(grown.teams)
    target = headcount.target(plan.k, plan.expected_response)
    whole = len(merged) == 1 and len(grown.teams) > 1
    return [
        ReportingUnit(
            organisation if whole else naming.name(cluster, called),
            _common(cluster),
            cluster.site,
            tuple(team.id for team in naming.largest_first(cluster.teams)),
            cluster.headcount,
            naming.why(cluster, called, target, plan.expected_response),
        )
        for cluster in merged
    ]


def _atoms(counts: Mapping[Place, int], floor: int) -> tuple[list[Atom], dict[Place, int]]:
    """The atoms of all reporting units, and the position of the atom for each place."""
    units: dict[int, dict[Kind, int]] = {}
    for (position, kind), people in counts.items():
        units.setdefault(position, {})[kind] = people
    atoms: list[Atom] = []
    where: dict[Place, int] = {}
    for position in sorted(units):
        for group in groups.generalise(units[position], floor):
            where |= {(position, kind): len(atoms) for kind in group.kinds}
            atoms.append(Atom(position, group.label, group.audience, group.headcount))
    return atoms, where


Counts = Mapping[tuple[str, Kind], int]
"""How many people of each kind sit in each unit itself."""


def freeze(
    organisation: str, units: Sequence[Unit], people: Sequence[Member], plan: Plan
) -> tuple[Frame, dict[UUID, int]]:
    """The frame, and for each person the position of their atom. Raises Refused where there is nobody to ask."""
    places = [(person.unit, (person.staff_group, person.clinical)) for person in people]
    frame, where = framed(organisation, units, Counter(places), plan)
    return frame, {person.person_id: where[place] for person, place in zip(people, places, strict=True)}


def framed(
    organisation: str, units: Sequence[Unit], counts: Counts, plan: Plan
) -> tuple[Frame, dict[tuple[str, Kind], int]]:
    """The same of people who have been counted: the position of the atom of each kind in each unit."""
    if not counts:
        raise errors.Refused("There is nobody on the staff list to ask. Import it first.")
    sitting, staff_groups = Counter[str](), Counter[str]()
    for (unit, (group, _)), people in counts.items():
        sitting[unit] += people
        staff_groups[group] += people
    grown = tree.grow(units, sitting)
    merged = clusters.merge(grown, headcount.target(plan.k, plan.expected_response))
    position = {team.id: number for number, cluster in enumerate(merged) for team in cluster.teams}
    together = Counter[Place]()
    for (unit, kind), people in counts.items():
        together[position[unit], kind] += people
    atoms, where = _atoms(together, max(plan.k, headcount.SMALLEST))
    reporting = _reporting_units(organisation, grown, merged, plan)
    frame = Frame(organisation, grown.units, tuple(reporting), tuple(atoms), tuple(sorted(staff_groups.items())))
    return frame, {(unit, kind): where[position[unit], kind] for unit, kind in counts}
