"""Every page of the console and of the results, from the table of access: each has a sample, answers, and asks the
database a few questions only."""

from collections.abc import AsyncIterator, Callable

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.cli.benching import furnishing, places
from survey.cli.benching.furnishing import Furnished
from survey.cli.benching.scratch import Scratch
from survey.config import Config, Secret
from survey.core import access
from survey.core.access import ROUTES
from survey.db import Database
from survey.operations import administering
from tests.conftest import SECRET, Cluster
from tests.recorder import MOST_QUERIES, recorded

PEOPLE, ENTRIES = 400, 120
LOGGED = ("select number, mac, survey_now()", "insert into audit_entry", "update audit_head")
"""An entry in the audit log is not a question: reading a comment leaves one."""


class Scene(msgspec.Struct, frozen=True):
    database: Database
    there: Furnished
    client: httpx.AsyncClient


def _progress(what: str, total: int) -> Callable[[], None]:
    return lambda: None


@pytest_asyncio.fixture(scope="module")
async def furnished(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    name = await cluster.create(template)
    folder = tmp_path_factory.mktemp("every-page")
    config = Config(secret=Secret(SECRET), keys=folder, base_url="https://survey.trust.example")
    database = Database(cluster.url_of(name))
    async with database.connection() as db:
        whose = (await administering.add(db, "BENCH", "Trust of the Bench")).organisation_id
        on = Scratch(config, database.url, db, whose, 0)
        there = await furnishing.furnish(on, PEOPLE, ENTRIES, _progress)
    headers = {"cookie": f"__Host-session={there.secret}"}
    transport = httpx.ASGITransport(app=create_app(config, database))
    async with httpx.AsyncClient(transport=transport, base_url=config.base_url, headers=headers) as client:
        yield Scene(database, there, client)
    await database.close()
    await cluster.drop(name)


async def test_every_page_has_a_sample(furnished: Scene) -> None:
    assert places.missing(furnished.there) == [], "add it to survey/cli/benching/places.py"


async def test_a_page_without_a_sample_is_noticed(furnished: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ROUTES", ROUTES | {("GET", "/new/{page}"): access.MAY["manage_staff"]})
    assert places.missing(furnished.there) == ["/new/{page}"]


async def test_every_page_asks_a_few_questions(furnished: Scene) -> None:
    wrong = []
    for path in (path for some in places.samples(furnished.there).values() for path in some):
        with recorded(furnished.database) as asked:
            answer = await furnished.client.get(path)
        asked = [statement for statement in asked if not statement.startswith(LOGGED)]
        if answer.status_code != 200 or len(asked) > MOST_QUERIES:
            wrong.append((path, answer.status_code, len(asked), asked))
    assert wrong == [], "\n".join(map(str, wrong))
