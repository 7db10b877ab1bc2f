"""Computing a release again, from the questionnaire, plan, frame and responses that are stored: to the same digit."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from survey.core import disclosure
from survey.core.disclosure.release import Release
from survey.db import Db
from survey.operations import auditing, comparing, launching, publishing

PARTS = {
    "cells": "cell",
    "changes": "change",
    "priorities": "priority",
    "items": "item",
    "levels_held": "level",
    "rates": "rate",
}
"""The parts of a release that are about groups, and what an entry of each is called."""


class Difference(msgspec.Struct, frozen=True):
    """One field in which the two are not the same. `place` names a cell or a finding by its group and what it is about,
    or is empty for what the release says of itself."""

    place: str
    field: str
    published: str
    recomputed: str


class Recomputed(msgspec.Struct, frozen=True):
    """The digest of the release as it was given and as it was computed again, and where they differ."""

    number: int
    published: str
    recomputed: str
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        return self.published == self.recomputed


async def recompute(db: Db, organisation_id: UUID, release: Release) -> Recomputed:
    """Compute it again beside the releases that came before it and the earlier round that it names. Raises NotFound
    for a round that is not there, Refused where what is stored cannot be published at all."""
    round_ = await launching.find(db, organisation_id, release.round)
    stored = await auditing.stored_all(db, organisation_id, release.round)
    earlier = [one for one in stored if one.number < release.number]
    before = await comparing.again(db, round_, release.compared)
    again = await publishing.compute(db, round_, earlier, before)
    digests = (disclosure.digest(release), disclosure.digest(again))
    return Recomputed(release.number, *digests, tuple(differences(release, again)))


def differences(published: Release, recomputed: Release) -> Iterator[Difference]:
    """Field by field, what the release says of itself first, then cell by cell and finding by finding."""
    for name in published.__struct_fields__:
        if name not in PARTS:
            yield from _differing("", name, getattr(published, name), getattr(recomputed, name))
    for part, called in PARTS.items():
        yield from _parted(called, _entries(getattr(published, part)), _entries(getattr(recomputed, part)))


def _parted(called: str, there: Mapping[str, Struct], again: Mapping[str, Struct]) -> Iterator[Difference]:
    for place in [*there, *(place for place in again if place not in there)]:
        if place not in again or place not in there:
            yield Difference(place, called, *("there" if place in side else "not there" for side in (there, again)))
            continue
        for name in there[place].__struct_fields__:
            yield from _differing(place, name, getattr(there[place], name), getattr(again[place], name))


def _entries(of: Iterable[Struct]) -> dict[str, Struct]:
    """By group and what they are about."""
    about = ("group", "measure", "item", "of", "option")
    return {", ".join(str(getattr(one, name)) for name in about if hasattr(one, name)): one for one in of}


def _differing(place: str, field: str, published: object, recomputed: object) -> Iterator[Difference]:
    if published != recomputed:
        yield Difference(place, field, _told(published), _told(recomputed))


def _told(value: object) -> str:
    return "nothing" if value is None else msgspec.json.encode(value).decode().strip('"')
