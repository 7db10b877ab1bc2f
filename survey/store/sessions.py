"""Sessions of people who signed in to see results: the hash of each one's secret, never the secret."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Session(msgspec.Struct, frozen=True):
    organisation_id: UUID
    organisation: str
    role: str


_add = Query[msgspec.Struct]("sessions.add")
_find = Query("sessions.find", Session)
_delete = Query[msgspec.Struct]("sessions.delete")
_forget_expired = Query[msgspec.Struct]("sessions.forget_expired")


async def add(db: Db, organisation_id: UUID, session_hash: bytes, role: str, lifetime: timedelta) -> None:
    await _add.execute(db, organisation_id, session_hash, role, lifetime)


async def find(db: Db, session_hash: bytes) -> Session | None:
    return await _find.maybe(db, session_hash)


async def delete(db: Db, session_hash: bytes) -> None:
    await _delete.execute(db, session_hash)


async def forget_expired(db: Db) -> None:
    await _forget_expired.execute(db)
