"""The console at work: how long its pages of the staff list take, and whether an import through the page holds up
anybody else. Two clients ask the whole time, one for a small page, the other a bare server that has nothing else to do:
what that one waits is this machine's noise. Both are compared with a quiet spell before.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from urllib.parse import urlencode

import msgspec

from survey.cli.benching import bystander, cpu, scratch, staff_lists
from survey.cli.benching.http import Astray, Connection, Reply
from survey.cli.benching.ledger import percentile
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.operations import signing_in

SETTLING = 8.0
"""Seconds in which a service that has just started has its templates compiled."""
QUIET = 5.0
"""Seconds of pings before anything else."""
EVERY = 0.02
ASKED = 21
"""Times each page is asked for."""
LONGEST = 600.0
MANY = 10_000
"""Rows that take so long that a page says how far they are before they are done."""
_SELECT = re.compile(r'<select[^>]* name="(column-\d+)".*?</select>', re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
_BAR = re.compile(r"<progress[^>]* value=")
_PEOPLE = "select count(*) from person where organisation_id = $1 and left_at is null"


class Measured(msgspec.Struct, frozen=True):
    """Seconds. `quiet` and `busy` are the pings' waits before and during the import, for the service and for a bare
    server; `steps` how long each step took
    as somebody at the page sees it; `pages` the median wait for each, and what one costs the processors."""

    rows: int
    quiet: "Waits"
    busy: "Waits"
    steps: dict[str, float]
    shown: int
    pages: dict[str, tuple[float, float]]
    amiss: list[str]


class Waits(msgspec.Struct, frozen=True):
    service: list[float] = msgspec.field(default_factory=list)
    bare: list[float] = msgspec.field(default_factory=list)


class Desk:
    """Somebody signed in, with a connection of their own."""

    def __init__(self, connection: Connection, secret: str) -> None:
        self._connection, self._csrf = connection, signing_in.form_token(secret)
        self._cookie = f"host: 127.0.0.1\r\ncookie: session={secret}\r\n".encode()

    async def get(self, path: str) -> Reply:
        return await self._connection.ask("GET", path, self._cookie)

    async def post(self, path: str, form: dict[str, str]) -> str:
        """Where it leads."""
        kind = b"content-type: application/x-www-form-urlencoded\r\n"
        body = urlencode({"csrf": self._csrf, **form}).encode()
        return _led(await self._connection.ask("POST", path, self._cookie + kind, body))

    async def upload(self, data: bytes) -> str:
        kind = b"content-type: multipart/form-data; boundary=edge\r\n"
        body = _part("csrf", self._csrf.encode()) + _part("file", data, "staff.csv") + b"--edge--\r\n"
        return _led(await self._connection.ask("POST", "/staff/imports", self._cookie + kind, body))


def _part(name: str, content: bytes, file: str = "") -> bytes:
    told = f'; filename="{file}"' if file else ""
    return f'--edge\r\ncontent-disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + content + b"\r\n"


def _led(reply: Reply) -> str:
    if reply.status != 303:
        raise Astray(f"A form was answered with {reply.status}.")
    return reply.headers["location"]


async def measure(on: Scratch, rows: int, progress: Progress) -> Measured:
    secret = await signing_in.sign_in(on.db, await signing_in.invite(on.db, on.organisation_id, "manager"))
    data, step = staff_lists.make(rows).encode(), progress(f"Import {rows:,} rows through the page", 5)
    quiet, busy = Waits(), Waits()
    with scratch.served(on) as app, bystander.served(on.config.host) as bare:
        addresses = ((on.config.host, on.config.port), (on.config.host, bare))
        async with Connection(*addresses[0]) as connection:
            desk = Desk(connection, secret)
            await desk.get("/sign-in")  # a service's first page waits for it to have started
            await asyncio.sleep(SETTLING)
            async with _pinged(addresses, quiet):
                await asyncio.sleep(QUIET)
            step()
            async with _pinged(addresses, busy):
                steps, shown = await _import(desk, data)
            step()
            pages = {path: await _asked(on, app, desk, path) for path in await _pages(on)}
    there = await on.db.fetchval(_PEOPLE, on.organisation_id)
    amiss = [] if there == rows else [f"{there:,} people are in the database, not {rows:,}."]
    if rows >= MANY and not shown:
        amiss.append("No page said how far the import was.")
    return Measured(rows, quiet, busy, steps, shown, pages, amiss)


@asynccontextmanager
async def _pinged(addresses: Sequence[tuple[str, int]], waits: Waits) -> AsyncIterator[None]:
    """Somebody else asks for a small page, every 20 ms, for the length of the block: of the service, and of the bare
    server, each on its own."""
    over = asyncio.Event()

    async def ping(address: tuple[str, int], into: list[float]) -> None:
        async with Connection(*address) as connection:
            while not over.is_set():
                started = time.perf_counter()
                await connection.ask("GET", "/sign-in", b"host: 127.0.0.1\r\n")
                into.append(time.perf_counter() - started)
                await asyncio.sleep(EVERY)

    both = zip(addresses, (waits.service, waits.bare), strict=True)
    pinging = [asyncio.create_task(ping(*one)) for one in both]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*pinging)


async def _import(desk: Desk, data: bytes) -> tuple[dict[str, float], int]:
    """All the steps, and how often a page was seen that said how far the work was."""
    started = time.perf_counter()
    here = await desk.upload(data)
    uploaded = time.perf_counter()
    text, seen = await _until(desk, here, "See what would change")
    described = time.perf_counter()
    await desk.post(f"{here}/columns", _columns(text))
    _, more = await _until(desk, here, "Apply these changes")
    checked = time.perf_counter()
    await desk.post(f"{here}/apply", {})
    _, last = await _until(desk, here, "The staff list is up to date")
    moments = (started, uploaded, described, checked, time.perf_counter())
    named = zip(("upload", "read", "check", "apply"), pairwise(moments), strict=True)
    return {name: after - before for name, (before, after) in named}, seen + more + last


async def _until(desk: Desk, path: str, said: str) -> tuple[str, int]:
    seen, deadline = 0, time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        text = (await desk.get(path)).text
        if said in text:
            return text, seen
        seen += says_how_far(text)
        await asyncio.sleep(0.25)
    raise Astray(f"“{said}” did not come.")


def says_how_far(text: str) -> bool:
    """Whether a page's bar has a value: without one it only says that work is under way."""
    return _BAR.search(text) is not None


