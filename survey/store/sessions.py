"""Sessions of people who signed in to the console: the hash of each one's secret, never the secret."""

from datetime import datetime, timedelta
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


class Listed(msgspec.Struct, frozen=True):
    """A session that lasts still. `device` says roughly from where: "Firefox on Windows"."""

    session_hash: bytes
    device: str
    started_at: datetime
    used_at: datetime


class Kept(msgspec.Struct, frozen=True):
    """A form that somebody was filling in when their session ended, encrypted under that session's secret."""

    account_id: UUID
    ciphertext: bytes


_add = Query[msgspec.Struct]("sessions.add")
_find = Query("sessions.find", Session)
_note_use = Query[msgspec.Struct]("sessions.note_use")
_delete = Query[msgspec.Struct]("sessions.delete")
_forget_expired = Query[msgspec.Struct]("sessions.forget_expired")
_list_of = Query("sessions.list_of", Listed)
_end = Query[msgspec.Struct]("sessions.end")
_keep = Query[msgspec.Struct]("sessions.keep")
_kept = Query("sessions.kept", Kept)
_forget = Query[msgspec.Struct]("sessions.forget")


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


async def list_of(db: Db, organisation_id: UUID, account_id: UUID, idle: timedelta) -> list[Listed]:
    """The account's sessions that last still, the most recently used first."""
    return await _list_of.all(db, organisation_id, account_id, idle)


async def end(db: Db, organisation_id: UUID, account_id: UUID, start: str) -> int:
    """End the account's sessions whose hash, in lower-case hex, begins with `start`; how many there were."""
    return await _end.execute(db, organisation_id, account_id, start)


async def keep(
    db: Db, organisation_id: UUID, session_hash: bytes, account_id: UUID, ciphertext: bytes, lifetime: timedelta
) -> None:
    """Keep a form beside the hash of the session whose secret opens it: the last one only."""
    await _keep.execute(db, organisation_id, session_hash, account_id, ciphertext, lifetime)


async def kept(db: Db, session_hash: bytes) -> Kept | None:
    return await _kept.maybe(db, session_hash)


async def forget(db: Db, session_hash: bytes) -> None:
    """Delete this session's form, and all that nobody came back for."""
    await _forget.execute(db, session_hash)
