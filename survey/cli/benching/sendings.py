"""Sending a round's invitations while the workers are killed again and again, and providers fail.

Time is a stand-in's: it leaps over every wait for the pace, so that half an hour of sending takes as long as the work
in it. What is told as minutes is that clock's.
"""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from survey import db as database
from survey.cli.benching import layouts, notify_stub, scratch, staff_lists
from survey.cli.benching.mail_sink import Sink
from survey.cli.benching.notify_stub import Answer, Behaviour, Request, Stub
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import authoring, launching, rehearsing, staffing

PER_MINUTE = 3000
MAIL_PER_MINUTE = 60_000
STILL = 0.05
"""Seconds for which the database's clock may go on by itself."""
STUCK = 120.0
"""Seconds without a message after which the bench gives up."""
_STATES = "select state, count(*)::int as messages, (count(*) filter (where doubtful))::int as doubtful from message"
_DOUBTFUL = "select message_id::text as id from message where doubtful"


class Wishes(msgspec.Struct, frozen=True):
    """`kill_every`: seconds of a real clock. `failing`, `lost`: shares of requests."""

    provider: Literal["notify", "smtp"]
    people: int
    kill_every: float
    failing: float = 0.10
    lost: float = 0.05
    workers: int = 2


class Measured(msgspec.Struct, frozen=True):
    """`minutes` on the stand-in's clock from the round's opening to the last message, `seconds` on the real one."""

    wishes: Wishes
    kills: int
    taken: int
    lost: int
    twice: int
    marked: int
    unmarked: int
    minutes: float
    seconds: float
    answers: Mapping[str, int]
    amiss: list[str]


class Time:
    """The clock of the database, the stand-in and the workers alike: it stands still but for the leaps that workers ask
    for, so that what is measured is how well the pace is used, however busy this machine is."""

    def __init__(self, db: Db) -> None:
        self._db, self._now, self._turn = db, time.time(), asyncio.Lock()
        self.at_work: set[int] = set()

    def now(self) -> float:
        return self._now

    async def asked(self, request: Request) -> Answer:
        """A worker leaps to an instant, or says that it is at work."""
        if request.path == "/ready":
            self.at_work.add(int(request.body))
        else:
            await self._leap(datetime.fromisoformat(request.body.decode()).timestamp())
        return Answer(200, b"{}")

    async def _leap(self, until: float) -> None:
        """Unless it is past."""
        async with self._turn:
            if until > self._now:
                self._now = until
                await self._set()

    async def _set(self) -> None:
        await rehearsing.set_clock(self._db, datetime.fromtimestamp(self._now, UTC))

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """The database's clock goes on by itself, so it is put back again and again."""

        async def put_back() -> None:
            while True:
                async with self._turn:
                    await self._set()
                await asyncio.sleep(STILL)

        task = asyncio.create_task(put_back())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def measure(on: Scratch, wishes: Wishes, progress: Progress) -> Measured:
    await _launch(on, wishes.people, progress)
    async with database.connect(on.url, **database.UNHURRIED) as db:
        return await _measure(on, wishes, Time(db), progress)


async def _measure(on: Scratch, wishes: Wishes, clock: Time, progress: Progress) -> Measured:
    lost = wishes.lost if wishes.provider == "notify" else 0.0
    stub = Stub(clock.now, Behaviour(wishes.failing, lost, silence=1.5, per_minute=PER_MINUTE))
    stub.besides = clock.asked
    sink = Sink()
    url, port = await stub.start(), await sink.start()
    taken = stub.accepted if wishes.provider == "notify" else sink.taken
    began, opened = time.monotonic(), clock.now()
    async with clock.standing():
        kills = await _send(on, wishes, _provider(wishes, url, port), url, clock, taken, progress)
    await stub.stop()
    await sink.stop()
    last = stub.last if wishes.provider == "notify" else clock.now()
    return await _judged(on, wishes, kills, taken, (last - opened) / 60, time.monotonic() - began, stub.answers)


async def _launch(on: Scratch, people: int, progress: Progress) -> None:
    step, whose = progress(f"Launch a round of {people:,}", 2), on.organisation_id
    await staffing.apply(on.db, whose, staff_lists.make(people).encode(), staffing.Wishes())
    step()
    version = await authoring.add(on.db, whose, layouts.DEFAULT.read_text(encoding="utf-8"))
    now = datetime.now(UTC)
    drafted = await launching.draft(
        on.db, whose, "Bench", version.questionnaire_hash, now, now + timedelta(days=20), Plan()
    )
    await launching.launch(on.db, on.keys, whose, drafted.round_id)
    step()


