"""Sessions of people who signed in to the console: the hash of each one's secret, never the secret."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Session(msgspec.Struct, frozen=True):
    """Whose session it is, with the roles they have now. `over`: it has expired. `unnoted`: that it is used should be
    written down again."""

    organisation_id: UUID
    organisation: str
    account_id: UUID
    name: str
    roles: list[str]
    unit_id: UUID | None
    over: bool
    unnoted: bool


_add = Query[msgspec.Struct]("sessions.add")
_find = Query("sessions.find", Session)
_note_use = Query[msgspec.Struct]("sessions.note_use")
_delete = Query[msgspec.Struct]("sessions.delete")
_forget_expired = Query[msgspec.Struct]("sessions.forget_expired")


async def add(
    db: Db, organisation_id: UUID, session_hash: bytes, account_id: UUID, device: str, lifetime: timedelta
) -> None:
    await _add.execute(db, organisation_id, session_hash, account_id, device, lifetime)


async def find(db: Db, session_hash: bytes, idle: timedelta, note_after: timedelta) -> Session | None:
    """The session, expired ones among them."""
    return await _find.maybe(db, session_hash, idle, note_after)


async def note_use(db: Db, session_hash: bytes) -> None:
    await _note_use.execute(db, session_hash)


async def delete(db: Db, session_hash: bytes) -> None:
    await _delete.execute(db, session_hash)


async def forget_expired(db: Db, for_longer_than: timedelta) -> None:
    await _forget_expired.execute(db, for_longer_than)
