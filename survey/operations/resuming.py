"""What somebody had typed when their session ended is kept for them, to be sent again once they have signed in.

The form is encrypted under a key that follows from the session's own secret, which only their browser has, and bound to
their account. It is taken from a form that carried that session's token, so that no other site can leave one.
"""

from datetime import timedelta

import msgspec

from survey import sealing
from survey.db import Db
from survey.operations import signing_in
from survey.store import sessions

LIFETIME = timedelta(hours=1)
MOST = 49_152
"""Bytes of a form that is kept: what is longer would not pass the doorway a second time."""
SECRETS = frozenset({"share", "carried"})
"""Fields of which nothing is kept, and so nothing of their forms: a holder's share of a key, and what waits for it."""
_STEP = 4_096
"""Sizes are rounded up to these."""


class Form(msgspec.Struct, frozen=True, array_like=True):
    """Where it was sent, and its fields in their order, without the session's token."""

    path: str
    fields: tuple[tuple[str, str], ...]


async def keep(db: Db, secret: str, token: str, form: Form) -> bool:
    """Keep the form of a session that is over. Whether it was kept: it is not for somebody who never had a session,
    for a form that is not of its pages, for one too long, or for one with part of a key in it."""
    if any(name in SECRETS for name, _ in form.fields):
        return False
    row = await signing_in.ended(db, secret)
    plain = msgspec.json.encode(form)
    if row is None or not form.fields or len(plain) > MOST or not sealing.same(token, signing_in.form_token(secret)):
        return False
    await sessions.keep(
        db, row.organisation_id, signing_in.hashed(secret), row.account_id, _closed(secret, plain), LIFETIME
    )
    return True


async def kept(db: Db, secret: str) -> Form | None:
    """What is kept for this session. Looking changes nothing."""
    row = await sessions.kept(db, signing_in.hashed(secret))
    return None if row is None else msgspec.json.decode(_opened(secret, row.ciphertext), type=Form)


async def forget(db: Db, secret: str) -> None:
    await sessions.forget(db, signing_in.hashed(secret))


def _closed(secret: str, plain: bytes) -> bytes:
    return sealing.close_draft(secret, "kept-form", plain, -(-(len(plain) + 4) // _STEP) * _STEP)


def _opened(secret: str, ciphertext: bytes) -> bytes:
    return sealing.open_draft(secret, "kept-form", ciphertext)


async def carry(db: Db, before: str, now: str) -> bool:
    """Hand what was kept for the browser's old session on to its new one, if both are of one account. Whether there
    was anything."""
    old = signing_in.hashed(before)
    row, who = await sessions.kept(db, old), await signing_in.who(db, now)
    if row is None or row.account_id != who.account_id:
        return False
    ciphertext = _closed(now, _opened(before, row.ciphertext))
    async with db.transaction():
        await sessions.keep(db, who.organisation_id, signing_in.hashed(now), who.account_id, ciphertext, LIFETIME)
        await sessions.forget(db, old)
    return True
