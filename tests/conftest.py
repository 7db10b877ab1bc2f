"""What every test may ask for: a real Postgres, migrated once and cloned; settings; a standing organisation.

`db` is a connection whose transaction is rolled back after the test; `database` is a pool on a database of the test's
own, for what needs commits or several connections. SURVEY_DATABASE_URL runs the suite on that server instead of the
embedded one (its role must be able to create databases; programs of the same version in SURVEY_POSTGRES_BIN), and
SURVEY_POSTGRES_BIN alone runs it on an embedded server of other programs.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from uuid import UUID

import hypothesis
import pytest
import pytest_asyncio
import structlog

from survey import db as databases
from survey import errors, logs
from survey.config import Config, Secret
from survey.db import Database, Db
from survey.operations import keeping, migrating
from survey.postgres import Server, find_binaries
from survey.sealing import fingerprint
from survey.store import organisations
from survey.store.organisations import Organisation

SECRET = b"a secret for tests, and nothing else"
STANDING = Organisation(UUID("7e57ab1e-0000-4000-8000-000000000001"), "TST", "Test Hospital Trust", "{}")
INSTALL = "apt-get install chromium"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_BROWSER = f"Browser tests were left out: there is no chromium. To run them too: {INSTALL}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the sweeps marked `long`")


def pytest_configure(config: pytest.Config) -> None:
    """Generated cases have no deadline: how long one takes says how busy the machine is."""
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    if CHROMIUM is None and os.environ.get("SURVEY_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"SURVEY_REQUIRE_BROWSER is set and there is no chromium: {INSTALL}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot or should not run here. Deselected, not skipped: a skip is a failure in CI."""
    left_out = {"long"} if not config.getoption("--long") else set()
    left_out |= {"browser"} if CHROMIUM is None else set()
    out = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]
    config.stash[_WITHOUT_BROWSER] = CHROMIUM is None and any(item.get_closest_marker("browser") for item in out)


_WITHOUT_BROWSER = pytest.StashKey[bool]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing is skipped: a test that did not run is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("CI") == "true" and exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped: in CI that is a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of the run."""
    if config.stash.get(_WITHOUT_BROWSER, False):
        print(NO_BROWSER)  # noqa: T201


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """The service logs every request: not here. Tests of the logs set up their own. A command that ran in this process
    may have set logging up, and what a logger keeps from its first use would outlast that."""
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    logs.log.__dict__.pop("bind", None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path, for tests marked `browser`. Root needs --no-sandbox."""
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of Postgres's programs."""
    named = os.environ.get("SURVEY_POSTGRES_BIN")
    return find_binaries(Path(named) if named else None)


class Cluster:
    """The server under test: makes and drops databases on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._prefix = f"survey_test_{os.getpid()}"
        self._made = 0

    def url_of(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    async def _command(self, sql: str) -> None:
        async with databases.connect(self.url, statement_timeout="0") as db:
            await db.execute(sql)

    async def create(self, template: str = "template0") -> str:
        """A new database's name: a copy of `template`."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        await self._command(f"create database {name} template {template} encoding 'UTF8'")
        return name

    async def drop(self, name: str) -> None:
        await self._command(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def server_url(programs: Path) -> Iterator[str]:
    """The server that SURVEY_DATABASE_URL names, or one of our own that lives as long as the run."""
    if given := os.environ.get("SURVEY_DATABASE_URL"):
        yield given
        return
    with (
        tempfile.TemporaryDirectory(prefix="survey-test-", ignore_cleanup_errors=True) as folder,
        Server(Path(folder) / "pg", durable=False, bin=programs) as server,
    ):
        yield server.url()


@pytest_asyncio.fixture(scope="session")
async def cluster(server_url: str, programs: Path) -> Cluster:
    """Checked to be of the same version as the programs: pg_dump of another would tell of another schema."""
    async with databases.connect(server_url) as db:
        try:
            keeping.programs.check(programs, await db.fetchval("show server_version"))
        except errors.Misconfigured as mismatch:
            pytest.exit(str(mismatch), returncode=pytest.ExitCode.USAGE_ERROR)
    return Cluster(server_url)


@pytest_asyncio.fixture(scope="session")
async def template(cluster: Cluster) -> AsyncIterator[str]:
    """The name of a migrated database that nobody writes to: it is only cloned."""
    name = await cluster.create()
    async with databases.connect(cluster.url_of(name)) as db:
        await migrating.migrate(db)
        await migrating.found(db, "test", fingerprint(SECRET))
    yield name
    await cluster.drop(name)


@pytest_asyncio.fixture(scope="session")
async def shared_url(cluster: Cluster, template: str) -> AsyncIterator[str]:
    """A clone in which nothing is ever committed."""
    name = await cluster.create(template)
    yield cluster.url_of(name)
    await cluster.drop(name)


@pytest_asyncio.fixture
async def database_url(cluster: Cluster, template: str) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    name = await cluster.create(template)
    yield cluster.url_of(name)
    await cluster.drop(name)


@pytest_asyncio.fixture
async def empty_url(cluster: Cluster) -> AsyncIterator[str]:
    """A database of the test's own with nothing in it, not even a schema."""
    name = await cluster.create()
    yield cluster.url_of(name)
    await cluster.drop(name)


@pytest.fixture
def organisation() -> Organisation:
    """A standing organisation: whichever of `db` and `database` the same test asks for has it."""
    return STANDING


async def _furnish(connection: Db, request: pytest.FixtureRequest) -> None:
    if "organisation" in request.fixturenames:
        await organisations.add(connection, STANDING.organisation_id, STANDING.ods_code, STANDING.name)


@pytest_asyncio.fixture
async def db(shared_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Db]:
    """A connection whose transaction is rolled back after the test."""
    async with databases.connect(shared_url) as connection:
        transaction = connection.transaction()
        await transaction.start()  # type: ignore[attr-defined]
        try:
            await _furnish(connection, request)
            yield connection
        finally:
            await transaction.rollback()  # type: ignore[attr-defined]


@pytest_asyncio.fixture
async def database(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A pool on a database of the test's own."""
    pool = Database(database_url)
    async with pool.connection() as connection:
        await _furnish(connection, request)
    yield pool
    await pool.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings for tests: the secret of the test database, keys in a folder of the test's own."""
    return Config(secret=Secret(SECRET), keys=tmp_path / "keys", data=tmp_path / "var")


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The same settings as variables, for commands: on a database of the test's own."""
    return {
        "SURVEY_DATABASE_URL": database_url,
        "SURVEY_SECRET": SECRET.decode(),
        "SURVEY_KEYS": str(tmp_path / "keys"),
        "SURVEY_DATA": str(tmp_path / "var"),
    }
