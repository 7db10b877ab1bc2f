"""A console with an address of its own: each address answers what is its own, and no other host is believed."""

from pathlib import Path

import httpx
import pytest

from survey.app import create_app
from survey.config import Config, Secret
from survey.core import access
from survey.db import Database
from tests.conftest import SECRET

SURVEY, CONSOLE, STRANGER = "survey.trust.example", "console.trust.example", "evil.example"


async def _status(database: Database, tmp_path: Path, host: str, path: str, **headers: str) -> httpx.Response:
    config = Config(
        secret=Secret(SECRET), keys=tmp_path, base_url=f"https://{SURVEY}", console_url=f"https://{CONSOLE}"
    )
    transport = httpx.ASGITransport(app=create_app(config, database))
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as client:
        return await client.get(path, headers=headers)


FOUND = [
    (SURVEY, "/sign-in", 404),
    (CONSOLE, "/sign-in", 200),
    (SURVEY, "/", 404),
    (CONSOLE, "/", 401),
    (SURVEY, "/results", 404),
    (SURVEY, "/api/openapi.json", 404),
    (CONSOLE, "/api/openapi.json", 200),
    (CONSOLE, "/r/abcdefgh/check", 404),
    (SURVEY, "/offline", 200),
    (SURVEY, "/sw.js", 200),
    (CONSOLE, "/offline", 404),
    (SURVEY, "/livez", 200),
    (STRANGER, "/livez", 200),
    (STRANGER, "/sign-in", 400),
    (STRANGER, "/r/abcdefgh/check", 400),
    (f"{CONSOLE}:8000", "/sign-in", 400),
]


@pytest.mark.parametrize(("host", "path", "status"), FOUND)
async def test_each_host_answers_its_own(database: Database, tmp_path: Path, host: str, path: str, status: int) -> None:
    answer = await _status(database, tmp_path, host, path)
    assert answer.status_code == status
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("name", ["x-forwarded-host", "forwarded", "x-host", "x-original-host"])
async def test_what_else_is_said_of_hosts_is_not_believed(database: Database, tmp_path: Path, name: str) -> None:
    said = f"host={CONSOLE}" if name == "forwarded" else CONSOLE
    assert (await _status(database, tmp_path, SURVEY, "/sign-in", **{name: said})).status_code == 404
    page = await _status(database, tmp_path, CONSOLE, "/sign-in", **{name: STRANGER})
    assert page.status_code == 200
    assert STRANGER not in page.text


def test_every_respondents_route_is_on_the_respondents_side() -> None:
    """A new route of theirs that is not told in `access.side` would only be found on the console's address."""
    for (_, path), roles in access.ROUTES.items():
        if roles == access.RESPONDENTS:
            assert access.side(path) == "respondents"
        if path.startswith(access.OF_RESPONDENTS):
            assert access.side(path) == "respondents", path
        if "respondent" not in roles:
            assert access.side(path) == "console", path
