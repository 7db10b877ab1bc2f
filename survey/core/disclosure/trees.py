"""The groups of a release as its reader sees them: what is made up of what, by headcount."""

from typing import NamedTuple

import numpy as np

from survey.core.disclosure.release import Group, Release
from survey.core.scoring.persons import Bools, Floats


class Tree(NamedTuple):
    """Groups and the units that they are made of: `members` (groups, units), `eligible` (units,). `units` are groups
    themselves, but for the people of the organisation who are in no staff group (None)."""

    groups: tuple[Group, ...]
    units: tuple[Group | None, ...]
    members: Bools
    eligible: Floats


def line(release: Release) -> Tree:
    groups = tuple(group for group in release.groups if group.kind != "staff_group")
    units = tuple(group for group in groups if group.kind == "reporting_unit")
    above = {unit.id: _above(release, unit) for unit in units}
    members = np.array([[group.id in above[unit.id] for unit in units] for group in groups], bool)
    eligible = np.array([unit.eligible for unit in units], float)
    return Tree(groups, units, members.reshape(len(groups), len(units)), eligible)


def staff_groups(release: Release) -> Tree:
    """The organisation as its staff groups and the rest."""
    groups = tuple(group for group in release.groups if group.kind == "staff_group")
    whole = tuple(group for group in release.groups if group.kind == "organisation")
    rest = sum(group.eligible for group in whole) - sum(group.eligible for group in groups)
    units = (*groups, None) if rest > 0 else groups
    eligible = np.array([rest if unit is None else unit.eligible for unit in units], float)
    members = np.vstack([np.ones((len(whole), len(units)), bool), np.eye(len(groups), len(units), dtype=bool)])
    return Tree((*whole, *groups), units, members, eligible)


def _above(release: Release, group: Group) -> set[str]:
    """The group and those that hold it."""
    parents = {one.id: one.parent for one in release.groups}
    found, here = {"org"}, str(group.id)
    while here not in found:
        found.add(here)
        here = parents.get(here) or "org"
    return found
