"""Messages: the outbox of a round, and the waves that fill it. They live until the round's answers are opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from survey.core.reaching import Channel, Kind
from survey.db import Db
from survey.sql import Query

State = Literal["waiting", "claimed", "sending", "accepted", "delivered", "bounced", "refused"]


class WaveNumber(msgspec.Struct, frozen=True):
    number: int


class Claimed(msgspec.Struct, frozen=True):
    """A message that is one worker's for a while. `attempts` numbers the claim; `failures` is how often its provider
    said no. `in_doubt`: somebody may have sent it and died. No address: there is none any more, or its person has left.
    """

    organisation_id: UUID
    round_id: str
    message_id: UUID
    invitation_id: UUID
    channel: Channel
    kind: Kind
    address: str | None
    language: str | None
    attempts: int
    failures: int
    in_doubt: bool
    slip: bool


class NextDue(msgspec.Struct, frozen=True):
    at: datetime


Row = tuple[UUID, int, State, timedelta, bool]
"""A message, the claim's number, its state from now on, how long until it may be tried, whether its provider failed."""


class Tally(msgspec.Struct, frozen=True):
    """How many messages of a wave are in a state; a wave without any has one row, of the empty channel and state."""

    number: int
    kind: Kind
    channel: str
    state: str
    messages: int
    doubtful: int


class Trouble(msgspec.Struct, frozen=True):
    """Somebody whom a channel did not reach: `email` and `sms` are the states of those that failed. `otherwise`: by
    another the invitation has gone, or is to go. Of `people` in all whom it concerns, for `lost` no channel is left."""

    person_id: UUID
    employee_number: str
    team: str
    email: str | None
    sms: str | None
    otherwise: bool
    people: int
    lost: int


_add_wave = Query[msgspec.Struct]("messages.add_wave")
_filled_waves = Query("messages.filled_waves", WaveNumber)
_finish_waves = Query[msgspec.Struct]("messages.finish_waves")
_fill = Query[msgspec.Struct]("messages.fill")
_fall_back = Query[msgspec.Struct]("messages.fall_back")
_again = Query[msgspec.Struct]("messages.again")
_forgive = Query[msgspec.Struct]("messages.forgive")
_claim = Query("messages.claim", Claimed)
_begin = Query[msgspec.Struct]("messages.begin")
_record = Query[msgspec.Struct]("messages.record")
_receive = Query[msgspec.Struct]("messages.receive")
_spare = Query[msgspec.Struct]("messages.spare")
_forget_answered = Query[msgspec.Struct]("messages.forget_answered")
_next_due = Query("messages.next_due", NextDue)
_tally = Query("messages.tally", Tally)
_troubles = Query("messages.troubles", Trouble)
_count_unreached = Query[msgspec.Struct]("messages.count_unreached")
_delete_all = Query[msgspec.Struct]("messages.delete_all")
_forget = Query[msgspec.Struct]("messages.forget")


async def add_wave(db: Db, organisation_id: UUID, round_id: str, number: int, kind: Kind) -> None:
    """Where it is not there: one that has yet to be filled."""
    await _add_wave.execute(db, organisation_id, round_id, number, kind)


async def filled_waves(db: Db, organisation_id: UUID, round_id: str) -> set[int]:
    return {row.number for row in await _filled_waves.all(db, organisation_id, round_id)}


async def finish_waves(db: Db, organisation_id: UUID, round_id: str, numbers: Sequence[int]) -> None:
    await _finish_waves.execute(db, organisation_id, round_id, list(numbers))


async def fill(db: Db, organisation_id: UUID, round_id: str, number: int, channels: Sequence[str], most: int) -> int:
    """Queue so many of a wave's messages, for people who have none of it; how many. None: nobody is left."""
    return await _fill.execute(db, organisation_id, round_id, number, list(channels), most)


async def again(db: Db, organisation_id: UUID, round_id: str, person_id: UUID, channels: Sequence[str]) -> int:
    """The invitation once more to one person; how many messages that makes. None where it is on its way."""
    return await _again.execute(db, organisation_id, round_id, person_id, list(channels))


async def forgive(db: Db, organisation_id: UUID, round_id: str, person_id: UUID) -> None:
    """Let a person's address have failed no reminder: it has been corrected."""
    await _forgive.execute(db, organisation_id, round_id, person_id)


async def fall_back(db: Db, message_ids: Sequence[UUID], channels: Sequence[str]) -> int:
    """Queue each of these messages, which were refused, by the next channel of its round; how many have one."""
    return await _fall_back.execute(db, list(message_ids), list(channels))


async def claim(
    db: Db, channels: Sequence[str], most: int, state: State, lease: timedelta, round_id: str | None
) -> list[Claimed]:
    """Messages that are due, by now this caller's alone until the lease is over."""
    return await _claim.all(db, list(channels), most, state, lease, round_id)


async def begin(db: Db, message_id: UUID, attempts: int, *, doubtful: bool) -> bool:
    """Write down that it is about to be handed over. False: it is somebody else's by now."""
    return await _begin.execute(db, message_id, attempts, doubtful) == 1


async def record(db: Db, rows: Sequence[Row]) -> None:
    await _record.execute(db, *map(list, zip(*rows, strict=True)))


async def receive(db: Db, message_id: UUID, state: State) -> bool:
    return await _receive.execute(db, message_id, state) == 1


async def spare(db: Db, round_id: str, token_hash: bytes) -> None:
    """Send no reminders to this link's owner."""
    await _spare.execute(db, round_id, token_hash)


async def forget_answered(db: Db) -> None:
    await _forget_answered.execute(db)


async def next_due(db: Db, channels: Sequence[str], round_id: str | None) -> datetime | None:
    found = await _next_due.maybe(db, list(channels), round_id)
    return None if found is None else found.at


async def tally(db: Db, organisation_id: UUID, round_id: str) -> list[Tally]:
    return await _tally.all(db, organisation_id, round_id)


async def troubles(db: Db, organisation_id: UUID, round_id: str, most: int, order: str) -> list[Trouble]:
    """By `order`: lost (those first whom nothing else reached), number or team; with a minus, the other way round."""
    return await _troubles.all(db, organisation_id, round_id, most, order)


async def count_unreached(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _count_unreached.execute(db, organisation_id, round_id)


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _delete_all.execute(db, organisation_id, round_id)


async def forget(db: Db, organisation_id: UUID, person_id: UUID) -> None:
    """What was sent to somebody, and what was still to be."""
    await _forget.execute(db, organisation_id, person_id)
