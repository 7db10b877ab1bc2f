"""One-time sign-in links that have not been used: the hash of each, and whose account it opens."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class SignIn(msgspec.Struct, frozen=True):
    """`binds`: it works only together with the provider's sign-in, and ties the account to it."""

    organisation_id: UUID
    account_id: UUID
    binds: bool


_add = Query[msgspec.Struct]("sign_ins.add")
_find = Query("sign_ins.find", SignIn)
_take = Query("sign_ins.take", SignIn)
_forget_expired = Query[msgspec.Struct]("sign_ins.forget_expired")


async def add(
    db: Db, organisation_id: UUID, link_hash: bytes, account_id: UUID, lifetime: timedelta, *, binds: bool
) -> None:
    await _add.execute(db, organisation_id, link_hash, account_id, binds, lifetime)


async def find(db: Db, link_hash: bytes) -> SignIn | None:
    """What the link would give; it stays usable."""
    return await _find.maybe(db, link_hash)


async def take(db: Db, link_hash: bytes, *, binds: bool) -> SignIn | None:
    """What the link gives, once: of several that ask at the same moment one gets it."""
    return await _take.maybe(db, link_hash, binds)


async def forget_expired(db: Db) -> None:
    await _forget_expired.execute(db)
