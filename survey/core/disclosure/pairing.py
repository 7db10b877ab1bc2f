"""Which group of an earlier round is which of this one's, and how many people are in both.

Units keep their ids from round to round; reporting units do not, for small teams are merged anew at every launch. So
groups are told by the teams in them, and the people in both are counted by headcount: nobody is followed.
"""

from math import fsum

import msgspec
import numpy as np

from survey.core.disclosure.groups import Layout
from survey.core.frame import Frame


class Pair(msgspec.Struct, frozen=True):
    """The position of the group in the earlier round, and the percentage of people, rounded down, who are in both:
    of the larger of the two."""

    before: int
    overlap: int


def pairs(now: Layout, frame: Frame, before: Layout, earlier: Frame) -> tuple[Pair | None, ...]:
    """Per group of this round; None where the earlier one had no such group."""
    ours, theirs = _people(now, frame), _people(before, earlier)
    known = {group.id: place for place, group in enumerate(before.groups)}
    units = before.of_kind("reporting_unit")

    def pair(place: int) -> Pair | None:
        group = now.groups[place]
        chosen = units if group.kind == "reporting_unit" else [known[group.id]] if group.id in known else []
        found = [Pair(one, _overlap(ours[place], theirs[one])) for one in chosen]
        best = max(found, key=lambda one: one.overlap, default=None)
        return best if best is not None and best.overlap > 0 else None

    return tuple(map(pair, range(len(now.groups))))


def _overlap(now: dict[str, float], before: dict[str, float]) -> int:
    both = fsum(min(people, before.get(team, 0)) for team, people in now.items())
    return int(100 * both / max(fsum(now.values()), fsum(before.values()), 1) + 1e-9)


def _people(layout: Layout, frame: Frame) -> list[dict[str, float]]:
    """Per group, the headcount of each team in it; of staff groups, their own."""
    teams = _teams(frame)
    units = np.array([place.unit for place in layout.places])
    return [
        {group.id: float(group.eligible)}
        if group.kind == "staff_group"
        else {team: n for unit in np.unique(units[members]) for team, n in teams[int(unit)].items()}
        for group, members in zip(layout.groups, layout.members, strict=True)
    ]


def _teams(frame: Frame) -> list[dict[str, float]]:
    """Per reporting unit, the headcount of its teams. Of a unit with units below it, those who sit in it directly."""
    below: dict[str | None, int] = {}
    for unit in frame.units:
        below[unit.parent] = below.get(unit.parent, 0) + unit.headcount
    direct = {unit.id: max(unit.headcount - below.get(unit.id, 0), 0) for unit in frame.units}
    found = []
    for reporting in frame.reporting_units:
        sizes = {team: float(direct.get(team, 0)) for team in reporting.teams}
        total = fsum(sizes.values())
        share = reporting.headcount / total if total else 0.0
        even = reporting.headcount / len(sizes)
        found.append({team: size * share if total else even for team, size in sizes.items()})
    return found
