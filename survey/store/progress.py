"""How far work on a round is, told while it is done by a connection other than the one that works."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query

_note = Query[msgspec.Struct]("progress.note")
_forget = Query[msgspec.Struct]("progress.forget")


async def note(db: Db, organisation_id: UUID, round_id: str, told: str, holds: timedelta) -> None:
    await _note.execute(db, organisation_id, round_id, told, holds)


async def forget(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _forget.execute(db, organisation_id, round_id)
