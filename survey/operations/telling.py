"""Telling how far long work is while it is done, to whoever waits at a page.

The work is one transaction, of which nobody sees anything before its end. So what is told goes by another connection
(`side`), opened when there is something to tell. The work never waits for that connection, and holds no lock that it
could want: whatever befalls it costs what would have been told, and nothing else.

What is told holds for some seconds and is told anew: of work whose process has died nothing is said any more.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import msgspec

from survey.core.steps import HUNDREDTHS, Step
from survey.db import Db
from survey.logs import log
from survey.store import progress

Row = TypeVar("Row")

LEASE = timedelta(seconds=30)
"""For how long what is told holds. A worker that has said nothing for so long is taken for dead."""
EVERY = 0.25
"""Seconds between two looks at how much of a step is done. That it begins is told at once: most are over soon."""
ANEW = 5.0
"""Seconds after which it is told again though nothing has changed."""
GRACE = 1.0
"""Seconds that are left for taking back what was told, once the work is done."""

Side = Callable[[], AbstractAsyncContextManager[Db]]
"""Opens a second connection, to tell by it while the first one works."""


class Progress(msgspec.Struct, frozen=True):
    """What is being done, and how far it is: 0 of 0 where that is not known."""

    what: str
    done: int = 0
    of: int = 0

    @property
    def share(self) -> int | None:
        """How much of it is done, of 100; None where that is not known."""
        return min(round(100 * self.done / self.of), 100) if self.of else None

    @property
    def words(self) -> str:
        return f"{self.what}: {self.done:,} of {self.of:,}" if self.of not in {0, HUNDREDTHS} else self.what


Note = Callable[[Db, str], Awaitable[None]]
"""Writes down what is told, a JSON document."""
Forget = Callable[[Db], Awaitable[None]]


async def _keep(_: Db) -> None:
    """What was told goes with something else."""


@asynccontextmanager
async def telling(side: Side, note: Note, forget: Forget = _keep) -> AsyncIterator[Step]:
    """Gives the work a function to say how far it is. Nothing is told before its first call, and nothing is left when
    the block ends."""
    teller = _Teller(side, note, forget)
    task = asyncio.create_task(teller.run())
    try:
        yield teller.step
    finally:
        teller.end()
        try:
            await asyncio.wait({task}, timeout=GRACE)
        finally:
            task.cancel()


@asynccontextmanager
async def of_round(side: Side, organisation_id: UUID, round_id: str) -> AsyncIterator[Step]:
    """The same of work on a round, told on the round's page."""

    async def note(db: Db, document: str) -> None:
        await progress.note(db, organisation_id, round_id, document, LEASE)

    async def forget(db: Db) -> None:
        await progress.forget(db, organisation_id, round_id)

    async with telling(side, note, forget) as step:
        yield step


PIECE = 2_500
"""Rows that are written at once: between two pieces it can be told how many have been."""


def in_pieces(rows: Sequence[Row], step: Step, what: str) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), PIECE):
        step(what, start, len(rows))
        yield rows[start : start + PIECE]


def read(document: str | None) -> Progress | None:
    return None if document is None else msgspec.json.decode(document, type=Progress)


class _Teller:
    def __init__(self, side: Side, note: Note, forget: Forget) -> None:
        self._side, self._note, self._forget = side, note, forget
        self._loop, self._stir = asyncio.get_running_loop(), asyncio.Event()
        self._now: Progress | None = None
        self._over = self._warned = False

    def step(self, what: str, done: int, of: int) -> None:
        is_another = self._now is None or self._now.what != what
        self._now = Progress(what, done, of)
        if is_another:
            self._loop.call_soon_threadsafe(self._stir.set)

    def end(self) -> None:
        self._over = True
        self._stir.set()

    async def run(self) -> None:
        while not self._over:
            if self._now is not None:
                await self._try()
            await self._pause()

    async def _try(self) -> None:
        """On one connection until the work is over or the connection fails."""
        try:
            async with self._side() as db:
                await self._tell(db)
        except Exception as failed:  # whatever it is, it is none of the work's business
            if not self._warned:
                log.warning("how far the work is cannot be told", why=type(failed).__name__)
            self._warned = True

    async def _tell(self, db: Db) -> None:
        last, until = None, 0.0
        while not self._over:
            if self._now != last or self._loop.time() > until:
                last, until = self._now, self._loop.time() + ANEW
                await self._note(db, msgspec.json.encode(last).decode())
            await self._pause()
        await self._forget(db)

    async def _pause(self) -> None:
        """Until something else is being done, or for a moment."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stir.wait(), EVERY)
        self._stir.clear()
