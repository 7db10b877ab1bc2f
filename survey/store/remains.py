"""Remains: what deleted rows leave in the files of the tables that belong to open rounds alone."""

import msgspec

from survey.db import Db
from survey.sql import Query


class Size(msgspec.Struct, frozen=True):
    bytes: int


class Horizon(msgspec.Struct, frozen=True):
    transaction: str


class Held(msgspec.Struct, frozen=True):
    held: bool


_size = Query("remains.size", Size)
_horizon = Query("remains.horizon", Horizon)
_held_back = Query("remains.held_back", Held)
_rewrite_drafts = Query[msgspec.Struct]("remains.rewrite_drafts")
_rewrite_sealed = Query[msgspec.Struct]("remains.rewrite_sealed")
_rewrite_answered = Query[msgspec.Struct]("remains.rewrite_answered")
_rewrite_invitations = Query[msgspec.Struct]("remains.rewrite_invitations")
_rewrite_link_requests = Query[msgspec.Struct]("remains.rewrite_link_requests")
_rewrite_messages = Query[msgspec.Struct]("remains.rewrite_messages")


async def size(db: Db) -> int:
    """Bytes on disk of what would be rewritten, indexes included."""
    return (await _size.one(db)).bytes


async def horizon(db: Db) -> str:
    """The transaction before which everything is over for whoever looks from now on."""
    return (await _horizon.one(db)).transaction


async def held_back(db: Db, transaction: str) -> bool:
    """Whether another session still looks at the database as it was before that transaction."""
    return (await _held_back.one(db, transaction)).held


async def rewrite(db: Db) -> None:
    """Each table by itself, so that respondents wait for one at a time; no longer than a second for its lock."""
    await _rewrite_drafts.execute(db)
    await _rewrite_sealed.execute(db)
    await _rewrite_answered.execute(db)
    await _rewrite_invitations.execute(db)
    await _rewrite_messages.execute(db)
    await _rewrite_link_requests.execute(db)
