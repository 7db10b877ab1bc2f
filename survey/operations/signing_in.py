"""Signing in to the console: a one-time link becomes a session of an account.

Link and session are 256-bit secrets of which the database keeps only a hash. Looking at a link changes nothing, so
that a mail scanner cannot use it up; using it is one transaction, so that it works once. What somebody may do is asked
of their account at every request: a role that was taken away is gone at once.
"""

import re
from datetime import timedelta
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core import access
from survey.core.access import Role
from survey.db import Db
from survey.store import accounts, sessions, sign_ins

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)
"""Absolute: using a session does not prolong it."""
IDLE = timedelta(hours=2)
"""A session that is not used for this long is over."""
NOTED = timedelta(minutes=1)
"""How exactly it is written down when a session was last used: to the minute saves a write on most pages."""
REMEMBERED = timedelta(days=1)
"""For how long after its end a session is known to have been one, to keep what its owner had typed."""
ROLES: dict[str, Role] = {role: role for role in access.GRANTED}
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody who signed in: whose console they see, and as what. `unit_id`: where the results that they may read
    begin; None: the whole organisation."""

    organisation_id: UUID
    organisation: str
    account_id: UUID
    name: str
    roles: tuple[Role, ...]
    unit_id: UUID | None


def _hash(secret: str, context: str) -> bytes:
    """Raises UnknownLink for what cannot be a secret of ours, before any work is done on it."""
    if not _SECRET.fullmatch(secret):
        raise errors.UnknownLink
    return sealing.lookup_hash(secret, context)


class LinkIsOver(errors.UnknownLink):
    """It has been used, or it has expired. Ask your digital team for a new one."""

    title = "This sign-in link no longer works"


async def invite(db: Db, organisation_id: UUID, role: str, name: str | None = None) -> str:
    """The token of a new one-time link. It is told here and never again.

    It opens the account of that name, which is made, or given the role, where need be. Without a name it is the
    account that all such links of the role share.
    """
    if role not in ROLES:
        raise errors.BadInput([errors.Problem("role", f"“{role}” is not a role.", f"Choose {' or '.join(ROLES)}.")])
    token = sealing.random_token()
    async with db.transaction():
        account_id = await _account(db, organisation_id, role, name or f"Sign-in link ({access.GRANTED[ROLES[role]]})")
        await sign_ins.add(db, organisation_id, _hash(token, "sign-in"), account_id, LINK_LIFETIME, binds=False)
    return token


async def _account(db: Db, organisation_id: UUID, role: str, name: str) -> UUID:
    await accounts.add(db, organisation_id, sealing.random_id(), name, [role])
    known = await accounts.by_name(db, organisation_id, name)
    if role not in known.roles:
        await accounts.set_roles(db, organisation_id, known.account_id, [*known.roles, role])
    return known.account_id


async def must_be_usable(db: Db, token: str) -> None:
    """Raises UnknownLink for a link that does not work. Changes nothing."""
    if await sign_ins.find(db, _hash(token, "sign-in")) is None:
        raise LinkIsOver


async def sign_in(db: Db, token: str, device: str = "") -> str:
    """Use the link up; the secret of the session it gives. What has expired is swept away on the same occasion."""
    async with db.transaction():
        taken = await sign_ins.take(db, _hash(token, "sign-in"), binds=False)
        if taken is None:
            raise LinkIsOver
        secret = await _begin(db, taken.organisation_id, taken.account_id, device)
        await sign_ins.forget_expired(db)
        await sessions.forget_expired(db, REMEMBERED)
    return secret


async def _begin(db: Db, organisation_id: UUID, account_id: UUID, device: str) -> str:
    secret = sealing.random_token()
    await sessions.add(db, organisation_id, _hash(secret, "session"), account_id, device, SESSION_LIFETIME)
    await accounts.note_sign_in(db, organisation_id, account_id)
    return secret


async def who(db: Db, secret: str) -> SignedIn:
    """Whose session this is. Raises NotSignedIn when it is over, or never was."""
    if not _SECRET.fullmatch(secret):
        raise errors.NotSignedIn
    hashed = _hash(secret, "session")
    row = await sessions.find(db, hashed, IDLE, NOTED)
    if row is None or row.over:
        raise errors.NotSignedIn
    if row.unnoted:
        await sessions.note_use(db, hashed)
    roles = tuple(ROLES[role] for role in row.roles) or ("waiting",)
    return SignedIn(
        row.organisation_id, row.organisation, row.account_id, row.name, roles, access.scope(roles, row.unit_id)
    )


async def sign_out(db: Db, secret: str) -> None:
    await sessions.delete(db, _hash(secret, "session"))


def form_token(secret: str) -> str:
    """What a form of this session must carry."""
    return sealing.csrf(secret, "session")


def must_carry(given: str, secret: str) -> None:
    """Raises NotAllowed for a form that did not come from this session's pages."""
    if not sealing.same(given, form_token(secret)):
        raise errors.NotAllowed("This form is out of date. Go back, load the page again, and try once more.")
