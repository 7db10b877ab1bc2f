"""Comments: free text, detached from the responses it came with."""

from collections.abc import Iterable
from uuid import UUID

from survey.db import Db


async def add_all(db: Db, rows: Iterable[tuple[UUID, str, UUID, str, str]]) -> None:
    """Rows, shuffled apart from the responses: organisation, round, random id, item, text."""
    columns = ["organisation_id", "round_id", "comment_id", "item_id", "body"]
    await db.copy_records_to_table("comment", records=rows, columns=columns)
