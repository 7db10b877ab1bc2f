"""Whoever asks the API again and again learns nothing before the release (property 1; METHOD 2.5 T4)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.config import Config
from survey.core import access
from survey.db import Database
from survey.operations import closing, granting, publishing
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast

STEPS = (1, 12, 25)
"""How many have answered when it is asked."""


@pytest_asyncio.fixture
async def reader(database: Database, config: Config, organisation: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    """Holds a key of the organisation."""
    async with database.connection() as db:
        key = (await granting.new_key(db, organisation.organisation_id, "warehouse", 1)).secret
    transport: Any = httpx.ASGITransport(app=create_app(config, database))
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url=config.base_url, headers=headers) as client:
        yield client


async def _all_that_is_said(reader: httpx.AsyncClient, round_id: str) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Status, headers and body of everything there is to ask; but for the request's own id and the date."""
    base = f"/api/v1/rounds/{round_id}"
    known = (path for method, path in access.ROUTES if method == "GET" and path.startswith("/api/v1/"))
    asked = [path.format(round_id=round_id) for path in known]
    assert f"{base}/changes" in asked
    said = {}
    for path in asked:
        answer = await reader.get(path, headers={"x-request-id": "always-the-same"})
        headers = {name: value for name, value in answer.headers.items() if name != "date"}
        own = headers.pop("x-request-id", "").encode()
        said[path] = (answer.status_code, headers, answer.content.replace(own, b"") if own else answer.content)
    return said


@pytest.mark.parametrize("people", [60])
async def test_the_api_says_the_same_bytes_until_the_release(
    database: Database, config: Config, organisation: Organisation, reader: httpx.AsyncClient, people: int
) -> None:
    keys = KeyRing(config.key_directory(), config.secret_bytes())
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation, people=people)
        scope = (organisation.organisation_id, round_.round_id)
        before = await _all_that_is_said(reader, round_.round_id)
        done = 0
        for step in STEPS:
            await cast.submit_all(db, round_, round_.tokens[done:step])
            done = step
            assert await _all_that_is_said(reader, round_.round_id) == before, f"after {step} answers"
        await closing.end_now(db, *scope)
        assert await _all_that_is_said(reader, round_.round_id) == before, "after the end"
        await closing.open_answers(db, keys, *scope)
        assert await _all_that_is_said(reader, round_.round_id) == before, "after opening"
        await publishing.publish(db, *scope)
    await asyncio.sleep(0)
    after = await _all_that_is_said(reader, round_.round_id)
    assert all(after[path] != said for path, said in before.items())
    assert {status for status, _, _ in after.values()} == {200}
