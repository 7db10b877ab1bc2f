"""Migrations: which files this database has had applied."""

import msgspec

from survey.db import Db
from survey.sql import Query


class Applied(msgspec.Struct, frozen=True):
    """`checksum`: SHA-256 of the file as it was applied, in hexadecimal."""

    number: int
    name: str
    checksum: str


class Table(msgspec.Struct, frozen=True):
    made: bool


class Emptiness(msgspec.Struct, frozen=True):
    empty: bool


_lock = Query[msgspec.Struct]("migrations.lock")
_make_table = Query[msgspec.Struct]("migrations.make_table")
_has_table = Query("migrations.has_table", Table)
_applied = Query("migrations.applied", Applied)
_add = Query[msgspec.Struct]("migrations.add")
_emptiness = Query("migrations.emptiness", Emptiness)


async def lock(db: Db) -> None:
    """Until the transaction ends, nobody else migrates."""
    await _lock.execute(db)


async def make_table(db: Db) -> None:
    await _make_table.execute(db)


async def applied(db: Db) -> list[Applied]:
    """In order; empty on a database that never had any."""
    return await _applied.all(db) if (await _has_table.one(db)).made else []


async def add(db: Db, migration: Applied) -> None:
    await _add.execute(db, migration.number, migration.name, migration.checksum)


async def nothing_there(db: Db) -> bool:
    """Whether the database holds no table and no function of anybody's."""
    return (await _emptiness.one(db)).empty
