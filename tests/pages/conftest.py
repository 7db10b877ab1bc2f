"""A stage for the pages: one launched round for the whole run, and a new person's link for each test that asks."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey import db as databases
from survey.app import create_app
from survey.config import Config, Secret
from survey.core.rounds import Plan
from survey.db import Database
from survey.operations import authoring, launching, staffing
from survey.operations.launching import Link
from survey.sealing import KeyRing
from survey.store import organisations
from tests.conftest import SECRET, STANDING, Cluster
from tests.pages.person import Person

QUESTIONNAIRE = (Path(__file__).parent / "every_kind.toml").read_text(encoding="utf-8")
STAFF = "Employee Number,Division,Team,Staff Group,Email Address\n" + "".join(
    f"{n},Division,{'Ward' if n % 2 else 'Office'},"
    f"{'Nursing and Midwifery Registered' if n % 2 else 'Administrative and Clerical'},p{n}@trust.example\n"
    for n in range(600)
)


class Stage(msgspec.Struct, frozen=True):
    """Three rounds of one organisation: open, still to open, and over. `links` by audience are not handed out yet."""

    database: Database
    config: Config
    url: str
    round_id: str
    early: Link
    over: Link
    links: dict[str, Iterator[Link]]

    def link(self, audience: str = "clinical") -> str:
        return next(self.links[audience]).path


async def _round(db: Any, keys: KeyRing, hash_: str, opens: timedelta, closes: timedelta) -> list[Link]:
    whose, now = STANDING.organisation_id, datetime.now(UTC)
    drafted = await launching.draft(db, whose, "Round", hash_, now + opens, now + timedelta(days=21), Plan())
    await launching.launch(db, keys, whose, drafted.round_id)
    links = await launching.links(db, keys, whose, drafted.round_id)
    await db.execute("update round set closes_at = $2 where round_id = $1", drafted.round_id, now + closes)
    return links


@pytest_asyncio.fixture(scope="session")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    name = await cluster.create(template)
    url = cluster.url_of(name)
    folder = tmp_path_factory.mktemp("pages")
    config = Config(database_url=url, secret=Secret(SECRET), keys=folder, base_url="https://survey.trust.example")
    keys = KeyRing(config.key_directory(), config.secret_bytes())
    async with databases.connect(url) as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        await staffing.apply(db, STANDING.organisation_id, STAFF.encode(), staffing.Wishes())
        hash_ = (await authoring.add(db, STANDING.organisation_id, QUESTIONNAIRE)).questionnaire_hash
        day = timedelta(days=1)
        opened = await _round(db, keys, hash_, -day, 20 * day)
        early = await _round(db, keys, hash_, day, 20 * day)
        over = await _round(db, keys, hash_, -2 * day, -day)
    database = Database(url)
    links = {kind: iter([one for one in opened if one.audience == kind]) for kind in ("clinical", "non_clinical")}
    yield Stage(database, config, url, opened[0].path.split("/")[2], early[0], over[0], links)
    await database.close()
    await cluster.drop(name)


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