async def _send(
    on: Scratch,
    wishes: Wishes,
    provider: Mapping[str, str],
    url: str,
    clock: Time,
    taken: Counter[str],
    progress: Progress,
) -> int:
    """Until nothing is left to send; how often a worker was killed on the way."""
    environment = scratch.environment(on) | dict(provider)
    kills, chance, step = 0, random.Random(5), progress("Send", wishes.people)  # noqa: S311 - which one to kill
    told, moved = 0, time.monotonic()
    async with _workers(on, wishes.workers, environment, url) as workers:
        while await _unfinished(on.db):
            await asyncio.sleep(wishes.kill_every)
            kills += workers.kill_one_of(clock.at_work, chance)
            for _ in range(len(taken) - told):
                step()
            moved, told = (time.monotonic() if len(taken) > told else moved), len(taken)
            if time.monotonic() - moved > STUCK:
                break
    return kills


async def _unfinished(db: Db) -> bool:
    return bool(
        await db.fetchval(
            "select not exists (select from wave where filled)"
            " or exists (select from message where state in ('waiting', 'claimed', 'sending'))"
        )
    )


def _provider(wishes: Wishes, url: str, port: int) -> dict[str, str]:
    if wishes.provider == "smtp":
        given = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "survey@trust.example"}
        given |= {"SMTP_PER_MINUTE": str(MAIL_PER_MINUTE)}
    else:
        given = {"NOTIFY_API_KEY": notify_stub.KEY, "NOTIFY_URL": url, "NOTIFY_PER_MINUTE": str(PER_MINUTE)}
        given |= {"NOTIFY_EMAIL_TEMPLATE": notify_stub.EMAIL_TEMPLATE}
    return {f"SURVEY_{name}": value for name, value in given.items()}


class Workers:
    """Processes, each of which is begun again when it is killed."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path, count: int) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._children = [self._begin() for _ in range(count)]

    def _begin(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                self._command,
                cwd=Path(__file__).parents[3],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill_one_of(self, at_work: set[int], chance: random.Random) -> bool:
        """Only one that is at work: a worker that is killed while it starts proves nothing."""
        places = [place for place, child in enumerate(self._children) if child.pid in at_work]
        if not places:
            return False
        place = chance.choice(places)
        self._end(self._children[place])
        self._children[place] = self._begin()
        return True

    def end(self) -> None:
        for child in self._children:
            self._end(child)

    @staticmethod
    def _end(child: "subprocess.Popen[bytes]") -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, 9)
        child.wait()


@asynccontextmanager
async def _workers(on: Scratch, count: int, environment: Mapping[str, str], url: str) -> AsyncIterator[Workers]:
    command = [sys.executable, "-m", "survey.cli.benching.sending_worker", url]
    workers = Workers(command, environment, on.config.data / "workers.log", count)
    try:
        yield workers
    finally:
        workers.end()


async def _judged(
    on: Scratch,
    wishes: Wishes,
    kills: int,
    taken: Counter[str],
    minutes: float,
    seconds: float,
    answers: Mapping[str, int],
) -> Measured:
    marked = {row["id"] for row in await on.db.fetch(_DOUBTFUL)}
    twice = {id_ for id_, count in taken.items() if count > 1}
    lost, copies = wishes.people - len(taken), sum(taken.values()) - len(taken)
    amiss = [f"{lost} people got nothing."] if lost else []
    if wishes.provider == "notify" and copies:
        amiss.append(f"{copies} messages were taken twice.")
    if wishes.provider == "smtp" and (copies > kills or twice - marked):
        amiss.append(f"{copies} copies for {kills} kills, {len(twice - marked)} of them not marked.")
    states = {row["state"]: row["messages"] for row in await on.db.fetch(f"{_STATES} group by state")}
    if states.keys() != {"accepted"}:
        amiss.append(f"The outbox says {states}.")
    return Measured(
        wishes, kills, len(taken), lost, copies, len(marked), len(twice - marked), minutes, seconds, answers, amiss
    )
