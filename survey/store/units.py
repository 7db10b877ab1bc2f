"""Units: the organisation's tree."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey.core.merging import Unit
from survey.db import Db
from survey.sql import Query


class Site(msgspec.Struct, frozen=True):
    """Where a unit's people mostly are: at the first site by name where two are as common, None where nobody says."""

    unit: str
    site: str | None


_tree = Query("units.tree", Unit)
_add_all = Query[msgspec.Struct]("units.add_all")
_sites = Query("units.sites", Site)
_set_sites = Query[msgspec.Struct]("units.set_sites")


async def tree(db: Db, organisation_id: UUID) -> list[Unit]:
    """All units, those without people too, in no order that means anything."""
    return await _tree.all(db, organisation_id)


async def add_all(db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, UUID | None, str]]) -> None:
    """Rows: unit, the unit above, name. A parent may be among the rows."""
    await _add_all.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))


async def sites(db: Db, organisation_id: UUID) -> list[Site]:
    """The sites of the units that people sit in, as their people tell them."""
    return await _sites.all(db, organisation_id)


async def set_sites(db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, str | None]]) -> None:
    """Rows: unit, site."""
    await _set_sites.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))
