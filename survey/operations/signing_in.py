"""Signing in to see results: a one-time link becomes a session.

Link and session are 256-bit secrets of which the database keeps only a hash. Looking at a link changes nothing, so
that a mail scanner cannot use it up; using it is one transaction, so that it works once.
"""

import re
from datetime import timedelta
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core.access import Role
from survey.db import Db
from survey.store import sessions, sign_ins

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)
"""Absolute: using a session does not prolong it."""
ROLES: dict[str, Role] = {"reader": "reader", "owner": "owner"}
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody who signed in: whose results they see, and as what."""

    organisation_id: UUID
    organisation: str
    role: Role


def _hash(secret: str, context: str) -> bytes:
    """Raises UnknownLink for what cannot be a secret of ours, before any work is done on it."""
    if not _SECRET.fullmatch(secret):
        raise errors.UnknownLink
    return sealing.lookup_hash(secret, context)


class LinkIsOver(errors.UnknownLink):
    """It has been used, or it has expired. Ask your digital team for a new one."""

    title = "This sign-in link no longer works"


async def invite(db: Db, organisation_id: UUID, role: str) -> str:
    """The token of a new one-time link. It is told here and never again."""
    if role not in ROLES:
        raise errors.BadInput([errors.Problem("role", f"“{role}” is not a role.", f"Choose {' or '.join(ROLES)}.")])
    token = sealing.random_token()
    await sign_ins.add(db, organisation_id, _hash(token, "sign-in"), role, LINK_LIFETIME)
    return token


async def must_be_usable(db: Db, token: str) -> None:
    """Raises UnknownLink for a link that does not work. Changes nothing."""
    if await sign_ins.find(db, _hash(token, "sign-in")) is None:
        raise LinkIsOver


async def sign_in(db: Db, token: str) -> str:
    """Use the link up; the secret of the session it gives. What has expired is swept away on the same occasion."""
    secret = sealing.random_token()
    async with db.transaction():
        taken = await sign_ins.take(db, _hash(token, "sign-in"))
        if taken is None:
            raise LinkIsOver
        await sessions.add(db, taken.organisation_id, _hash(secret, "session"), taken.role, SESSION_LIFETIME)
        await sign_ins.forget_expired(db)
        await sessions.forget_expired(db)
    return secret


async def who(db: Db, secret: str) -> SignedIn:
    """Whose session this is. Raises NotSignedIn when it is over, or never was."""
    row = await sessions.find(db, _hash(secret, "session")) if _SECRET.fullmatch(secret) else None
    if row is None:
        raise errors.NotSignedIn
    return SignedIn(row.organisation_id, row.organisation, ROLES[row.role])


async def sign_out(db: Db, secret: str) -> None:
    await sessions.delete(db, _hash(secret, "session"))


def form_token(secret: str) -> str:
    """What a form of this session must carry."""
    return sealing.csrf(secret, "session")


def must_carry(given: str, secret: str) -> None:
    """Raises NotAllowed for a form that did not come from this session's pages."""
    if not sealing.same(given, form_token(secret)):
        raise errors.NotAllowed("This form is out of date. Go back, load the page again, and try once more.")
