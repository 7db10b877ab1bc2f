"""Claiming messages at the pace their provider allows, and writing down what came of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from survey.db import Db
from survey.store import messages, providers, rounds
from survey.store.messages import Claimed, Row, State

Job = Claimed
LEASE = timedelta(seconds=30)
"""For how long a claim holds. Nobody begins to hand a message over unless it will end within."""
IDLE = timedelta(seconds=5)
_CATCH_UP = timedelta(seconds=0.2)
"""Unused time of a provider's that may be made up for: more would be a burst."""
_FIRST, _LONGEST = timedelta(seconds=2), timedelta(hours=1)
_AT_ONCE = timedelta(0)
_ASK_AGAIN = timedelta(seconds=10)
"""Until an uncertain message is asked after: by then its provider knows of it if it ever will."""


class Provider(msgspec.Struct, frozen=True):
    """Who takes messages. `blind`: it cannot be asked whether it has one."""

    name: str
    channels: tuple[str, ...]
    per_minute: int
    blind: bool

    @property
    def each(self) -> timedelta:
        """The time of the provider's that one message takes, so that a burst and a batch stay within its minute."""
        spare = self.batch + round(_CATCH_UP / timedelta(minutes=1) * self.per_minute)
        return timedelta(minutes=1) / max(1, self.per_minute - spare)

    @property
    def batch(self) -> int:
        """A quarter of a second's worth: so much is lost of the pace when a worker dies."""
        return max(1, min(25, self.per_minute // 240))


class Outcome(msgspec.Struct, frozen=True):
    """What a provider said of one message.

    `again`: it does not have it; `unsure`: nobody can tell. `reached`: the attempt counted there. `hold`: what
    is said concerns every message, and for so long; `for_the_day`: until midnight. `why` is for logs, without address.
    """

    state: Literal["accepted", "delivered", "bounced", "refused", "again", "unsure"]
    why: str = ""
    reached: bool = True
    hold: timedelta | None = None
    for_the_day: bool = False


class Result(msgspec.Struct, frozen=True):
    """`in_vain`: it was asked after, and the provider had never heard of it: an earlier claim's time was not used."""

    job: Job
    outcome: Outcome
    in_vain: bool = False


class Taken(msgspec.Struct, frozen=True):
    """What was claimed at `now`. Nothing: then `until` is when to look again, and why not before."""

    jobs: list[Job]
    now: datetime
    until: datetime
    why: Literal["", "pace", "held", "empty"] = ""


async def know(db: Db, provider: Provider) -> None:
    """To be called once before claiming."""
    await providers.know(db, provider.name)


async def claim(db: Db, provider: Provider, round_id: str | None = None) -> Taken:
    """The next messages that this provider should be given, of one round or of all."""
    async with db.transaction():
        pace = await providers.hold_row(db, provider.name)
        if pace.held_until > pace.now:
            return Taken([], pace.now, pace.held_until, "held")
        if pace.free_at > pace.now:
            return Taken([], pace.now, pace.free_at, "pace")
        state: State = "claimed" if provider.blind else "sending"
        jobs = await messages.claim(db, provider.channels, provider.batch, state, LEASE, round_id)
        if not jobs:
            due = await messages.next_due(db, provider.channels, round_id)
            return Taken([], pace.now, _between(pace.now, due), "empty")
        await providers.spend(db, provider.name, provider.each * len(jobs), _CATCH_UP)
    return Taken(jobs, pace.now, pace.now)


def _between(now: datetime, due: datetime | None) -> datetime:
    """When to look again: as soon as one is due, and now and then for what others queue."""
    return now + IDLE if due is None else max(now + timedelta(seconds=0.1), min(due, now + IDLE))


async def begin(db: Db, job: Job) -> bool:
    """Write down that a blind provider is about to be given it. False: the claim ran out, and it is another's."""
    return await messages.begin(db, job.message_id, job.attempts, doubtful=job.in_doubt)


async def record(db: Db, provider: Provider, results: Sequence[Result], channels: Sequence[str]) -> None:
    """What came of each. Who was refused is written to by the next channel; a provider that asks for time gets it."""
    if not results:
        return
    async with db.transaction():
        await _record(db, [result.job for result in results], [_row(result) for result in results])
        if refused := [one.job.message_id for one in results if one.outcome.state in {"refused", "bounced"}]:
            await messages.fall_back(db, refused, channels)
        if unspent := sum((not one.outcome.reached) + one.in_vain for one in results):
            await providers.refund(db, provider.name, provider.each * unspent)
        for outcome in {one.outcome for one in results if one.outcome.hold or one.outcome.for_the_day}:
            await _hold(db, provider, outcome)


def _row(result: Result) -> Row:
    job, outcome = result.job, result.outcome
    match outcome.state:
        case "again":
            wait = _AT_ONCE if outcome.hold else backoff(job.failures + 1)
            return job.message_id, job.attempts, "waiting", wait, outcome.hold is None
        case "unsure":
            return job.message_id, job.attempts, "sending", _ASK_AGAIN, False
        case state:
            return job.message_id, job.attempts, state, _AT_ONCE, False


def backoff(failures: int) -> timedelta:
    """How long after so many failures: 2 seconds, 4, 8 … an hour. The end of the round ends it. Claims that ended with
    their worker are no failures of the provider's: a message that died with many would wait for nothing."""
    return min(_LONGEST, _FIRST * (1 << min(failures - 1, 20)))


async def release(db: Db, jobs: Sequence[Job], wait: timedelta = _AT_ONCE) -> None:
    """Give back what was claimed and not begun."""
    if jobs:
        async with db.transaction():
            await _record(db, jobs, [(job.message_id, job.attempts, "waiting", wait, False) for job in jobs])


async def _record(db: Db, jobs: Sequence[Job], rows: Sequence[Row]) -> None:
    """Not while one of the rounds is being closed: each of the two would wait for rows that the other holds."""
    for round_id in sorted({job.round_id for job in jobs}):
        await rounds.share(db, round_id)
    await messages.record(db, rows)


async def _hold(db: Db, provider: Provider, outcome: Outcome) -> None:
    if outcome.for_the_day:
        await providers.hold_for_the_day(db, provider.name, outcome.why)
    elif outcome.hold:
        await providers.hold(db, provider.name, outcome.hold, outcome.why)
