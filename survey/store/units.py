"""Units: the organisation's tree."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey.core.merging import Unit
from survey.db import Db
from survey.sql import Query

_tree = Query("units.tree", Unit)
_add_all = Query[msgspec.Struct]("units.add_all")
_settle_sites = Query[msgspec.Struct]("units.settle_sites")


async def tree(db: Db, organisation_id: UUID) -> list[Unit]:
    """All units, those without people too, in no order that means anything."""
    return await _tree.all(db, organisation_id)


async def add_all(db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, UUID | None, str]]) -> None:
    """Rows: unit, the unit above, name. A parent may be among the rows."""
    await _add_all.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))


async def settle_sites(db: Db, organisation_id: UUID) -> None:
    """Each unit's site becomes the most common one of the people in it, the first by name where two are."""
    await _settle_sites.execute(db, organisation_id)
