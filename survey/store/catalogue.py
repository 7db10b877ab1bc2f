"""The catalogue: what the database says of its own roles, tables, transactions and settings."""

from collections.abc import Sequence

import msgspec

from survey.db import Db
from survey.sql import Query


class Reader(msgspec.Struct, frozen=True):
    """A role that can log in, and which of the tables asked about it can read."""

    role: str
    superuser: bool
    owner: bool
    reads_files: bool
    tables: list[str] | None


class Column(msgspec.Struct, frozen=True):
    """`makes_its_own`: the database gives it a value by itself, from a clock or a sequence perhaps."""

    relation: str
    name: str
    type: str
    makes_its_own: bool


class Link(msgspec.Struct, frozen=True):
    from_table: str
    to_table: str


class Watcher(msgspec.Struct, frozen=True):
    """Something that sees each row go by: a trigger, a rule, a publication."""

    what: str
    relation: str


class Shared(msgspec.Struct, frozen=True):
    shared: int


class Lengths(msgspec.Struct, frozen=True):
    """A round whose rows differ in length."""

    relation: str
    round_id: str
    lengths: int


class Transactions(msgspec.Struct, frozen=True):
    """In how many transactions a round's rows were written, and how many of these wrote a row that names a person."""

    relation: str
    round_id: str
    rows: int
    transactions: int
    with_people: int


class Setting(msgspec.Struct, frozen=True):
    name: str
    setting: str


class Statement(msgspec.Struct, frozen=True):
    query: str


class Copies(msgspec.Struct, frozen=True):
    """What the server knows of its log's archive and of servers that follow it."""

    archived: bool
    replicas: int


class Extension(msgspec.Struct, frozen=True):
    """One that could be had. `visible` is told of pg_stat_statements alone."""

    installed: bool
    visible: bool


_readers = Query("catalogue.readers", Reader)
_columns = Query("catalogue.columns", Column)
_links = Query("catalogue.links", Link)
_watchers = Query("catalogue.watchers", Watcher)
_shared_values = Query("catalogue.shared_values", Shared)
_lengths = Query("catalogue.lengths", Lengths)
_transactions = Query("catalogue.transactions", Transactions)
_settings = Query("catalogue.settings", Setting)
_statements = Query("catalogue.statements", Statement)
_copies = Query("catalogue.copies", Copies)
_extension = Query("catalogue.extension", Extension)


async def readers(db: Db, tables: Sequence[str]) -> list[Reader]:
    return await _readers.all(db, list(tables))


async def columns(db: Db) -> list[Column]:
    """Of every table that is not Postgres's or an extension's."""
    return await _columns.all(db)


async def links(db: Db, tables: Sequence[str]) -> list[Link]:
    """Foreign keys from and to these tables."""
    return await _links.all(db, list(tables))


async def watchers(db: Db, tables: Sequence[str]) -> list[Watcher]:
    return await _watchers.all(db, list(tables))


async def shared_values(db: Db) -> int:
    """How many ids of responses and comments are also somebody's, or each other's."""
    return (await _shared_values.one(db)).shared


async def lengths(db: Db) -> list[Lengths]:
    return await _lengths.all(db)


async def transactions(db: Db) -> list[Transactions]:
    return await _transactions.all(db)


async def settings(db: Db, names: Sequence[str]) -> dict[str, str]:
    """Those of the settings that this server has."""
    return {row.name: row.setting for row in await _settings.all(db, list(names))}


async def statements(db: Db) -> list[str]:
    """The texts that other sessions sent last."""
    return [row.query for row in await _statements.all(db)]


async def counted_statements(db: Db) -> list[str]:
    """The texts that pg_stat_statements keeps. Only where the extension is installed, so no file can hold this."""
    return [row[0] for row in await db.fetch("select query from pg_stat_statements where query is not null")]


async def copies(db: Db) -> Copies:
    return await _copies.one(db)


async def extension(db: Db, name: str) -> Extension | None:
    """None where the server does not have it."""
    return await _extension.maybe(db, name)


async def writers_of_answers(db: Db) -> int:
    """How many transactions in the write-ahead log wrote rows of opened answers, as far back as it goes. Needs the
    extension pg_walinspect, which is made for the question and is not there afterwards."""
    try:
        async with db.transaction():
            await db.execute("create extension if not exists pg_walinspect")
            found = await db.fetchval(_WRITERS)
            raise _Asked(found)
    except _Asked as asked:
        return asked.found


class _Asked(Exception):
    """Undoes the transaction, with what was found in it."""

    def __init__(self, found: int) -> None:
        self.found = found


_WRITERS = """
select count(distinct b.xid::text)
from pg_get_wal_block_info(
    (select '0/0'::pg_lsn + ('x' || substr(oldest, 9, 8))::bit(32)::bigint * 4294967296::numeric
        + ('x' || substr(oldest, 17))::bit(32)::bigint * pg_size_bytes(current_setting('wal_segment_size'))
    from (select min(name) as oldest from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$') w),
    pg_current_wal_flush_lsn()
) b
where b.resource_manager in ('Heap', 'Heap2') and b.record_type like '%INSERT%'
    and b.relfilenode in (pg_relation_filenode('response'), pg_relation_filenode('comment'))
    and b.reldatabase = (select oid from pg_database where datname = current_database())
"""
