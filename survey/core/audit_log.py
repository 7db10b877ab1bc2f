"""One entry of the audit log, and what its mac is made over: everything in it and the mac of the entry before, so that
none can be changed, removed or moved without the next one telling."""

from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest
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


class End(msgspec.Struct, frozen=True):
    """Where a log says that it ends."""

    number: int
    mac: bytes
    seal: bytes


class Chain:
    """Walks a log from its beginning, entry by entry, and tells what is wrong with it.

    After a fault it goes on from what stands there, so that one change is told once and not at every later entry.
    """

    def __init__(self, organisation_id: UUID, sign: Callable[[bytes], bytes]) -> None:
        self._whose, self._sign = organisation_id, sign
        self.number, self.mac, self.faults = 0, BEGINNING, list[str]()

    def add(self, entry: Entry) -> None:
        if entry.number != self.number + 1:
            missing = f"Entry {self.number + 1} is" if entry.number == self.number + 2 else self._gap(entry.number)
            self.faults.append(f"{missing} missing.")
        if not compare_digest(entry.mac, self._sign(message(entry, self.mac))):
            self.faults.append(f"Entry {entry.number} is not what was written, or does not follow what was before it.")
        self.number, self.mac = entry.number, entry.mac

    def _gap(self, upto: int) -> str:
        return f"Entries {self.number + 1} to {upto - 1} are"

    def finish(self, told: End | None) -> None:
        """Compare where the log stops with where it says that it ends."""
        if told is None:
            if self.number:
                self.faults.append("Where the log ends has been removed.")
            return
        if told.number != self.number:
            self.faults.append(f"The log ends at entry {self.number} where {told.number} had been written.")
        elif told.mac != self.mac:
            self.faults.append(f"The last entry, {self.number}, is not the one that was written last.")
        if not compare_digest(told.seal, self._sign(end(self._whose, told.number, told.mac))):
            self.faults.append("Where the log ends was not written by this service.")

    def checkpoint(self) -> str:
        """Names the log as it is now: kept elsewhere, it tells of a log that was put back to an earlier state."""
        return f"{self.number}:{self.mac.hex()}"
