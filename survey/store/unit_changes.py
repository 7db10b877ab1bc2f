"""What becomes of units, from when."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey import errors
from survey.core.staff.units import Kind
from survey.db import Db
from survey.sql import Query


class Recorded(msgspec.Struct, frozen=True):
    """A change that stands. `planned`: it has not taken effect yet. `former`: what a unit that is renamed was called
    until then."""

    change_id: UUID
    unit: str
    kind: Kind
    name: str | None
    former: str | None
    parent: str | None
    merged_into: str | None
    effective_at: datetime
    recorded_at: datetime
    planned: bool

    @property
    def units(self) -> frozenset[str]:
        """The ids of all units that it is about."""
        return frozenset(unit for unit in (self.unit, self.parent, self.merged_into) if unit)


class Merge(msgspec.Struct, frozen=True):
    unit: str
    merged_into: str | None


class Clock(msgspec.Struct, frozen=True):
    """Now, and when a round was last launched."""

    now: datetime
    last_launch: datetime | None


_add = Query[msgspec.Struct]("unit_changes.add")
_list_standing = Query("unit_changes.list_standing", Recorded)
_undo = Query[msgspec.Struct]("unit_changes.undo")
_merges_between = Query("unit_changes.merges_between", Merge)
_clock = Query("unit_changes.clock", Clock)


async def add(
    db: Db,
    organisation_id: UUID,
    change_id: UUID,
    unit_id: UUID,
    kind: Kind,
    *,
    name: str | None,
    parent_id: UUID | None,
    into_id: UUID | None,
    effective_at: datetime,
) -> None:
    await _add.execute(db, organisation_id, change_id, unit_id, kind, name, parent_id, into_id, effective_at)


async def find(db: Db, organisation_id: UUID, change_id: UUID) -> Recorded:
    """Raises NotFound for one that was undone, too."""
    found = await _list_standing.maybe(db, organisation_id, None, 1, change_id)
    if found is None:
        raise errors.NotFound("This change is not there any more: it may have been undone.")
    return found


async def list_standing(db: Db, organisation_id: UUID, unit: str | None = None, most: int = 500) -> list[Recorded]:
    """Changes that were not undone, the latest to take effect first; of one unit where one is told."""
    return await _list_standing.all(db, organisation_id, unit, most, None)


async def undo(db: Db, organisation_id: UUID, change_id: UUID) -> None:
    await _undo.execute(db, organisation_id, change_id)


async def merges_between(db: Db, organisation_id: UUID, since: datetime, until: datetime) -> list[tuple[str, str]]:
    """The unit and the one it went into, in the order in which merges took effect after `since` and up to `until`."""
    rows = await _merges_between.all(db, organisation_id, since, until)
    return [(row.unit, row.merged_into or "") for row in rows]


async def clock(db: Db, organisation_id: UUID) -> Clock:
    return await _clock.one(db, organisation_id)
