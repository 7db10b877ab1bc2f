"""Queueing: the invitation when a round opens, each reminder when it is due. The database's clock says when."""

from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from survey import sealing
from survey.core import reaching
from survey.core import rounds as rules
from survey.core.reaching import Wave
from survey.db import Db
from survey.operations import launching
from survey.store import messages, rounds
from survey.store.messages import State
from survey.store.rounds import BeingSent

BATCH = 5000
"""Messages that are queued in one transaction: a fraction of a second's work."""


async def fill_due(db: Db, channels: Collection[str], zone: str) -> int:
    """Queue what is due in every open round; how many messages. `channels`: those this deployment can send by.

    Reminders that were missed while nobody looked are not made up for: people get the latest, once."""
    queued = 0
    for one in await rounds.being_sent(db):
        if usable := [channel for channel in one.wishes.channels if channel in channels]:
            queued += await _fill(db, one, usable, zone)
    await messages.forget_answered(db)
    return queued


async def _fill(db: Db, one: BeingSent, channels: Sequence[str], zone: str) -> int:
    """Batch by batch, each committed at once: whoever is killed on the way leaves the rest to the next."""
    due = [w for w in reaching.waves(one.wishes, one.opens_at, one.closes_at, zone) if w.due <= one.now]
    queued = 0
    if await _unfilled(db, one, due):
        while batch := await _fill_batch(db, one, due, channels):
            queued += batch
    return queued


async def _unfilled(db: Db, one: BeingSent, due: Sequence[Wave]) -> list[Wave]:
    filled = await messages.filled_waves(db, one.organisation_id, one.round_id)
    return [wave for wave in due if wave.number not in filled]


async def _fill_batch(db: Db, one: BeingSent, due: Sequence[Wave], channels: Sequence[str]) -> int:
    """How many messages; none once nobody is left. Whoever has not even been invited needs no reminder."""
    async with db.transaction():
        held = await rounds.hold(db, one.organisation_id, one.round_id)
        unfilled = await _unfilled(db, one, due) if held.state == "open" else []
        if not unfilled:
            return 0
        for wave in unfilled:
            await messages.add_wave(db, one.organisation_id, one.round_id, wave.number, wave.kind)
        chosen = unfilled[0] if unfilled[0].number == 0 else unfilled[-1]
        queued = await messages.fill(db, one.organisation_id, one.round_id, chosen.number, channels, BATCH)
        if not queued:
            numbers = [wave.number for wave in unfilled]
            await messages.finish_waves(db, one.organisation_id, one.round_id, numbers)
        return queued


async def pause(db: Db, organisation_id: UUID, round_id: str, *, paused: bool) -> None:
    """Begin no more messages of a round, or go on. What is being handed over at this moment still goes."""
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        rules.must_allow("pause or resume sending in", round_.state)
        await rounds.pause_sending(db, organisation_id, round_id, paused=paused)


async def again(db: Db, organisation_id: UUID, round_id: str, person_id: UUID, channels: Collection[str]) -> bool:
    """The invitation once more to somebody whom it did not reach, by the first of the round's channels that they have,
    and the reminders after it by that, too: somebody says that their details are right by now.
    False: it is on its way as it is, or they have none. Whether they have answered makes no difference."""
    round_ = await launching.find(db, organisation_id, round_id)
    rules.must_allow("send messages of", round_.state)
    order = [channel for channel in round_.reaching.channels if channel in channels]
    async with db.transaction():
        await rounds.share(db, round_id)
        await messages.forgive(db, organisation_id, round_id, person_id)
        return await messages.again(db, organisation_id, round_id, person_id, order) > 0


async def stop(db: Db, round_id: str, token: str) -> None:
    """Spare a link's owner reminders. Stored as for those who have answered, so that the two cannot be told apart; of a
    link that nobody knows, nothing is stored and nothing is said."""
    async with db.transaction():
        await rounds.share(db, round_id)  # closing must not miss what is being written
        await messages.spare(db, round_id, sealing.lookup_hash(token, round_id))


Fate = Literal["delivered", "bounced"]
_FATES: dict[str, Fate] = {
    "delivered": "delivered",
    "permanent-failure": "bounced",
    "temporary-failure": "bounced",
    "technical-failure": "bounced",
}


def fate(status: str) -> Fate | None:
    """What a status of Notify's says of a message; None while it is on its way."""
    return _FATES.get(status)


async def receive(db: Db, message_id: UUID, state: State, channels: Sequence[str]) -> bool:
    """A receipt: what the provider says became of a message. False: nobody knows it (any more), and nothing changes."""
    async with db.transaction():
        known = await messages.receive(db, message_id, state)
        if known and state == "bounced":
            await messages.fall_back(db, [message_id], channels)
    return known
