"""The deployment: what its database is, the server it stands on, and its clock, which only a demo or test one may
shift."""

from datetime import datetime
from typing import Literal

import msgspec

from survey.db import Db
from survey.sql import Query

Kind = Literal["live", "demo", "test"]


class Deployment(msgspec.Struct, frozen=True):
    """What this database is, told at its creation."""

    kind: Kind
    secret_fingerprint: bytes


class Server(msgspec.Struct, frozen=True):
    """The server's version (150004 is 15.4), its clock (UTC), and the settings that make a commit durable."""

    version: int
    release: str
    now: datetime
    fsync: str
    full_page_writes: str
    synchronous_commit: str


_add = Query[msgspec.Struct]("deployments.add")
_find = Query("deployments.find", Deployment)
_server = Query("deployments.server", Server)
_shift_clock = Query[msgspec.Struct]("deployments.shift_clock")
_reset_clock = Query[msgspec.Struct]("deployments.reset_clock")


async def add(db: Db, kind: Kind, secret_fingerprint: bytes) -> None:
    """Changes nothing where there is one."""
    await _add.execute(db, kind, secret_fingerprint)


async def find(db: Db) -> Deployment | None:
    return await _find.maybe(db)


async def server(db: Db) -> Server:
    return await _server.one(db)


async def shift_clock(db: Db, now: datetime) -> None:
    """Make it that moment, from which the clock goes on. A live database refuses."""
    await _shift_clock.execute(db, now)


async def reset_clock(db: Db) -> None:
    await _reset_clock.execute(db)
