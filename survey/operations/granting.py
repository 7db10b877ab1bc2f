"""API keys: making them, listing them, taking them back, and telling whose results one may read.

A key is shown once, when it is made; the database keeps its hash. It belongs to one organisation and it expires.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.db import Db
from survey.errors import Problem
from survey.store import api_keys

PREFIX = "svy_"
"""By which secret scanners, and people, know one of our keys."""
MOST_DAYS = 730
_CONTEXT = "api-key"
_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8,64}", re.ASCII)


class Key(msgspec.Struct, frozen=True):
    """A key as it may be shown. `id` names it in commands and gives nothing away."""

    id: str
    name: str
    expires_at: datetime
    expired: bool


class NewKey(msgspec.Struct, frozen=True):
    """`secret` is told here and never again."""

    key: Key
    secret: str


def _shown(row: api_keys.ApiKey) -> Key:
    return Key(row.key_hash.hex()[:12], row.name, row.expires_at, row.expired)


async def new_key(db: Db, organisation_id: UUID, name: str, days: int) -> NewKey:
    """A key that reads this organisation's published results for so many days."""
    problems = []
    if not 1 <= len(name.strip()) <= 100:
        problems.append(Problem("name", "the key needs a name of at most 100 characters.", "Say what will use it."))
    if not 1 <= days <= MOST_DAYS:
        problems.append(Problem("days", f"a key can last from 1 to {MOST_DAYS} days."))
    if problems:
        raise errors.BadInput(problems)
    secret = PREFIX + sealing.random_token()
    lifetime = timedelta(days=days)
    row = await api_keys.add(db, organisation_id, sealing.lookup_hash(secret, _CONTEXT), name.strip(), lifetime)
    return NewKey(_shown(row), secret)


async def list_keys(db: Db, organisation_id: UUID) -> list[Key]:
    return [_shown(row) for row in await api_keys.list_all(db, organisation_id)]


async def revoke(db: Db, organisation_id: UUID, key_id: str) -> None:
    """From the next request on the key opens nothing. Raises NotFound when there is no such key here."""
    if not _ID.fullmatch(key_id) or not await api_keys.delete(db, organisation_id, key_id):
        raise errors.NotFound(f"There is no key {key_id}. List them with: python3 -m survey key list")


async def holder(db: Db, secret: str) -> UUID:
    """The organisation whose results the key reads: one look by primary key.

    One refusal for a key that never was, was taken back or has expired: which of them is nobody's business.
    """
    row = await api_keys.find(db, sealing.lookup_hash(secret, _CONTEXT)) if _SECRET.fullmatch(secret) else None
    if row is None or row.expired:
        raise errors.NotSignedIn("This API key is not known, or it has expired. Ask for a new one.")
    return row.organisation_id
