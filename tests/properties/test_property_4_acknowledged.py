"""Property 4: what was acknowledged survives kill -9, of Postgres and of the service; one invitation, one response.

A kill cannot show what a power cut would lose: that fsync is on is asserted at start (property 8), and here.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey import db as databases
from survey import sealing
from survey.core import answers as packing
from survey.core.questionnaire.reading import read
from survey.db import AWAY
from survey.errors import SurveyError
from survey.operations import administering, closing
from survey.postgres import Server
from survey.sealing import KeyRing
from tests import cast
from tests.cast import Cast
from tests.pages.person import Person
from tests.properties import serving

QUESTIONNAIRE = read(cast.QUESTIONNAIRE)
AT_ONCE = 8


class Ledger:
    """What each link's owner was told. Numbers rise, so that a later answer is told from an earlier one."""

    def __init__(self) -> None:
        self.tried: dict[str, int] = {}
        self.told: dict[str, int] = {}

    async def send(self, token: str, send: Callable[[int], Awaitable[bool]]) -> None:
        number = self.tried[token] = self.tried.get(token, 0) + 1
        if await send(number):
            self.told[token] = number

    def holds(self, stored: dict[str, int]) -> None:
        """Every acknowledged answer is there, or the one after it whose acknowledgement was cut off."""
        for token, number in self.told.items():
            assert stored.get(token, 0) in range(number, self.tried[token] + 1), "an acknowledged answer was lost"


class Standing(msgspec.Struct, frozen=True):
    folder: Any
    server: Server
    round: Cast


@pytest_asyncio.fixture(scope="module")
async def standing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Standing]:
    folder = tmp_path_factory.mktemp("killed")
    folder.chmod(0o755)
    with serving.durable(folder) as server:
        keys = KeyRing(folder / "keys", serving.SECRET.encode())
        async with databases.connect(server.url()) as db:
            trust = await administering.add(db, "REN", "Northern Trust")
            round_ = await cast.launched(db, keys, trust)
            safe = ("fsync", "full_page_writes", "synchronous_commit")
            assert [await db.fetchval(f"show {name}") for name in safe] == ["on"] * 3
        yield Standing(folder, server, round_)


async def _stored(standing: Standing) -> dict[str, int]:
    """The number in each link's sealed answers; each opens, and there is one at most."""
    round_ = standing.round
    owners = {sealing.lookup_hash(token, round_.round_id): token for token in round_.tokens}
    async with databases.connect(standing.server.url()) as db:
        rows = await db.fetch("select token_hash, ciphertext from sealed")
    assert len({row[0] for row in rows}) == len(rows)
    opened, unreadable = sealing.unseal_all(round_.keys.private(round_.round_id), [row[1] for row in rows])
    assert unreadable == 0
    numbers = [packing.unpack(QUESTIONNAIRE, closing._INNER.decode(one).answers)["COUNT"][0] for one in opened]
    return {owners[row[0]]: int(number) for row, number in zip(rows, numbers, strict=True)}


# Postgres


async def _keeps_sending(standing: Standing, ledger: Ledger, share: int) -> None:
    """Sends again and again for some of the links, until the database is gone."""
    mine = standing.round.tokens[share::AT_ONCE]
    try:
        async with databases.connect(standing.server.url()) as db:

            async def send(number: int) -> bool:
                await cast.submit(db, standing.round, token, cast.answers(number))
                return True

            while True:
                for token in mine:
                    await ledger.send(token, send)
    except (SurveyError, *AWAY):
        return


async def _survives(standing: Standing, ledger: Ledger, chance: random.Random) -> None:
    sending = [asyncio.create_task(_keeps_sending(standing, ledger, share)) for share in range(AT_ONCE)]
    before = sum(ledger.told.values())
    while sum(ledger.told.values()) < before + 20:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(0, 0.05))
    serving.kill(standing.server)
    await asyncio.wait_for(asyncio.gather(*sending), 20)
    standing.server.start()
    ledger.holds(await _stored(standing))


async def test_postgres_is_killed_and_no_acknowledged_answer_is_lost(standing: Standing) -> None:
    ledger, chance = Ledger(), random.Random(4)
    for _ in range(2):
        await _survives(standing, ledger, chance)
    assert sum(ledger.told.values()) >= 40


@pytest.mark.long
async def test_postgres_is_killed_again_and_again_and_no_acknowledged_answer_is_lost(standing: Standing) -> None:
    ledger, chance = Ledger(), random.Random(5)
    for _ in range(60):
        await _survives(standing, ledger, chance)


# The service


def _serve(standing: Standing, port: int) -> "subprocess.Popen[bytes]":
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "survey", "serve", "--no-close", "--port", str(port)]
    process = subprocess.Popen(
        command,
        env=serving.environment(standing.server, standing.folder, base),
        cwd=serving.ROOT,
        stderr=subprocess.DEVNULL,
    )
    serving._wait_until_ready(base, process)
    return process


async def _keeps_pressing(base: str, standing: Standing, ledger: Ledger, token: str) -> None:
    """Answers by HTTP and presses Send; told is who was led to the page that says so."""
    async with httpx.AsyncClient(base_url=base, timeout=10) as client:
        person = Person(client, f"/r/{standing.round.round_id}/{token}")

        async def send(number: int) -> bool:
            await person.answer("q/7", COUNT=str(number))
            return (await person.press("check", "submit")).location.endswith("/sent")

        try:
            await person.start()
            while True:
                await ledger.send(token, send)
        except httpx.TransportError:
            return


async def _service_survives(standing: Standing, ledger: Ledger, chance: random.Random) -> None:
    port = serving._free_port()
    process = _serve(standing, port)
    tokens = standing.round.tokens[-AT_ONCE:]
    pressing = [
        asyncio.create_task(_keeps_pressing(f"http://127.0.0.1:{port}", standing, ledger, token)) for token in tokens
    ]
    before = sum(ledger.told.values())
    while sum(ledger.told.values()) < before + 20:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(chance.uniform(0, 0.1))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    await asyncio.wait_for(asyncio.gather(*pressing), 20)
    ledger.holds(await _stored(standing))


async def test_the_service_is_killed_and_no_acknowledged_answer_is_lost(standing: Standing) -> None:
    ledger = Ledger()
    ledger.tried |= await _stored(standing)
    await _service_survives(standing, ledger, random.Random(6))


@pytest.mark.long
async def test_the_service_is_killed_again_and_again_and_no_acknowledged_answer_is_lost(standing: Standing) -> None:
    ledger, chance = Ledger(), random.Random(7)
    ledger.tried |= await _stored(standing)
    for _ in range(30):
        await _service_survives(standing, ledger, chance)


# And counted, once each


async def test_all_that_was_acknowledged_is_counted_once_when_the_round_closes(standing: Standing) -> None:
    """Last: it ends the round that the others send to."""
    stored, round_ = await _stored(standing), standing.round
    async with databases.connect(standing.server.url()) as db:
        await closing.end_now(db, round_.organisation_id, round_.round_id)
        await closing.open_answers(db, round_.keys, round_.organisation_id, round_.round_id)
        rows = await db.fetch("select answers from response")
    counted = [int(packing.unpack(QUESTIONNAIRE, row[0])["COUNT"][0]) for row in rows]
    assert sorted(counted) == sorted(stored.values())
    assert counted
