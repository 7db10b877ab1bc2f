"""Comments: free text, detached from the responses it came with."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Placed(msgspec.Struct, frozen=True):
    id: UUID


_placed = Query("comments.placed", Placed)


async def add_all(db: Db, rows: Iterable[tuple[UUID, str, UUID, str, str]]) -> None:
    """Rows, shuffled apart from the responses: organisation, round, random id, item, text."""
    columns = ["organisation_id", "round_id", "comment_id", "item_id", "body"]
    await db.copy_records_to_table("comment", records=rows, columns=columns)


async def placed(db: Db, organisation_id: UUID, round_id: str) -> list[UUID]:
    """Their ids, in the order in which they lie in the table's file."""
    return [row.id for row in await _placed.all(db, organisation_id, round_id)]
