"""Watching: how far sending has come, without telling on anybody.

Everybody gets the invitation, so its fate may be told person by person. A reminder goes to those who have not answered:
of it only shares are told, as coarsely as response rates are.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey.core import disclosure, reaching
from survey.core.reaching import Channel, Kind, Reach, Wave
from survey.db import Db
from survey.operations import launching, reachability
from survey.operations.launching import Round
from survey.operations.reachability import Reachable
from survey.store import messages, providers, rounds
from survey.store.messages import Tally, Trouble
from survey.store.providers import Held

__all__ = ["Count", "Outlook", "Sent", "Status", "Trouble", "outlook", "status", "troubles"]

MOST = 200
_OPEN = frozenset({"waiting", "claimed", "sending"})


class Count(msgspec.Struct, frozen=True):
    """Of the invitation: how many messages by one channel are waiting, accepted by their provider (and no more is known
    of them), delivered for certain, bounced or refused by now."""

    channel: Channel
    waiting: int
    accepted: int
    delivered: int
    bounced: int
    refused: int
    doubtful: int

    @property
    def sent(self) -> int:
        return self.accepted + self.delivered


class Sent(msgspec.Struct, frozen=True):
    """A reminder: `done` is the share of it that has gone out, in words; None where that would tell too much."""

    kind: Kind
    due: datetime
    queued: bool
    done: str | None


class Status(msgspec.Struct, frozen=True):
    """How far sending has come. `held`: providers that asked us to wait."""

    round: Round
    paused: bool
    invitation_due: datetime
    counts: tuple[Count, ...]
    reminders: tuple[Sent, ...]
    held: tuple[Held, ...]


async def status(db: Db, organisation_id: UUID, round_id: str, zone: str) -> Status:
    round_ = await launching.find(db, organisation_id, round_id)
    waves = reaching.waves(round_.reaching, round_.opens_at, round_.closes_at, zone)
    tally = await messages.tally(db, organisation_id, round_id)
    return Status(
        round_,
        await rounds.sending_paused(db, organisation_id, round_id),
        waves[0].due,
        tuple(_count(channel, tally) for channel in reaching.CHANNELS if any(row.channel == channel for row in tally)),
        tuple(_sent(wave, tally) for wave in waves[1:]),
        tuple(one for one in await providers.list_all(db) if one.held),
    )


def _count(channel: Channel, tally: Sequence[Tally]) -> Count:
    rows = [row for row in tally if row.number == 0 and row.channel == channel]
    by = Counter({row.state: row.messages for row in rows})
    waiting = sum(by[state] for state in _OPEN)
    doubtful = sum(row.doubtful for row in rows)
    return Count(channel, waiting, by["accepted"], by["delivered"], by["bounced"], by["refused"], doubtful)


def _sent(wave: Wave, tally: Sequence[Tally]) -> Sent:
    rows = [row for row in tally if row.number == wave.number]
    total = sum(row.messages for row in rows)
    done = total - sum(row.messages for row in rows if row.state in _OPEN)
    return Sent(wave.kind, wave.due, bool(rows), disclosure.response_rate(done, total) if total else None)


ORDERS = ("lost", "number", "team")
"""What those whom a message did not reach can be told in the order of; with a minus, the other way round."""


async def troubles(db: Db, organisation_id: UUID, round_id: str, order: str = "lost") -> list[Trouble]:
    """Whose e-mail address or mobile number refused the invitation; those whom nothing else reached first, or in
    another order. Whoever has left is not among them."""
    return await messages.troubles(db, organisation_id, round_id, MOST, order)


class Outlook(msgspec.Struct, frozen=True):
    """What would be sent and when, and who cannot be reached; by the staff list as it is now."""

    reach: Reach
    waves: tuple[Wave, ...]
    reachable: Reachable


async def outlook(db: Db, organisation_id: UUID, round_id: str, zone: str) -> Outlook:
    round_ = await launching.find(db, organisation_id, round_id)
    waves = reaching.waves(round_.reaching, round_.opens_at, round_.closes_at, zone)
    return Outlook(round_.reaching, tuple(waves), await reachability.reachable(db, round_, MOST))
