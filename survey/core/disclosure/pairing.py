"""Which group of an earlier round is which of this one's, and how many people are in both.

Units keep their ids from round to round; reporting units do not, for small teams are merged anew at every launch. So
groups are told by the teams in them, and the people in both are counted by headcount: nobody is followed. Nor can there
be more in both than staff of the same kind: a unit in which nurses have taken the place of clerks is another one.
"""

from collections import Counter
from collections.abc import Mapping
from math import fsum

import msgspec
import numpy as np

from survey.core.disclosure.groups import GENERALISED, Layout
from survey.core.frame import Frame


class Pair(msgspec.Struct, frozen=True):
    """The position of the group in the earlier round, and the percentage of people, rounded down, who can be in both,
    by team and by staff group: of the larger of the two."""

    before: int
    overlap: int


def pairs(
    now: Layout, frame: Frame, before: Layout, earlier: Frame, heirs: Mapping[str, str]
) -> tuple[Pair | None, ...]:
    """Per group of this round; None where the earlier one had no such group. `heirs`: where the people of a unit that
    has been merged since are now."""
    ours, theirs = _people(now, frame, {}), _people(before, earlier, heirs)
    kinds, kinds_then = _kinds(now, frame), _kinds(before, earlier)
    known = {group.id: place for place, group in enumerate(before.groups)}
    units = before.of_kind("reporting_unit")

    def pair(place: int) -> Pair | None:
        group = now.groups[place]
        chosen = units if group.kind == "reporting_unit" else [known[group.id]] if group.id in known else []
        found = [
            Pair(one, min(_overlap(ours[place], theirs[one]), _same_kinds(kinds[place], kinds_then[one])))
            for one in chosen
        ]
        best = max(found, key=lambda one: one.overlap, default=None)
        return best if best is not None and best.overlap > 0 else None

    return tuple(map(pair, range(len(now.groups))))


def _overlap(now: dict[str, float], before: dict[str, float]) -> int:
    both = fsum(min(people, before.get(team, 0)) for team, people in now.items())
    return int(100 * both / max(fsum(now.values()), fsum(before.values()), 1) + 1e-9)


def _same_kinds(now: Mapping[str, int], before: Mapping[str, int]) -> int:
    """As `_overlap`, were it for staff groups alone. Who is in a generalised one may be of any."""
    same = sum(min(n, before.get(name, 0)) for name, n in now.items() if name not in GENERALISED)
    unknown, unknown_before = (sum(n for name, n in of.items() if name in GENERALISED) for of in (now, before))
    total, total_before = sum(now.values()), sum(before.values())
    from_unknown = min(total - unknown - same, unknown_before)
    to_unknown = min(unknown, total_before - unknown_before - same)
    both = same + from_unknown + to_unknown + min(unknown - to_unknown, unknown_before - from_unknown)
    return 100 * both // max(total, total_before, 1)


def _kinds(layout: Layout, frame: Frame) -> list[dict[str, int]]:
    """Per group, the headcount of each staff group in it; of the whole, as they were before any was generalised."""
    found = []
    for group, members in zip(layout.groups, layout.members, strict=True):
        counted: Counter[str] = Counter()
        for atom in np.flatnonzero(members):
            counted[frame.atoms[atom].group] += frame.atoms[atom].headcount
        found.append(dict(frame.staff_groups) if group.kind == "organisation" and frame.staff_groups else dict(counted))
    return found


def _people(layout: Layout, frame: Frame, heirs: Mapping[str, str]) -> list[dict[str, float]]:
    """Per group, the headcount of each team in it, under its heir's id; of staff groups, their own."""
    teams = _teams(frame)
    units = np.array([place.unit for place in layout.places])
    found: list[dict[str, float]] = []
    for group, members in zip(layout.groups, layout.members, strict=True):
        here: dict[str, float] = {}
        for unit in np.unique(units[members]) if group.kind != "staff_group" else ():
            for team, people in teams[int(unit)].items():
                heir = heirs.get(team, team)
                here[heir] = here.get(heir, 0.0) + people
        found.append({group.id: float(group.eligible)} if group.kind == "staff_group" else here)
    return found


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
