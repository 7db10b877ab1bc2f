"""The landing page under load: how many a second, what one costs, and that looking, however often, leaves no trace.

Mail scanners press every link, some of them again and again, by GET, HEAD and OPTIONS.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from survey.cli.benching import cpu, layouts, rounds, scratch, statements
from survey.cli.benching.cpu import Spent
from survey.cli.benching.http import Connection, request
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch

LINKS = 50
_BATCH = 16
"""Requests that go out together on one connection, as HTTP/1.1 allows, so that the client costs little."""
_HEADERS = (
    b"host: survey.example\r\nuser-agent: Mozilla/5.0 (compatible; scanner)\r\naccept: text/html\r\n"
    b"accept-encoding: gzip\r\n"
)
_WRITTEN = "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint from pg_stat_user_tables"
_VARIES = re.compile(rb"(?:x-request-id|date): [^\r]*\r\n")


class Measured(msgspec.Struct, frozen=True):
    """`asked` of the database while it went on, `written` rows, `cookies` handed out, `started` links that worked
    afterwards, of LINKS; `kinds` are the answers that differ by more than their id and date."""

    requests: int
    spent: Spent
    asked: int
    written: int
    cookies: int
    kinds: int
    methods: tuple[str, ...]
    started: int
    bytes_each: float

    @property
    def amiss(self) -> list[str]:
        checks = (
            (self.written == 0, f"{self.written} rows were written."),
            (self.cookies == 0, f"{self.cookies} cookies were set."),
            (self.kinds == len(self.methods), f"{self.kinds} different answers to {len(self.methods)} methods."),
            (self.started == LINKS, f"Only {self.started} of {LINKS} links still work."),
        )
        return [said for holds, said in checks if not holds]


class _Seen:
    """What came back, in all."""

    def __init__(self) -> None:
        self.requests = self.received = self.cookies = 0
        self.kinds: set[bytes] = set()

    def note(self, answers: bytes, count: int) -> None:
        self.requests += count
        self.received += len(answers)
        self.cookies += answers.count(b"set-cookie")


async def measure(on: Scratch, wanted: int, at_once: int, methods: tuple[str, ...], progress: Progress) -> Measured:
    """So many requests to a round's links, once the process knows the round; at the end every link is started."""
    _, links = await rounds.launch(on, LINKS, layouts.layout("three-pages"))
    paths = [link.path for link in links[:LINKS]]
    with scratch.served(on) as app:
        await _ask_all(on, paths, methods, _Seen(), 2 * at_once * _BATCH, at_once, lambda: None)
        await statements.reset(on.db)
        seen, written, before = _Seen(), await _written(on), cpu.spent(app, on.postgres)
        await _ask_all(on, paths, methods, seen, wanted, at_once, progress("Look at links", wanted // _BATCH))
        spent = cpu.spent(app, on.postgres) - before
        asked = sum(one.calls for one in await statements.counted(on.db) if _is_the_services(one.text))
        after = await _written(on)
        started = await _started(on, paths)
    each = seen.received / max(seen.requests, 1)
    return Measured(seen.requests, spent, asked, after - written, seen.cookies, len(seen.kinds), methods, started, each)


def _is_the_services(text: str) -> bool:
    """Not one of our own about statistics."""
    return "pg_stat" not in text


async def _written(on: Scratch) -> int:
    """Rows inserted, changed or deleted up to now. Statistics reach the table when a session rests."""
    await asyncio.sleep(1.1)
    await on.db.execute("select pg_stat_clear_snapshot()")
    return int(await on.db.fetchval(_WRITTEN))


async def _ask_all(
    on: Scratch,
    paths: Sequence[str],
    methods: Sequence[str],
    seen: _Seen,
    wanted: int,
    at_once: int,
    advance: Callable[[], None],
) -> None:
    """In batches, each of one method, over all links in turn."""
    batches = iter(range(max(1, wanted // _BATCH)))

    async def scan() -> None:
        async with Connection(on.config.host, on.config.port) as connection:
            sizes: dict[str, int] = {}
            for number in batches:
                method = methods[number % len(methods)]
                await _batch(connection, method, paths, number, sizes, seen)
                advance()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(scan())


async def _batch(
    connection: Connection, method: str, paths: Sequence[str], number: int, sizes: dict[str, int], seen: _Seen
) -> None:
    """Answers to one method are equally long; the first on a connection is read by its head, to know how long."""
    asked = [request(method, paths[(number * _BATCH + place) % len(paths)], _HEADERS, b"") for place in range(_BATCH)]
    if method not in sizes:
        whole = await connection.raw(asked.pop(), bodiless=method == "HEAD")
        sizes[method] = len(whole)
        seen.kinds.add(_VARIES.sub(b"", whole))
        seen.note(whole, 1)
    size = sizes[method] * len(asked)
    seen.note(await connection.exactly(b"".join(asked), size), len(asked))


async def _started(on: Scratch, paths: Sequence[str]) -> int:
    """How many links lead to a person's own page when the button is pressed."""
    headers = _HEADERS + b"sec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n"
    async with Connection(on.config.host, on.config.port) as connection:
        replies = [await connection.ask("POST", path, headers) for path in paths]
    return sum(reply.status == 303 and "set-cookie" in reply.headers for reply in replies)


def report(measured: Measured) -> Iterator[str]:
    spent, count = measured.spent, max(measured.requests, 1)
    each = spent.app / count
    yield f"{measured.requests:,} requests by {', '.join(measured.methods)} to {LINKS} links in {spent.wall:.1f} s"
    yield ""
    yield f"  {'requests a second, as busy as this machine is':<52}{count / spent.wall:>12,.0f}"
    yield f"  {'CPU ms a request, app':<52}{1000 * each:>12.3f}"
    yield f"  {'requests a second that one core can answer':<52}{1 / each if each else 0:>12,.0f}"
    yield f"  {'CPU ms a request, this client (not counted above)':<52}{1000 * spent.client / count:>12.3f}"
    yield f"  {'bytes an answer, head included':<52}{measured.bytes_each:>12,.0f}"
    yield f"  {'statements the database was asked':<52}{measured.asked:>12,}"
    yield f"  {'rows written':<52}{measured.written:>12,}"
    yield f"  {'cookies set':<52}{measured.cookies:>12,}"
    yield f"  {'links that still work':<52}{measured.started:>12,}"