def _columns(text: str) -> dict[str, str]:
    """The columns as the page has guessed them."""
    found = {}
    for select in _SELECT.finditer(text):
        chosen = _CHOSEN.search(select[0])
        found[select[1]] = chosen[1] if chosen else ""
    return found


async def _pages(on: Scratch) -> list[str]:
    unit = await on.db.fetchval("select unit_id from unit where parent_id is null limit 1")
    person = await on.db.fetchval("select person_id from person limit 1")
    return [
        "/staff", "/staff?unit=team", f"/staff/units/{unit}", f"/staff/units/{unit}/move", "/staff/changes",
        "/staff/people", "/staff/people?q=nobody", "/staff/people?q=person.2", f"/staff/people/{person}",
        f"/staff/people/{person}/edit", "/staff/imports",
    ]  # fmt: skip


async def _asked(on: Scratch, app: int, desk: Desk, path: str) -> tuple[float, float]:
    """The median wait for a page, and the processor time that one costs the service and Postgres."""
    waits, before = [], cpu.spent(app, on.postgres)
    for _ in range(ASKED):
        started = time.perf_counter()
        reply = await desk.get(path)
        waits.append(time.perf_counter() - started)
        if reply.status != 200:
            raise Astray(f"{path} was answered with {reply.status}.")
    return sorted(waits)[ASKED // 2], (cpu.spent(app, on.postgres) - before).server / ASKED


def _spread(waits: list[float]) -> str:
    ordered = sorted(waits)
    return ", ".join(f"{1000 * one:.1f}" for one in (percentile(ordered, 0.5), percentile(ordered, 0.99), ordered[-1]))


def report(measured: Measured) -> Iterator[str]:
    yield f"{measured.rows:,} rows through the page"
    for name, seconds in measured.steps.items():
        yield f"  {name + ', seconds':<52}{seconds:>12.1f}"
    yield f"  {'pages seen that said how far it was':<52}{measured.shown:>12}"
    for name, waits in (("before", measured.quiet), ("during the import", measured.busy)):
        for what, some in (("another page", waits.service), ("a bare server", waits.bare)):
            yield f"  {f'{what}, {name}: median, p99, longest ms':<52}{_spread(some):>24} ({len(some)} times)"
    for path, (wait, cost) in measured.pages.items():
        shown = re.sub(r"[0-9a-f-]{36}", "…", path)
        yield f"  {f'ms of {shown}: median, of CPU':<52}{f'{1000 * wait:.1f}, {1000 * cost:.1f}':>24}"
