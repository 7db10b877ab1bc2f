"""A release as somebody may read it who is shown one part of the organisation: fewer cells, never other ones.

They see the groups of their unit and of those below it, and, to compare with, the divisions above and the organisation.
What they do not see is not in what they are given, so that no page can tell it from what does not exist.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from survey.core.disclosure.release import Release
from survey.core.frame import Frame, FrameUnit


def narrowed(release: Release, frame: Frame, unit_id: str) -> Release:
    """Only what the release says of the visible groups. A unit that the frame does not have leaves the organisation."""
    seen = frozenset(_visible(frame, unit_id))
    groups = tuple(group for group in release.groups if group.id in seen)
    told = {name: _of(groups_of, seen) for name in _BY_GROUP if (groups_of := getattr(release, name))}
    return msgspec.structs.replace(release, groups=groups, **told)


def _by_group() -> Iterator[str]:
    """The fields of a release whose entries are each about one group."""
    described = inspect.type_info(Release)
    assert isinstance(described, inspect.StructType)
    for field in described.fields:
        item = getattr(field.type, "item_type", None)
        if isinstance(item, inspect.StructType) and any(one.name == "group" for one in item.fields):
            yield field.name


_BY_GROUP = tuple(_by_group())


def _of(entries: tuple[Any, ...], seen: frozenset[str]) -> tuple[Any, ...]:
    return tuple(entry for entry in entries if entry.group in seen)


def _visible(frame: Frame, unit_id: str) -> Iterator[str]:
    """Ids of groups. A reporting unit is seen by whoever may see any of its teams: nothing finer is told of them."""
    units = {unit.id: unit for unit in frame.units}
    below = {unit.id for unit in frame.units if unit_id in _upward(units, unit.id)}
    yield "org"
    yield from (f"unit:{unit}" for unit in {*below, *_upward(units, unit_id)})
    for position, reporting in enumerate(frame.reporting_units):
        if reporting.parent in below or not below.isdisjoint(reporting.teams):
            yield f"ru:{position}"


def _upward(units: dict[str, FrameUnit], unit_id: str | None) -> Iterator[str]:
    """The unit and those above it."""
    while unit_id is not None and unit_id in units:
        yield unit_id
        unit_id = units[unit_id].parent
