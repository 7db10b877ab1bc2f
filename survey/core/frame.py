"""The frame: who is eligible, frozen at launch and already coarsened.

`atoms` are the finest groups that are ever stored with an answer: a reporting unit crossed with a (merged) staff
group. A response carries one small number, its atom; everything that can be said about where it came from follows.
"""

from functools import cached_property
from typing import Literal

import msgspec

Audience = Literal["clinical", "non_clinical", "everyone"]


class FrameUnit(msgspec.Struct, frozen=True):
    """A node of the organisation's tree as it was at launch. `headcount` counts the eligible people in it and below."""

    id: str
    parent: str | None
    name: str
    site: str | None
    headcount: int


class ReportingUnit(msgspec.Struct, frozen=True):
    """A team, or small teams merged upward by headcount. `teams` are ids of units, the largest first; `parent` is that
    of the lowest unit above all of them (None: directly under the organisation). People who sit directly in a unit with
    units below it are a team under that unit: then `teams` holds the unit's own id. `why` says in words why teams were
    merged, empty for a team alone."""

    name: str
    parent: str | None
    site: str | None
    teams: tuple[str, ...]
    headcount: int
    why: str = ""


class Atom(msgspec.Struct, frozen=True):
    """A reporting unit (by its position) x staff group, generalised so that it holds at least ten eligible people.

    `audience` says which items its members are asked: those of clinical staff, of non-clinical staff, or, where both
    had to be merged, everyone's.
    """

    reporting_unit: int
    group: str
    audience: Audience
    headcount: int


class Frame(msgspec.Struct, frozen=True, dict=True):
    """Units parents-first, reporting units, atoms; all referred to by position from then on.

    `staff_groups` are the headcounts of the staff groups as they were before any was generalised, by name.
    """

    organisation: str
    units: tuple[FrameUnit, ...]
    reporting_units: tuple[ReportingUnit, ...]
    atoms: tuple[Atom, ...]
    staff_groups: tuple[tuple[str, int], ...] = ()

    @cached_property
    def tops(self) -> dict[str, str]:
        """The division above each unit of the tree, or itself, by id."""
        top: dict[str, str] = {}
        for unit in self.units:
            top[unit.id] = unit.id if unit.parent is None else top[unit.parent]
        return top

    @cached_property
    def names(self) -> dict[str, str]:
        """The units' names, by id."""
        return {unit.id: unit.name for unit in self.units}

    def division(self, unit: ReportingUnit) -> str:
        """The name of the division that a reporting unit is shown under; empty where it belongs to none alone."""
        return self.names[self.tops[unit.parent]] if unit.parent else ""

    @cached_property
    def headcount(self) -> int:
        return sum(atom.headcount for atom in self.atoms)
