"""Reading the audit log, and finding out whether it is still what was written."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from survey import errors
from survey.core.audit_log import Chain
from survey.db import Db
from survey.store import accounts, audit_log
from survey.store.audit_log import Line

__all__ = ["Line", "Verified", "Wanted", "read", "read_up", "verify"]

PIECE = 2_000
"""Entries that are read in one go, for an export."""
_STEP = 5_000
_CHECKPOINT = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)


class Wanted(msgspec.Struct, frozen=True):
    """Which entries: what the action is about ("round"), by whom, from when, until when. None: all."""

    noun: str | None = None
    account_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class Verified(msgspec.Struct, frozen=True):
    """`checkpoint` names the log as it is: "number:mac". Without faults, nothing was changed, removed or moved."""

    entries: int
    checkpoint: str
    faults: tuple[str, ...]


async def read(
    db: Db, organisation_id: UUID, wanted: Wanted, *, before: int | None = None, most: int = PIECE
) -> list[Line]:
    """Entries, the last first; those before the one with the number `before`."""
    return await audit_log.page(
        db, organisation_id, before, wanted.noun, wanted.account_id, wanted.since, wanted.until, most
    )


async def read_up(
    db: Db, organisation_id: UUID, wanted: Wanted, *, after: int | None = None, most: int = PIECE
) -> list[Line]:
    """Entries, the first first; those after the one with the number `after`."""
    return await audit_log.page_up(
        db, organisation_id, after, wanted.noun, wanted.account_id, wanted.since, wanted.until, most
    )


async def verify(
    db: Db, organisation_id: UUID, sign: Callable[[bytes], bytes], checkpoint: str | None = None
) -> Verified:
    """Walk the whole log. `checkpoint`: what an earlier verification gave; the log must still pass through it."""
    chain, kept = Chain(organisation_id, sign), _parsed(checkpoint)
    await _walk(db, organisation_id, chain, kept)
    async with db.transaction():
        told = await audit_log.ending(db, organisation_id)
        await _walk(db, organisation_id, chain, kept)
        chain.finish(told)
        if told is None and not chain.number and await accounts.any_signed_in(db, organisation_id):
            chain.faults.append("There are people who have signed in, and no log of it: it has been removed.")
    if kept and kept[0] > chain.number:
        chain.faults.append(f"The log ends at entry {chain.number}, before the checkpoint at {kept[0]}.")
    return Verified(chain.number, chain.checkpoint(), tuple(chain.faults))


async def _walk(db: Db, organisation_id: UUID, chain: Chain, kept: tuple[int, str] | None) -> None:
    """From where the chain is to the end: once while others append, once more with the end held, for the little that
    has come since."""
    while entries := await audit_log.following(db, organisation_id, chain.number, _STEP):
        for entry in entries:
            chain.add(entry)
            if kept and entry.number == kept[0] and entry.mac.hex() != kept[1]:
                chain.faults.append(f"Entry {entry.number} is not the one that the checkpoint names.")


def _parsed(checkpoint: str | None) -> tuple[int, str] | None:
    if checkpoint is None:
        return None
    found = _CHECKPOINT.fullmatch(checkpoint.strip())
    if found is None:
        problem = errors.Problem("checkpoint", "this is not a checkpoint.", "It looks like 1234:9f86d0…")
        raise errors.BadInput([problem])
    return int(found[1]), found[2]
