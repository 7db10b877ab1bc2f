"""Counts what a request asks of the database: every page keeps to a few questions, however much there is to know.

with recorded(database) as asked:
    await client.get("/staff")
assert len(asked) <= MOST_QUERIES, asked
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from survey.db import Database

MOST_QUERIES = 6
_ASKING = frozenset(
    {"fetch", "fetchrow", "fetchval", "execute", "executemany", "copy_records_to_table", "copy_from_query"}
)


class _Recorder:
    """A connection that notes each statement, and is the connection in everything else."""

    def __init__(self, connection: Any, asked: list[str]) -> None:
        self._connection, self._asked = connection, asked

    def __getattr__(self, name: str) -> Any:
        if name in _ASKING:
            return self._noting(name)
        return getattr(self._connection, name)

    def _noting(self, name: str) -> Any:
        async def ask(statement: str, *args: Any, **kwargs: Any) -> Any:
            self._asked.append(" ".join(statement.split())[:120])
            return await getattr(self._connection, name)(statement, *args, **kwargs)

        return ask


@contextmanager
def recorded(database: Database) -> Iterator[list[str]]:
    """What is asked of the database within the block, beginnings of statements in their order. Transactions' own
    `begin` and `commit` are not counted."""
    asked: list[str] = []
    real = database.connection

    @asynccontextmanager
    async def connection() -> AsyncIterator[Any]:
        async with real() as inner:
            yield _Recorder(inner, asked)

    database.connection = connection  # type: ignore[method-assign,assignment]
    try:
        yield asked
    finally:
        del database.connection
