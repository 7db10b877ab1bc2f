"""Errands: long work that was asked for on a page, for the worker to do. At most one waits for a round."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query

Kind = Literal["launch", "publish", "correct"]


class Errand(msgspec.Struct, frozen=True):
    """`asked_by` is an account. `begun_at`: the worker has taken it up. `refused` says why it could not be done; then
    it waits no longer."""

    organisation_id: UUID
    round_id: str
    kind: Kind
    asked_by: UUID | None
    asked_at: datetime
    begun_at: datetime | None
    refused: str | None


_ask = Query[msgspec.Struct]("errands.ask")
_find = Query("errands.find", Errand)
_waiting = Query("errands.waiting", Errand)
_begin = Query[msgspec.Struct]("errands.begin")
_hold = Query("errands.hold", Errand)
_refuse = Query[msgspec.Struct]("errands.refuse")
_delete = Query[msgspec.Struct]("errands.delete")


async def ask(db: Db, organisation_id: UUID, round_id: str, kind: Kind, asked_by: UUID | None) -> None:
    """Nothing changes where one waits already."""
    await _ask.execute(db, organisation_id, round_id, kind, asked_by)


async def find(db: Db, organisation_id: UUID, round_id: str) -> Errand | None:
    return await _find.maybe(db, organisation_id, round_id)


async def waiting(db: Db) -> list[Errand]:
    """Of every organisation, the oldest first."""
    return await _waiting.all(db)


async def begin(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _begin.execute(db, organisation_id, round_id)


async def hold(db: Db, organisation_id: UUID, round_id: str) -> Errand | None:
    """The errand, kept from other workers until the transaction ends. None where one has it, or it is done."""
    return await _hold.maybe(db, organisation_id, round_id)


async def refuse(db: Db, organisation_id: UUID, round_id: str, why: str) -> None:
    await _refuse.execute(db, organisation_id, round_id, why)


async def delete(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _delete.execute(db, organisation_id, round_id)
