"""Composing: a message as its provider is given it, with the person's own link. It exists while it is handed over."""

import time
from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey import errors
from survey.core.reaching import Letter, Reach
from survey.db import Db
from survey.operations import reaching
from survey.operations.sending.claiming import Job
from survey.sealing import KeyRing, Tokens
from survey.store import rounds
from survey.store.rounds import Letterhead

FRESH = 30.0
"""Seconds for which a round's texts and key are remembered: as long takes a changed text to be used."""


class Envelope(msgspec.Struct, frozen=True):
    """What a channel hands over. `reference` is the same at every attempt. Never to be logged."""

    reference: str
    channel: str
    address: str
    letter: Letter
    stop: str
    language: str

    def __repr__(self) -> str:
        return f"Envelope({self.reference})"


class _Known(msgspec.Struct, frozen=True):
    head: Letterhead
    reach: Reach
    tokens: Tokens
    until: float


class Composer:
    """Remembers for a moment what is the same for all messages of a round."""

    def __init__(self, keys: KeyRing, base_url: str, zone: str) -> None:
        self._keys, self._base_url, self._zone = keys, base_url, zone
        self._known: dict[str, _Known] = {}

    async def load(self, db: Db, jobs: Sequence[Job]) -> None:
        """Raises Misconfigured where a round's key is not in this process's key directory."""
        for organisation_id, round_id in {(job.organisation_id, job.round_id) for job in jobs}:
            known = self._known.get(round_id)
            if known is None or known.until < time.monotonic():
                self._known[round_id] = await self._read(db, organisation_id, round_id)

    async def _read(self, db: Db, organisation_id: UUID, round_id: str) -> _Known:
        head = await rounds.letterhead(db, organisation_id, round_id)
        reach = msgspec.json.decode(head.reach, type=Reach)
        return _Known(head, reach, self._keys.tokens(round_id), time.monotonic() + FRESH)

    def envelope(self, job: Job) -> Envelope | None:
        """None where the person has no address left. Of a round that was loaded."""
        if job.address is None:
            return None
        known = self._known[job.round_id]
        token = known.tokens.of(job.invitation_id, slip=job.slip)
        made = reaching.write(
            known.head, known.reach, job.language, job.kind, job.channel, token, self._base_url, self._zone
        )
        return Envelope(str(job.message_id), job.channel, job.address, made.letter, made.stop, made.language)


def must_have_key(keys: KeyRing, round_id: str) -> None:
    """Raises Refused where this process could not make a single link of the round."""
    try:
        keys.mailing(round_id)
    except errors.Misconfigured as missing:
        raise errors.Refused(f"This process cannot send: {missing}") from None
