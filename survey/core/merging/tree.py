"""The organisation's tree with its people counted, and the teams in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from survey.core.frame import FrameUnit


class Unit(msgspec.Struct, frozen=True):
    """A node of the organisation's tree as the staff list gave it. `parent` None: directly under the organisation."""

    id: str
    parent: str | None
    name: str
    site: str | None


class Member(msgspec.Struct, frozen=True):
    """A person as far as the frame needs to know them."""

    person_id: UUID
    unit: str
    staff_group: str
    clinical: bool


class Team(msgspec.Struct, frozen=True):
    """A unit in which people sit. `id` is the unit's; `path` its names from the top, and unique;
    `above` the ids of the units over the team, top first.

    People who sit directly in a unit that also has units below form a team there, with the unit itself `above` it.
    """

    id: str
    name: str
    path: tuple[str, ...]
    above: tuple[str, ...]
    site: str | None
    headcount: int


class Tree(msgspec.Struct, frozen=True):
    """Units that hold people, parents first in order of their path, and their teams in the same order."""

    units: tuple[FrameUnit, ...]
    teams: tuple[Team, ...]


class _Place(msgspec.Struct, frozen=True):
    """A unit with the names and ids on the way down to it, its own last."""

    unit: Unit
    path: tuple[str, ...]
    ids: tuple[str, ...]


def _places(units: Iterable[Unit]) -> Iterator[_Place]:
    """Every unit, parents before children."""
    below: dict[str | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    row = [_Place(unit, (unit.name,), (unit.id,)) for unit in below.get(None, ())]
    while row:
        yield from row
        row = [
            _Place(unit, (*place.path, unit.name), (*place.ids, unit.id))
            for place in row
            for unit in below.get(place.unit.id, ())
        ]


def _headcounts(places: Sequence[_Place], sitting: Mapping[str, int]) -> dict[str, int]:
    """People in each unit and below it. `places` are parents first."""
    totals = {place.unit.id: sitting.get(place.unit.id, 0) for place in places}
    for place in reversed(places):
        if place.unit.parent is not None:
            totals[place.unit.parent] += totals[place.unit.id]
    return totals


def _team(place: _Place, sitting: int, total: int) -> Team:
    unit = place.unit
    if sitting == total:
        return Team(unit.id, unit.name, place.path, place.ids[:-1], unit.site, sitting)
    return Team(unit.id, f"{unit.name} (own staff)", place.path, place.ids, unit.site, sitting)


def grow(units: Iterable[Unit], sitting: Mapping[str, int]) -> Tree:
    """Counts people into the tree; `sitting`: how many there are in each unit itself. Units with nobody in them or
    below are left out."""
    places = sorted(_places(units), key=lambda place: (len(place.ids), place.path, place.ids))
    totals = _headcounts(places, sitting)
    assert sitting.keys() <= totals.keys(), "a person's unit is not in the tree"
    held = sorted((place for place in places if totals[place.unit.id]), key=lambda place: (place.path, place.ids))
    return Tree(
        tuple(FrameUnit(p.unit.id, p.unit.parent, p.unit.name, p.unit.site, totals[p.unit.id]) for p in held),
        tuple(_team(p, sitting[p.unit.id], totals[p.unit.id]) for p in held if sitting.get(p.unit.id)),
    )
