"""Units: the organisation's tree, as it stands now or stood at another moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey.core.merging import Unit
from survey.core.staff.units import Place
from survey.db import Db
from survey.sql import Query


class Site(msgspec.Struct, frozen=True):
    """Where a unit's people mostly are: at the first site by name where two are as common, None where nobody says."""

    unit: str
    site: str | None


class Headcount(msgspec.Struct, frozen=True):
    """People who sit in the unit itself, not in those below."""

    unit: str
    people: int


class Dated(msgspec.Struct, frozen=True):
    """A unit as it stands at a moment."""

    at: datetime
    id: str
    parent: str | None
    name: str
    site: str | None
    merged_into: str | None
    closed: bool

    @property
    def place(self) -> Place:
        return Place(self.id, self.parent, self.name, self.site, self.merged_into, self.closed)


_tree = Query("units.tree", Unit)
_arranged = Query("units.arranged", Place)
_breakpoints = Query("units.breakpoints", Dated)
_former = Query("units.former", Dated)
_headcounts = Query("units.headcounts", Headcount)
_add_all = Query[msgspec.Struct]("units.add_all")
_sites = Query("units.sites", Site)
_set_sites = Query[msgspec.Struct]("units.set_sites")


async def tree(db: Db, organisation_id: UUID) -> list[Unit]:
    """All units as they stand now, those without people too, in no order that means anything."""
    return await _tree.all(db, organisation_id)


async def arranged(db: Db, organisation_id: UUID) -> list[Place]:
    """All units as they stand now, with what has become of those that are no more."""
    return await _arranged.all(db, organisation_id)


async def breakpoints(db: Db, organisation_id: UUID, since: datetime) -> list[Dated]:
    """All units at a moment and at each later one at which a recorded change takes effect."""
    return await _breakpoints.all(db, organisation_id, since)


async def former(db: Db, organisation_id: UUID, most: int) -> list[Dated]:
    """All units just before each of the latest changes that have taken effect, the latest first."""
    return await _former.all(db, organisation_id, most)


async def headcounts(db: Db, organisation_id: UUID) -> dict[str, int]:
    """How many sit in each unit itself."""
    return {row.unit: row.people for row in await _headcounts.all(db, organisation_id)}


async def add_all(db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, UUID | None, str]]) -> None:
    """Rows: unit, the unit above, name. A parent may be among the rows."""
    await _add_all.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))


async def sites(db: Db, organisation_id: UUID) -> list[Site]:
    """The sites of the units that people sit in, as their people tell them."""
    return await _sites.all(db, organisation_id)


async def set_sites(db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, str | None]]) -> None:
    """Rows: unit, site."""
    await _set_sites.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))
