"""Signing in to the console: a one-time link, or what the provider says of somebody, becomes a session of an account.

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
from survey.core.identity import Identity
from survey.db import Db
from survey.store import accounts, organisations, sent_forms, sessions, sign_ins
from survey.store.accounts import Owned
from survey.store.sessions import Session

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)
"""Absolute: using a session does not prolong it."""
IDLE = timedelta(hours=2)
"""A session that is not used for this long is over."""
NOTED = timedelta(minutes=1)
"""How exactly it is written down when a session was last used: to the minute saves a write on most pages."""
REMEMBERED = timedelta(days=1)
"""For how long after its end a session is known to have been one, to keep what its owner had typed."""
FORMS_REMEMBERED = timedelta(days=3)
"""For how long it is known that a form made something. It carries its session's token, and cannot be sent for longer
than a session lasts and is remembered."""
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
    async with db.transaction():
        account_id = await _account(db, organisation_id, role, name or f"Sign-in link ({access.GRANTED[ROLES[role]]})")
        return await new_link(db, organisation_id, account_id, LINK_LIFETIME, binds=False)


async def _account(db: Db, organisation_id: UUID, role: str, name: str) -> UUID:
    await accounts.add(db, organisation_id, sealing.random_id(), name, [role])
    known = await accounts.by_name(db, organisation_id, name)
    if role not in known.roles:
        await accounts.set_roles(db, organisation_id, known.account_id, [*known.roles, role])
    return known.account_id


async def must_be_usable(db: Db, token: str) -> bool:
    """Raises UnknownLink for a link that does not work. Whether it is an invitation, which works only together with the
    provider's sign-in. Changes nothing."""
    found = await sign_ins.find(db, _hash(token, "sign-in"))
    if found is None:
        raise LinkIsOver
    return found.binds


async def new_link(db: Db, organisation_id: UUID, account_id: UUID, lifetime: timedelta, *, binds: bool) -> str:
    """The token of a one-time link to an account."""
    token = sealing.random_token()
    await sign_ins.add(db, organisation_id, _hash(token, "sign-in"), account_id, lifetime, binds=binds)
    return token


async def sign_in(db: Db, token: str, device: str = "") -> str:
    """Use the link up; the secret of the session it gives."""
    async with db.transaction():
        taken = await sign_ins.take(db, _hash(token, "sign-in"), binds=False)
        if taken is None:
            raise LinkIsOver
        return await _begin(db, taken.organisation_id, taken.account_id, device)


async def enter(db: Db, identity: Identity, invitation: str = "", device: str = "") -> str:
    """The secret of a session for somebody whom the provider vouches for: of the account that is theirs already, of the
    one that their invitation opens, or of a new one that has no role yet."""
    async with db.transaction():
        owned = await accounts.by_identity(db, identity.issuer, identity.subject)
        if invitation:
            owned = await _accept(db, invitation, identity, owned)
        if owned is None:
            owned = await _wait(db, identity)
        if identity.name:
            await accounts.rename(db, owned.organisation_id, owned.account_id, identity.name)
        return await _begin(db, owned.organisation_id, owned.account_id, device)


async def _accept(db: Db, invitation: str, identity: Identity, owned: Owned | None) -> Owned:
    """Tie the invited account to the identity; where that has one already, give it what the invitation promises."""
    taken = await sign_ins.take(db, _hash(invitation, "sign-in"), binds=True)
    if taken is None:
        raise LinkIsOver
    if owned is None:
        if not await accounts.bind(db, taken.organisation_id, taken.account_id, identity.issuer, identity.subject):
            raise LinkIsOver
        return Owned(taken.organisation_id, taken.account_id)
    if owned.organisation_id != taken.organisation_id:
        raise errors.NotAllowed("You belong to another organisation here. Ask for an invitation from that one.")
    if owned.account_id != taken.account_id:
        await _merge(db, taken.organisation_id, owned.account_id, taken.account_id)
    return owned


async def _merge(db: Db, organisation_id: UUID, kept_id: UUID, invited_id: UUID) -> None:
    kept, invited = [await accounts.find(db, organisation_id, one) for one in (kept_id, invited_id)]
    if kept is None or invited is None or invited.issuer is not None:
        raise LinkIsOver
    unit = kept.unit_id if "reader" in kept.roles else invited.unit_id
    roles = [role for role in ROLES if role in {*kept.roles, *invited.roles}]
    await accounts.grant(db, organisation_id, kept_id, roles, unit)
    await accounts.remove(db, organisation_id, invited_id)


async def _wait(db: Db, identity: Identity) -> Owned:
    """A new account without a role, for an owner to find. With several organisations nobody knows whose it would be."""
    everyone = await organisations.list_all(db)
    if len(everyone) != 1:
        raise errors.NotAllowed("You have no account here yet. Ask an owner of your organisation for an invitation.")
    (only,) = everyone
    name = identity.name or "Somebody without a name"
    await accounts.add(
        db, only.organisation_id, sealing.random_id(), name, [], issuer=identity.issuer, subject=identity.subject
    )
    owned = await accounts.by_identity(db, identity.issuer, identity.subject)
    if owned is None:
        raise errors.NotFound
    return owned


async def _begin(db: Db, organisation_id: UUID, account_id: UUID, device: str) -> str:
    """A session with a secret of its own. What has expired is swept away on the same occasion."""
    await sign_ins.forget_expired(db)
    await sessions.forget_expired(db, REMEMBERED)
    await sent_forms.forget_old(db, FORMS_REMEMBERED)
    secret = sealing.random_token()
    await sessions.add(db, organisation_id, hashed(secret), account_id, device, SESSION_LIFETIME)
    await accounts.note_sign_in(db, organisation_id, account_id)
    return secret


async def who(db: Db, secret: str) -> SignedIn:
    """Whose session this is. Raises NotSignedIn when it is over, or never was."""
    row = await sessions.find(db, hashed(secret), IDLE, NOTED) if _SECRET.fullmatch(secret) else None
    if row is None or row.over:
        raise errors.NotSignedIn
    if row.unnoted:
        await sessions.note_use(db, hashed(secret))
    roles = tuple(ROLES[role] for role in row.roles) or ("waiting",)
    return SignedIn(
        row.organisation_id, row.organisation, row.account_id, row.name, roles, access.scope(roles, row.unit_id)
    )


async def ended(db: Db, secret: str) -> Session | None:
    """The session that this secret was for, if it is over by itself and not by somebody who ended it."""
    row = await sessions.find(db, hashed(secret), IDLE, NOTED) if _SECRET.fullmatch(secret) else None
    return row if row is not None and row.over else None


def is_secret(text: str) -> bool:
    """Whether it can be the secret of a session."""
    return _SECRET.fullmatch(text) is not None


def hashed(secret: str) -> bytes:
    """What the database knows a session by. Raises UnknownLink for what cannot be the secret of one."""
    return _hash(secret, "session")


async def sign_out(db: Db, secret: str) -> None:
    await sessions.delete(db, hashed(secret))


def form_token(secret: str) -> str:
    """What a form of this session must carry."""
    return sealing.csrf(secret, "session")


def must_carry(given: str, secret: str) -> None:
    """Raises NotAllowed for a form that did not come from this session's pages."""
    if not sealing.same(given, form_token(secret)):
        raise errors.NotAllowed("This form is out of date. Go back, load the page again, and try once more.")
