"""Accounts: who may sign in to the console, and as what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Named(msgspec.Struct, frozen=True):
    account_id: UUID
    roles: list[str]


class Account(msgspec.Struct, frozen=True):
    """`issuer` and `subject` are who that is at the provider, None where a link is all they have. `unit` is the name
    of the unit that limits what a reader sees."""

    account_id: UUID
    name: str
    issuer: str | None
    subject: str | None
    roles: list[str]
    unit_id: UUID | None
    unit: str | None
    added_at: datetime
    signed_in_at: datetime | None


class Owned(msgspec.Struct, frozen=True):
    """An account and whose it is: an identity leads to one in the whole deployment."""

    organisation_id: UUID
    account_id: UUID


class Owner(msgspec.Struct, frozen=True):
    account_id: UUID


class Presence(msgspec.Struct, frozen=True):
    anybody: bool


_by_name = Query("accounts.by_name", Named)
_add = Query[msgspec.Struct]("accounts.add")
_set_roles = Query[msgspec.Struct]("accounts.set_roles")
_note_sign_in = Query[msgspec.Struct]("accounts.note_sign_in")
_any_signed_in = Query("accounts.any_signed_in", Presence)
_list_all = Query("accounts.list_all", Account)
_find = Query("accounts.find", Account)
_grant = Query[msgspec.Struct]("accounts.grant")
_owners = Query("accounts.owners", Owner)
_remove = Query[msgspec.Struct]("accounts.remove")
_by_identity = Query("accounts.by_identity", Owned)
_bind = Query[msgspec.Struct]("accounts.bind")
_rename = Query[msgspec.Struct]("accounts.rename")


async def by_name(db: Db, organisation_id: UUID, name: str) -> Named:
    """The account of that name which is nobody's at the provider."""
    return await _by_name.one(db, organisation_id, name)


async def add(
    db: Db,
    organisation_id: UUID,
    account_id: UUID,
    name: str,
    roles: Sequence[str],
    *,
    issuer: str | None = None,
    subject: str | None = None,
    unit_id: UUID | None = None,
) -> bool:
    """Whether it was new: not if there is one already of that name, or of that identity."""
    return await _add.execute(db, organisation_id, account_id, name, issuer, subject, roles, unit_id) == 1


async def set_roles(db: Db, organisation_id: UUID, account_id: UUID, roles: Sequence[str]) -> None:
    await _set_roles.execute(db, organisation_id, account_id, roles)


async def note_sign_in(db: Db, organisation_id: UUID, account_id: UUID) -> None:
    await _note_sign_in.execute(db, organisation_id, account_id)


async def any_signed_in(db: Db, organisation_id: UUID) -> bool:
    return (await _any_signed_in.one(db, organisation_id)).anybody


async def list_all(db: Db, organisation_id: UUID) -> list[Account]:
    """Those without a role first, then by name."""
    return await _list_all.all(db, organisation_id)


async def find(db: Db, organisation_id: UUID, account_id: UUID) -> Account | None:
    return await _find.maybe(db, organisation_id, account_id)


async def grant(db: Db, organisation_id: UUID, account_id: UUID, roles: Sequence[str], unit_id: UUID | None) -> None:
    await _grant.execute(db, organisation_id, account_id, roles, unit_id)


async def owners(db: Db, organisation_id: UUID) -> list[UUID]:
    """The owners who have signed in, held until the transaction ends, so that two of them cannot go at once."""
    return [row.account_id for row in await _owners.all(db, organisation_id)]


async def remove(db: Db, organisation_id: UUID, account_id: UUID) -> None:
    await _remove.execute(db, organisation_id, account_id)


async def by_identity(db: Db, issuer: str, subject: str) -> Owned | None:
    """Whoever that is to the issuer: in whichever organisation."""
    return await _by_identity.maybe(db, issuer, subject)


async def bind(db: Db, organisation_id: UUID, account_id: UUID, issuer: str, subject: str) -> bool:
    """Tie an account to an identity, for good. Whether it was free."""
    return await _bind.execute(db, organisation_id, account_id, issuer, subject) == 1


async def rename(db: Db, organisation_id: UUID, account_id: UUID, name: str) -> None:
    """As the provider calls them now."""
    await _rename.execute(db, organisation_id, account_id, name)
