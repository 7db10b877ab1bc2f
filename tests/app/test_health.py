"""Two questions of a load balancer's: is it alive, can it serve?"""

import httpx
import pytest

from survey.app import create_app
from survey.config import Config
from survey.db import Database


def client(config: Config, database: Database) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app(config, database)),  # type: ignore[arg-type]
        base_url="http://survey.trust.example",
    )


class Untouchable(Database):
    """A database that must not be asked."""

    def connection(self) -> object:  # type: ignore[override]
        raise AssertionError


async def test_alive_is_said_without_asking_the_database(config: Config) -> None:
    async with client(config, Untouchable("")) as speaking:
        answer = await speaking.get("/livez")
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "ok\n", "no-store")


async def test_ready_is_said_when_the_database_answers(config: Config, database: Database) -> None:
    async with client(config, database) as speaking:
        answer = await speaking.get("/readyz")
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "ok\n", "no-store")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_head_will_do(config: Config, database: Database, path: str) -> None:
    async with client(config, database) as speaking:
        answer = await speaking.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
