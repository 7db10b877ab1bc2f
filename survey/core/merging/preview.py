"""What a round would look like if it were launched now: for the digital team, before anything is locked.

Everything here comes from the staff list, which is taken to be public (METHOD R14); no answer exists yet.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from survey.core.frame import Frame, ReportingUnit
from survey.core.merging import Counts, headcount
from survey.core.merging.tree import Member
from survey.core.rounds import Plan


class UnitCount(msgspec.Struct, frozen=True):
    """A unit of the tree; `depth` 0 is directly under the organisation."""

    name: str
    depth: int
    headcount: int


class GroupCount(msgspec.Struct, frozen=True):
    """A staff group as the staff list has it, before any merging."""

    name: str
    headcount: int
    clinical: int


class Outlook(msgspec.Struct, frozen=True):
    """A reporting unit: the groups stored with its answers, how many answers to expect, and the chance (0 to 1) that
    they are enough for a result of its own; its `teams` with their people, in the unit's order."""

    unit: ReportingUnit
    groups: tuple[tuple[str, int], ...]
    expected_answers: int
    chance: float
    teams: tuple[tuple[str, int], ...] = ()


class Preview(msgspec.Struct, frozen=True):
    """`target` is the headcount below which teams are merged; `publishable` the share of staff (0 to 1) expected to be
    in a reporting unit with a result of its own; `merged` how many teams share their reporting unit with another."""

    organisation: str
    headcount: int
    target: int
    units: tuple[UnitCount, ...]
    groups: tuple[GroupCount, ...]
    outlooks: tuple[Outlook, ...]
    publishable: float
    merged: int


def _units(frame: Frame) -> tuple[UnitCount, ...]:
    depths: dict[str | None, int] = {None: -1}
    for unit in frame.units:
        depths[unit.id] = depths[unit.parent] + 1
    return tuple(UnitCount(unit.name, depths[unit.id], unit.headcount) for unit in frame.units)


def _groups(counts: Counts) -> tuple[GroupCount, ...]:
    everyone, clinical = Counter[str](), Counter[str]()
    for (_, (group, is_clinical)), people in counts.items():
        everyone[group] += people
        clinical[group] += people if is_clinical else 0
    return tuple(GroupCount(name, everyone[name], clinical[name]) for name in sorted(everyone))


def _outlooks(frame: Frame, counts: Counts, plan: Plan) -> tuple[Outlook, ...]:
    sitting, names = Counter[str](), {unit.id: unit.name for unit in frame.units}
    for (unit_id, _), people in counts.items():
        sitting[unit_id] += people
    stored: dict[int, list[tuple[str, int]]] = {}
    for atom in frame.atoms:
        stored.setdefault(atom.reporting_unit, []).append((atom.group, atom.headcount))
    return tuple(
        Outlook(
            unit,
            tuple(stored[position]),
            round(unit.headcount * plan.expected_response),
            headcount.chance(unit.headcount, plan.k, plan.expected_response),
            tuple((names[team], sitting[team]) for team in unit.teams),
        )
        for position, unit in enumerate(frame.reporting_units)
    )


def preview(frame: Frame, people: Sequence[Member], plan: Plan) -> Preview:
    """Tells of a frame frozen from these people under this plan."""
    return of_counts(frame, Counter((one.unit, (one.staff_group, one.clinical)) for one in people), plan)


def of_counts(frame: Frame, counts: Counts, plan: Plan) -> Preview:
    """The same of people who have been counted."""
    outlooks = _outlooks(frame, counts, plan)
    return Preview(
        frame.organisation,
        frame.headcount,
        headcount.target(plan.k, plan.expected_response),
        _units(frame),
        _groups(counts),
        outlooks,
        sum(outlook.unit.headcount * outlook.chance for outlook in outlooks) / frame.headcount,
        sum(len(outlook.unit.teams) for outlook in outlooks if len(outlook.unit.teams) > 1),
    )
