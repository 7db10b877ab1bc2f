"""The worker that does the long work pages ask for: launching a round, publishing it.

Each look is cheap. The work itself is done by a process of its own, so that no request here waits for it; what it needs
to know goes to it by a pipe, where nobody else can read it.
"""

import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import msgspec

from survey import db as database
from survey import errors, sealing
from survey.logs import log
from survey.operations import carrying_out
from survey.sealing import KeyRing

EVERY = 1.0
"""Seconds between two looks: people wait for this on a page."""
ROOT = Path(__file__).parents[2]


class Order(msgspec.Struct, frozen=True):
    """What the process that does the work is told. `secret` is base64."""

    url: str
    keys: str
    secret: str


def order(url: str, keys: KeyRing, secret: bytes) -> Order:
    return Order(url, str(keys.directory), base64.b64encode(secret).decode())


async def work(given: Order, every: float = EVERY) -> None:
    """Look, have done what waits, sleep; for ever. A database that is away is tried again."""
    while True:
        try:
            await tick(given, apart)
        except (errors.SurveyError, *database.AWAY) as error:
            log.warning("what was asked for has to wait", why=str(error))
        except Exception as error:
            log.error("carrying out failed", exc_info=error)  # nobody would notice a worker that had stopped
        await asyncio.sleep(every)


async def tick(given: Order, do: Callable[[Order], Awaitable[None]]) -> None:
    async with database.connect(given.url) as db:
        waiting = await carrying_out.waiting(db)
    if waiting:
        await do(given)


async def apart(given: Order) -> None:
    """In a process of its own, which ends with this one's wish to stop."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "survey.workers.carrying_out", stdin=asyncio.subprocess.PIPE, cwd=ROOT
    )
    try:
        await child.communicate(msgspec.json.encode(given))
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()
    if child.returncode:
        log.error("carrying out failed", status=child.returncode)


async def do_all(given: Order) -> None:
    """Everything that waits, one after the other, on one connection; how far it is is told by another."""
    secret = base64.b64decode(given.secret)
    keys, sign = KeyRing(Path(given.keys), secret), sealing.signer(secret)
    side = partial(database.connect, given.url)
    async with database.connect(given.url, statement_timeout="0", idle_in_transaction_session_timeout="0") as db:
        for errand in await carrying_out.waiting(db):
            await carrying_out.carry_out(db, side, keys, sign, errand)


if __name__ == "__main__":
    asyncio.run(do_all(msgspec.json.decode(sys.stdin.buffer.read(), type=Order)))
