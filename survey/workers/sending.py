"""The worker that sends: queues what is due, and hands it to the providers at their pace. Any number may run.

A provider that can be asked is given a batch at once; after a death what was under way is asked after before anything
is sent again. A blind one is given one message at a time, so that a death leaves one in doubt at most.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from survey import db as database
from survey import errors
from survey.db import Db
from survey.logs import log
from survey.operations import requesting, sending
from survey.operations.sending import Composer, Job, Outcome, Provider, Result, Taken
from survey.sealing import KeyRing
from survey.workers.channels.channel import TIMEOUT, Channel

EVERY = 15.0
"""Seconds between two looks for what is due."""
LANES = 4
"""Batches under way at once at a provider that can be asked: while one waits for answers the next is handed over."""
_KEYLESS = timedelta(minutes=1)

Until = Callable[[datetime, datetime], Awaitable[None]]
"""Waits from the first moment of the database's clock to the second."""


async def sleep(now: datetime, until: datetime) -> None:
    await asyncio.sleep(min(max((until - now).total_seconds(), 0.0), 60.0))


class Post(msgspec.Struct, frozen=True):
    """What a worker works with."""

    url: str
    keys: KeyRing
    channels: Sequence[Channel]
    base_url: str
    zone: str
    until: Until = sleep

    @property
    def names(self) -> list[str]:
        """The channels by which this deployment can send, all providers together."""
        return [name for channel in self.channels for name in channel.provider.channels]

    def composer(self) -> Composer:
        return Composer(self.keys, self.base_url, self.zone)


async def work(post: Post) -> None:
    """For ever. A database or a provider that is away is tried again."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_for_ever(post, _keep_filled))
        for channel in post.channels:
            for _ in range(1 if channel.provider.blind else LANES):
                group.create_task(_for_ever(post, _Lane(post, channel).run))


async def _for_ever(post: Post, job: Callable[[Db, Post], Awaitable[None]]) -> None:
    while True:
        try:
            async with database.connect(post.url, statement_timeout="0") as db:
                await job(db, post)
        except (errors.SurveyError, *database.AWAY) as error:
            log.warning("sending has to wait", why=str(error))
        except Exception as error:
            log.error("sending failed", exc_info=error)  # nobody would notice a worker that had stopped
        await asyncio.sleep(EVERY / 5)


async def _keep_filled(db: Db, post: Post) -> None:
    while True:
        await _fill(db, post)
        await asyncio.sleep(EVERY)


async def _fill(db: Db, post: Post) -> None:
    """How many is told to nobody: of a reminder it is how many had not answered, to the last one."""
    if await sending.fill_due(db, post.names, post.zone):
        log.info("queued what was due")
    if asked := await requesting.deal(db, post.keys, post.names):
        log.info("links that were asked for", messages=asked)


async def once(db: Db, post: Post, round_id: str | None = None) -> None:
    """Queue and send what is due now, of one round or of all, and stop."""
    await _fill(db, post)
    for channel in post.channels:
        await _Lane(post, channel, round_id).empty(db)


class _Lane:
    """One connection's worth of work at one provider."""

    def __init__(self, post: Post, channel: Channel, round_id: str | None = None) -> None:
        self._post, self._channel, self._round_id = post, channel, round_id
        self._composer = post.composer()

    @property
    def _provider(self) -> Provider:
        return self._channel.provider

    async def run(self, db: Db, post: Post) -> None:
        await sending.know(db, self._provider)
        while True:
            taken = await self._turn(db)
            if taken.why:
                await self._post.until(taken.now, taken.until)

    async def empty(self, db: Db) -> None:
        """Until nothing more is due at this moment, or the provider asks to wait."""
        await sending.know(db, self._provider)
        while (taken := await self._turn(db)).why in {"", "pace"}:
            if taken.why:
                await self._post.until(taken.now, taken.until)

    async def _turn(self, db: Db) -> Taken:
        """Take the next batch and hand it over."""
        taken = await sending.claim(db, self._provider, self._round_id)
        if taken.jobs:
            await self._hand_over(db, taken)
        return taken

    async def _hand_over(self, db: Db, taken: Taken) -> None:
        try:
            await self._composer.load(db, taken.jobs)
        except errors.Misconfigured as missing:
            log.error("messages wait for a process that has their round's key", why=str(missing))
            await sending.release(db, taken.jobs, _KEYLESS)
            return
        deadline = time.monotonic() + sending.LEASE.total_seconds() - 2 * TIMEOUT
        clock = _Clock(taken.now)
        if self._provider.blind:
            await self._one_by_one(db, taken.jobs, clock, deadline)
        else:
            results = await asyncio.gather(*(self._ask_and_send(job, clock) for job in taken.jobs))
            await self._record(db, results)

    async def _one_by_one(self, db: Db, jobs: Sequence[Job], clock: "_Clock", deadline: float) -> None:
        """What cannot be begun before the claim ends is given back, and so is the rest once the provider is away."""
        for place, job in enumerate(jobs):
            if time.monotonic() > deadline:
                await sending.release(db, jobs[place:])
                return
            if not await sending.begin(db, job):
                continue
            outcome = await self._send(job, clock)
            await self._record(db, [Result(job, outcome)])
            if outcome.hold and jobs[place + 1 :]:
                await sending.release(db, jobs[place + 1 :])
                return

    async def _ask_and_send(self, job: Job, clock: "_Clock") -> Result:
        if job.in_doubt and (envelope := self._composer.envelope(job)):
            known = await self._channel.find(envelope, clock.now())
            if known is not None:
                return Result(job, known)
        return Result(job, await self._send(job, clock), in_vain=job.in_doubt)

    async def _send(self, job: Job, clock: "_Clock") -> Outcome:
        envelope = self._composer.envelope(job)
        if envelope is None:
            return Outcome("refused", "there is no address any more", reached=False)
        return await self._channel.send(envelope, clock.now())

    async def _record(self, db: Db, results: Sequence[Result]) -> None:
        await sending.record(db, self._provider, results, self._post.names)
        for why in sorted({one.outcome.why for one in results if one.outcome.why}):
            log.warning("a message was not taken", provider=self._provider.name, why=why)


class _Clock:
    """The database's clock, told once and counted on from there."""

    def __init__(self, now: datetime) -> None:
        self._now, self._since = now, time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._since)
