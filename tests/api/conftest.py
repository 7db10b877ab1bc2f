"""The stage of a published round, and callers with different keys."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests import published
from tests.conftest import Cluster
from tests.published import Stage


@pytest_asyncio.fixture(scope="session")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with published.staged(cluster, template, tmp_path_factory.mktemp("api")) as made:
        yield made


def caller(stage: Stage, key: str | None) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {stage.keys.get(key, key)}"} if key else {}
    transport: Any = httpx.ASGITransport(app=stage.app)
    return httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example", headers=headers)


@pytest_asyncio.fixture
async def own(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """Holds a key of the organisation whose round is published."""
    async with caller(stage, "own") as client:
        yield client
