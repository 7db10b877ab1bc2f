"""The tree of units at a moment: paths, what is below what, and what would be wrong with it."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from survey.core.staff.cells import MOST_LEVELS
from survey.errors import Problem

Path = tuple[str, ...]
Kind = Literal["rename", "move", "merge", "close"]


class Place(msgspec.Struct, frozen=True):
    """A unit as it stands at a moment. `parent` None: directly under the organisation. `merged_into`: where its people
    sit now. `closes_at`: when it will be closed, where that is planned."""

    id: str
    parent: str | None
    name: str
    site: str | None
    merged_into: str | None
    closed: bool
    closes_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.merged_into is None and not self.closed


class Change(msgspec.Struct, frozen=True):
    """What is to become of a unit. `name` for a rename; `target` the unit above for a move (None: the organisation
    itself), the unit to merge into for a merge."""

    kind: Kind
    name: str | None = None
    target: str | None = None


def paths(places: Iterable[Place]) -> dict[str, Path]:
    """Names from the top, by id. What stands in a circle has none."""
    by_id = {place.id: place for place in places}
    found: dict[str, Path] = {}
    for place in by_id.values():
        trail: list[Place] = []
        at: Place | None = place
        while at is not None and at.id not in found and at not in trail:
            trail.append(at)
            at = by_id.get(at.parent or "")
        if at in trail:
            continue
        for one in reversed(trail):
            found[one.id] = (*found.get(one.parent or "", ()), one.name)
    return found


def written(path: Path) -> str:
    return " > ".join(path)


def stranded(places: Iterable[Place], sitting: Mapping[str, int]) -> list[Place]:
    """Closed units in which people still are, in no order."""
    return [place for place in places if place.closed and place.merged_into is None and sitting.get(place.id)]


def below(places: Iterable[Place], totals: Mapping[str, int]) -> dict[str | None, list[Place]]:
    """The open units by the one above, in alphabetical order, and with them those closed ones that still have people:
    whoever is on the staff list is found in the tree."""
    children: dict[str | None, list[Place]] = {}
    for place in sorted(places, key=lambda place: (place.name.casefold(), place.id)):
        if place.open or (place.merged_into is None and totals.get(place.id)):
            children.setdefault(place.parent, []).append(place)
    return children


def totals(places: Sequence[Place], sitting: Mapping[str, int]) -> dict[str, int]:
    """People in each unit and in those below it."""
    by_id, found = {place.id: place for place in places}, Counter(dict(sitting))
    for unit, people in sitting.items():
        above = by_id[unit].parent
        while above is not None:
            found[above] += people
            above = by_id[above].parent
    return dict(found)


def subtree(places: Iterable[Place], top: str) -> frozenset[str]:
    """A unit's id and those of all below it, open or not."""
    children: dict[str | None, list[str]] = {}
    for place in places:
        children.setdefault(place.parent, []).append(place.id)
    found, row = {top}, [top]
    while row:
        row = [child for unit in row for child in children.get(unit, ()) if child not in found]
        found.update(row)
    return frozenset(found)


def problems(places: Sequence[Place]) -> list[Problem]:
    """What a tree must not have: circles, two units of one name side by side, open units under a closed one."""
    told, known = paths(places), {place.id: place for place in places}
    if circles := [place for place in places if place.id not in told]:
        names = " and ".join(f"“{place.name}”" for place in circles[:2])
        return [Problem("The tree", f"{names} would stand below each other.", "Choose a unit that is not below it.")]
    standing = [place for place in places if place.open]
    twins = Counter((place.parent, place.name.casefold()) for place in standing)
    wrong = [
        Problem(f"“{written(told[place.id])}”", "there would be two units of this name.", "Rename one of them first.")
        for place in standing
        if twins[place.parent, place.name.casefold()] > 1
    ]
    wrong += [
        Problem(f"“{written(told[place.id])}”", "it would stand below a closed unit.", "Move, merge or close it first.")
        for place in standing
        if place.parent is not None and known[place.parent].closed
    ]
    wrong += [
        Problem(f"“{place.name}”", f"it would stand more than {MOST_LEVELS} levels deep.")
        for place in standing
        if len(told[place.id]) > MOST_LEVELS
    ]
    return wrong


def successors(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """From each merged unit to where its people are after all of the merges, told in the order in which they took
    effect."""
    found: dict[str, str] = {}
    for unit, into in merges:
        found = {before: into if after == unit else after for before, after in found.items()} | {unit: into}
    return found


def former_paths(now: Sequence[Place], before: Iterable[Sequence[Place]]) -> dict[Path, Path]:
    """Paths that units had and have no more, each with where its people belong now. `before`: the tree at earlier
    moments, the latest first, which wins. A closed unit's people belong nowhere."""
    told, by_id = paths(now), {place.id: place for place in now}
    standing = {told[place.id] for place in now if place.open}
    found: dict[Path, Path] = {}
    for places in before:
        earlier = paths(places)
        for place in places:
            heir = by_id[by_id[place.id].merged_into or place.id]
            if place.open and heir.open and earlier[place.id] not in standing:
                found.setdefault(earlier[place.id], told[heir.id])
    return found


def current(path: Path, standing: Container[Path], former: Mapping[Path, Path]) -> Path:
    """Where a path that somebody wrote down leads today: by its longest beginning that is, or was, a unit's."""
    for depth in range(len(path), 0, -1):
        if path[:depth] in standing:
            return path
        if path[:depth] in former:
            return former[path[:depth]] + path[depth:]
    return path
