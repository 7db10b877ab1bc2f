"""Delivery receipts of GOV.UK Notify: only with its token, and whatever they say, nobody learns anything."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from survey.app import create_app
from survey.config import Config, Secret
from survey.db import Database
from survey.operations import sending
from survey.sealing import KeyRing, random_id
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

TOKEN = "a token that is thirty-two long or more"
ADDRESS = "/api/notify/receipts"


@pytest.fixture
async def message(database: Database, config: Config, organisation: Organisation) -> UUID:
    async with database.connection() as db:
        keys = KeyRing(config.key_directory(), SECRET)
        await cast.launched(db, keys, organisation, people=12, teams=1, closes=timedelta(days=9))
        await sending.fill_due(db, ["email"], "Europe/London")
        await db.execute("update message set state = 'accepted'")
        found: UUID = await db.fetchval("select message_id from message limit 1")
        return found


@pytest.fixture
async def notify(database: Database, config: Config) -> AsyncIterator[httpx.AsyncClient]:
    config = msgspec.structs.replace(config, notify_callback_token=Secret(TOKEN.encode()))
    transport = httpx.ASGITransport(app=create_app(config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        yield client


def _receipt(reference: object, status: str = "permanent-failure") -> dict[str, object]:
    return {"id": str(random_id()), "reference": str(reference), "to": "p@trust.example", "status": status}


async def _state(database: Database, message: UUID) -> str:
    async with database.connection() as db:
        return str(await db.fetchval("select state from message where message_id = $1", message))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("delivered", "delivered"),
        ("permanent-failure", "bounced"),
        ("temporary-failure", "bounced"),
        ("sending", "accepted"),
    ],
)
async def test_a_receipt_settles_its_message(
    database: Database, message: UUID, notify: httpx.AsyncClient, status: str, state: str
) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    answer = await notify.post(ADDRESS, json=_receipt(message, status), headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert await _state(database, message) == state


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
async def test_without_the_token_nothing_happens(
    database: Database, message: UUID, notify: httpx.AsyncClient, given: str
) -> None:
    answer = await notify.post(ADDRESS, json=_receipt(message), headers={"authorization": given} if given else {})
    assert answer.status_code == 401
    assert await _state(database, message) == "accepted"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"status": "delivered", "reference": "x"}', b"\xff" * 99])
async def test_what_makes_no_sense_is_answered_alike(notify: httpx.AsyncClient, body: bytes) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert (await notify.post(ADDRESS, content=body, headers=headers)).status_code == 200
    assert (await notify.post(ADDRESS, json=_receipt(random_id()), headers=headers)).status_code == 200


async def test_where_no_token_is_set_nobody_has_it(database: Database, config: Config) -> None:
    transport = httpx.ASGITransport(app=create_app(config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        assert (await client.post(ADDRESS, json={}, headers={"authorization": "Bearer "})).status_code == 401
