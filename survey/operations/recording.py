"""The audit log: who did what, when, on what. Entries hold ids and settings, never an answer, a secret or a name.

An entry is added in the transaction of what it tells of, so that neither is there without the other. Whoever appends
holds the end of the organisation's log until they commit: appending comes last in its transaction, which keeps that
short, and keeps two of them from waiting for each other.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from survey.core import audit_log as rules
from survey.core.access import Actor
from survey.core.audit_log import Entry
from survey.db import Db
from survey.store import audit_log

Detail = str | int | bool | None
_LONGEST = 200
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}|svy_.*", re.ASCII)
"""What a token or a key looks like: it has no business in the log."""


class Note:
    """What an entry will say. The block that does the work may still add to it, where it knows only afterwards."""

    def __init__(self, subject: str, details: Mapping[str, Detail]) -> None:
        self.subject, self.details = subject, dict(details)


async def record(
    db: Db, actor: Actor, action: str, subject: str = "", details: Mapping[str, Detail] | None = None
) -> None:
    """Append one entry. `action` is a noun and a verb ("round.launch"), `subject` the id of what it was done to.

    The last thing in its transaction: see above.
    """
    told = dict(details or {})
    _must_be_fit((action, subject, *told.values()))
    whose = actor.organisation_id
    async with db.transaction():
        head = await audit_log.lock(db, whose)
        entry = Entry(
            whose,
            head.number + 1,
            head.now,
            actor.kind,
            actor.account_id,
            action,
            subject,
            msgspec.json.encode(told, order="sorted").decode(),
            b"",
        )
        entry = rules.signed(entry, head.mac, actor.sign)
        await audit_log.append(db, entry)
        seal = actor.sign(rules.end(whose, entry.number, entry.mac))
        await audit_log.move_head(db, whose, entry.number, entry.mac, seal)


@asynccontextmanager
async def recorded(
    db: Db, actor: Actor, action: str, subject: str = "", details: Mapping[str, Detail] | None = None
) -> AsyncIterator[Note]:
    """One transaction around an operation and the entry that tells of it: both are there afterwards, or neither."""
    note = Note(subject, details or {})
    async with db.transaction():
        yield note
        await record(db, actor, action, note.subject, note.details)


def _must_be_fit(values: tuple[Detail, ...]) -> None:
    """An entry is short, and no secret is in it: a mistake of ours that must not reach the database."""
    for text in (value for value in values if isinstance(value, str)):
        if len(text) > _LONGEST or "\0" in text or _SECRET.fullmatch(text):
            raise ValueError("This does not belong in the audit log.")
