"""A stage for the pages, for the whole run, and a new person's link for each test that asks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from survey.app import create_app
from tests.conftest import Cluster
from tests.pages.person import Person
from tests.staging import Stage, staged


@pytest_asyncio.fixture(scope="session")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(cluster, template, tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(scope="session")
def app(stage: Stage) -> Any:
    return create_app(stage.config, stage.database)


@pytest_asyncio.fixture
async def browser(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor with a cookie jar, who does not follow redirects by himself."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        yield client


@pytest.fixture
def person(browser: httpx.AsyncClient, stage: Stage) -> Person:
    """A clinical person with a link that nobody has used."""
    return Person(browser, stage.link())
