"""Files: the server's own, read through the server. Only a superuser, or who was given that right, may."""

from collections.abc import AsyncIterator

import msgspec

from survey.db import Db
from survey.sql import Query

PIECE = 16 * 2**20
"""Bytes that are read at a time."""
SEGMENT = 2**30
"""Bytes after which Postgres goes on in another file."""


class File(msgspec.Struct, frozen=True):
    """A file of the server's: `relation` is the table that it belongs to, directly or as index."""

    relation: str
    path: str


class Piece(msgspec.Struct, frozen=True):
    content: bytes | None


_flush = Query[msgspec.Struct]("files.flush")
_of_tables = Query("files.of_tables", File)
_of_wal = Query("files.of_wal", File)
_of_log = Query("files.of_log", File)
_piece = Query("files.piece", Piece)


async def flush(db: Db) -> None:
    """Have everything written out that the server holds in memory."""
    await _flush.execute(db)


async def of_tables(db: Db) -> list[File]:
    """Of every table, with its index and overflow files."""
    return await _of_tables.all(db)


async def of_wal(db: Db) -> list[File]:
    return await _of_wal.all(db)


async def of_log(db: Db) -> list[File]:
    """The log's, where the server writes one itself."""
    return await _of_log.all(db)


async def content(db: Db, path: str) -> AsyncIterator[bytes]:
    """A file in pieces; with the files in which a large table goes on. Nothing of one that has gone since."""
    number, place = 0, 0
    while True:
        name = path if number == 0 else f"{path}.{number}"
        piece = (await _piece.one(db, name, place, PIECE)).content
        if not piece:
            return
        yield piece
        place += len(piece)
        if place >= SEGMENT:
            number, place = number + 1, 0
        elif len(piece) < PIECE:
            return
