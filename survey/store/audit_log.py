"""The audit log: entries that are only ever added, and where each organisation's log ends."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey.core.audit_log import Entry
from survey.db import Db
from survey.sql import Query


class Head(msgspec.Struct, frozen=True):
    """`number` and `mac` are the last entry's; `now` is the database's clock."""

    number: int
    mac: bytes
    now: datetime


_begin = Query[msgspec.Struct]("audit_log.begin")
_lock = Query("audit_log.lock", Head)
_append = Query[msgspec.Struct]("audit_log.append")
_move_head = Query[msgspec.Struct]("audit_log.move_head")


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
