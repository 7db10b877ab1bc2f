"""Every page of the console and of the results, asked for again and again: how long it takes, what it costs the
processors, how often it asks the database, how large it is."""

import asyncio
import os
import re
import time
from collections.abc import Iterator, Mapping

import msgspec

from survey.cli.benching import cpu, furnishing, places, scratch, statements
from survey.cli.benching.console import Desk
from survey.cli.benching.http import Astray, Connection
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch

ASKED = 15
"""Times each page is asked for, after the first."""
MOST_STATEMENTS = 6
WATCHED = 10.0
"""Seconds in which nobody asks: what the database is asked then, the worker asks, and no page."""
_SMALL, _FAST, _SLOW = 2_000, 100.0, 300.0
"""Up to how many staff a page is to be there within the shorter of two times, in ms."""
_NOT_COUNTED = re.compile(
    r"\s*(begin|commit|rollback|savepoint|release|set |reset |close |unlisten|select pg_adv"
    r"|select number, mac, survey_now|insert into audit_entry|update audit_head)",
    re.IGNORECASE,
)
"""Transactions' own, what the pool says between two uses of a connection, and an entry in the log: no questions."""


class Cost(msgspec.Struct, frozen=True):
    """Of one page: the first time and the median after it, and what one costs the processors, in ms."""

    path: str
    first: float
    median: float
    worst: float
    cpu: float
    statements: int
    bytes: int


class Measured(msgspec.Struct, frozen=True):
    people: int
    entries: int
    load: float
    pages: list[Cost]
    amiss: list[str]

    @property
    def limit(self) -> float:
        return _FAST if self.people <= _SMALL else _SLOW


async def measure(on: Scratch, people: int, entries: int, progress: Progress) -> Measured:
    there = await furnishing.furnish(on, people, entries, progress)
    unknown = places.missing(there)
    amiss = [f"{path} has no sample, or is no page any more: see survey/cli/benching/places.py." for path in unknown]
    paths = [path for some in places.samples(there).values() for path in some]
    step, found = progress("Ask for every page", len(paths)), list[Cost]()
    with scratch.served(on) as app:
        async with Connection(on.config.host, on.config.port) as connection:
            desk = Desk(connection, there.secret)
            await desk.get("/sign-in")  # a service's first page waits for it to have started
            idle = await _idle(on)
            for path in paths:
                found.append(await _asked(on, app, desk, path, idle))
                step()
    return Measured(people, entries, os.getloadavg()[0], found, amiss)


async def _idle(on: Scratch) -> dict[str, float]:
    """Statements a second of a service that nobody asks for anything."""
    await asyncio.sleep(WATCHED)  # its first seconds are not like those after
    await statements.reset(on.db)
    await asyncio.sleep(WATCHED)
    return {one.text: one.calls / WATCHED for one in await statements.counted(on.db)}


async def _asked(on: Scratch, app: int, desk: Desk, path: str, idle: Mapping[str, float]) -> Cost:
    first, size = await _once(desk, path)
    await statements.reset(on.db)
    before, started = cpu.spent(app, on.postgres), time.perf_counter()
    waits = [(await _once(desk, path))[0] for _ in range(ASKED)]
    used = (cpu.spent(app, on.postgres) - before).server / ASKED
    took = time.perf_counter() - started
    asked = [one for one in await statements.counted(on.db) if not _NOT_COUNTED.match(one.text)]
    count = sum(round((one.calls - took * idle.get(one.text, 0.0)) / ASKED) for one in asked)
    return Cost(path, first, sorted(waits)[ASKED // 2], max(waits), 1000 * used, count, size)


async def _once(desk: Desk, path: str) -> tuple[float, int]:
    """Milliseconds, and the size of the page as the browser unpacks it."""
    started = time.perf_counter()
    reply = await desk.get(path)
    waited = 1000 * (time.perf_counter() - started)
    if reply.status != 200:
        raise Astray(f"{path} was answered with {reply.status}.")
    return waited, len(reply.content)


def report(measured: Measured) -> Iterator[str]:
    yield f"{measured.people:,} staff, {measured.entries:,} entries in the log, load {measured.load:.1f}"
    yield f"  {'page':<52}{'first':>8}{'median':>8}{'worst':>8}{'CPU ms':>8}{'asks':>6}{'bytes':>11}"
    for one in measured.pages:
        shown = re.sub(r"[0-9a-f]{64}|[0-9a-f-]{36}", "…", one.path)
        marks = [f"above {measured.limit:.0f} ms"] * (one.median > measured.limit)
        marks += [f"above {measured.limit:.0f} ms of CPU"] * (one.cpu > measured.limit)
        marks += [f"above {MOST_STATEMENTS} statements"] * (one.statements > MOST_STATEMENTS)
        figures = (
            f"{one.first:>8.1f}{one.median:>8.1f}{one.worst:>8.1f}{one.cpu:>8.1f}{one.statements:>6}{one.bytes:>11,}"
        )
        yield f"  {shown:<52}{figures}  {', '.join(marks)}".rstrip()
    slow = sum(one.median > measured.limit for one in measured.pages)
    yield f"  {len(measured.pages)} pages, of which {slow} took longer than {measured.limit:.0f} ms"
