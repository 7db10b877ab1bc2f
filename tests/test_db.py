"""The pool: every kind of absence is told in one way, soon, and is over when the database is back."""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from survey import db as databases
from survey.db import Database
from survey.errors import Misconfigured, Unavailable

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
END = "select pg_terminate_backend(pg_backend_pid())"


async def _lose(database: Database) -> None:
    """Have another connection end all of this database's."""
    async with databases.connect(database.url) as other:
        await other.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("url", [NOWHERE, "postgresql:///x?host=/no/such/folder"])
async def test_a_database_that_is_not_there(url: str) -> None:
    database = Database(url)
    for _ in range(2):
        with pytest.raises(Unavailable):
            async with database.connection():
                pass
    with pytest.raises(Unavailable):
        async with databases.connect(url):
            pass


@pytest.mark.parametrize("wrong", ["user", "database"])
async def test_a_database_that_will_not_have_us(database_url: str, wrong: str) -> None:
    """At start a sentence that names the setting; while serving, an absence like any other."""
    parts = urlsplit(database_url)
    stranger = parts._replace(netloc=parts.netloc.replace(parts.username or "", "stranger", 1))
    url = urlunsplit(stranger if wrong == "user" else parts._replace(path="/stranger"))
    with pytest.raises(Misconfigured, match=r"SURVEY_DATABASE_URL.*stranger"):
        async with databases.connect(url):
            pass
    with pytest.raises(Unavailable):
        async with Database(url).connection():
            pass


async def test_a_connection_that_is_lost_while_it_works(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.connection() as db:
            await db.execute(END)


async def test_a_connection_that_is_lost_between_two_uses(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.connection() as db:
            await db.fetchval("select 1")
            await _lose(database)
            await asyncio.sleep(0.05)
            await db.fetchval("select 1")


async def test_a_connection_that_is_lost_inside_a_transaction(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.connection() as db, db.transaction():
            await db.fetchval("select 1")
            await _lose(database)
            await db.fetchval("select 1")


async def test_connections_that_were_lost_while_nobody_used_them_are_replaced(database: Database) -> None:
    """Bar R9: the first success comes with the first try after the database is back."""
    async with database.connection() as one, database.connection() as other:
        await asyncio.gather(one.fetchval("select 1"), other.fetchval("select 1"))
    await _lose(database)
    await asyncio.sleep(0.05)
    async with database.connection() as db:
        assert await db.fetchval("select 1") == 1


async def test_when_all_are_taken_the_next_is_told_within_about_a_second(database_url: str) -> None:
    """Bar R8."""
    small = Database(database_url, size=1)
    try:
        async with small.connection() as db:
            assert await db.fetchval("select 1") == 1
            began = time.monotonic()
            with pytest.raises(Unavailable):
                async with small.connection():
                    pass
            assert 0.9 < time.monotonic() - began < 3
    finally:
        await small.close()


async def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    async with database.connection() as db:
        assert await db.fetchval("show statement_timeout") == "5s"
        assert await db.fetchval("show idle_in_transaction_session_timeout") == "10s"
    with pytest.raises(Unavailable):
        async with database.connection() as db, db.transaction():
            await db.execute("set local statement_timeout = '20ms'")
            await db.execute("select pg_sleep(5)")


async def test_a_database_that_may_only_be_read_refuses_writes_as_an_absence(database: Database) -> None:
    """As after a failover to a standby: reads work."""
    async with database.connection() as db:
        await db.execute("set default_transaction_read_only = on")
        assert await db.fetchval("select count(*) from organisation") == 0
    with pytest.raises(Unavailable):
        async with database.connection() as db, db.transaction():
            await db.execute("set transaction read only")
            await db.execute("delete from organisation")


async def test_our_own_mistakes_are_no_absence(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.connection():
            raise ZeroDivisionError
    with pytest.raises(Exception, match="no_such_table") as raised:
        async with database.connection() as db:
            await db.fetch("select 1 from no_such_table")
    assert not isinstance(raised.value, Unavailable)


async def test_times_are_told_in_utc_and_documents_as_text(database: Database) -> None:
    async with database.connection() as db:
        assert await db.fetchval("show timezone") == "UTC"
        assert await db.fetchval("""select '{"a": 1}'::jsonb""") == '{"a": 1}'
        assert await db.fetchval("select ($1::jsonb)->>'a'", '{"a": 2}') == "2"


def test_no_module_opens_connections_of_its_own() -> None:
    """What connects is told of an absence here, or not at all."""
    root = Path(databases.__file__).parent
    others = [path for path in root.rglob("*.py") if path.name != "db.py"]
    opening = ("asyncpg.connect(", "asyncpg.create_pool(")
    found = [str(path.relative_to(root)) for path in others if any(word in path.read_text("utf-8") for word in opening)]
    assert found == []
