"""Dying at a chosen point: every statement, every transaction's end and every touch of a key file is one.

A thing that is done leaves two points, just before it and just after. `Dying(n)` raises Killed at the n-th; a loop over
n = 1, 2, 3 … until the work gets through has then died everywhere, and goes on to do so when the code changes.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from survey.db import Db


class Killed(BaseException):
    """Not an Exception: nothing that mends errors may mend this."""


class Dying:
    """`where` says at which point it died, for a test's message."""

    def __init__(self, point: int) -> None:
        self._left, self.where = point, "nowhere"
        self._patch = pytest.MonkeyPatch()

    def at(self, where: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.where = where
            raise Killed(where)

    def db(self, db: Db) -> "Mortal":
        return Mortal(db, self)

    def _around(self, name: str, done: Callable[..., Any]) -> Callable[..., Any]:
        def dies(*args: Any, **kwargs: Any) -> Any:
            self.at(f"before {name}")
            result = done(*args, **kwargs)
            self.at(f"after {name}")
            return result

        return dies

    def __enter__(self) -> Self:
        for owner, name in ((Path, "unlink"), (os, "fsync")):
            self._patch.setattr(owner, name, self._around(name, getattr(owner, name)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._patch.undo()


class Mortal:
    """A connection that dies when its time has come. The server then rolls back, as it does for a lost client."""

    def __init__(self, db: Db, dying: Dying) -> None:
        self._db, self._dying = db, dying

    async def _do(self, query: str, result: Any) -> Any:
        name = " ".join(query.split()[:6])
        try:
            self._dying.at(f"before {name}")
        except Killed:
            result.close()
            raise
        done = await result
        self._dying.at(f"after {name}")
        return done

    async def fetch(self, query: str, *args: object) -> list[Any]:
        return list(await self._do(query, self._db.fetch(query, *args)))

    async def fetchrow(self, query: str, *args: object) -> Any:
        return await self._do(query, self._db.fetchrow(query, *args))

    async def fetchval(self, query: str, *args: object) -> Any:
        return await self._do(query, self._db.fetchval(query, *args))

    async def execute(self, query: str, *args: object) -> str:
        return str(await self._do(query, self._db.execute(query, *args)))

    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[tuple[object, ...]], columns: list[str]
    ) -> str:
        copied = self._db.copy_records_to_table(table_name, records=records, columns=columns)
        return str(await self._do(f"copy {table_name}", copied))

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        self._dying.at("before begin")
        async with self._db.transaction():
            self._dying.at("after begin")
            yield
            self._dying.at("before commit")
        self._dying.at("after commit")
