"""Accounts: who may sign in to the console, and as what."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Named(msgspec.Struct, frozen=True):
    account_id: UUID
    roles: list[str]


_by_name = Query("accounts.by_name", Named)
_add = Query[msgspec.Struct]("accounts.add")
_set_roles = Query[msgspec.Struct]("accounts.set_roles")
_note_sign_in = Query[msgspec.Struct]("accounts.note_sign_in")


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
