"""The pool, and how values cross it. A lost database is told in one way, whatever the driver calls it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import asyncpg

from survey import errors

Take = Callable[[bytes], Awaitable[None]]
"""Is given what a COPY sends, piece by piece."""


class Db(Protocol):
    """A connection, as far as we use one. Operations are given it and own the transactions on it."""

    async def fetch(self, query: str, *args: object) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: object) -> Any: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def execute(self, query: str, *args: object) -> str: ...
    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[tuple[object, ...]], columns: list[str]
    ) -> str: ...
    async def copy_from_query(self, query: str, *args: object, output: Take, format: str) -> str: ...  # noqa: A002
    def transaction(self) -> AbstractAsyncContextManager[Any]: ...


AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the next use of a connection meets that was lost between two uses
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What the driver raises when the server is away, going away, full, read-only or too slow."""

REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
"""What it raises when the server is there and will not have us: a wrong password, a database that does not exist."""

SETTINGS = {
    "application_name": "survey",
    "timezone": "UTC",
    "statement_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
    "jit": "off",
}
UNHURRIED = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
"""For what may take its time where a web request may not: commands, and opening answers, which reckons for seconds
between two statements."""


async def _speak(connection: Any) -> None:
    """JSON documents travel as text: msgspec, not the driver, gives them their types."""
    await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")


async def _leave_as_it_is(_: Any) -> None:
    """Nothing of ours outlives its transaction, so that a returned connection needs no round trip to be made clean;
    the driver itself rolls back a transaction that was cut short."""


@asynccontextmanager
async def connect(url: str, **settings: str) -> AsyncIterator[Db]:
    """One connection outside any pool, for commands and workers; `settings` override the web's timeouts."""
    try:
        connection = await asyncpg.connect(url, server_settings=SETTINGS | settings, timeout=10)
    except REFUSED as refused:
        raise errors.Misconfigured(
            f"Postgres refuses the connection that SURVEY_DATABASE_URL asks for: {refused}."
        ) from None
    except AWAY as away:
        raise errors.Unavailable from away
    try:
        await _speak(connection)
        yield connection
    finally:
        await connection.close(timeout=5)


class Database:
    """A pool that opens on first use and reports every kind of absence as errors.Unavailable."""

    def __init__(self, url: str, *, size: int = 10, acquire_timeout: float = 1.0) -> None:
        self.url, self.size, self.acquire_timeout = url, size, acquire_timeout
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=0,
                    max_size=self.size,
                    init=_speak,
                    reset=_leave_as_it_is,
                    server_settings=SETTINGS,
                    timeout=5,
                )
        return self._pool

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.wait_for(pool.close(), 10)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Db]:
        """A connection for the length of the block. Raises errors.Unavailable when there is none to be had."""
        try:
            pool = self._pool or await self.open()
            # With one idle there is nothing to wait for, and the driver's timer costs as much as a small query.
            patience = None if pool.get_idle_size() else self.acquire_timeout
            async with pool.acquire(timeout=patience) as connection:
                yield connection
        except (*AWAY, *REFUSED) as away:
            raise errors.Unavailable from away

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[Db]:
        """A connection outside the pool and without its time limits, for the rare request that has to take long."""
        try:
            async with connect(self.url, **UNHURRIED) as connection:
                yield connection
        except AWAY as away:
            raise errors.Unavailable from away
