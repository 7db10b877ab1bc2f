"""The audit log: entries that are only ever added, and where each organisation's log ends."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey.core.audit_log import End, Entry
from survey.db import Db
from survey.sql import Query


class Head(msgspec.Struct, frozen=True):
    """`number` and `mac` are the last entry's; `now` is the database's clock."""

    number: int
    mac: bytes
    now: datetime


class Line(msgspec.Struct, frozen=True):
    """An entry as people read it. `account` is the name of whoever acted, while their account is there."""

    number: int
    at: datetime
    actor: str
    account_id: UUID | None
    account: str | None
    action: str
    subject: str
    details: str


_begin = Query[msgspec.Struct]("audit_log.begin")
_lock = Query("audit_log.lock", Head)
_append = Query[msgspec.Struct]("audit_log.append")
_move_head = Query[msgspec.Struct]("audit_log.move_head")
_ending = Query("audit_log.ending", End)
_following = Query("audit_log.following", Entry)
_page = Query("audit_log.page", Line)
_page_up = Query("audit_log.page_up", Line)


async def lock(db: Db, organisation_id: UUID) -> Head:
    """The end of the log, held until the transaction ends."""
    head = await _lock.maybe(db, organisation_id)
    if head is not None:
        return head
    await _begin.execute(db, organisation_id)
    return await _lock.one(db, organisation_id)


async def append(db: Db, entry: Entry) -> None:
    await _append.execute(db, *msgspec.structs.astuple(entry))


async def move_head(db: Db, organisation_id: UUID, number: int, mac: bytes, seal: bytes) -> None:
    await _move_head.execute(db, organisation_id, number, mac, seal)


async def ending(db: Db, organisation_id: UUID) -> End | None:
    """Where the log says that it ends. In a transaction, nothing is appended until it is over."""
    return await _ending.maybe(db, organisation_id)


async def following(db: Db, organisation_id: UUID, after: int, most: int) -> list[Entry]:
    """Entries in their order."""
    return await _following.all(db, organisation_id, after, most)


async def page(
    db: Db,
    organisation_id: UUID,
    before: int | None,
    noun: str | None,
    account_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    most: int,
) -> list[Line]:
    """Entries, the last first. `noun` is the part of the action before its dot."""
    return await _page.all(db, organisation_id, before, noun, account_id, since, until, most)


async def page_up(
    db: Db,
    organisation_id: UUID,
    after: int | None,
    noun: str | None,
    account_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    most: int,
) -> list[Line]:
    """The same, the first first."""
    return await _page_up.all(db, organisation_id, after, noun, account_id, since, until, most)
