"""Requests for one's own link: whoever asked, told apart by a hash, until they are dealt with."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Request(msgspec.Struct, frozen=True):
    organisation_id: UUID
    round_id: str
    identifier_hash: bytes
    ciphertext: bytes


_ask = Query[msgspec.Struct]("link_requests.ask")
_take = Query("link_requests.take", Request)
_settle = Query[msgspec.Struct]("link_requests.settle")
_forget = Query[msgspec.Struct]("link_requests.forget")
_delete_all = Query[msgspec.Struct]("link_requests.delete_all")


async def ask(db: Db, round_id: str, identifier_hash: bytes, ciphertext: bytes) -> None:
    """Asked again before it may be, nothing is added."""
    await _ask.execute(db, round_id, identifier_hash, ciphertext)


async def take(db: Db, most: int) -> list[Request]:
    """Held until the transaction ends; what another holds is passed over."""
    return await _take.all(db, most)


async def settle(db: Db, request: Request) -> None:
    await _settle.execute(db, request.organisation_id, request.round_id, request.identifier_hash)


async def forget(db: Db, again_after: timedelta) -> None:
    await _forget.execute(db, again_after)


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _delete_all.execute(db, organisation_id, round_id)
