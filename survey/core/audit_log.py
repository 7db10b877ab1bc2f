"""One entry of the audit log, and what its mac is made over: everything in it and the mac of the entry before, so that
none can be changed, removed or moved without the next one telling."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

BEGINNING = b""
"""Stands where the first entry has none before it."""


class Entry(msgspec.Struct, frozen=True):
    """`number` counts from 1 within the organisation. `details` is a JSON object of short values: ids and settings."""

    organisation_id: UUID
    number: int
    at: datetime
    actor: str
    account_id: UUID | None
    action: str
    subject: str
    details: str
    mac: bytes


def message(entry: Entry, previous: bytes) -> bytes:
    """What an entry's mac is over. JSON, so that no two entries read the same."""
    return b"entry\n" + msgspec.json.encode(
        (
            entry.organisation_id,
            entry.number,
            entry.at,
            entry.actor,
            entry.account_id,
            entry.action,
            entry.subject,
            entry.details,
            previous.hex(),
        )
    )


def end(organisation_id: UUID, number: int, mac: bytes) -> bytes:
    """What the seal of a log's end is over."""
    return b"end\n" + msgspec.json.encode((organisation_id, number, mac.hex()))


def signed(entry: Entry, previous: bytes, sign: Callable[[bytes], bytes]) -> Entry:
    return msgspec.structs.replace(entry, mac=sign(message(entry, previous)))
